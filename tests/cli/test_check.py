import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
BAD = '''\
def area(width, height):
    """Measure a field.

    Args:
        width: In metres.
    """
    return width * height


def bare():
    do()
'''
MISSING = 'a.py:1: BD202 area: the parameter "height" is not documented; add an entry\n'
BARE = "a.py:10: BD101 bare: the function has no docstring; write one\n"


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_text(BAD)
    return path


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", root, *identity, *arguments], check=True, capture_output=True)


def test_findings_are_listed_and_nothing_is_written(batdoc, bad: Path):
    result = batdoc("check", "a.py")
    assert (result.exit_code, result.stdout) == (1, MISSING + BARE)
    assert result.stderr == "1 file checked, 2 findings, 50% of 2 documented\n"
    assert bad.read_text() == BAD


def test_a_clean_folder_is_silent(batdoc, tmp_path: Path):
    (tmp_path / "a.py").write_text('def f():\n    """Do it."""\n')
    result = batdoc("check", "-q", ".")
    assert (result.exit_code, result.output) == (0, "")


def test_checking_loads_neither_models_nor_numbers(bad: Path):
    code = (
        "import sys; from batdoc.cli.main import main\n"
        "main(['check', 'a.py'], standalone_mode=False)\n"
        "heavy = ('numpy', 'llama_cpp', 'torch', 'gguf', 'batdoc.models')\n"
        "print([name for name in sys.modules if name.startswith(heavy)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=bad.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith(BARE + "[]\n")


def test_batdocs_own_docstrings_are_right(batdoc):
    folders = [str(ROOT / name) for name in ("cli", "lsp_server", "models", "source", "trainer")]
    result = batdoc("check", *folders)
    assert (result.exit_code, result.stdout) == (0, "")
    assert " 100% of " in result.stderr


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--select", "BD1"], BARE),
        (["--select", "bd1,BD202"], MISSING + BARE),
        (["--ignore", "BD1"], MISSING),
        (["--select", "BD2", "--ignore", "BD202"], ""),
    ],
)
def test_rules_can_be_chosen(batdoc, bad: Path, options: list[str], expected: str):
    result = batdoc("check", "a.py", *options)
    assert (result.exit_code, result.stdout) == (1 if expected else 0, expected)


def test_settings_choose_rules_and_options_take_their_place(batdoc, bad: Path):
    bad.with_name("pyproject.toml").write_text('[tool.batdoc]\nignore = ["BD1"]\n')
    assert batdoc("check", ".").stdout == MISSING
    assert batdoc("check", ".", "--ignore", "BD2").stdout == BARE


def test_private_names_are_expected_on_request_and_checked_in_any_case(batdoc, tmp_path: Path):
    (tmp_path / "a.py").write_text(BAD.replace("area", "_area").replace("bare", "_bare"))
    assert "BD202 _area" in batdoc("check", ".").stdout
    assert "_bare" not in batdoc("check", ".").stdout
    assert "BD101 _bare" in batdoc("check", ".", "--private").stdout


def test_files_that_cannot_be_used_do_not_end_the_run(batdoc, bad: Path):
    bad.with_name("b.py").write_text("def (:\n")
    result = batdoc("check", "b.py", "gone.py", "a.py")
    assert (result.exit_code, result.stdout) == (2, MISSING + BARE)
    assert "batdoc: b.py cannot be parsed: line 1" in result.stderr
    assert "batdoc: gone.py does not exist; check the path\n" in result.stderr
    assert result.stderr.endswith("documented, 2 files could not be used\n")


@pytest.mark.parametrize(
    "options",
    [
        ["--select", "E501"],
        ["--ignore", "BD9"],
        ["--update-baseline"],
        ["--update-baseline", "--baseline", "b.json", "--changed-since", "HEAD"],
        ["--statistics", "--format", "json"],
        ["--fail-under", "101"],
    ],
)
def test_options_that_make_no_sense_are_usage_errors(batdoc, bad: Path, options: list[str]):
    result = batdoc("check", "a.py", *options)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr
    assert not bad.with_name("b.json").exists()


def test_statistics_count_by_rule(batdoc, bad: Path):
    bad.with_name("b.py").write_text("def f(): do()\n")
    result = batdoc("check", ".", "--statistics")
    assert result.stdout == ("     2  BD101  undocumented-function\n     1  BD202  missing-param\n")
    assert result.exit_code == 1


def test_a_baseline_lets_only_new_findings_through(batdoc, bad: Path):
    baseline = ["--baseline", "known.json"]
    result = batdoc("check", ".", *baseline, "--update-baseline")
    assert (result.exit_code, result.stdout) == (0, "")
    bad.write_text("import os\n\n\n" + BAD + "\n\ndef new():\n    do()\n")
    result = batdoc("check", ".", *baseline)
    assert result.stdout == "a.py:17: BD101 new: the function has no docstring; write one\n"
    before = bad.with_name("known.json").read_bytes()
    bad.write_text(BAD.replace("def bare():", "def bare():  # noqa"))
    batdoc("check", ".", *baseline, "--update-baseline")
    assert len(bad.with_name("known.json").read_bytes()) < len(before)


def test_a_baseline_that_is_not_there_or_is_none_is_an_error(batdoc, bad: Path):
    assert batdoc("check", ".", "--baseline", "known.json").exit_code == 2
    bad.with_name("known.json").write_text("{}")
    result = batdoc("check", ".", "--baseline", "known.json", "--update-baseline")
    assert (result.exit_code, result.stdout) == (2, "")
    assert bad.with_name("known.json").read_text() == "{}"


