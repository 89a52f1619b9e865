"""TypeScript: JavaScript and types."""

from dataclasses import replace

from batdoc.source.graph.grammars import javascript

GRAMMAR = replace(
    javascript.GRAMMAR,
    wheel="tree_sitter_typescript",
    entry="language_typescript",
    functions=f"{javascript.FUNCTIONS} function_signature method_signature",
    classes="class_declaration class abstract_class_declaration interface_declaration",
    binds=f"{javascript.BINDS} required_parameter.pattern optional_parameter.pattern",
    reserved="undefined this",
    transparent=f"{javascript.TRANSPARENT} required_parameter",
    kept="for_statement.; required_parameter.=",
    carriers=f"{javascript.CARRIERS} public_field_definition.value",
)
