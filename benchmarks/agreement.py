"""What `batdoc check` finds beside ruff's D417 and DOC rules and pydoclint: one JSON line.

    python benchmarks/agreement.py [--style google] [--show RULE] [FILE_OR_FOLDER...]

Without paths: click, which is documented in reST.

Functions and classes are compared by what is wrong in them: parameters, returns, yields or raises.
For every rule it counts where another side finds something wrong of the same kind (`both`), where
none does (`alone`), and of those the places whose docstring has no such section (`no_section`):
whether there is one, batdoc leaves to its author. `--show` lists the places that a rule finds alone
and that have the section.
"""

import argparse
import ast
import json
import re
import subprocess
import sys
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import click

from batdoc.source.docstring import Docstring
from batdoc.source.languages.python_outline import outlines
from batdoc.source.styles import parse

_TOPICS = {
    "params": ("BD2", "D417", "DOC101", "DOC102", "DOC103", "DOC104"),
    "returns": ("BD301", "BD303", "DOC201", "DOC202", "DOC302", "DOC303"),
    "yields": ("BD302", "DOC306", "DOC307", "DOC402", "DOC403", "DOC405"),
    "raises": ("BD4", "DOC305", "DOC5"),
}
# Types in docstrings, class attributes and where a class's parameters stand are no part of it.
_QUIET = ("-aths", "-athd", "-crt", "-cyt", "-cca")
_REPORTED = re.compile(r"\s+(?P<line>\d+): (?P<code>DOC\d+):")
_NAMES = {"google": "google", "numpy": "numpy", "rest": "sphinx"}


class Place(NamedTuple):
    """A definition in a file; a class and its `__init__` are one."""

    path: Path
    name: str


class Report(NamedTuple):
    """A rule that one of the tools says is broken."""

    tool: str
    code: str
    place: Place


class File:
    """A file's definitions, by line and by name."""

    def __init__(self, path: Path) -> None:
        source = path.read_bytes()
        self._path = path
        self._spans: list[tuple[range, str]] = []
        self.documented: dict[str, list[Docstring]] = defaultdict(list)
        for unit in outlines(ast.parse(source), source):
            node = unit.node
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            self._spans.append((range(first, (node.end_lineno or first) + 1), unit.qualified_name))
            self.documented[_whole(unit.qualified_name)].append(
                parse(unit.docstring or "", language="python")
            )

    def place(self, line: int) -> Place:
        """Give the innermost definition around a line."""
        around = [(len(span), name) for span, name in self._spans if line in span]
        return Place(self._path, _whole(min(around)[1]) if around else "")


def main() -> None:
    """Run the three and print."""
    options = _options()
    files = dict(_files(options.paths))
    reports = [*_batdoc(files), *_ruff(files, options.style), *_pydoclint(files, options.style)]
    if options.show:
        for place in sorted(set(_alone(reports, files, options.show))):
            print(f"{place.path}:{place.name}")
    print(json.dumps({"benchmark": "agreement", "files": len(files)} | _count(reports, files)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[Path(click.__file__).parent])
    parser.add_argument("--style", choices=sorted(_NAMES), default="rest")
    parser.add_argument("--show", metavar="RULE", help="as DOC103")
    return parser.parse_args()


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, File]]:
    warnings.simplefilter("ignore")  # those of other people's string literals
    for path in paths:
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            yield file.resolve(), File(file.resolve())


def _run(tool: str, *arguments: str | Path) -> str:
    command = [Path(sys.executable).with_name(tool), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout or done.stderr  # pydoclint tells what it finds on the second


def _batdoc(files: dict[Path, File]) -> Iterator[Report]:
    for found in json.loads(_run("batdoc", "check", "--format", "json", *files))["findings"]:
        place = Place(Path(found["path"]).resolve(), _whole(found["name"]))
        yield Report("batdoc", found["code"], place)


def _ruff(files: dict[Path, File], style: str) -> Iterator[Report]:
    convention = "pep257" if style == "rest" else style
    settings = f'--config=lint.pydocstyle.convention="{convention}"'
    fixed = ("check", "--isolated", "--preview", "--select=D417,DOC", "--ignore-noqa")
    output = _run("ruff", *fixed, "--output-format=json", settings, *files)
    for found in json.loads(output):
        path = Path(found["filename"])
        yield Report("ruff", found["code"] or "", files[path].place(found["location"]["row"]))


def _pydoclint(files: dict[Path, File], style: str) -> Iterator[Report]:
    off = [word for option in _QUIET for word in (option, "False")]
    output = _run("pydoclint", "-q", f"--style={_NAMES[style]}", "-aid", "True", *off, *files)
    file = next(iter(files.values()))
    for line in output.splitlines():
        reported = _REPORTED.match(line)
        if reported:
            yield Report("pydoclint", reported["code"], file.place(int(reported["line"])))
        elif Path(line.strip()) in files:
            file = files[Path(line.strip())]


def _count(reports: Iterable[Report], files: dict[Path, File]) -> dict[str, dict[str, object]]:
    """Count by topic, tool and rule; a rule that is no part of a topic is not counted."""
    found = _sides(reports)
    result: dict[str, dict[str, object]] = {}
    for topic in _TOPICS:
        tally: dict[str, Counter[str]] = defaultdict(Counter)
        for report in set(reports):
            if _topic(report.code) == topic:
                rule = f"{report.tool} {report.code}"
                tally[rule][_class(report, topic, found, files)] += 1
        result[topic] = {rule: dict(tally[rule]) for rule in sorted(tally)}
    return result


def _class(
    report: Report, topic: str, found: dict[tuple[str, Place], set[bool]], files: dict[Path, File]
) -> str:
    if len(found[topic, report.place]) > 1:
        return "both"
    documented = files[report.place.path].documented[report.place.name]
    return "alone" if any(map(_HAS[topic], documented)) else "no_section"


def _alone(reports: Iterable[Report], files: dict[Path, File], code: str) -> Iterator[Place]:
    found = _sides(reports)
    for report in reports:
        topic = _topic(report.code)
        if report.code == code and topic and _class(report, topic, found, files) == "alone":
            yield report.place


def _sides(reports: Iterable[Report]) -> dict[tuple[str, Place], set[bool]]:
    """Tell for each topic and place whether batdoc, the others or both find it wrong."""
    sides: dict[tuple[str, Place], set[bool]] = defaultdict(set)
    for report in reports:
        sides[_topic(report.code), report.place].add(report.tool == "batdoc")
    return sides


def _topic(code: str) -> str:
    return next((topic for topic, codes in _TOPICS.items() if code.startswith(codes)), "")


def _whole(name: str) -> str:
    return name.removesuffix(".__init__")


_HAS = {
    "params": lambda docstring: bool(docstring.params),
    "returns": lambda docstring: docstring.returns is not None,
    "yields": lambda docstring: docstring.yields is not None,
    "raises": lambda docstring: bool(docstring.raises),
}


if __name__ == "__main__":
    main()
