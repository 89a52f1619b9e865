"""`batdoc eval RUN|MODEL --repo REPO`: measure a model on a repository."""

from pathlib import Path

import click

from batdoc.cli.common import cancel_on_interrupt, loudness, loudness_options, open_model


@click.command()
@click.argument("model", metavar="RUN|MODEL")
@click.option(
    "--repo",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The repository to measure on.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@loudness_options
def command(model: str, repo: Path, as_json: bool) -> None:
    """Measure a model: a run of batdoc train, a GGUF file or a Hugging Face folder.

    The model documents functions and rebuilds them from its own words; the numbers tell how like
    the originals they are, what the words add to the signature alone, and how like human
    docstrings they are. A run is measured on the files that it did not see, any other model on
    those that a run would not see.
    """
    import json

    from batdoc.trainer.card import as_numbers, describe_numbers
    from batdoc.trainer.evaluate import measure, summarize
    from batdoc.trainer.run import held_out_units

    units = held_out_units(Path(model), repo)
    backend = open_model(model, repo)
    try:
        with cancel_on_interrupt() as cancel:
            if loudness() >= 0:
                click.echo(f"measuring on {len(units)} functions ...", err=True)
            numbers = as_numbers(summarize(measure(units, backend, cancel)))
    finally:
        backend.close()
    click.echo(json.dumps(numbers) if as_json else describe_numbers(numbers))
