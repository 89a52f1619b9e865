"""PHP: every `$name` is a variable."""

from batdoc.source.graph.grammar import Grammar, Wrapper

GRAMMAR = Grammar(
    wheel="tree_sitter_php",
    entry="language_php",
    wrappers=(
        Wrapper("<?php\n", "", ""),
        Wrapper("<?php class _ {", "\n}", "declaration_list"),
    ),
    names="variable_name",
    functions="function_definition method_declaration anonymous_function arrow_function",
    classes="class_declaration interface_declaration trait_declaration enum_declaration",
    assigns="*",
    frees="global_declaration.",
    fixed="scoped_property_access_expression.name property_element.name",
    members="::",
    reserved="$this $GLOBALS $_SERVER $_GET $_POST $_FILES $_COOKIE $_SESSION $_REQUEST $_ENV",
    transparent="expression_statement parenthesized_expression argument",
    dropped="empty_statement php_tag text_interpolation",
    adornments="attribute_list",
    noise="elseif endif endfor endforeach endwhile",
    kept="for_statement.; argument.:",
    texts="string encapsed_string heredoc nowdoc",
    contents="string_content nowdoc_string",
    numbers="integer float",
    aliases={"compound_statement": "block", "colon_block": "block"},
    wraps={
        "if_statement.body": "block",
        "else_if_clause.body": "block",
        "else_clause.body": "block",
        "for_statement.body": "block",
        "foreach_statement.body": "block",
        "while_statement.body": "block",
        "do_statement.body": "block",
    },
    chains={"else_if_clause": ("else_clause", "if_statement")},
)
