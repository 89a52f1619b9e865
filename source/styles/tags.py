"""What the styles share that mark entries with tags such as `@param name text`.

A style is data (`TagStyle`); its file gives the patterns and the leads. An entry's text goes on to
the next tag. What no pattern reads stays in the body as written.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from batdoc.source.docstring import Docstring, Entry, Style
from batdoc.source.styles.located import Located, Mark, end_of, numbered, text_at
from batdoc.source.styles.sections import (
    Parts,
    Role,
    Section,
    dedent,
    hang,
    hanging_text,
    indent_of,
    indented,
    lay_out,
    strip_blank,
    wrap_summary,
)
from batdoc.source.styles.wrap import wrap

_RESULTS = (Role.RETURNS, Role.YIELDS)
_SEVERAL = re.compile(r"\s*[,|]\s*")
_FENCE = re.compile(r"[ \t]*(?:```|~~~)")
# Balanced to two levels, as in `{Object<string, {a: number}>}`.
# An inline tag, `{@link x}`, is no type.
BRACED = r"\{(?!@)(?P<type>(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
PART = re.compile(rf"\s*@\w+\s+(?:{BRACED}\s*)?\[?(?P<name>[\w$]+)(?:\.|\[\])")  # `options.force`


@dataclass(frozen=True, slots=True)
class TagStyle:
    """How one convention spells its tags.

    Attributes:
        style: Which one.
        tag: Matches a line that starts with a tag; group 1 is its name.
        roles: What each known tag is about, by its name in lower case; others are prose.
        patterns: Read the first line of an entry from the tag on, with groups `name`, `type`
            (may be missing) and `text`; of parameters, results and exceptions. Commas may part
            several names. What a group `aside` reads becomes the start of the text.
        leads: What an entry starts with, without and with a type, spelled with `{name}` and
            `{type}`.
        heads: Tags whose text is the summary, such as `brief`.
        margin: What the further lines of an entry start with.
        part: Matches an entry that tells of a part of the parameter `name` before it.
        indents_examples: Examples are indented under their tag, and have titles behind it.
        knows_fences: What stands in fenced code is no tag.
    """

    style: Style
    tag: re.Pattern[str]
    roles: Mapping[str, Role]
    patterns: Mapping[Role, re.Pattern[str]]
    leads: Mapping[Role, tuple[str, str]]
    heads: tuple[str, ...] = ()
    margin: str = "  "
    part: re.Pattern[str] = PART
    indents_examples: bool = False
    knows_fences: bool = True

    def split(self, lines: Sequence[str]) -> list[Section]:
        """Find the tags, and the prose before them."""
        starts = [0, *(at for at in self._tags_at(lines) if at)]
        return [
            Section(self._role(lines[start]), lines[start:end], lines[start:end])
            for start, end in zip(starts, [*starts[1:], len(lines)], strict=True)
            if start < end
        ]

    def parse(self, lines: Sequence[str]) -> Docstring:
        """Read a docstring; what is not understood stays in the body."""
        parts = Parts()
        for index, section in enumerate(self.split(lines)):
            if section.role is Role.EXAMPLES:
                parts.examples += self._example(section, is_first=not parts.examples)
            elif section.role is Role.PROSE or not self._add_entry(parts, section):
                self._add_prose(parts, section, is_head=index == 0)
        return parts.docstring(self.style)

    def locate(self, lines: Sequence[str]) -> list[Located]:
        """Find where the entries stand; what tells of a part of a parameter belongs to it."""
        found: list[Located] = []
        for start, section in numbered(self.split(lines)):
            end = end_of(lines, start, start + len(section.raw))
            located = self._located(lines, section.role, start, end)
            part = self.part.match(lines[start]) if section.role is Role.PARAMS else None
            if located:
                found.append(located)
            elif part and found and part["name"] in found[-1].bare_names(lines):
                name = Mark(start, *part.span("name"))
                blocks, names = (*found[-1].blocks, (start, end)), (*found[-1].names, name)
                found[-1] = replace(found[-1], blocks=blocks, names=names)
        return found

    def render(self, docstring: Docstring, width: int) -> list[str]:
        """Write a docstring as lines without comment marks."""
        entries = [
            *((Role.PARAMS, entry) for entry in docstring.params),
            *((Role.YIELDS, entry) for entry in (docstring.yields,) if entry),
            *((Role.RETURNS, entry) for entry in (docstring.returns,) if entry),
            *((Role.RAISES, entry) for entry in docstring.raises),
        ]
        return lay_out(
            [
                wrap_summary(docstring, width),
                wrap(docstring.body, width),
                [line for role, entry in entries for line in self._entry(role, entry, width)],
                self._examples(docstring),
            ]
        )

    def _tags_at(self, lines: Sequence[str]) -> list[int]:
        """Give the indexes of lines that start with a tag, those in fenced code left out."""
        fences = [at for at, line in enumerate(lines) if self.knows_fences and _FENCE.match(line)]
        fenced = {
            at
            for first, last in zip(fences[::2], fences[1::2], strict=False)  # closed ones
            for at in range(first, last)
        }
        return [at for at, line in enumerate(lines) if at not in fenced and self.tag.match(line)]

    def _role(self, line: str) -> Role:
        tag = self.tag.match(line)
        if tag and tag[1].lower() in self.heads:
            return Role.SUMMARY
        return self.roles.get(tag[1].lower(), Role.PROSE) if tag else Role.PROSE

    def _after_tag(self, line: str) -> str:
        tag = self.tag.match(line)
        return line[tag.end() :].strip() if tag else line

    def _add_prose(self, parts: Parts, section: Section, is_head: bool) -> None:
        tag = self.tag.match(section.raw[0])
        if tag and tag[1].lower() in self.heads:
            words = [self._after_tag(section.raw[0]), *section.raw[1:]]
            parts.add_prose(strip_blank(words), is_head=not parts.head)
        else:
            raw = [section.raw[0].lstrip(), *section.raw[1:]] if tag else section.raw
            parts.add_prose(strip_blank(raw), is_head=is_head and not tag)

    def _example(self, section: Section, is_first: bool) -> list[str]:
        """Read an example; one that has a title, or is not the first, keeps its tag."""
        first, rest = self._after_tag(section.raw[0]), section.raw[1:]
        if not is_first:
            return ["", *strip_blank(section.raw)]
        if self.indents_examples:
            return strip_blank(section.raw) if first else dedent(rest)
        return strip_blank([first, *rest])

    def _examples(self, docstring: Docstring) -> list[str]:
        lines = docstring.examples.split("\n") if docstring.examples else []
        if not lines or self._role(lines[0]) is Role.EXAMPLES:
            return lines
        later = next((at for at in self._tags_at(lines) if at), len(lines))
        margin = self.margin if self.indents_examples else ""
        return [self.leads[Role.EXAMPLES][0], *indented(lines[:later], margin), *lines[later:]]

    def _add_entry(self, parts: Parts, section: Section) -> bool:
        """Read an entry; False where it cannot be read."""
        pattern = self.patterns.get(section.role)
        found = pattern.match(section.raw[0].strip()) if pattern else None
        if found is None:
            return section.role is Role.PARAMS and self._add_part(parts, section)
        groups = found.groupdict()
        default = f"(default: {groups['default']})" if groups.get("default") else None
        first = " ".join(filter(None, (groups.get("aside"), groups.get("text"), default)))
        text = hanging_text(first, section.raw[1:])
        entry = Entry(groups.get("name") or "", groups.get("type") or None, text)
        named = [replace(entry, name=name) for name in _SEVERAL.split(entry.name)]
        if section.role is Role.PARAMS:
            parts.params += named
        elif section.role is Role.RAISES:
            parts.raises += named
        else:
            parts.add_result(section.role, entry)
        return True

    def _add_part(self, parts: Parts, section: Section) -> bool:
        """Give an entry what tells of a part of it, such as `@param options.force`, as written."""
        part = self.part.match(section.raw[0])
        if part is None or not parts.params or parts.params[-1].name != part["name"]:
            return False
        margin = " " * indent_of(section.raw[0])
        lines = [line.removeprefix(margin) for line in strip_blank(section.raw)]
        last = parts.params[-1]
        parts.params[-1] = replace(last, text="\n".join([last.text, *lines]))
        return True

    def _located(self, lines: Sequence[str], role: Role, start: int, end: int) -> Located | None:
        """Locate what one tag tells of, if it can be read."""
        line = lines[start]
        pattern, tag = self.patterns.get(role), self.tag.match(line)
        found = pattern.match(line, indent_of(line)) if pattern else None
        if found is None or tag is None:
            return None
        type_ = _span(found, "type")
        return Located(
            role=role,
            section=(start, end),
            heading_end=start,
            blocks=((start, end),),
            names=_names(start, found),
            types=(Mark(start, *type_),) if type_ else (),
            titles=(Mark(start, *tag.span(1)),) if role in _RESULTS else (),
            text=text_at(lines, start, found.start("text"), end),
        )

    def _entry(self, role: Role, entry: Entry, width: int) -> list[str]:
        lead = self.leads[role][1 if entry.type else 0]
        spelled = lead.format(name=entry.name.lstrip("*"), type=entry.type)
        lines = entry.text.split("\n") if entry.text else []
        starts = (at for at in self._tags_at(lines) if at and self.part.match(lines[at]))
        parts_at = next(starts, len(lines))
        text = "\n".join(lines[:parts_at])
        if not text:
            spelled = spelled.removesuffix(" -")
        said = hang(spelled, text, self.margin, width)
        if not self.tag.match(said[0]):  # such as what TSDoc would take for a type
            said = [spelled, *indented(wrap(text, width - len(self.margin)), self.margin)]
        return [*said, *lines[parts_at:]]


def _names(line: int, found: re.Match[str]) -> tuple[Mark, ...]:
    """Mark each of the names, which commas or bars part."""
    start, end = _span(found, "name") or (0, 0)
    edges = [
        start,
        *(at for mark in _SEVERAL.finditer(found.string, start, end) for at in mark.span()),
        end,
    ]
    return tuple(Mark(line, *span) for span in zip(edges[::2], edges[1::2], strict=True) if end)


def _span(found: re.Match[str], group: str) -> tuple[int, int] | None:
    return found.span(group) if found.groupdict().get(group) else None
