"""TSX: TypeScript with elements of markup."""

import tree_sitter
import tree_sitter_typescript

from batdoc.source.languages.typescript import TypeScript


class TypeScriptWithMarkup(TypeScript):
    """The TSX language; see `batdoc.source.language.Language`."""

    name = "tsx"

    def grammar(self) -> tree_sitter.Language:
        """Load the grammar."""
        return tree_sitter.Language(tree_sitter_typescript.language_tsx())


LANGUAGE = TypeScriptWithMarkup()
