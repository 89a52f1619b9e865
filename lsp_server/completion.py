"""What can be suggested at a place in a document, valid or not; found without the model."""

from batdoc.lsp_server.empty_bodies import find_empty
from batdoc.lsp_server.openers import Find, find_fresh
from batdoc.lsp_server.python_bodies import find_body
from batdoc.lsp_server.suggestion import Spot
from batdoc.source.language import Language


def find_spot(source: bytes, offset: int, language: Language, units: Find) -> Spot | None:
    """Find what is to be written at the cursor: documentation just opened, or an empty body.

    Args:
        source: The document as it is, valid or not.
        offset: The cursor, in bytes.
        language: Of the document.
        units: Finds them in texts that are nearly the document.
    """
    find = find_body if language.name == "python" else find_empty
    return find_fresh(source, offset, language, units) or find(source, offset, language)
