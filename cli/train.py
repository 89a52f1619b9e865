"""`batdoc train REPO`: train a model on a repository."""

import sys
import textwrap
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from batdoc.cli.common import cancel_on_interrupt, loudness, loudness_options
from batdoc.cli.explain_reward import show_explanation
from batdoc.trainer.config import ALGORITHMS, REWARD_KINDS, TRACKERS, Asked, trackers

if TYPE_CHECKING:
    from batdoc.trainer.evaluate import Measured
    from batdoc.trainer.progress import Progress

_INTERRUPTED = 130


@click.command()
@click.argument(
    "repo", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--output",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The run's folder [default: one in batdoc's data folder; the model comes into use for "
    "REPO if it is better].",
)
@click.option(
    "--model",
    metavar="PATH",
    help="What to start from: a GGUF file, a Hugging Face folder, a run of batdoc train, the name "
    "of a model that `batdoc models pull` fetched, or starter [default: what the model of this "
    "repository was trained from, else the starter, which batdoc ships].",
)
@click.option(
    "--steps",
    type=click.IntRange(min=0),
    help="Steps of REINFORCE++ after the rounds; they did not help the starter [default: 0].",
)
@click.option("--seed", type=click.IntRange(min=0), help="Makes a run repeatable [default: 0].")
@click.option(
    "--reward",
    type=click.Choice(REWARD_KINDS),
    help="What a docstring earns: how like the original the code is that the model rebuilds from "
    "it, how much likelier it makes the original code than the signature alone (faster, and dense "
    "for small models), or the sum [default: likelihood].",
)
@click.option(
    "--warmup",
    "warmup_epochs",
    metavar="EPOCHS",
    type=click.IntRange(min=0),
    help="Passes over REPO's own functions and what people wrote of them, before anything else; "
    "they did not help the starter [default: 0].",
)
@click.option(
    "--rounds",
    type=click.IntRange(min=0),
    help="Times that every function is documented, to learn from what was said; after the first, "
    "or a warm-up, each half by a model that was taught the other half alone "
    "[default: 1].",
)
@click.option(
    "--algorithm",
    type=click.Choice(ALGORITHMS),
    help=f"What makes advantages of rewards in --steps [default: {ALGORITHMS[0]}].",
)
@click.option(
    "--curriculum",
    is_flag=True,
    default=None,
    help="Let --steps go from short functions to long ones the first time.",
)
@click.option(
    "--updates",
    "updates_per_step",
    type=click.IntRange(min=1),
    help="Times that a step of --steps learns from what it sampled [default: 1].",
)
@click.option(
    "--rows",
    "rows_per_pass",
    type=click.IntRange(min=1),
    help="Examples in memory at once; the warm-up and the rounds learn from as many together "
    "[default: 16, above 100 million parameters 4].",
)
@click.option(
    "--recompute",
    is_flag=True,
    default=None,
    help="Compute activations twice and keep none: less memory, more time.",
)
@click.option(
    "--adapter",
    "adapter_rank",
    metavar="RANK",
    type=click.IntRange(min=0),
    help="Train a LoRA adapter of this rank; 0 trains all weights [default: 0, above 100 million "
    "parameters 16].",
)
@click.option(
    "--four-bit",
    is_flag=True,
    default=None,
    help="Hold the weights that --adapter is trained beside in 4 bits (QLoRA): an eighth of their "
    "memory. What was learned is added to the whole ones.",
)
@click.option(
    "--rollouts",
    metavar="URL",
    help="Let a server that speaks OpenAI's API, such as vLLM, document the functions, in place of "
    "this process. It should serve the model that the run starts from, and gets REPO's code.",
)
@click.option(
    "--report-to",
    multiple=True,
    type=click.Choice(TRACKERS),
    help="Give the metrics of every step to a tracker, too, as it is set up here; wandb sends them "
    "away. There is no code in them.",
)
@click.option(
    "--show-pair",
    is_flag=True,
    help="After each measurement, show what the model makes of one held-out function: its "
    "docstring, and the code rebuilt from that alone. Code of REPO comes to the terminal.",
)
@click.option("--resume", is_flag=True, help="Go on with a run that was stopped.")
@click.option(
    "--explain-reward",
    "explained",
    metavar="FILE:NAME",
    help="Train nothing; show every part of the reward of one function with its own docstring.",
)
@click.option("--rebuild", is_flag=True, help="With --explain-reward: let the model rebuild it.")
@loudness_options
def command(
    repo: Path | None,
    output: Path | None,
    model: str | None,
    report_to: tuple[str, ...],
    show_pair: bool,
    resume: bool,
    explained: str | None,
    rebuild: bool,
    **asked: Any,
) -> None:
    """Train a model on REPO: from code to docstrings, and back to the code.

    A model that has not seen REPO documents every function several times. Then it learns to say
    what people wrote of them, and to write the code from all that was said (--rounds). What batdoc
    doc --write wrote and nobody read does not count as people's. --steps goes on from there in
    small steps of reinforcement learning. Whole files are held out to measure on.
    The run's folder gets model.gguf, card.json, report.html, metrics.jsonl and checkpoints. Nothing
    leaves this machine. Ctrl-C saves; --resume goes on.
    """
    from batdoc.source.errors import Cancelled
    from batdoc.trainer.card import describe
    from batdoc.trainer.plan import Request
    from batdoc.trainer.processes import is_first
    from batdoc.trainer.run import train
    from batdoc.trainer.watcher import Watcher

    if explained is not None:
        show_explanation(explained, rebuild, model)
        return
    if rebuild:
        raise click.UsageError("--rebuild goes with --explain-reward FILE:NAME")
    if repo is None:
        raise click.UsageError("name the repository to train on, as in batdoc train .")
    tracked = trackers(report_to)
    request = Request(repo, output, model, Asked(**asked), resume)
    with cancel_on_interrupt() as cancel, _Display(loudness() >= 0) as display:
        try:
            on_measured = display.pair if show_pair else lambda _: None
            watcher = Watcher(cancel, display.stage, display.step, tracked, on_measured)
            run = train(request, watcher)
        except Cancelled as stopped:
            display.close()
            if not is_first():
                sys.exit(_INTERRUPTED)
            where = f" --output {output}" if output else ""
            click.echo(f"{stopped}; go on with: batdoc train {repo}{where} --resume", err=True)
            sys.exit(_INTERRUPTED)
    if not is_first():
        return
    click.echo(describe(run.card))
    click.echo(f"run: {run.folder}")
    click.echo(f"see it with: batdoc report {run.folder}")


