"""Writes docs/cli.md from the commands' own help; with --check, tells whether it is up to date."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from batdoc.cli.main import main

PAGE = Path(__file__).with_name("cli.md")
HEADER = "# Command line\n\nWritten by `make docs` from the help of the commands.\n"


def page() -> str:
    """Render the help of `batdoc` and of each command, 80 columns wide."""
    sections = [f"## {name}\n\n```text\n{text}\n```\n" for name, text in helps()]
    return "\n".join([HEADER, *sections])


def helps() -> Iterator[tuple[str, str]]:
    """Yield each command's full name and help."""
    with context("batdoc", main, None) as root:
        yield "batdoc", clean(main.get_help(root))
        for name in main.list_commands(root):
            command = main.get_command(root, name)
            assert command is not None
            with context(name, command, root) as inner:
                yield f"batdoc {name}", clean(command.get_help(inner))


def context(name: str, command: click.Command, parent: click.Context | None) -> click.Context:
    """Make a context of a fixed width: the page must not depend on someone's terminal."""
    return click.Context(command, info_name=name, parent=parent, terminal_width=80)


def clean(text: str) -> str:
    """Drop the blanks that click leaves at the end of lines."""
    return "\n".join(line.rstrip() for line in text.splitlines())


if __name__ == "__main__":
    text = page()
    if "--check" not in sys.argv:
        PAGE.write_text(text, "utf-8")
    elif not PAGE.is_file() or PAGE.read_text("utf-8") != text:
        sys.exit("docs/cli.md is out of date; run: make docs")
