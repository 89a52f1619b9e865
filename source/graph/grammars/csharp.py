"""C#."""

from batdoc.source.graph.grammar import BARE, Grammar, Wrapper

GRAMMAR = Grammar(
    wheel="tree_sitter_c_sharp",
    wrappers=(Wrapper("class _ {", "\n}", "declaration_list"), BARE),
    names="identifier implicit_parameter",
    functions="""
        method_declaration constructor_declaration destructor_declaration operator_declaration
        local_function_statement lambda_expression anonymous_method_expression
        accessor_declaration indexer_declaration conversion_operator_declaration
    """,
    scopes="""
        block for_statement foreach_statement catch_clause using_statement switch_section
        switch_expression_arm query_expression
    """,
    classes="""
        class_declaration struct_declaration interface_declaration record_declaration
        enum_declaration property_declaration
    """,
    binds="""
        parameter.name parameter_list.name lambda_expression.parameters variable_declarator.name
        foreach_statement.left catch_declaration.name declaration_pattern.name
        declaration_expression.name var_pattern.name recursive_pattern.name from_clause.name
        let_clause. join_clause.
    """,
    declares="method_declaration.name local_function_statement.name",
    patterns="tuple_pattern.name parenthesized_variable_designation.name",
    fixed="argument.name generic_name. attribute.name",
    reserved="_",
    transparent="expression_statement parenthesized_expression argument",
    dropped="empty_statement interpolation_brace interpolation_start",
    adornments="attribute_list",
    kept="for_statement.; argument.:",
    texts="""
        string_literal verbatim_string_literal raw_string_literal interpolated_string_expression
    """,
    contents="string_literal_content string_content raw_string_content",
    numbers="integer_literal real_literal",
    wraps={
        "if_statement.consequence": "block",
        "if_statement.alternative": "block",
        "for_statement.body": "block",
        "foreach_statement.body": "block",
        "while_statement.body": "block",
        "do_statement.body": "block",
    },
)
