import os
import subprocess
import sys
from pathlib import Path

import pytest

from batdoc.trainer.config import Asked, default_config
from batdoc.trainer.plan import Plan


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    Plan("/shop", "first", "start", "digest", False, default_config(0, Asked(steps=3))).save(folder)
    return folder


def test_the_page_is_written_and_its_path_printed(batdoc, run: Path) -> None:
    shown = batdoc("report", "run", "--no-open")
    assert shown.exit_code == 0
    assert shown.stdout == "run/report.html\n"
    assert "Not finished" in (run / "report.html").read_text("utf-8")


def test_a_folder_without_a_run(batdoc, tmp_path: Path) -> None:
    assert batdoc("report", "nowhere").exit_code == 2
    (tmp_path / "empty").mkdir()
    refused = batdoc("report", "empty")
    assert refused.exit_code == 2
    assert "empty holds no run" in refused.stderr
    assert not (tmp_path / "empty" / "report.html").exists()


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="displays are named on Linux alone")
@pytest.mark.parametrize(("display", "is_opened"), [(":0", True), ("", False)])
def test_a_browser_opens_where_there_is_a_display(
    run: Path, tmp_path: Path, display: str, is_opened: bool
) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
    browser.chmod(0o755)
    environment = {k: v for k, v in os.environ.items() if k != "WAYLAND_DISPLAY"}
    environment |= {"BROWSER": f"{browser} %s", "DISPLAY": display}
    code = "from batdoc.cli.main import main; main()"
    subprocess.run([sys.executable, "-c", code, "report", str(run)], env=environment, check=True)
    opened = tmp_path / "opened"
    assert opened.exists() is is_opened
    if is_opened:
        assert opened.read_text().strip() == (run / "report.html").as_uri()
