"""Go."""

from batdoc.source.graph.grammar import Grammar

GRAMMAR = Grammar(
    wheel="tree_sitter_go",
    functions="function_declaration method_declaration func_literal",
    scopes="""
        block if_statement for_statement expression_switch_statement type_switch_statement
        expression_case type_case default_case communication_case
    """,
    binds="""
        parameter_declaration.name variadic_parameter_declaration.name short_var_declaration.left
        range_clause.left receive_statement.left var_spec.name const_spec.name
        type_switch_statement.alias
    """,
    declares="function_declaration.name",
    patterns="expression_list. literal_element.",
    fixed="keyed_element.key",
    reserved="_ nil true false iota",
    transparent="expression_statement parenthesized_expression statement_list literal_element",
    dropped="empty_statement",
    noise="var",
    kept="for_clause.; slice_expression.:",
    texts="interpreted_string_literal raw_string_literal",
    contents="interpreted_string_literal_content raw_string_literal_content",
    numbers="int_literal float_literal imaginary_literal",
    wraps={"if_statement.alternative": "block"},
)
