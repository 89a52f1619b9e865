"""`batdoc check`: tells what lacks documentation, and which documentation the code denies."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from batdoc.cli.badge import badge
from batdoc.cli.check_formats import FORMATS, Totals, percent, statistics, summary
from batdoc.cli.common import cancel_on_interrupt, loudness, loudness_options, progress
from batdoc.cli.targets import common_folder, target_files
from batdoc.source.baseline import Baseline, empty_baseline, read_baseline
from batdoc.source.cache import Cache
from batdoc.source.check_files import CACHE_FILE, check_files
from batdoc.source.edits import digest
from batdoc.source.errors import Cancelled, InputError
from batdoc.source.files import write_atomic
from batdoc.source.findings import Checked, Finding
from batdoc.source.folders import cache_folder
from batdoc.source.rules import DRIFT, choose, is_code
from batdoc.source.settings import load_settings


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a run found.

    Attributes:
        checked: The files that could be checked.
        failed: How many could not.
    """

    checked: tuple[Checked, ...]
    failed: int

    @property
    def findings(self) -> list[Finding]:
        return [finding for each in self.checked for finding in each.findings]

    def totals(self, findings: int) -> Totals:
        """Count; findings that a baseline lists are left out by the caller."""
        return Totals(
            files=len(self.checked),
            failed=self.failed,
            findings=findings,
            expected=sum(each.expected for each in self.checked),
            documented=sum(each.documented for each in self.checked),
        )


def _codes(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    """Split a list of codes at its commas."""
    if value is None:
        return None
    codes = tuple(code.strip().upper() for code in value.split(",") if code.strip())
    for code in codes:
        if not is_code(code):
            raise click.BadParameter(f"no rule's code starts with {code}; see docs/rules.md")
    return codes


@click.command("check")
@click.argument("paths", nargs=-1, required=True, type=click.Path(readable=False, path_type=Path))
@click.option("--select", metavar="CODES", callback=_codes, help="Only these rules, as BD1,BD202.")
@click.option("--ignore", metavar="CODES", callback=_codes, help="All rules but these.")
@click.option("--private", is_flag=True, help="Private names must have docstrings too.")
@click.option(
    "--changed-since",
    metavar="REV",
    help="Only functions, methods and classes that changed since the work parted from REV.",
)
@click.option(
    "--baseline",
    "baseline_path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Pass over the findings that this file lists.",
)
@click.option("--update-baseline", is_flag=True, help="Write what is found into the baseline.")
@click.option(
    "--format",
    "form",
    type=click.Choice(sorted(FORMATS)),
    default="text",
    show_default=True,
    help="How findings are printed.",
)
@click.option("--statistics", "counts", is_flag=True, help="Print counts by rule, not findings.")
@click.option(
    "--fail-under",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    default=0.0,
    help="Fail if less is documented.",
)
@click.option(
    "--badge",
    "badge_path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the documented share as an SVG picture.",
)
@click.option(
    "--drift",
    "with_drift",
    is_flag=True,
    help="Also advise which docstrings of Python functions may tell of something else; takes the "
    "model that batdoc ships.",
)
@click.option("--no-cache", is_flag=True, help="Find all anew, and keep nothing for the next run.")
@loudness_options
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[Path, ...],
    select: tuple[str, ...] | None,
    ignore: tuple[str, ...] | None,
    private: bool,
    changed_since: str | None,
    baseline_path: Path | None,
    update_baseline: bool,
    form: str,
    counts: bool,
    fail_under: float,
    badge_path: Path | None,
    with_drift: bool,
    no_cache: bool,
) -> None:
    """Tell which docstrings in PATHS are missing, or are wrong about the code.

    Changes no source, and needs no model but for --drift. Of docstrings, only what the code proves
    wrong is told: parameters, results and exceptions that differ from the signature and the body.
    What --drift adds is likely and not certain, and no run fails by it. `# noqa` or `# noqa: BD202`
    behind a declaration or a docstring passes over it. docs/rules.md has the rules.

    \b
    Exit codes: 0 nothing found
                1 findings, or less documented than --fail-under
                2 a file or a setting could not be used
    """
    if update_baseline and (baseline_path is None or changed_since is not None):
        raise click.UsageError("--update-baseline needs --baseline and excludes --changed-since")
    if counts and form != "text":
        raise click.UsageError("--statistics has no other format than text")
    settings = load_settings(common_folder(paths))
    codes = choose(
        settings.select if select is None else select, settings.ignore if ignore is None else ignore
    )
    if with_drift and DRIFT.code not in codes:
        raise click.UsageError(f"--drift follows {DRIFT.code}, which is left out; choose that too")
    if codes == {DRIFT.code} and not with_drift:
        raise click.UsageError(f"{DRIFT.code} is looked for with --drift only; give that too")
    baseline = _open_baseline(baseline_path, may_be_new=update_baseline)
    files = target_files(paths, settings)
    private = private or settings.private
    outcome = _gather(_check(files, codes, private, changed_since, no_cache))
    if with_drift:
        outcome = _with_drift(outcome, changed_since)
    if baseline_path and baseline and update_baseline:
        baseline = baseline.updated(outcome.findings, (each.path for each in outcome.checked))
        _save(baseline_path, baseline.text())
    findings = [f for f in outcome.findings if baseline is None or baseline.is_new(f)]
    totals = outcome.totals(len(findings))
    click.echo(statistics(findings) if counts else FORMATS[form](findings, totals), nl=False)
    if badge_path:
        _save(badge_path, badge(totals.share))
    if loudness() >= 0:
        click.echo(summary(totals), err=True)
    fails = any(not finding.rule.is_advice for finding in findings)
    context.exit(_exit_code(totals, fails, fail_under))


