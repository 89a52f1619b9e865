"""What a docstring says that its code denies, left to what is certain.

`Docstring.problems` compares with a signature and is strict, as suits what a model wrote. What a
person wrote is called wrong only where the code leaves no doubt.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from batdoc.source.defaults import default_problems
from batdoc.source.docstring import Docstring, Entry, Problem, last_part
from batdoc.source.evidence import Evidence, Witness, witness
from batdoc.source.mentions import awaits, is_template, tells_of
from batdoc.source.outline import Outline
from batdoc.source.signature import ParameterKind
from batdoc.source.styles import is_plainly_prose, parse
from batdoc.source.units import UnitKind

_PARAMS = ("unknown-param", "missing-param", "param-order", "param-stars", "wrong-default")
_VARIADIC = (ParameterKind.VARIADIC, ParameterKind.KEYWORD_VARIADIC)
_RESULTS = ("unknown-returns", "unknown-yields", "returns-for-yields", "wrong-await")
_ITERATES = re.compile(r"\b(?:async[ ]?)?(?:iterator|iterable|generator)s?\b", re.IGNORECASE)
_NOTHING = re.compile(r"\s*(?:none|nothing|never|noreturn)\b", re.IGNORECASE)
_SCALARS = ("bool", "int", "float", "complex", "None")
_INTERNAL = "AssertionError"


def drift(unit: Outline, around: Mapping[str, Outline]) -> tuple[Problem, ...]:
    """Give what is certainly wrong in a unit's docstring.

    Args:
        unit: Documented.
        around: The units of its file by qualified name.
    """
    problems = [*_await_problems(unit)]
    if not problems and is_plainly_prose(unit.docstring or "", unit.language):
        return ()
    docstring = parse(unit.docstring or "", language=unit.language)
    if not docstring.is_prose:  # else no signature denies it, and to read one takes time
        problems += docstring.problems(unit.signature)
        problems += default_problems(docstring, unit.signature)
    if not problems:
        return ()
    case = _Case(unit, docstring, around, witness(unit.language))
    return tuple(problem for problem in problems if case.is_certain(problem))


def _await_problems(unit: Outline) -> Iterator[Problem]:
    """Give a `wrong-await` where Python would refuse what an example shows."""
    is_shown = unit.language == "python" and awaits(unit.docstring or "", unit.name)
    if is_shown and not unit.signature.is_async:
        message = f'an example awaits "{unit.name}", which gives nothing to await; call it plainly'
        yield Problem("wrong-await", unit.name, message)


class _Case:
    """One docstring, and the evidence for and against what it says."""

    def __init__(
        self,
        unit: Outline,
        docstring: Docstring,
        around: Mapping[str, Outline],
        witness_: Witness,
    ) -> None:
        self._unit = unit
        self._text = unit.docstring or ""
        self._docstring = docstring
        self._around = around
        self._witness = witness_
        self._evidence: Evidence = witness_.evidence(unit)

    def is_certain(self, problem: Problem) -> bool:
        """Tell whether a problem is one beyond doubt."""
        if problem.code == "keyword-param":
            return False
        if problem.code in _PARAMS and not self._shows_parameters(problem):
            return False
        if problem.code in _RESULTS and not self._shows_results():
            return False
        judge = _JUDGES.get(problem.code)
        return judge is None or judge(self, problem)

    def _shows_parameters(self, problem: Problem) -> bool:
        """Tell whether the parameters that are documented here are those of the signature.

        A property's are those of what it returns. A class's are inherited or generated, unless it
        has an `__init__` and no `__new__`; an instance that can be called may document that call.
        """
        if self._unit.kind is UnitKind.PROPERTY:
            return False
        if self._unit.kind is not UnitKind.CLASS:
            return True
        call = self._member("__call__")
        called = {p.name for p in call.signature.parameters} if call else set()
        has_own = self._member("__init__") is not None and self._member("__new__") is None
        return has_own and problem.subject not in called

    def _shows_results(self) -> bool:
        """Tell whether what callers get is what the body returns; a class says nothing of it."""
        is_class = self._unit.kind is UnitKind.CLASS
        return not (is_class or self._evidence.is_wrapped or self._evidence.is_open)

    def _member(self, name: str) -> Outline | None:
        return self._around.get(f"{self._unit.qualified_name}.{name}")

    def is_missed(self, problem: Problem) -> bool:
        """Tell whether a parameter without an entry should have one.

        Not where a tool fills the docstring in later, where words tell of it all the same, nor
        where entries of single arguments stand for a parameter with stars.
        """
        name = problem.subject
        if name in self._evidence.implicit or is_template(self._text) or tells_of(self._text, name):
            return False
        parameters = {p.name: p for p in self._unit.signature.parameters}
        entries = {entry.name.lstrip("*") for entry in self._docstring.params}
        return not (parameters[name].kind in _VARIADIC and entries - set(parameters))

    def returns_nothing(self, _: Problem) -> bool:
        """Tell whether a documented result cannot be, nor means that there is none."""
        return not _matches(_NOTHING, self._docstring.returns)

    def yields_nothing(self, _: Problem) -> bool:
        """Tell whether no values can come; a function may return an iterator from elsewhere."""
        signature = self._unit.signature
        return not signature.returns_value or signature.returns in _SCALARS

    def awaits_nothing(self, _: Problem) -> bool:
        """Tell whether no call gives anything to await; a plain function may return a coroutine."""
        signature = self._unit.signature
        gives_something = signature.returns_value or signature.may_return
        return not gives_something or signature.returns in _SCALARS

    def mistakes_yields(self, _: Problem) -> bool:
        """Tell whether yielded values are called returned; that an iterator is, is true."""
        is_iterator = _mentions(_ITERATES, self._docstring.returns)
        return not (is_iterator or self._evidence.returns_value)

    def is_raised(self, problem: Problem) -> bool:
        """Tell whether an exception leaves the body, and no entry or word of the text covers it."""
        name = last_part(problem.subject)
        if name not in self._evidence.escaping or is_template(self._text) or name in self._text:
            return False
        if name == _INTERNAL or (self._evidence.is_abstract and name == "NotImplementedError"):
            return False
        documented = (last_part(entry.name) for entry in self._docstring.raises)
        # `FrobJSONDecodeError` is JSONDecodeError by another name, or a kind of it.
        return not any(
            name.endswith(general) or self._witness.is_kind_of(name, general)
            for general in documented
        )

    def begins_badly(self, _: Problem) -> bool:
        """Tell whether a summary is missed; of a dunder method, its class is enough.

        A comment may hold tags alone: `/** @return the size */` says all there is to say.
        """
        starts_otherwise = self._text.lstrip().startswith((">>>", ".. "))
        has_words = bool(self._docstring.body.strip())
        if self._unit.language != "python" and (has_words or self._has_entries()):
            return False
        return not self._unit.name.startswith("__") and (starts_otherwise or not has_words)

    def _has_entries(self) -> bool:
        docstring = self._docstring
        return bool(docstring.params or docstring.returns or docstring.raises)


_JUDGES: Mapping[str, Callable[[_Case, Problem], bool]] = {
    "missing-param": _Case.is_missed,
    "unknown-returns": _Case.returns_nothing,
    "unknown-yields": _Case.yields_nothing,
    "returns-for-yields": _Case.mistakes_yields,
    "wrong-await": _Case.awaits_nothing,
    "missing-raises": _Case.is_raised,
    "empty-summary": _Case.begins_badly,
}


def _matches(pattern: re.Pattern[str], entry: Entry | None) -> bool:
    return entry is not None and any(pattern.match(text or "") for text in (entry.type, entry.text))


def _mentions(pattern: re.Pattern[str], entry: Entry | None) -> bool:
    spelled = (entry.name, entry.type, entry.text) if entry else ()
    return any(pattern.search(text or "") for text in spelled)
