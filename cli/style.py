"""`batdoc style`: tells how docstrings are written here, and on what evidence."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from batdoc.cli.common import loudness_options, progress
from batdoc.cli.targets import common_folder, target_files
from batdoc.source.errors import InputError
from batdoc.source.files import read_source
from batdoc.source.house.evidence import Evidence, collect
from batdoc.source.house_report import Fact, Origin, facts, pin, plain
from batdoc.source.settings import Settings, load_settings
from batdoc.source.survey import Survey, survey
from batdoc.source.units import CodeUnit

_WIDTHS = (27, 30)


@dataclass(frozen=True, slots=True)
class _Learned:
    """What is known of one language."""

    evidence: Evidence
    facts: list[Fact]


@click.command("style")
@click.argument("path", type=click.Path(exists=True, path_type=Path), default=".")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How it is printed.",
)
@loudness_options
def command(path: Path, form: str) -> None:
    """Tell how the docstrings in PATH, a file or a folder, are written.

    What batdoc writes follows this. Each line has a habit, what holds, and how many docstrings of
    those that tell agree, or the file that sets it. A file that shows a habit at least three times
    keeps its own. At the end stands what pins all of it in pyproject.toml.
    """
    settings = load_settings(common_folder([path]))
    evidence = _evidence(target_files([path], settings))
    learned = [_Learned(each, facts(each, settings)) for each in evidence]
    if form == "json":
        click.echo(json.dumps(_as_json(learned), indent=2))
    else:
        click.echo(_as_text(learned, settings), nl=False)


def _evidence(files: Sequence[Path]) -> list[Evidence]:
    """Count what files show, the language with most documentation first."""
    units: Mapping[str, list[CodeUnit]] = defaultdict(list)
    with progress("files", is_shown=True) as show:
        for count, file in enumerate(files, start=1):
            found = _survey(file)
            if found is not None:
                units[found.language.name] += [unit for unit in found.units if unit.docstring]
            show(count)
    counted = [collect(found, name) for name, found in units.items()]
    return sorted(counted, key=lambda each: (-each.documented, each.language))


def _survey(file: Path) -> Survey | None:
    """Read a file; one that cannot be read is told of and left out."""
    try:
        return survey(read_source(file), include_private=True)
    except InputError as error:
        click.secho(f"batdoc: {error}", fg="yellow", err=True)
        return None


def _as_json(learned: Sequence[_Learned]) -> dict[str, object]:
    return {
        "languages": [
            {
                "language": each.evidence.language,
                "documented": each.evidence.documented,
                "habits": [_fact_as_json(fact) for fact in each.facts],
            }
            for each in learned
        ],
        "pin": pin(learned[0].facts) if learned else "",
    }


def _fact_as_json(fact: Fact) -> dict[str, object]:
    return {
        "key": fact.habit.value,
        "value": plain(fact.value),
        "origin": fact.origin.value,
        "path": fact.path.as_posix() if fact.path else None,
        "learned": plain(fact.learned) if fact.seen else None,
        "agreeing": fact.agreeing,
        "seen": fact.seen,
    }


def _as_text(learned: Sequence[_Learned], settings: Settings) -> str:
    if not learned:
        return "no file here is in a language that batdoc knows\n"
    lines: list[str] = []
    for each in learned:
        lines.append(f"{each.evidence.language}: {each.evidence.documented} docstrings")
        lines += [_line(fact, settings.root) for fact in each.facts]
        lines.append("")
    lines.append(f"To pin it, put this into {click.format_filename(_pin_file(settings))}:")
    return "\n".join([*lines, "", pin(learned[0].facts)])


def _pin_file(settings: Settings) -> Path:
    return settings.path or settings.root / "pyproject.toml"


def _line(fact: Fact, root: Path) -> str:
    start = f"  {fact.habit:<{_WIDTHS[0]}}{_shown(fact.value):<{_WIDTHS[1]}}"
    counts = f"{fact.agreeing} of {fact.seen}"
    if fact.learned is None:
        counts = f"neither has two thirds of {fact.seen}"
    if fact.origin is Origin.LEARNED:
        return f"{start}{counts}"
    if fact.path is None:
        return f"{start}by default"
    path = fact.path.relative_to(root) if fact.path.is_relative_to(root) else fact.path
    shown = f"; learned: {_shown(fact.learned)}, {counts}" if fact.seen else ""
    return f"{start}set by {click.format_filename(path)}{shown}"


def _shown(value: object) -> str:
    known = plain(value)
    if isinstance(known, bool):
        return "yes" if known else "no"
    if isinstance(known, list):
        return ", ".join(known) or "usual"
    return "any" if known is None else str(known)
