"""Writes docs/cli.md from the commands' own help, and the tables in docs/rules.md from the code.

One is of the rules, the other of where other checkers differ (docs/differences.py). With --check,
tells whether they are up to date.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from differences import DIFFERENCES, Difference

from batdoc.cli.main import main
from batdoc.source.rules import RULES, Rule

PAGE = Path(__file__).with_name("cli.md")
RULES_PAGE = Path(__file__).with_name("rules.md")
START, END = "<!-- rules: written by make docs -->\n", "<!-- end of rules -->\n"
DIFFER_START, DIFFER_END = (
    "<!-- differences: written by make docs -->\n",
    "<!-- end of differences -->\n",
)
HEADER = "# Command line\n\nWritten by `make docs` from the help of the commands.\n"


def page() -> str:
    """Render the help of `batdoc` and of each command, 80 columns wide."""
    sections = [f"## {name}\n\n```text\n{text}\n```\n" for name, text in helps()]
    return "\n".join([HEADER, *sections])


def helps(
    command: click.Command = main, name: str = "batdoc", parent: click.Context | None = None
) -> Iterator[tuple[str, str]]:
    """Yield the full name and help of a command and of those below it."""
    with context(name.rpartition(" ")[2], command, parent) as own:
        yield name, clean(command.get_help(own))
        if isinstance(command, click.Group):
            for inner in command.list_commands(own):
                below = command.get_command(own, inner)
                assert below is not None
                yield from helps(below, f"{name} {inner}", own)


def context(name: str, command: click.Command, parent: click.Context | None) -> click.Context:
    """Make a context of a fixed width: the page must not depend on someone's terminal."""
    return click.Context(command, info_name=name, parent=parent, terminal_width=80)


def clean(text: str) -> str:
    """Drop the blanks that click leaves at the end of lines."""
    return "\n".join(line.rstrip() for line in text.splitlines())


def rules_page(written: str) -> str:
    """Put the rules and the differences between the marks of the page."""
    with_rules = between(written, START, END, rules_text())
    return between(with_rules, DIFFER_START, DIFFER_END, differences_text())


def between(page: str, start: str, end: str, text: str) -> str:
    """Put a text between two marks of a page, whose other words people write."""
    head, _, rest = page.partition(start)
    _, _, tail = rest.partition(end)
    return f"{head}{start}{text}{end}{tail}"


def rules_text() -> str:
    """Render all rules, a table first."""
    table = [
        f"| [{rule.code}](#{rule.code.lower()}) | {rule.name} | {rule.finds} |\n" for rule in RULES
    ]
    sections = [section(rule) for rule in RULES]
    return "".join(["\n| code | name | finds |\n|---|---|---|\n", *table, *sections])


def differences_text() -> str:
    """Render all differences, a table first."""
    table = [
        f"| {number} | {each.they_say} ({', '.join(each.rules)}) | {each.reason} |\n"
        for number, each in enumerate(DIFFERENCES, 1)
    ]
    examples = [example(number, each) for number, each in enumerate(DIFFERENCES, 1)]
    head = "\n| | they say | batdoc says nothing, because |\n|---|---|---|\n"
    return "".join([head, *table, "\n### An example of each\n", *examples])


def example(number: int, difference: Difference) -> str:
    """Render the example of one difference."""
    return f"\n{number}. {', '.join(difference.rules)}\n\n```python\n{difference.example}```\n"


def section(rule: Rule) -> str:
    """Render one rule."""
    return (
        f"\n### {rule.code}\n\n`{rule.name}`: {rule.finds} {rule.mend}\n\n"
        f"```python\n{rule.example}```\n"
    )


if __name__ == "__main__":
    pages = {PAGE: page(), RULES_PAGE: rules_page(RULES_PAGE.read_text("utf-8"))}
    for path, text in pages.items():
        if "--check" not in sys.argv:
            path.write_text(text, "utf-8")
        elif not path.is_file() or path.read_text("utf-8") != text:
            sys.exit(f"docs/{path.name} is out of date; run: make docs")
