"""Rust."""

from batdoc.source.graph.grammar import BARE, Grammar, Wrapper

GRAMMAR = Grammar(
    wheel="tree_sitter_rust",
    wrappers=(BARE, Wrapper("impl T {", "\n}", "declaration_list")),
    functions="function_item closure_expression function_signature_item",
    scopes="block for_expression while_expression if_expression match_arm",
    classes="impl_item trait_item struct_item enum_item mod_item union_item",
    binds="""
        parameter.pattern closure_parameters. let_declaration.pattern for_expression.pattern
        let_condition.pattern match_pattern.
    """,
    declares="function_item.name",
    patterns="""
        tuple_pattern. tuple_struct_pattern. struct_pattern. field_pattern.name
        field_pattern.pattern ref_pattern. mut_pattern. reference_pattern. captured_pattern.
        or_pattern. slice_pattern.
    """,
    capitals_bind=False,
    transparent="expression_statement parenthesized_expression match_pattern",
    dropped="empty_statement",
    adornments="attribute_item",
    noise="-> fn",
    kept="let_declaration.:",
    texts="string_literal raw_string_literal",
    numbers="integer_literal float_literal",
    wraps={"else_clause.": "block"},
    shorthands={
        "shorthand_field_identifier": "",
        "shorthand_field_initializer": "field_initializer",
    },
)
