"""From a model's words to documentation or a body that can be trusted, whatever the words are.

The model proposes, the syntax tree decides: parameters, results and exceptions that the code does
not have never pass, nor do sentences that name what it has not, nor code that is copied, and a
body that does not parse is no body.
"""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import replace

from batdoc.models.backend import Completion, Finish
from batdoc.models.unwrap import documentation_in_code, is_code, unwrap, without_tokens
from batdoc.source.copied import copies_code
from batdoc.source.defaults import without_untrue_defaults
from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.errors import InputError
from batdoc.source.examples import gathered
from batdoc.source.language import Language, get_language
from batdoc.source.lexicon import Lexicon
from batdoc.source.references import founded
from batdoc.source.styles import detect, parse
from batdoc.source.units import CodeUnit

_FENCE = re.compile(r"^\s*```[\w+-]*[ \t]*$", re.MULTILINE)
_STUTTER = re.compile(
    r"\b(\w+(?:\W+\w+){0,5})(?:\W+\1\b){2,}|(_?[A-Za-z]{2,12})\2{2,}"
    r"|\b(?!that\b|had\b)([a-z]{3,}) \3\b",  # a word said twice
    re.IGNORECASE,
)
# A name or a line that a model could not end; one in 15,000 real functions has such.
_ENDLESS = re.compile(r"(_[A-Za-z]{1,12})\1{2,}|\b(\w+\W[^\n]{0,30}?)\2{5,}")
_SAID_TWICE = re.compile(r"(?<!\S)([^.!?]{8,}[.!?])(?:\s+\1)+", re.IGNORECASE)
_LONGEST_LOOP = 4  # lines
_BEFORE_ANNOUNCEMENT = re.compile(r".*[.!?](?=\s)", re.DOTALL)
_ANNOUNCEMENT = re.compile(
    r"[,;]?\s*\(?(?:e\.g\.|i\.e\.|for example|such as)?[,:\s]*$", re.IGNORECASE
)
_LEAKED_FIELD = re.compile(r"\s*:?\b(?:param|returns|yields|raises)\b[^:.]{0,40}:.*", re.DOTALL)
_WHOLE = re.compile(r".*(?:[.!?](?=\s|$)|(?=\n))", re.DOTALL)


def ended(answer: Completion) -> str:
    """Give an answer without the line or sentence in which its tokens ran out."""
    if answer.finish is Finish.STOP:
        return answer.text
    whole = _WHOLE.match(answer.text)
    return whole[0] if whole else ""


def read_doc(
    text: str,
    unit: CodeUnit,
    lexicon: Lexicon | None = None,
    precedents: Sequence[str] = (),
) -> Docstring | None:
    """Read a model's answer as documentation that agrees with the unit, and names only what it has.

    Args:
        text: The answer.
        unit: What it is of.
        lexicon: The words that the model has read; None where nobody knows.
        precedents: What else it was shown; its words are known, its names are not.

    Returns:
        Its examples are not verified. None where the answer holds no such sentence.
    """
    doc = read_agreeing(text, unit)
    summary = founded(doc.summary, unit, lexicon, precedents) if doc else ""
    if doc is None or len(summary.split()) < 2:
        return None
    told = replace(doc, summary=summary)
    return told.with_each(lambda entry: _founded_entry(entry, unit, lexicon, precedents))


def read_agreeing(text: str, unit: CodeUnit) -> Docstring | None:
    """Read an answer, or what a person wrote, as documentation that agrees with the unit.

    Returns:
        It may name anything, as people do. None where there is no sentence.
    """
    words = unwrap(text)
    if is_code(words, unit):
        words = documentation_in_code(words, unit) or ""
    words = textwrap.dedent(words).replace('"""', "")  # meant to end a docstring, never words
    doc = gathered(_parsed(words, unit.language))
    summary = _tidy(doc.summary)
    if len(summary.split()) < 2 or _STUTTER.search(summary) or copies_code(summary, unit):
        return None
    raised = {name.rsplit(".", 1)[-1] for name in unit.signature.raises}
    raises = tuple(entry for entry in doc.raises if entry.name.rsplit(".", 1)[-1] in raised)
    tidy = replace(doc, summary=summary, body="", raises=raises)
    return tidy.with_each(lambda entry: _tidy_entry(entry, unit)).bound(unit.signature)


