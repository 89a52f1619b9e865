"""The process that checks whole folders, so that the server answers while it does.

`python -m batdoc.lsp_server.workspace_checker` reads one JSON object, of `Order`'s fields, from
its input, and writes a line of JSON for each file: its URI and the protocol's diagnostics. It takes
what the machine has left, and what `batdoc check` found before is not sought again.
"""

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types
from lsprotocol.converters import get_converter
from pygls.uris import from_fs_path

from batdoc.lsp_server.diagnostics import codes_of, diagnostics
from batdoc.lsp_server.positions import ColumnUnit
from batdoc.lsp_server.settings import Check
from batdoc.source.cache import Cache
from batdoc.source.check_files import CACHE_FILE, check_files
from batdoc.source.errors import BatdocError, InputError
from batdoc.source.files import read_source
from batdoc.source.findings import Checked
from batdoc.source.folders import cache_folder
from batdoc.source.settings import load_settings
from batdoc.source.targets import files_in

_NICENESS = 10


@dataclass(frozen=True, slots=True)
class Order:
    """What to check.

    Attributes:
        folders: Absolute paths.
        check: The name of which rules to follow.
        unit: The name of what the client counts columns in.
    """

    folders: list[str]
    check: str
    unit: str


def checked(order: Order) -> Iterator[tuple[str, list[types.Diagnostic]]]:
    """Check folders; files and settings that cannot be used are left out.

    Yields:
        The URI of each file, and what is wrong in it.
    """
    cache = Cache(cache_folder() / CACHE_FILE, lambda _: None)
    for folder in map(Path, order.folders):
        with suppress(BatdocError):
            settings = load_settings(folder)
            codes = codes_of(Check(order.check), settings)
            files = list(files_in(folder, settings))
            for found in check_files(files, codes, settings.private, cache):
                uri = from_fs_path(str(found.path)) if isinstance(found, Checked) else None
                if isinstance(found, Checked) and uri is not None:
                    yield uri, _diagnostics(found, ColumnUnit(order.unit))


def _diagnostics(found: Checked, unit: ColumnUnit) -> list[types.Diagnostic]:
    if not found.findings:
        return []
    try:
        return diagnostics(found.findings, read_source(found.path).text, unit)
    except (InputError, IndexError):  # it changed meanwhile
        return []


def main() -> None:
    """Serve one order."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # nobody waits any more; end its workers
    converter = get_converter()
    order = Order(**json.loads(sys.stdin.readline()))
    for uri, found in checked(order):
        line = {"uri": uri, "items": converter.unstructure(found, list[types.Diagnostic])}
        sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