def _open_baseline(path: Path | None, may_be_new: bool) -> Baseline | None:
    if path is None:
        return None
    return empty_baseline(path) if may_be_new and not path.exists() else read_baseline(path)


def _cache() -> Cache:
    def tell(sentence: str) -> None:
        click.echo(f"batdoc: {sentence}", err=True)

    return Cache(cache_folder() / CACHE_FILE, tell)


def _check(
    files: Sequence[Path], codes: frozenset[str], private: bool, since: str | None, no_cache: bool
) -> Iterable[Checked | InputError]:
    if since is None:
        return check_files(files, codes, private, None if no_cache else _cache())
    from batdoc.source.check_changed import check_changed  # loads all that reads code

    return check_changed(files, codes, private, since)


def _gather(results: Iterable[Checked | InputError]) -> _Outcome:
    """Collect what was found; files that could not be used are told of and left out."""
    checked: list[Checked] = []
    failed = 0
    # An exception in the middle of anything could be lost there, and the run would go on.
    with cancel_on_interrupt() as cancel, progress("files", is_shown=True) as show:
        for found in results:
            if cancel.is_set():
                raise Cancelled("cancelled")
            if isinstance(found, InputError):
                failed += 1
                click.secho(f"batdoc: {found}", fg="red", err=True)
                continue
            checked.append(found)
            show(len(checked))
    return _Outcome(tuple(checked), failed)


def _with_drift(outcome: _Outcome, since: str | None) -> _Outcome:
    """Add what the model finds in the files that could be checked."""
    from batdoc.cli.check_drift import drift_findings  # loads models

    more = drift_findings([each.path for each in outcome.checked], since)
    checked = (
        replace(c, findings=tuple(sorted((*c.findings, *more[c.path]), key=lambda f: f.line)))
        for c in outcome.checked
    )
    return replace(outcome, checked=tuple(checked))


def _save(path: Path, text: str) -> None:
    """Write a file of batdoc's own, unless it says that already.

    Raises:
        InputError: It cannot be written.
    """
    data = text.encode()
    try:
        before = path.read_bytes() if path.exists() else None
        if before is None:
            path.write_bytes(data)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from None
    if before not in (None, data):
        write_atomic(path, data, digest(before or b""))


def _exit_code(totals: Totals, fails: bool, fail_under: float) -> int:
    if totals.failed:
        return 2
    is_under = totals.share < fail_under
    if is_under:
        message = f"batdoc: {percent(totals.share)} is documented, less than {fail_under:g}%"
        click.secho(message, fg="red", err=True)
    return 1 if fails or is_under else 0
