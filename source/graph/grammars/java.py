"""Java."""

from batdoc.source.graph.grammar import BARE, Grammar, Wrapper

GRAMMAR = Grammar(
    wheel="tree_sitter_java",
    wrappers=(BARE, Wrapper("class _ {", "\n}", "class_body")),
    functions="method_declaration constructor_declaration lambda_expression",
    scopes="""
        block for_statement enhanced_for_statement catch_clause try_with_resources_statement
        constructor_body switch_block
    """,
    classes="""
        class_declaration interface_declaration enum_declaration record_declaration
        annotation_type_declaration
    """,
    binds="""
        formal_parameter.name spread_parameter. inferred_parameters. lambda_expression.parameters
        local_variable_declaration.declarator enhanced_for_statement.name
        catch_formal_parameter.name resource.name instanceof_expression.name type_pattern.
        record_pattern_component.
    """,
    declares="method_declaration.name",
    patterns="variable_declarator.name",
    fixed="method_invocation.name method_reference.",
    transparent="expression_statement parenthesized_expression catch_type type_list",
    adornments="marker_annotation annotation",
    noise="->",
    kept="for_statement.;",
    texts="string_literal",
    contents="string_fragment multiline_string_fragment",
    numbers="""
        decimal_integer_literal hex_integer_literal octal_integer_literal binary_integer_literal
        decimal_floating_point_literal hex_floating_point_literal
    """,
    aliases={"constructor_body": "block"},
    wraps={
        "if_statement.consequence": "block",
        "if_statement.alternative": "block",
        "for_statement.body": "block",
        "enhanced_for_statement.body": "block",
        "while_statement.body": "block",
        "do_statement.body": "block",
    },
)
