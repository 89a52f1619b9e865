"""The `batdoc` command: knows its commands by name and loads only the one that is called."""

import os
from importlib import import_module

import click

from batdoc import __version__
from batdoc.cli.common import loudness_options
from batdoc.source.errors import BatdocError, Cancelled

_COMMANDS = {
    "check": "Tell which docstrings are missing, or wrong about the code.",
    "complete": "Write the body of a stub from its documentation.",
    "doc": "Write the docstrings that are missing.",
    "doctor": "Tell what is installed, which model is used and whether it works.",
    "eval": "Measure a model on a repository.",
    "export": "Turn a trained model into a GGUF file.",
    "history": "List the runs that wrote docstrings.",
    "lsp": "Run the language server.",
    "models": "List the models on this machine, or fetch one.",
    "report": "Show what a training run did.",
    "style": "Tell how the docstrings of a repository are written.",
    "train": "Train a model on a repository.",
    "undo": "Put back the files that a run changed.",
}
_MODULES = {"report": "run_report"}  # whose module is not called like the command

_EPILOG = """\b
Shell completion:
  bash  eval "$(_BATDOC_COMPLETE=bash_source batdoc)"
  zsh   eval "$(_BATDOC_COMPLETE=zsh_source batdoc)"
  fish  _BATDOC_COMPLETE=fish_source batdoc | source
"""


class _Failure(click.ClickException):
    """One red line."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        click.secho(f"batdoc: {self.message}", fg="red", err=True, color=_colour())


class _Interrupted(_Failure):
    exit_code = 130


class _LazyGroup(click.Group):
    """Lists its commands without importing them, and turns errors into exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = _MODULES.get(cmd_name, cmd_name)
        command: click.Command = import_module(f"batdoc.cli.{module}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, Cancelled):
            raise _Interrupted("interrupted; what was written before is kept") from None
        except BatdocError as error:
            raise _Failure(str(error)) from None


@click.group(cls=_LazyGroup, epilog=_EPILOG)
@click.version_option(__version__, prog_name="batdoc")
@loudness_options
@click.pass_context
def main(context: click.Context) -> None:
    """Write docstrings from code and code from docstrings, with a model on this machine.

    Exit codes: 0 nothing to do or done, 1 findings, 2 something could not be used or read.
    """
    context.color = _colour()


def _colour() -> bool | None:
    """Refuse colour where the user does (https://no-color.org), else let the terminal decide."""
    return False if os.environ.get("NO_COLOR") else None
