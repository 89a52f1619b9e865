"""C++: C and more."""

from dataclasses import replace

from batdoc.source.graph.grammar import BARE, Wrapper
from batdoc.source.graph.grammars import c

GRAMMAR = replace(
    c.GRAMMAR,
    wheel="tree_sitter_cpp",
    wrappers=(BARE, Wrapper("struct _ {", "\n};", "field_declaration_list")),
    names="identifier type_identifier",  # in `T one(other)`, other may be read as a type
    functions="function_definition lambda_expression",
    scopes=f"{c.SCOPES} for_range_loop catch_clause if_statement while_statement",
    classes="class_specifier struct_specifier union_specifier enum_specifier",
    binds=f"{c.BINDS} optional_parameter_declaration.declarator for_range_loop.declarator "
    "lambda_capture_initializer.left variadic_parameter_declaration.declarator",
    patterns=f"{c.PATTERNS} reference_declarator. structured_binding_declarator. "
    "variadic_declarator.",
    fixed="struct_specifier.name class_specifier.name union_specifier.name enum_specifier.name",
    carriers="template_declaration.",
    adornments="attribute_declaration",
    noise="->",
    texts="string_literal raw_string_literal concatenated_string",
    contents="string_content raw_string_content",
    wraps={**c.WRAPS, "for_range_loop.body": "block"},
)
