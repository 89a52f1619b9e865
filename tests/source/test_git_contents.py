import subprocess
from pathlib import Path

import pytest

from batdoc.source.errors import InputError
from batdoc.source.git import contents_at


def git(root: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", root, *identity, *arguments], check=True, capture_output=True)


def commit(root: Path, **files: str) -> None:
    for name, text in files.items():
        (root / f"{name}.py").write_text(text)
    git(root, "add", ".")
    git(root, "commit", "-q", "--no-verify", "-m", "x")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path, a="one\n", b="")
    return tmp_path


def test_files_come_as_they_were(repo: Path):
    git(repo, "tag", "v1")
    commit(repo, a="two\n", c="new\n")
    (repo / "a.py").write_text("three\n")
    assert contents_at(repo, "v1", ["a.py", "c.py", "b.py"]) == {"a.py": b"one\n", "b.py": b""}
    assert contents_at(repo, "HEAD", ["a.py", "gone.py"]) == {"a.py": b"two\n"}


def test_what_counts_is_where_the_work_parted(repo: Path):
    git(repo, "checkout", "-q", "-b", "work")
    git(repo, "checkout", "-q", "main")
    commit(repo, a="main went on\n")
    git(repo, "checkout", "-q", "work")
    assert contents_at(repo, "main", ["a.py"]) == {"a.py": b"one\n"}


def test_a_revision_that_shares_no_history_is_taken_as_it_is(repo: Path):
    git(repo, "checkout", "-q", "--orphan", "other")
    commit(repo, a="other\n")
    assert contents_at(repo, "main", ["a.py"]) == {"a.py": b"one\n"}


def test_odd_names_are_found(repo: Path):
    (repo / "é b.py").write_text("odd\n")
    commit(repo)
    assert contents_at(repo, "HEAD", ["é b.py", "a\nb.py", "."]) == {"é b.py": b"odd\n"}


@pytest.mark.parametrize("revision", ["nowhere", "--help", "HEAD:a.py", ""])
def test_what_is_no_revision_is_refused(repo: Path, revision: str):
    with pytest.raises(InputError, match="git knows no revision"):
        contents_at(repo, revision, ["a.py"])


def test_converters_of_a_repository_are_never_run(repo: Path, tmp_path: Path):
    ran = tmp_path / "was-run"
    (repo / ".gitattributes").write_text("*.py diff=evil filter=evil\n")
    git(repo, "config", "diff.evil.textconv", f"touch {ran}; cat")
    git(repo, "config", "filter.evil.smudge", f"touch {ran}; cat")
    assert contents_at(repo, "HEAD", ["a.py"]) == {"a.py": b"one\n"}
    assert not ran.exists()
