"""`batdoc complete`: writes the body of a stub from its signature and documentation."""

from contextlib import closing

import click

from batdoc.cli.common import cancel_on_interrupt, loudness_options, model_option, open_model
from batdoc.cli.diff import show_diff
from batdoc.cli.named import function_named, split_target
from batdoc.models.authoring import write_bodies
from batdoc.models.trust import CUT
from batdoc.source.edits import apply_edits
from batdoc.source.errors import InputError, ModelError
from batdoc.source.files import encode, read_source, write_atomic
from batdoc.source.proof import prove_body
from batdoc.source.survey import Survey, survey
from batdoc.source.units import CodeUnit


@click.command("complete")
@click.argument("target", metavar="FILE:NAME")
@click.option("--write", is_flag=True, help="Write into the file instead of showing a diff.")
@model_option
@loudness_options
@click.pass_context
def command(context: click.Context, target: str, write: bool, model: str | None) -> None:
    """Write the body of the stub NAME in FILE from its signature and documentation.

    NAME is a function or, as Class.method, a method whose body does nothing yet: `...`, `pass` or
    `raise NotImplementedError`. Shows a diff and changes nothing, unless --write is given.

    \b
    Exit codes: 0 written
                1 the diff is not empty
                2 the file, the name or the model could not be used
    """
    path, name = split_target(target, "stub")
    found = survey(read_source(path), include_private=True)
    unit = stub_named(found, name)
    opened = closing(open_model(model, path.parent))
    with opened as backend, cancel_on_interrupt() as cancel:
        (body,) = write_bodies([unit], backend, cancel)
    if body is None:
        raise ModelError(
            f"the model gave no usable body for {unit.qualified_name}; "
            "say more in its documentation, or try another --model"
        )
    if body.is_cut:
        click.echo(f"{unit.qualified_name}: its documentation is {CUT}", err=True)
    after = with_body(found, unit, body.code)
    if write:
        write_atomic(found.file.path, encode(found.file, after), found.file.digest)
    else:
        show_diff(found.file, after)
        context.exit(1)


def stub_named(found: Survey, name: str) -> CodeUnit:
    """Find the one stub of a name, qualified or not.

    Raises:
        InputError: There is none, there are several, or it already has a body.
    """
    unit = function_named(found, name)
    if not unit.is_stub:
        raise InputError(
            f"{name} in {found.file.path} has a body already; only stubs are completed"
        )
    return unit


def with_body(found: Survey, unit: CodeUnit, body: str) -> bytes:
    """Give the file's text with the stub's new body, proved.

    Raises:
        ProofError: More than the body would change.
    """
    source = found.file.text
    edit = found.language.place_body(source, unit, body)
    after = apply_edits(source, [edit])
    prove_body(source, after, edit, unit, found.language)
    return after
