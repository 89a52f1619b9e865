from pathlib import Path

from batdoc.source.git import source_files
from batdoc.trainer.demo import copy_package, one_diff


def test_the_copy_is_a_repository_of_its_own(tmp_path: Path) -> None:
    package = tmp_path / "package"
    (package / "__pycache__").mkdir(parents=True)
    (package / "a.py").write_text("x = 1\n")
    (package / "__pycache__" / "b.py").write_text("x = 1\n")
    folder = tmp_path / "demo"
    (folder / "old").mkdir(parents=True)
    copy_package(package, folder, folder / "package")
    assert source_files(folder / "package") == [folder / "package" / "a.py"]
    assert not (folder / "old").exists()


def test_the_shortest_telling_diff_is_shown(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    for folder, lines in ((before, 0), (after, 1)):
        folder.mkdir()
        (folder / "same.py").write_text("x = 1\n")
        (folder / "few.py").write_text("x = 1\n" + "# one\n" * lines)
        (folder / "some.py").write_text("x = 1\n" + "# two\n" * lines * 4)
        (folder / "many.py").write_text("x = 1\n" + "# three\n" * lines * 9)
    diff = one_diff(before, after)
    assert "+++ b/some.py" in diff
    assert diff.count("+# two") == 4
    assert one_diff(before, before) == "\nno docstring was written"
