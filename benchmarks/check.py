"""How fast `batdoc check` is beside interrogate and docstr-coverage: one JSON line.

Data: the standard library of the Python that runs this. Files that crash one of the other tools
(not UTF-8, or no valid Python) are left out. Each round runs every command once, so that all meet
the same noise; ratios are medians over rounds, above 1 where batdoc is faster.

`python benchmarks/check.py [--rivals FOLDER] [--rounds 3] [--scale]`

FOLDER holds the commands of an environment with interrogate 1.7.0 and docstr-coverage 2.3.2;
without it they are looked for on PATH. `--scale` also checks trees of one, two and four copies.
"""

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import warnings
from pathlib import Path
from statistics import median

import psutil

_NOT_STDLIB = {"site-packages", "dist-packages", "__pycache__"}
_RIVALS = {"interrogate": ("-q",), "docstr-coverage": ()}
_BATDOC = str(Path(sys.executable).with_name("batdoc"))
# What pip installs is compiled once; a checkout must not be compiled again in every run.
_INSTALLED = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
_PAUSE = 0.02  # seconds between two looks at a process's memory


def main() -> None:
    """Measure and print."""
    options = _options()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tree = folder / "tree"
        count = _copy_standard_library(tree)
        result: dict[str, object] = {"benchmark": "check", "files": count, "rounds": options.rounds}
        result |= _compare(tree, folder / "data", options)
        if options.scale:
            result["scale"] = _scale(tree, folder)
    print(json.dumps(result))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rivals", type=Path, help="folder of their commands")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", action="store_true")
    return parser.parse_args()


def _copy_standard_library(tree: Path) -> int:
    source, count = Path(sysconfig.get_path("stdlib")), 0
    for path in sorted(source.rglob("*.py")):
        name = path.relative_to(source)
        if _NOT_STDLIB.isdisjoint(name.parts) and _is_for_all(path):
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, tree / name)
            count += 1
    return count


def _is_for_all(path: Path) -> bool:
    """Tell whether every tool can read a file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            path.read_text(encoding="utf-8")
            ast.parse(path.read_bytes())  # whose coding line may name something else
    except (SyntaxError, ValueError):
        return False
    return True


def _compare(tree: Path, data: Path, options: argparse.Namespace) -> dict[str, object]:
    folder = str(options.rivals) if options.rivals else None
    found = {name: shutil.which(name, path=folder) for name in _RIVALS}
    rivals = {name: [command, *_RIVALS[name]] for name, command in found.items() if command}
    batdoc = [_BATDOC, "check", "-q"]
    seconds: dict[str, list[float]] = {}
    _run([*batdoc, "."], tree, data)  # compiles what it loads
    for _ in range(options.rounds):
        shutil.rmtree(data, ignore_errors=True)
        for name, command in {**rivals, "cold": batdoc, "warm": batdoc}.items():
            seconds.setdefault(name, []).append(_run([*command, "."], tree, data))
    middle = {name: round(median(each), 3) for name, each in seconds.items()}
    ratios = {
        f"{state} against {rival}": round(
            median(one / other for one, other in zip(seconds[rival], seconds[state], strict=True)),
            2,
        )
        for state in ("cold", "warm")
        for rival in rivals
    }
    absent = sorted(_RIVALS.keys() - rivals)  # pip install them, and name their folder
    return {
        "seconds": middle,
        "ratios": ratios,
        "absent": absent,
        "most_megabytes": _memory([*batdoc, "--no-cache", "."], tree, data),
    }


def _run(command: list[str], folder: Path, data: Path) -> float:
    """Run a command; give its seconds."""
    start = time.perf_counter()
    with _started(command, folder, data) as process:
        process.wait()
    took = time.perf_counter() - start
    if process.returncode not in (0, 1):  # 1: it found something
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return took


def _memory(command: list[str], folder: Path, data: Path) -> int:
    """Give the most megabytes that a command and its children held at once.

    Pages that processes share are counted once for each. To look takes time, so that a run is
    either measured for this or timed.
    """
    most = 0
    with _started(command, folder, data) as process:
        while process.poll() is None:
            most = max(most, _held(process.pid))
            time.sleep(_PAUSE)
    return round(most / 1e6)


def _started(command: list[str], folder: Path, data: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=folder,
        env=_INSTALLED | {"BATDOC_DATA": str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _held(pid: int) -> int:
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return sum(each.memory_info().rss for each in family)
    except psutil.Error:
        return 0


def _scale(tree: Path, folder: Path) -> list[dict[str, float]]:
    """Check ever more copies, nothing remembered: seconds for a thousand functions each."""
    whole, points = folder / "copies", []
    for copies in (1, 2, 4):
        for number in range(copies):
            if not (whole / str(number)).exists():
                shutil.copytree(tree, whole / str(number))
        command = [_BATDOC, "check", "--no-cache", "--statistics", "."]
        took = _run(command, whole, folder / "data")
        functions = copies * _count(tree)
        points.append(
            {
                "functions": functions,
                "seconds": round(took, 2),
                "milliseconds_each": round(took / functions * 1000, 4),
                "most_megabytes": _memory(command, whole, folder / "data"),
            }
        )
    return points


def _count(tree: Path) -> int:
    return sum(path.read_text(encoding="utf-8").count("def ") for path in tree.rglob("*.py"))


if __name__ == "__main__":
    main()
