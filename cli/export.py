"""`batdoc export`: a trained model as one GGUF file, proved equal before it appears."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from batdoc.cli.common import loudness, loudness_options

if TYPE_CHECKING:
    from batdoc.models.backends.quantize import Quantization
    from batdoc.trainer.export import ExportReport


@click.command("export")
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--output",
    metavar="FILE.gguf",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write; it appears once it is proved equal to the model.",
)
@click.option(
    "--quantize",
    "quantization",
    default="q8_0",
    show_default=True,
    type=click.Choice(["q8_0", "q4_k_m", "f16"]),
    help="How the weights are stored: 8.5, about 5 or 16 bits each.",
)
@click.option(
    "--adapter-only",
    is_flag=True,
    help="Write the PEFT adapter RUN by itself, in 32 bits, for llama.cpp's --lora over the GGUF "
    "file of its base.",
)
@loudness_options
def command(run: Path, output: Path, quantization: "Quantization", adapter_only: bool) -> None:
    """Turn the trained model RUN into a GGUF file that llama.cpp and batdoc run.

    RUN is what `batdoc train` wrote, a PEFT adapter, or a Llama, Qwen2 or Qwen3 folder. The file is
    compared with the model in token ids, logits and greedy text; if it differs, nothing is written.

    \b
    Exit codes: 0 written
                2 the model cannot be exported, or the file would differ from it
    """
    from batdoc.trainer.export import export, export_adapter

    if adapter_only:
        adapter = export_adapter(run, output)
        if loudness() >= 0:
            click.echo(f"{adapter.file}  {adapter.size / 1e6:.1f} MB, over {adapter.base}")
            click.echo(f"  logits {adapter.parity.distance:.1e} away from the merged model's")
        return
    report = export(run, output, quantization)
    if loudness() >= 0:
        show(report)


def show(report: "ExportReport") -> None:
    """Print what was written and how it was compared."""
    exact, final = report.exact, report.final
    click.echo(f"{report.file}  {report.size / 1e6:.1f} MB  {report.quantization}")
    click.echo(f"  tokens   the same on {report.texts} texts")
    click.echo(f"  f32      logits {exact.distance:.1e} away, the same greedy text")
    click.echo(
        f"  {report.quantization:<8} logits {final.distance:.1e} away, "
        f"the same choice at {final.greedy_agreement:.0%} of the greedy text"
    )
    if report.is_nfc:
        click.echo("  note     the model composes characters before it reads and llama.cpp does")
        click.echo("           not, so both were compared on composed text")
    if report.fallbacks:
        click.echo(
            f"  warning  {len(report.fallbacks)} matrices do not fit the blocks of "
            f"{report.quantization} and take a larger type: {report.fallbacks[0]}, ..."
        )
