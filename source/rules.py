"""What should be documented and is not; needs no model."""

from collections.abc import Iterable

from batdoc.source.units import CodeUnit


def undocumented(units: Iterable[CodeUnit], include_private: bool) -> list[CodeUnit]:
    """Pick the units that a reader would expect documentation on, and that have none.

    Overloads, property setters, functions inside functions and dunder methods (which their class
    documents) are never expected to have any.

    Args:
        units: All of a file.
        include_private: Also those whose name, or whose class's name, starts with an underscore.
    """
    return [
        unit
        for unit in units
        if not (unit.docstring or "").strip()
        and not (unit.is_overload or unit.is_nested or _is_dunder(unit.name))
        and (include_private or not unit.is_private)
    ]


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