class _Display(ExitStack):
    """Stages as lines and steps as a progress bar, on stderr."""

    def __init__(self, is_shown: bool) -> None:
        super().__init__()
        self._is_shown = is_shown
        self._bar: object = None

    def stage(self, text: str) -> None:
        """Begin a stage."""
        self.close()
        if self._is_shown:
            click.echo(f"{text} ...", err=True)

    def step(self, progress: "Progress") -> None:
        """Show a step."""
        from tqdm import tqdm

        if not self._is_shown:
            return
        if self._bar is None:
            form = "{percentage:3.0f}%|{bar:20}| {n_fmt} of {total_fmt} {desc}{postfix}"
            first, what = progress.step - 1, progress.what
            self._bar = self.enter_context(
                tqdm(total=progress.steps, initial=first, desc=what, bar_format=form)
            )
        bar = self._bar
        assert isinstance(bar, tqdm)
        minutes, seconds = divmod(round(progress.seconds_left), 60)
        left = f"{minutes}:{seconds:02d} left  {progress.words}"
        bar.set_postfix_str(left.strip(), refresh=False)
        bar.update(progress.step - bar.n)
        if progress.note and progress.step % 10 == 0:
            bar.write(progress.note, file=sys.stderr)

    def pair(self, measured: "Sequence[Measured]") -> None:
        """Show a function, the same one each time: what was written and what came back of it."""
        from batdoc.source.styles import canonical

        if not measured:
            return
        pair = measured[0]
        doc = canonical(pair.doc) if pair.doc else "(no usable docstring)"
        code = pair.rebuilt or "(nothing that parses)"
        likeness = f"likeness {pair.similarity:.2f}"
        for heading, text in (
            (pair.unit.qualified_name, pair.unit.code),
            ("its docstring", doc),
            (f"rebuilt from that, {likeness}", code),
        ):
            click.secho(f"--- {heading}", bold=True, err=True)
            click.echo(textwrap.indent(text.rstrip(), "    "), err=True)

    def close(self) -> None:
        """Take the bar away."""
        super().close()
        self._bar = None
