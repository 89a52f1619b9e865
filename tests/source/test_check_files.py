import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from batdoc.source.cache import Cache
from batdoc.source.check_files import check_files
from batdoc.source.check_workers import found_in
from batdoc.source.errors import InputError
from batdoc.source.findings import Checked
from batdoc.source.rules import choose

ALL = choose((), ())
FILE = '''\
def area(width, height):
    """Measure a field.

    Args:
        width: In metres.
    """
    return width * height


def bare{number}():
    do()  # {filler}
'''
LONG = "x" * 20_000
WAITS = """
import sys
from pathlib import Path
from batdoc.cli.main import main
main(["check", "."])
"""


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache" / "check.sqlite3", print)


@pytest.fixture
def tree(tmp_path: Path) -> list[Path]:
    """As many files as it takes to give work to several processes."""
    paths = [tmp_path / "tree" / f"m{number:03}.py" for number in range(80)]
    paths[0].parent.mkdir()
    for number, path in enumerate(paths):
        path.write_text(FILE.format(number=number, filler=LONG))
    return paths


def results(paths: list[Path], cache: Cache | None = None) -> list[Checked | str]:
    found = check_files(paths, ALL, False, cache)
    return [str(each) if isinstance(each, InputError) else each for each in found]


def test_a_second_run_reads_the_first_ones_findings(tmp_path: Path, cache: Cache):
    path = tmp_path / "a.py"
    path.write_text(FILE.format(number=1, filler=""))
    first = results([path], cache)
    with_mark = cache.path.read_bytes().replace(b"add an entry", b"ADD AN ENTRY")
    cache.path.write_bytes(with_mark)
    (second,) = results([path], cache)
    assert isinstance(second, Checked)
    assert [finding.message.lower() for finding in second.findings] == [
        finding.message for each in first if isinstance(each, Checked) for finding in each.findings
    ]
    assert "ADD AN ENTRY" in second.findings[0].message


def test_rules_are_chosen_from_what_is_kept(tmp_path: Path, cache: Cache):
    path = tmp_path / "a.py"
    path.write_text(FILE.format(number=1, filler=""))
    results([path], cache)
    (checked,) = check_files([path], frozenset({"BD101"}), False, cache)
    assert isinstance(checked, Checked)
    assert [finding.rule.code for finding in checked.findings] == ["BD101"]


def test_what_findings_follow_from_is_what_they_are_kept_by(tmp_path: Path, cache: Cache):
    text = FILE.format(number=1, filler="").replace("bare", "_bare")
    path, copy, other = tmp_path / "a.py", tmp_path / "copy.py", tmp_path / "a.lua"
    path.write_text(text)
    copy.write_text(text)
    other.write_text(text)
    (checked, copied, refused) = results([path, copy, other], cache)
    assert isinstance(checked, Checked)
    assert isinstance(copied, Checked)
    assert {finding.path for finding in copied.findings} == {copy}
    assert "a.lua cannot be parsed" in str(refused)
    (private,) = check_files([path], ALL, True, cache)
    assert isinstance(private, Checked)
    assert len(private.findings) == len(checked.findings) + 1
    path.write_text(text.replace("        width: In metres.\n", "        depth: In metres.\n"))
    assert results([path], cache) != [checked]


def test_processes_find_what_one_does(tree: list[Path], cache: Cache):
    tree[40].write_text("def (:\n")
    tree[41].unlink()
    alone = [found for path in tree for found in found_in([path], False)]
    assert list(found_in(tree, False)) == alone
    assert results(tree, cache) == results(tree) == results(tree, cache)


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
@pytest.mark.parametrize("is_killed", [False, True])
def test_ctrl_c_and_death_end_a_check_and_its_processes(
    tree: list[Path], tmp_path: Path, is_killed: bool
):
    environment = os.environ | {"BATDOC_DATA": str(tmp_path / "data")}
    body = "".join(f"def f{number}(): pass\n" for number in range(4000))
    for path in tree:
        path.write_text(body)
    with subprocess.Popen(
        [sys.executable, "-c", WAITS],
        cwd=tree[0].parent,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as process:
        while not psutil.Process(process.pid).children():
            time.sleep(0.01)
        time.sleep(0.2)
        if is_killed:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert process.returncode == (-signal.SIGKILL if is_killed else 130)
    assert "Traceback" not in said
    for _ in range(200):
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError("a process was left behind")