def _parsed(words: str, language: str) -> Docstring:
    """Read the form that was asked for, else the one that was given."""
    asked = parse(words, Style.REST)
    if asked.entries:
        return asked
    return parse(words, detect(words, language), language)


def read_entry(
    entry: Entry, unit: CodeUnit, lexicon: Lexicon | None, precedents: Sequence[str] = ()
) -> Entry | None:
    """Give a model's entry without fields of another one in its text, and without untrue claims.

    The arguments are those of `read_doc`.

    Returns:
        None where nothing is said, or the same thing over and over, or code, or where it names what
        the unit does not have.
    """
    tidy = _tidy_entry(entry, unit)
    return _founded_entry(tidy, unit, lexicon, precedents) if tidy else None


def _tidy_entry(entry: Entry, unit: CodeUnit) -> Entry | None:
    text = _closed(_LEAKED_FIELD.sub("", without_tokens(entry.text)).strip())
    text = _SAID_TWICE.sub(r"\1", text)
    is_told = text and not _STUTTER.search(text) and not copies_code(text, unit)
    return replace(entry, text=text) if is_told else None


def _founded_entry(
    entry: Entry, unit: CodeUnit, lexicon: Lexicon | None, precedents: Sequence[str]
) -> Entry | None:
    text = founded(without_untrue_defaults(entry, unit.signature), unit, lexicon, precedents)
    return replace(entry, text=text) if text else None


def _tidy(sentence: str) -> str:
    """Give a sentence its capital and its full stop."""
    sentence = _closed(sentence.strip().strip('"').strip())
    if sentence[:1].islower() and sentence.split()[0].isalpha():
        sentence = sentence[0].upper() + sentence[1:]
    return sentence if not sentence or sentence.endswith((".", "!", "?")) else sentence + "."


def _closed(text: str) -> str:
    """Leave out what announces more, for nothing of it is kept."""
    if not text.endswith(":"):
        return text
    whole = _BEFORE_ANNOUNCEMENT.match(text)
    return _ANNOUNCEMENT.sub("", whole[0] if whole else text)


def read_body(text: str, unit: CodeUnit) -> str | None:
    """Read a model's answer as the body of a unit: the longest beginning that parses.

    Returns:
        The statements, dedented, or None where there are none.
    """
    language = get_language(unit.language)
    lines = _own_lines(_FENCE.sub("", text))
    while lines:
        body = textwrap.dedent("\n".join(lines)).strip("\n")
        function = f"{unit.with_body(body)}\n"
        if body.strip() and not _is_stuck(body) and language.parses(function):
            documented = _documented_until(function.encode(), language)
            if not documented:
                return body
            rest = function.encode()[documented:].decode()
            lines = textwrap.dedent(rest.strip("\n")).splitlines()
            continue
        lines.pop()
    return None


def _is_stuck(body: str) -> bool:
    """Tell whether a model came to say the same thing over and over: lines, or parts of one.

    What is a stutter in prose is not one in code: `i*i - i` is sound.
    """
    lines = [line for line in body.split("\n") if line.strip()]
    return bool(_ENDLESS.search(body)) or any(
        lines[at : at + 3 * size] == 3 * lines[at : at + size]
        for size in range(1, _LONGEST_LOOP + 1)
        for at in range(len(lines) - 3 * size + 1)
    )


def _documented_until(function: bytes, language: Language) -> int:
    """Give the end of the documentation in a function's body, or 0.

    A method may not stand alone in its language; then its documentation is not in its body.
    """
    try:
        found = language.units(function)
    except InputError:
        return 0
    return found[0].doc_span.end if found and found[0].doc_span else 0


def _own_lines(text: str) -> list[str]:
    """Cut an answer where it goes on with something that is not the function's body."""
    lines = without_tokens(text).strip("\n").splitlines()
    first = next((line for line in lines if line.strip()), "")
    if not first[:1].isspace():
        lines = ["    " + line if line.strip() else line for line in lines]
        return lines
    ends = (i for i, line in enumerate(lines) if line.strip() and not line[:1].isspace())
    return lines[: next(ends, len(lines))]
