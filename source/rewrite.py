"""From documentation as data to a file's new text, every edit of it proved.

The one way in which batdoc changes documentation, whoever asks: the command line or an editor.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from batdoc.source.docstring import Docstring
from batdoc.source.edits import Edit, apply_edits
from batdoc.source.errors import InputError, ProofError
from batdoc.source.files import SourceFile, encode
from batdoc.source.house.layout import framed, lay_out
from batdoc.source.house.style import HouseStyle
from batdoc.source.language import Language
from batdoc.source.proof import prove
from batdoc.source.units import CodeUnit

_TAB_WIDTH = 4
_NARROWEST = 30


def documentation_edit(
    source: bytes, unit: CodeUnit, docstring: Docstring, house: HouseStyle, language: Language
) -> Edit:
    """Make the edit that documents one unit; it is not proved yet.

    Args:
        source: The file that `unit` was found in.
        unit: What to document.
        docstring: What to say of it, dressed in the house style.
        house: How wide, and where sections and blank lines go.
        language: Of the file.
    """
    width = house.line_length - len(unit.indent.expandtabs(_TAB_WIDTH))
    lines = lay_out(docstring, house, max(width, _NARROWEST))
    return text_edit(source, unit, lines, house, language)


def text_edit(
    source: bytes, unit: CodeUnit, lines: Sequence[str], house: HouseStyle, language: Language
) -> Edit:
    """Make the edit that documents one unit in words that stand already; it is not proved yet.

    Args:
        source: The file that `unit` was found in.
        unit: What to document.
        lines: The text, dedented.
        house: Where the summary stands.
        language: Of the file.
    """
    return language.place(source, unit, framed(lines, house))


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A file's new text, and which edits are in it.

    Attributes:
        after: UTF-8; the text as it was where no edit could be proved.
        applied: Edits that are in `after`.
        refused: Edits that are not, each with the reason.
    """

    after: bytes
    applied: tuple[Edit, ...]
    refused: tuple[tuple[Edit, str], ...]


def rewrite(file: SourceFile, edits: Sequence[Edit], language: Language) -> Rewrite:
    """Apply the edits that can be proved, and leave out those that cannot.

    Args:
        file: The file that the edits were made for.
        edits: Documentation of its units.
        language: Of the file.
    """
    refused: list[tuple[Edit, str]] = []
    applied = _provable(file, list(edits), language, refused)
    return Rewrite(apply_edits(file.text, applied), tuple(applied), tuple(refused))


def _provable(
    file: SourceFile, edits: list[Edit], language: Language, refused: list[tuple[Edit, str]]
) -> list[Edit]:
    """Halve until every guilty edit stands alone; mostly the first proof already holds."""
    problem = _problem(file, edits, language)
    if problem is None:
        return edits
    if len(edits) == 1:
        refused.append((edits[0], problem))
        return []
    middle = len(edits) // 2
    first = _provable(file, edits[:middle], language, refused)
    second = _provable(file, edits[middle:], language, refused)
    problem = _problem(file, first + second, language)
    if problem is None:
        return first + second
    refused += [(edit, problem) for edit in second]
    return first


def _problem(file: SourceFile, edits: Sequence[Edit], language: Language) -> str | None:
    if not edits:
        return None
    try:
        after = apply_edits(file.text, edits)
        prove(file.text, after, edits, language)
        encode(file, after)
    except (ProofError, InputError) as error:
        return str(error)
    return None
