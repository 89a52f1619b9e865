"""Ruby."""

from batdoc.source.graph.grammar import Grammar

GRAMMAR = Grammar(
    wheel="tree_sitter_ruby",
    functions="method singleton_method",
    scopes="block do_block lambda",
    classes="class module singleton_class",
    binds="""
        method_parameters. block_parameters. lambda_parameters. optional_parameter.name
        splat_parameter.name keyword_parameter.name hash_splat_parameter.name
        block_parameter.name
    """,
    assigns="""
        assignment.left operator_assignment.left left_assignment_list. for.pattern
        exception_variable.
    """,
    declares="method.name singleton_method.name",
    patterns="left_assignment_list. destructured_left_assignment. rest_assignment. "
    "destructured_parameter.",
    transparent="parenthesized_statements body_statement block_body then do in",
    dropped="empty_statement heredoc_end",
    noise="then do end",
    kept="element_reference., range..",
    texts="string chained_string string_array symbol_array bare_string bare_symbol",
    contents="string_content heredoc_content",
    numbers="integer float",
    aliases={"do_block": "block"},
)
