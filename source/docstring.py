"""A docstring as data: what it says of parameters and results, in no style of its own.

Styles parse and render it (source.styles). Types are kept only where the text spelled them, and
are not compared with annotations. What is compared with a signature is what the signature can
prove wrong: a documented exception may come from a call, so it never is.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise

from batdoc.source.signature import Parameter, ParameterKind, Signature

_NOTHING = ("None", "NoReturn", "Never", "void", "undefined", "never", "nil", "()", "!")
_SEPARATOR = re.compile(r"\.|::|\\")
_ITERATES = re.compile(r"\b(?:Async)?(?:Iterator|Iterable|Generator)\b")


class Style(Enum):
    """A docstring convention."""

    GOOGLE = "google"
    NUMPY = "numpy"
    REST = "rest"
    EPYTEXT = "epytext"
    JSDOC = "jsdoc"
    TSDOC = "tsdoc"
    JAVADOC = "javadoc"
    PHPDOC = "phpdoc"
    DOXYGEN = "doxygen"
    YARD = "yard"
    RDOC = "rdoc"
    LDOC = "ldoc"
    GODOC = "godoc"
    RUSTDOC = "rustdoc"
    XMLDOC = "xmldoc"
    PLAIN = "plain"


STARRED = (Style.GOOGLE, Style.NUMPY)
# They have one place for what is returned and what is yielded.
_ONE_RESULT = (Style.JAVADOC, Style.PHPDOC, Style.LDOC, Style.XMLDOC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One documented parameter, exception or result.

    Attributes:
        name: The parameter with its stars, or the exception; empty for an unnamed result.
        type: The type as the docstring spells it, or None.
        text: The description, lines joined by newlines and dedented; may be empty.
    """

    name: str
    type: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a docstring says and the code does not, or the other way round.

    Attributes:
        code: What kind of problem; these names are stable.
        subject: The parameter, exception or part that it is about.
        message: One sentence that names the mend.
    """

    code: str
    subject: str
    message: str


@dataclass(frozen=True, slots=True)
class Docstring:
    """The parts of a docstring.

    Attributes:
        summary: The first paragraph, joined into one line.
        body: Free text between the summary and the sections, paragraphs as written; may be empty.
        params: In the docstring's order.
        returns: What is returned, or None.
        yields: What is yielded, or None.
        raises: In the docstring's order.
        examples: The text of the examples section; may be empty.
        style: The style it was parsed from, or is to be rendered in.
    """

    summary: str
    body: str
    params: tuple[Entry, ...]
    returns: Entry | None
    yields: Entry | None
    raises: tuple[Entry, ...]
    examples: str
    style: Style

    @property
    def is_prose(self) -> bool:
        """It begins with a summary and has no entry, so that no signature can deny it."""
        return bool(self.summary.strip()) and not self.entries

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All that is said of parameters, results and exceptions."""
        results = (entry for entry in (self.yields, self.returns) if entry)
        return (*self.params, *results, *self.raises)

    def with_each(self, read: Callable[[Entry], Entry | None]) -> "Docstring":
        """Give the documentation with its entries as they are read; None leaves one out."""

        def told(entry: Entry | None) -> Entry | None:
            return read(entry) if entry else None

        return replace(
            self,
            params=tuple(filter(None, map(told, self.params))),
            raises=tuple(filter(None, map(told, self.raises))),
            returns=told(self.returns),
            yields=told(self.yields),
        )

    def with_entry(self, field: str, entry: Entry) -> "Docstring":
        """Copy the documentation with an entry, in the place of what is said of the same.

        Args:
            field: "params", "returns", "yields" or "raises".
            entry: Of a parameter or an exception, the last of all.
        """
        if field == "yields":
            return replace(self, yields=entry)
        if field == "returns":
            return replace(self, returns=entry)
        told = self.params if field == "params" else self.raises
        entries = (*(each for each in told if _bare(each) != _bare(entry)), entry)
        return replace(self, params=entries) if field == "params" else replace(self, raises=entries)

    def problems(self, signature: Signature) -> tuple[Problem, ...]:
        """Compare with a signature; parameters and exceptions only where some are documented.

        Codes are `empty-summary`, `unknown-param`, `keyword-param` (an unknown name that the
        function's `**` parameter may accept), `repeated-param`, `missing-param`, `param-order`,
        `param-stars`, `unknown-returns`, `unknown-yields`, `returns-for-yields`,
        `repeated-raises` and `missing-raises`.
        """
        return (
            *_summary_problems(self),
            *_param_problems(self, signature),
            *_order_problems(self, signature),
            *_result_problems(self, signature),
            *_raises_problems(self, signature),
        )

    def bound(self, signature: Signature) -> "Docstring":
        """Repair what the signature proves wrong; what is missing stays missing.

        Unknown and repeated parameters and results that do not exist are dropped, the others
        get the signature's order and stars, and what a generator "returns" is what it yields.
        """
        returns, yields = _bound_results(self, signature)
        entries = {_bare(entry): entry for entry in reversed(self.params)}
        params = [
            replace(entries[parameter.name], name=parameter.display)
            for parameter in signature.parameters
            if parameter.name and parameter.name in entries
        ]
        raises = tuple(dict.fromkeys(self.raises))
        return replace(self, params=tuple(params), returns=returns, yields=yields, raises=raises)


