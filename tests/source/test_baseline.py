from pathlib import Path

import pytest

from batdoc.source.baseline import empty_baseline, read_baseline
from batdoc.source.check import Finding
from batdoc.source.errors import InputError
from batdoc.source.rules import RULE_NAMED


@pytest.fixture
def finding(tmp_path: Path) -> Finding:
    path = tmp_path / "pkg" / "a.py"
    path.parent.mkdir()
    path.touch()
    return Finding(RULE_NAMED["missing-param"], path, 3, "C.m", "timeout", "add it")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "baseline.json"


def test_what_is_known_is_not_new_wherever_it_stands(file: Path, finding: Finding):
    baseline = empty_baseline(file).updated([finding], [finding.path])
    assert not baseline.is_new(finding._replace(line=99, message="other words"))


@pytest.mark.parametrize(
    "other", [{"name": "C.n"}, {"subject": "delay"}, {"rule": RULE_NAMED["unknown-param"]}]
)
def test_what_differs_in_unit_rule_or_subject_is_new(file: Path, finding: Finding, other):
    baseline = empty_baseline(file).updated([finding], [finding.path])
    assert baseline.is_new(finding._replace(**other))


def test_a_file_of_findings_reads_back_and_is_sorted(file: Path, finding: Finding):
    bare = finding._replace(rule=RULE_NAMED["undocumented-method"], name="B.m", subject="")
    baseline = empty_baseline(file).updated([finding, bare], [finding.path])
    file.write_text(baseline.text())
    assert read_baseline(file) == baseline
    assert file.read_text() == (
        '{\n  "version": 1,\n  "findings": {\n    "pkg/a.py": {\n      "B.m": [\n'
        '        "BD102"\n      ],\n      "C.m": [\n        "BD202 timeout"\n      ]\n'
        "    }\n  }\n}\n"
    )


def test_an_update_forgets_what_was_mended_and_keeps_what_was_not_looked_at(
    file: Path, finding: Finding
):
    other = finding.path.with_name("b.py")
    other.touch()
    gone = finding.path.with_name("gone.py")
    before = empty_baseline(file).updated(
        [finding, finding._replace(path=other), finding._replace(path=gone)], []
    )
    after = before.updated([], [finding.path])
    assert {known.path for known in after.known} == {"pkg/b.py"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no baseline"),
        ("[]", "is no baseline"),
        ("{}", "is no baseline"),
        ('{"version": 1, "findings": []}', "is no baseline"),
        ('{"version": 2, "findings": {}}', "is of another version"),
    ],
)
def test_another_file_is_refused(file: Path, text: str, message: str):
    file.write_text(text)
    with pytest.raises(InputError, match=message):
        read_baseline(file)


def test_a_missing_file_is_refused(file: Path):
    with pytest.raises(InputError, match="write it with --update-baseline"):
        read_baseline(file)