def test_only_what_changed_is_told(batdoc, bad: Path):
    git(bad.parent, "init", "-q")
    git(bad.parent, "add", ".")
    git(bad.parent, "commit", "-q", "--no-verify", "-m", "x")
    assert batdoc("check", ".", "--changed-since", "HEAD").exit_code == 0
    bad.write_text("import os\n\n\n" + BAD.replace("do()", "do(2)"))
    bad.with_name("b.py").write_text("def f(): do()\n")
    result = batdoc("check", ".", "--changed-since", "HEAD")
    assert [line.split(" ")[2] for line in result.stdout.splitlines()] == ["bare:", "f:"]
    assert result.stderr == "2 files checked, 2 findings, 0% of 2 documented\n"


def test_what_git_cannot_tell_is_an_error(batdoc, bad: Path):
    assert "is in no git work tree" in batdoc("check", ".", "--changed-since", "HEAD").stderr
    git(bad.parent, "init", "-q")
    result = batdoc("check", ".", "--changed-since", "v9")
    assert (result.exit_code, result.stdout) == (2, "")
    assert 'git knows no revision "v9"' in result.stderr


@pytest.mark.parametrize(("least", "exit_code"), [("50", 0), ("50.1", 1), ("100", 1)])
def test_the_documented_share_must_hold(batdoc, bad: Path, least: str, exit_code: int):
    result = batdoc("check", ".", "--ignore", "BD", "--fail-under", least)
    assert result.exit_code == exit_code
    told = f"batdoc: 50% is documented, less than {least}%\n" in result.stderr
    assert told is bool(exit_code)


def test_json_holds_findings_and_counts(batdoc, bad: Path):
    result = json.loads(batdoc("check", ".", "--format", "json").stdout)
    findings = result.pop("findings")
    assert result == {"files": 1, "failed": 0, "expected": 2, "documented": 1}
    assert findings[0] == {
        "code": "BD202",
        "rule": "missing-param",
        "path": "a.py",
        "line": 1,
        "name": "area",
        "subject": "height",
        "message": 'the parameter "height" is not documented; add an entry',
    }
    assert len(findings) == 2


def test_sarif_has_what_viewers_need(batdoc, bad: Path):
    folder = bad.parent / "my pkg"
    folder.mkdir()
    bad.rename(folder / "a.py")
    log = json.loads(batdoc("check", ".", "--format", "sarif").stdout)
    (run,) = log["runs"]
    result = run["results"][0]
    place = result["locations"][0]["physicalLocation"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (log["version"], result["level"]) == ("2.1.0", "warning")
    assert result["ruleId"] == rule["id"] == "BD202"
    assert place["artifactLocation"] == {"uri": "my%20pkg/a.py"}
    assert place["region"] == {"startLine": 1}
    assert result["message"]["text"].startswith("area: the parameter")


def test_fingerprints_of_sarif_do_not_depend_on_lines(batdoc, bad: Path):
    def fingerprints() -> list[str]:
        (run,) = json.loads(batdoc("check", ".", "--format", "sarif").stdout)["runs"]
        return [result["partialFingerprints"]["batdoc/v1"] for result in run["results"]]

    before = fingerprints()
    bad.write_text("\n\n" + BAD)
    assert fingerprints() == before
    assert len(set(before)) == 2


def test_github_gets_annotations(batdoc, bad: Path):
    bad.rename(bad.with_name("50%,a.py"))
    assert batdoc("check", ".", "--format", "github").stdout.splitlines()[1] == (
        "::error file=50%25%2Ca.py,line=10,title=BD101 undocumented-function"
        "::bare: the function has no docstring; write one"
    )


def test_the_badge_is_a_picture_of_the_share(batdoc, bad: Path):
    picture = bad.with_name("badge.svg")
    for _ in range(2):
        assert batdoc("check", ".", "--badge", "badge.svg").exit_code == 1
    title = ElementTree.fromstring(picture.read_text()).find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text == "documented: 50%"
    bad.write_text('def f():\n    """Do it."""\n')
    assert batdoc("check", ".", "--badge", "badge.svg").exit_code == 0
    assert "documented: 100%" in picture.read_text()
    assert batdoc("check", ".", "--badge", "no/badge.svg").exit_code == 2


def test_only_all_is_a_hundred_percent(batdoc, tmp_path: Path):
    documented = 'def f():\n    """Do it."""\n' * 1999
    (tmp_path / "a.py").write_text(documented + "def g(): do()\n")
    assert "99.9% of 2000 documented" in batdoc("check", ".").stderr


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux only")
@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_a_name_that_is_no_text_is_told_all_the_same(batdoc, bad: Path, form: str):
    bad.rename(bad.with_name(os.fsdecode(b"\xff.py")))
    result = batdoc("check", ".", "--format", form)
    assert result.exit_code == 1
    assert "BD202" in result.stdout
    known = ["--baseline", "known.json"]
    assert batdoc("check", ".", *known, "--update-baseline").exit_code == 0
    assert batdoc("check", ".", *known).exit_code == 0


def test_git_that_cannot_be_run_is_said(batdoc, bad: Path, monkeypatch):
    git(bad.parent, "init", "-q")
    monkeypatch.setenv("PATH", os.devnull)
    result = batdoc("check", ".", "--changed-since", "HEAD")
    message = "batdoc: git cannot be run; install it, or leave --changed-since out\n"
    assert (result.exit_code, result.stderr) == (2, message)
