import os
import subprocess
from pathlib import Path

import pytest

from batdoc.source.git import repo_root, source_files


def fill(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", root, *arguments], check=True, capture_output=True)


def names(root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in source_files(root)]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    root.mkdir()
    git(root, "init", "-q")
    return root


def test_tracked_and_new_files_are_listed_and_ignored_ones_are_not(repo: Path):
    fill(repo, "a.py", "build/tracked.py", "ignored.py", "new/é b.py", "notes.txt", "s.pyi")
    (repo / ".gitignore").write_text("ignored.py\n")
    git(repo, "add", "a.py", "-f", "build/tracked.py")
    assert names(repo) == ["a.py", "build/tracked.py", "new/é b.py", "s.pyi"]


def test_untracked_environments_and_outputs_are_left_out(repo: Path):
    fill(repo, "a.py", "my-env/pyvenv.cfg", "my-env/lib/b.py", "build/c.py", ".hidden/d.py")
    assert names(repo) == ["a.py"]


def test_other_peoples_code_is_left_out_though_it_is_tracked(repo: Path):
    fill(
        repo, "a.py", "vendor/b.py", "pkg/third_party/c/d.py", "pkg/vendor.py", "node_modules/e.js"
    )
    git(repo, "add", "-f", ".")
    assert names(repo) == ["a.py", "pkg/vendor.py"]
    assert source_files(repo / "vendor") == [repo / "vendor" / "b.py"]


def test_files_of_every_language_are_listed(tmp_path: Path):
    fill(tmp_path, "a.go", "b.RS", "c.tsx", "d.h", "e.txt")
    assert names(tmp_path) == ["a.go", "b.RS", "c.tsx", "d.h"]


def test_deleted_files_and_links_are_left_out(repo: Path):
    fill(repo, "a.py", "gone.py")
    git(repo, "add", ".")
    (repo / "gone.py").unlink()
    (repo / "link.py").symlink_to("a.py")
    (repo / "loop").symlink_to(".")
    assert names(repo) == ["a.py"]


def test_a_folder_of_a_work_tree_lists_itself_alone(repo: Path):
    fill(repo, "a.py", "sub/b.py")
    git(repo, "add", ".")
    assert source_files(repo / "sub") == [repo / "sub" / "b.py"]


def test_a_hooks_variables_do_not_lead_to_another_repository(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    fill(repo, "a.py")
    git(repo, "add", ".")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert names(repo) == ["a.py"]


def test_a_repositorys_own_monitor_is_never_run(repo: Path, tmp_path: Path):
    fill(repo, "a.py")
    git(repo, "add", ".")
    monitor = repo / "monitor.sh"
    monitor.write_text(f"#!/bin/sh\ntouch '{tmp_path / 'was-run'}'\n")
    monitor.chmod(0o755)
    git(repo, "config", "core.fsmonitor", str(monitor))
    assert names(repo) == ["a.py"]
    assert not (tmp_path / "was-run").exists()


def test_without_git_a_walk_leaves_out_what_is_no_source(tmp_path: Path):
    fill(
        tmp_path,
        "a.py",
        "pkg/b.py",
        "node_modules/c.py",
        "pkg/__pycache__/d.py",
        ".tox/e.py",
        "dist/f.py",
        "py/pyvenv.cfg",
        "py/lib/g.py",
    )
    (tmp_path / "pkg" / "loop").symlink_to(tmp_path)
    assert names(tmp_path) == ["a.py", "pkg/b.py"]


def test_a_folder_that_is_broken_as_a_repository_is_walked(tmp_path: Path):
    fill(tmp_path, ".git/HEAD", "a.py")
    assert names(tmp_path) == ["a.py"]


def test_a_missing_git_program_leads_to_the_walk(repo: Path, monkeypatch: pytest.MonkeyPatch):
    fill(repo, "a.py", ".hidden/b.py")
    monkeypatch.setenv("PATH", os.devnull)
    assert names(repo) == ["a.py"]


def test_a_link_to_itself_is_in_no_repository_and_no_source(tmp_path: Path):
    (tmp_path / "loop.py").symlink_to("loop.py")
    assert repo_root(tmp_path / "loop.py") != tmp_path
    assert names(tmp_path) == []


def test_the_root_is_found_from_a_file_inside(repo: Path, tmp_path: Path):
    fill(repo, "sub/a.py")
    assert repo_root(repo / "sub" / "a.py") == repo.resolve()
    assert repo_root(tmp_path) != repo.resolve()
