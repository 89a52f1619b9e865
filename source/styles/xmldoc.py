"""C#'s XML documentation: `<summary>`, `<param name="x">`, `<returns>`, `<exception cref="X">`.

Read by the elements' marks alone, without an XML parser: documentation is often not well formed,
and an entity must never be expanded.
"""

import html
import re
from collections.abc import Iterator, Sequence

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.styles.located import Located, Mark, end_of, numbered
from batdoc.source.styles.sections import Parts, Role, Section, strip_blank, wrap_summary
from batdoc.source.styles.wrap import wrap

_ROLES = {
    "param": Role.PARAMS,
    "returns": Role.RETURNS,
    "value": Role.RETURNS,
    "exception": Role.RAISES,
    "example": Role.EXAMPLES,
    "summary": Role.SUMMARY,
    "remarks": Role.OTHER,
    "typeparam": Role.OTHER,
    "seealso": Role.OTHER,
    "permission": Role.OTHER,
}
_LOCATED = (Role.PARAMS, Role.RETURNS, Role.RAISES)
_ELEMENT = re.compile(rf"[ \t]*<(?P<tag>{'|'.join(_ROLES)})\b(?P<attributes>[^<>]*?)(?P<empty>/)?>")
_NAMED = re.compile(r"""\b(?:name|cref)\s*=\s*["'](?:[A-Z]:)?([^"']*)["']""")
_REFERENCE = re.compile(
    r"""<(?:see|seealso|paramref|typeparamref)\b[^<>]*?\b(?:cref|name|langword|href)\s*=\s*"""
    r"""["'](?:[A-Z]:)?([^"']*)["'][^<>]*?/>"""
)
_TAG = re.compile(r"</?[A-Za-z][\w-]*(?:\s[^<>]*)?/?>")


def split(lines: Sequence[str]) -> list[Section]:
    """Find the elements, and the prose between them."""
    sections: list[Section] = []
    at = 0
    while at < len(lines):
        role, end = _element_end(lines, at)
        sections.append(Section(role, lines[at:end], lines[at:end]))
        at = end
    return sections


def _element_end(lines: Sequence[str], at: int) -> tuple[Role, int]:
    """Tell what starts at a line, and where it ends; an element that is never closed is prose."""
    found = _ELEMENT.match(lines[at])
    if found is None:
        end = at + 1
        while end < len(lines) and not _ELEMENT.match(lines[end]):
            end += 1
        return Role.OTHER, end
    role = _ROLES[found["tag"]]
    if found["empty"]:
        return Role.OTHER, at + 1
    closing = f"</{found['tag']}>"
    closed = next((i + 1 for i in range(at, len(lines)) if closing in lines[i]), 0)
    return (role, closed) if closed else (Role.OTHER, at + 1)


def parse(lines: Sequence[str]) -> Docstring:
    """Read documentation; the words of elements that have no place stay in the body."""
    parts = Parts()
    for section in split(lines):
        _add(parts, section)
    return parts.docstring(Style.XMLDOC)


def locate(lines: Sequence[str]) -> list[Located]:
    """Find where the elements stand."""
    found: list[Located] = []
    for start, section in numbered(split(lines)):
        element = _ELEMENT.match(lines[start])
        if element is None or section.role not in _LOCATED:
            continue
        text = "\n".join(section.raw)
        if text[_end_of_element(_ELEMENT.match(text), text) :].strip():
            continue  # shares its line
        end = end_of(lines, start, start + len(section.raw))
        named = _NAMED.search(lines[start], *element.span("attributes"))
        names = (Mark(start, *named.span(1)),) if named else ()
        found.append(Located(section.role, (start, end), start, ((start, end),), names))
    return found


def _add(parts: Parts, section: Section) -> None:
    """Add the elements of a section: mostly one, but a line may hold several."""
    text, at = "\n".join(section.raw).rstrip(), 0
    while at < len(text):
        found = _ELEMENT.match(text, at)
        end = _end_of_element(found, text)
        if found is None:
            parts.add_prose(_words(text[at:]), is_head=not parts.head)
        else:
            _add_element(parts, found, text[at:end])
        at = end


def _end_of_element(found: re.Match[str] | None, text: str) -> int:
    """Tell where an element ends; what is none, or is never closed, ends with the text."""
    if found is None:
        return len(text)
    closing = f"</{found['tag']}>"
    closed = text.find(closing, found.end())
    if found["empty"]:
        return found.end()
    return closed + len(closing) if closed >= 0 else len(text)


def _add_element(parts: Parts, found: re.Match[str], whole: str) -> None:
    tag = found["tag"]
    role = Role.OTHER if found["empty"] else _ROLES[tag]
    named = _NAMED.search(found["attributes"])
    name, words = named[1] if named else "", _words(whole[found.end() - found.start() :])
    if role is Role.PARAMS and name:
        parts.params.append(Entry(name, None, "\n".join(words)))
    elif role is Role.RAISES and name:
        parts.raises.append(Entry(name, None, "\n".join(words)))
    elif role is Role.RETURNS:
        parts.add_result(Role.RETURNS, Entry("", None, "\n".join(words)))
    elif role is Role.EXAMPLES:
        parts.examples += words
    else:
        parts.add_prose(words or [whole.strip()], is_head=tag == "summary" or not parts.head)


def _words(text: str) -> list[str]:
    """Give the words between the marks; references become what they name."""
    plain = html.unescape(_TAG.sub("", _REFERENCE.sub(r"\1", text)))
    return [line.strip() for line in strip_blank(plain.split("\n"))]


def render(docstring: Docstring, width: int) -> list[str]:
    """Write documentation as lines without comment marks."""
    summary = [_escaped(line) for line in wrap_summary(docstring, width)]
    return [
        *(["<summary>", *summary, "</summary>"] if summary else []),
        *_element("remarks", "", docstring.body, width),
        *(line for e in docstring.params for line in _element("param", e.name, e.text, width)),
        *_result(docstring.returns or docstring.yields, width),
        *(line for e in docstring.raises for line in _element("exception", e.name, e.text, width)),
        *_element("example", "", docstring.examples, width),
    ]


def _result(entry: Entry | None, width: int) -> Iterator[str]:
    if entry is not None:
        yield from _element("returns", "", entry.text, width)


def _element(tag: str, name: str, text: str, width: int) -> list[str]:
    """Write an element on one line where it fits."""
    if not (text or name):
        return []
    attribute = {"param": "name", "exception": "cref"}.get(tag)
    spelled = html.escape(name.lstrip("*"))
    opening = f'<{tag} {attribute}="{spelled}">' if attribute else f"<{tag}>"
    lines = [_escaped(line) for line in wrap(text, width)]
    if len(lines) <= 1:
        whole = f"{opening}{''.join(lines)}</{tag}>"
        if len(whole) <= width:
            return [whole]
    return [opening, *lines, f"</{tag}>"]


def _escaped(line: str) -> str:
    return html.escape(line, quote=False)