def _may_return(entry: Entry, signature: Signature) -> bool:
    """Tell whether what is said of a result may be true; "None" is, of a procedure."""
    says_nothing = entry.type in _NOTHING or entry.text.strip(" .") in _NOTHING
    if says_nothing and not signature.yields:
        return True
    if signature.returns_value or signature.may_return or "NotImplementedError" in signature.raises:
        return True
    return not signature.yields and signature.returns not in (None, *_NOTHING)


def _may_yield(signature: Signature) -> bool:
    """Tell whether a function may yield; one without a body may, if it is annotated so."""
    is_open = "NotImplementedError" in signature.raises or not signature.returns_value
    return signature.yields or (is_open and bool(_ITERATES.search(signature.returns or "")))


def _bare(entry: Entry) -> str:
    return entry.name.lstrip("*")


def _summary_problems(docstring: Docstring) -> Iterator[Problem]:
    if not docstring.summary.strip():
        yield Problem("empty-summary", "", "the summary is empty; begin with one sentence")


def _param_problems(docstring: Docstring, signature: Signature) -> Iterator[Problem]:
    known = {parameter.name: parameter for parameter in signature.parameters if parameter.name}
    takes_any = any(
        p.kind is ParameterKind.KEYWORD_VARIADIC
        or not p.name
        or (p.kind is ParameterKind.VARIADIC and p.may_go_unsaid)
        for p in signature.parameters
    )
    documented = Counter(_bare(entry) for entry in docstring.params)
    for name, count in documented.items():
        if count > 1:
            message = f'the parameter "{name}" is documented {count} times; keep one entry'
            yield Problem("repeated-param", name, message)
        if name not in known:
            code = "keyword-param" if takes_any else "unknown-param"
            message = f'there is no parameter "{name}"; remove or rename its entry'
            yield Problem(code, name, message)
    yield from _star_problems(docstring, known)
    for name, parameter in known.items():
        is_missed = name not in documented and parameter.needs_entry
        if documented and is_missed and not name.startswith("_"):
            message = f'the parameter "{parameter.display}" is not documented; add an entry'
            yield Problem("missing-param", name, message)


def _star_problems(docstring: Docstring, known: dict[str, Parameter]) -> Iterator[Problem]:
    for entry in docstring.params:
        parameter = known.get(_bare(entry))
        # Sphinx fields are mostly written without stars, which reST would read as emphasis, and
        # other languages have none.
        allowed = () if docstring.style in STARRED else (_bare(entry),)
        if parameter and entry.name not in (parameter.display, *allowed):
            message = f'"{entry.name}" is "{parameter.display}" in the signature; write it so'
            yield Problem("param-stars", parameter.name, message)


def _order_problems(docstring: Docstring, signature: Signature) -> Iterator[Problem]:
    order = [parameter.name for parameter in signature.parameters]
    at = [order.index(_bare(entry)) for entry in docstring.params if _bare(entry) in order]
    for before, after in pairwise(at):
        if after < before:
            message = (
                f'"{order[after]}" is documented after "{order[before]}" but comes before it in '
                "the signature; put the entries in its order"
            )
            yield Problem("param-order", order[after], message)
            return


def _result_problems(docstring: Docstring, signature: Signature) -> Iterator[Problem]:
    if docstring.returns and not _may_return(docstring.returns, signature):
        if signature.yields and docstring.style not in _ONE_RESULT:
            message = "a generator yields; document its values under yields, not returns"
            yield Problem("returns-for-yields", "returns", message)
        elif not signature.yields:
            message = "the function returns nothing; remove what is said of its result"
            yield Problem("unknown-returns", "returns", message)
    if docstring.yields and not _may_yield(signature):
        message = "the function is no generator; remove what is said of yielded values"
        yield Problem("unknown-yields", "yields", message)


def _raises_problems(docstring: Docstring, signature: Signature) -> Iterator[Problem]:
    for entry, count in Counter(docstring.raises).items():
        if count > 1:
            message = f'the exception "{entry.name}" has {count} equal entries; keep one'
            yield Problem("repeated-raises", entry.name, message)
    documented = {last_part(entry.name) for entry in docstring.raises}
    for name in signature.raises if documented else ():
        if last_part(name) not in documented:
            message = f'the body raises "{name}", which is not documented; add an entry'
            yield Problem("missing-raises", name, message)


def last_part(name: str) -> str:
    """Give a name without what qualifies it, in any language's way."""
    return _SEPARATOR.split(name)[-1]


def _bound_results(docstring: Docstring, signature: Signature) -> tuple[Entry | None, Entry | None]:
    returns, yields = docstring.returns, docstring.yields
    returned = returns if returns and _may_return(returns, signature) else None
    yielded = yields if _may_yield(signature) else None
    if signature.yields and not yielded and not returned:
        yielded = returns
    elif signature.returns_value and not returned and not yielded:
        returned = yields
    return returned, yielded
