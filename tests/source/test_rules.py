from pathlib import Path

import pytest

from batdoc.source.check import check
from batdoc.source.files import decode_source
from batdoc.source.language import get_language
from batdoc.source.rules import RULES, choose, documentable, is_code, rule_for_missing, undocumented
from batdoc.source.survey import survey
from batdoc.source.units import UnitKind

SOURCE = b'''
def plain(): ...
def documented():
    """Do it."""
def blank():
    """ """
def _private(): ...
def outer():
    """Do it."""
    def inner(): ...
class Public:
    def __init__(self): ...
    def method(self): ...
    def _hidden(self): ...
    @property
    def size(self): ...
    @size.setter
    def size(self, value): ...
class _Private:
    def method(self): ...
@overload
def twice(a: int): ...
def twice(a): ...
'''
ALL = choose((), ())


def names(include_private: bool) -> list[str]:
    units = get_language("python").units(SOURCE)
    return [unit.qualified_name for unit in undocumented(units, include_private)]


def test_public_names_without_documentation_are_picked():
    assert names(False) == ["plain", "blank", "Public", "Public.method", "Public.size", "twice"]


def test_private_names_are_picked_on_request():
    more = set(names(True)) - set(names(False))
    assert more == {"_private", "Public._hidden", "_Private", "_Private.method"}


def test_what_is_documented_is_expected_to_be():
    units = get_language("python").units(SOURCE)
    expected = {unit.qualified_name for unit in documentable(units, False)}
    assert expected - set(names(False)) == {"documented", "outer"}


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if not rule.is_advice], ids=lambda rule: rule.code
)
def test_a_rule_and_no_other_finds_its_example(rule):
    found = survey(decode_source(Path("a.py"), rule.example.encode()), False)
    checked = check(found.file, found.language, found.units, ALL, False, lambda _: True)
    assert [finding.rule.code for finding in checked.findings] == [rule.code]
    assert rule.finds.endswith(".")
    assert rule.mend.endswith(".")


def test_codes_and_names_are_unique_and_in_order():
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(codes)


@pytest.mark.parametrize("kind", UnitKind)
def test_every_kind_of_unit_has_a_rule(kind):
    assert rule_for_missing(kind).code.startswith("BD10")


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        (("BD301", "BD4"), (), {"BD301", "BD401", "BD402"}),
        (("BD3",), ("BD301",), {"BD302", "BD303", "BD304"}),
        (("BD3",), ("BD",), set()),
    ],
)
def test_rules_are_chosen_by_what_their_codes_start_with(select, ignore, expected):
    assert choose(select, ignore) == expected


def test_without_a_choice_all_rules_hold():
    assert choose((), ()) == {rule.code for rule in RULES}


@pytest.mark.parametrize(
    ("code", "holds"), [("BD", True), ("BD101", True), ("E5", False), ("", False)]
)
def test_codes_are_told_from_other_words(code, holds):
    assert is_code(code) is holds
