"""`batdoc eval`: measure a model on a repository, or on a public test suite."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from batdoc.cli.common import cancel_on_interrupt, loudness, loudness_options, open_model
from batdoc.cli.eval_suite import SuiteRequest, evaluate, suite_options
from batdoc.source.units import CodeUnit

if TYPE_CHECKING:
    from batdoc.trainer.corpus import Beside
    from batdoc.trainer.evaluation import Evaluation


@click.command()
@click.argument("model", metavar="[RUN|MODEL]", required=False)
@click.option(
    "--repo",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The repository to measure on.",
)
@click.option(
    "--against",
    metavar="MODEL",
    help="Measure this model too, and tell by how much the first differs from it.",
)
@suite_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@loudness_options
def command(
    model: str | None, repo: Path | None, against: str | None, as_json: bool, **suite: Any
) -> None:
    """Measure a model: a run of batdoc train, a GGUF file or a Hugging Face folder.

    On a repository (--repo) the model documents functions and rebuilds them from its own words;
    the numbers tell how like the originals they are, what the words add to the signature alone,
    and how like human docstrings they are. A run is measured on the files that it did not see, any
    other model on those that a run would not see. With --against a second model is measured on the
    same functions, and each difference comes with its 95% interval: --against starter tells what
    training was worth.

    On a public test suite (--suite, --data) it writes bodies under headers, and their tests are
    run: pass@k tells how likely one of k bodies passes. batdoc ships no suite; give the path of
    its files. What is run is a model's code, so it must be asked for by --run-code, and runs in a
    sandbox. Of MBPP, which has no headers, the header of its own solution is shown.
    """
    if (repo is None) == (suite["suite"] is None):
        raise click.UsageError("say what to measure on: either --repo or --suite with --data")
    if suite["suite"] is not None:
        if against is not None:
            raise click.UsageError("--against goes with --repo")
        evaluate(SuiteRequest(model=model, as_json=as_json, **suite))
        return
    _refuse_stray(suite)
    if model is None:
        raise click.UsageError("name a run or a model; `batdoc models` lists them")
    assert repo is not None
    _evaluate_on(repo, [against, model] if against else [model], as_json)


def _refuse_stray(suite: dict[str, Any]) -> None:
    """Refuse a suite's options beside --repo: nobody should believe that they did anything."""
    context = click.get_current_context()
    for name in suite:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} goes with --suite")


def _evaluate_on(repo: Path, models: Sequence[str], as_json: bool) -> None:
    """Measure one model, or two on the functions that the last of them has not seen."""
    import json

    from batdoc.trainer.card import as_numbers, changes, describe_numbers
    from batdoc.trainer.held_out import held_out_units

    units, beside = held_out_units(Path(models[-1]), repo)
    found = [_measured(model, repo, units, beside) for model in models]
    numbers = [as_numbers(each) for each in found]
    change = changes(*found) if len(found) > 1 else {}
    columns = dict(zip(["against", "model"] if change else [""], numbers, strict=True))
    if as_json:
        click.echo(json.dumps({**columns, "change": change} if change else numbers[0]))
    else:
        click.echo(describe_numbers(columns, change))


def _measured(model: str, repo: Path, units: Sequence[CodeUnit], beside: "Beside") -> "Evaluation":
    from batdoc.trainer.evaluate import measure, summarize

    with closing(open_model(model, repo)) as backend, cancel_on_interrupt() as cancel:
        if loudness() >= 0:
            click.echo(f"measuring {model} on {len(units)} functions ...", err=True)
        return summarize(measure(units, backend, beside, cancel))
