"""The texts of the documents that an editor shows, kept up by the changes that it tells.

pygls would do it, but splits lines at form feeds and U+2028 too, so that changes land elsewhere.
An edit for a text that is not the editor's would damage it. So whatever shows that the two have
parted makes a document unknown until the editor sends all of it again, as it does with every save.
"""

from urllib.parse import unquote

from lsprotocol import types
from pygls.workspace import TextDocument, Workspace

from batdoc.lsp_server.positions import Positions, has_certain_lines
from batdoc.lsp_server.translate import column_unit, read_position

_PARTED = "the editor's changes do not fit what batdoc knows; save the file or open it again"
_UNCERTAIN = "a line ends with a carriage return alone, which editors read in two ways; change it"


class OpenDocument(TextDocument):
    """One document.

    Attributes:
        data: Its text as UTF-8; None while it is unknown.
        trouble: Why it is unknown and what to do, where the user can do something.
    """

    data: bytes | None = None
    trouble: str = ""

    def apply_change(self, change: types.TextDocumentContentChangeEvent) -> None:
        """Take a change, of a part or of all."""
        if not isinstance(change, types.TextDocumentContentChangePartial):
            self.take(change.text)
        elif self.data is not None:
            self._take_part(self.data, change)

    def take(self, text: str) -> None:
        """Take the whole text."""
        data = _encoded(text)
        if data is None:
            self.lose("")
        else:
            self._keep(data)

    def says(self, text: str) -> bool:
        """Tell whether the document is known, and this is its text."""
        return self.data is not None and self.data == _encoded(text)

    def lose(self, trouble: str) -> None:
        """Forget the text."""
        self.data, self.trouble = None, trouble

    def _keep(self, data: bytes) -> None:
        self.data, self.trouble = data, ""
        if not has_certain_lines(data):
            self.lose(_UNCERTAIN)

    def _take_part(self, data: bytes, change: types.TextDocumentContentChangePartial) -> None:
        positions = Positions(data, column_unit(self.position_codec.encoding))
        ends = read_position(change.range.start), read_position(change.range.end)
        start, end = map(positions.offset, ends)
        new = _encoded(change.text)
        is_there = all(map(positions.holds, ends)) and start <= end
        if new is None:
            self.lose("")
        elif is_there and _is_length(data[start:end].decode(), change.range_length):
            self._keep(data[:start] + new + data[end:])
        else:
            self.lose(_PARTED)


def _encoded(text: str) -> bytes | None:
    try:
        return text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which no file could hold
        return None


def _is_length(text: str, told: int | None) -> bool:
    """Tell whether a client may have counted so; not all count in the unit that was agreed on."""
    return told is None or told in (
        len(text),
        len(text.encode()),
        len(text.encode("utf-16-le")) // 2,
    )


class OpenDocuments(Workspace):
    """All documents that an editor shows, and its folders."""

    def find(self, uri: str) -> OpenDocument | None:
        """Give a document, or None if it is not open."""
        found = self.text_documents.get(unquote(uri))
        return found if isinstance(found, OpenDocument) else None

    def update_text_document(
        self,
        text_doc: types.VersionedTextDocumentIdentifier,
        change: types.TextDocumentContentChangeEvent,
    ) -> None:
        """Take a change; one that is older than what is known makes a document unknown."""
        document = self.find(text_doc.uri)
        if document is None:
            return
        if text_doc.version < (document.version or 0):
            document.lose(_PARTED)
        document.version = text_doc.version
        document.apply_change(change)

    def _create_text_document(
        self,
        doc_uri: str,
        source: str | None = None,
        version: int | None = None,
        language_id: str | None = None,
    ) -> OpenDocument:
        made = OpenDocument(doc_uri, None, version, language_id, position_codec=self.position_codec)
        made.take(source or "")
        return made
