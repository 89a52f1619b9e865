"""The main job once through, on real input: `python -m batdoc.trainer.demo`.

The source of the installed click package, which the starter has never seen, is copied; a model is
trained on the copy and documents it. Every step is the command that a user would type.
"""

import argparse
import difflib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

_PACKAGE = "click"
_FEWEST_ADDED = 3  # lines that a diff worth showing adds


def main() -> int:
    """Run the demo; 2 if one of its commands failed."""
    parser = argparse.ArgumentParser(prog="python -m batdoc.trainer.demo", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("build/demo"), help="made anew")
    parser.add_argument("--model", help="what to start from [default: the starter]")
    options = parser.parse_args()
    source, repo, run = _package(), options.folder / _PACKAGE, options.folder / "run"
    copy_package(source, options.folder, repo)
    start = ["--model", options.model] if options.model else []
    failed = _batdoc("train", str(repo), "--output", str(run), *start)
    failed = failed or _batdoc("doc", str(repo), "--write", "--model", str(run))
    if failed:
        return failed
    _say(one_diff(source, repo))
    _say(
        f"\nWhat to type next, in a repository of yours:\n"
        f"  batdoc train .            train on it; the better model comes into use there\n"
        f"  batdoc doc .              see what it would write; --write writes it\n"
        f"  batdoc eval {run} --repo {repo}\n"
        f"  batdoc export {run} --output model.gguf --quantize q4_k_m\n"
    )
    return 0


def _package() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def copy_package(source: Path, folder: Path, repo: Path) -> None:
    """Copy the package into a repository of its own: the folder around it may ignore it."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, repo, ignore=shutil.ignore_patterns("__pycache__"))
    if git := shutil.which("git"):
        subprocess.run([git, "init", "--quiet", str(repo)], check=True)
    _say(f"copied {_PACKAGE} to {repo}")


def _batdoc(*arguments: str) -> int:
    """Run a command as a user would; 1 means findings, which is no failure, other codes give 2."""
    _say(f"\n$ batdoc {' '.join(arguments)}")
    command = [sys.executable, "-c", "from batdoc.cli.main import main; main()", *arguments]
    code = subprocess.run(command, check=False).returncode
    if code in (0, 1):
        return 0
    _say(f"the demo stops: batdoc {arguments[0]} ended with code {code}")
    return 2


def one_diff(before: Path, after: Path) -> str:
    """Give the shortest diff of a file that shows something."""
    diffs = [_diff(path, after / path.relative_to(before)) for path in before.rglob("*.py")]
    worth = [diff for diff in diffs if _added(diff) >= _FEWEST_ADDED]
    shortest: list[str] = min(worth, key=len, default=["no docstring was written"])
    return "\n" + "\n".join(shortest)


def _diff(before: Path, after: Path) -> list[str]:
    old, new = before.read_text("utf-8").splitlines(), after.read_text("utf-8").splitlines()
    names = f"a/{after.name}", f"b/{after.name}"
    return list(difflib.unified_diff(old, new, *names, n=2, lineterm=""))


def _added(diff: list[str]) -> int:
    return sum(line.startswith("+") for line in diff) - 1


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
