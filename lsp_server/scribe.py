"""Answers requests with a model that is opened when it is first needed and kept open.

Runs in the engine process, one request at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from batdoc.lsp_server.actions import Task
from batdoc.lsp_server.readings import Readings
from batdoc.lsp_server.settings import settle_for
from batdoc.lsp_server.wire import Answer, BodyAnswer, DocstringAnswer, Request
from batdoc.models.authoring import Manner, write_bodies, write_docstrings, write_updates
from batdoc.models.backend import Backend
from batdoc.models.trust import Unwritten
from batdoc.source.docstring import Style
from batdoc.source.errors import InputError
from batdoc.source.git import repo_root
from batdoc.source.house.precedents import Precedents
from batdoc.source.journal.authorship import Unread
from batdoc.source.language import get_language
from batdoc.source.survey import HouseStyles, neighbours
from batdoc.source.units import CodeUnit

Locate = Callable[[str | None, Path | None], str]
Load = Callable[[str], Backend]


@dataclass(frozen=True, slots=True)
class _House:
    """How documentation is written in a code base, and what there is of it."""

    styles: HouseStyles
    manner: Manner


class Scribe:
    """Writes documentation and bodies.

    Args:
        locate: Finds the model for a model setting and a repository.
        load: Opens a model by its path or URL.
    """

    def __init__(self, locate: Locate, load: Load) -> None:
        self._locate = locate
        self._load = load
        self._readings = Readings()
        self._backend: Backend | None = None
        self._loaded: tuple[str, float] | None = None
        self._known: dict[tuple[Path | None, int | None, Style | None], _House] = {}

    def write(self, request: Request, cancel: Event) -> Answer:
        """Answer one request.

        Args:
            request: What to write.
            cancel: Stops within one token.

        Raises:
            Cancelled: `cancel` was set.
            InputError: The request names no unit.
            ModelError: The model cannot be used.
        """
        units = self._units(request)
        unit = _named(units, request)
        folder = Path(request.file).parent if request.file else None
        repo = repo_root(folder) if folder else None
        backend = self._open(request.model, repo)
        if Task(request.task) is Task.BODY:
            (body,) = write_bodies([unit], backend, cancel)
            return BodyAnswer(body.code, body.is_cut) if body else BodyAnswer(None)
        houses = self._houses(request, repo, folder)
        house = houses.styles.of(units)
        shown = houses.manner.shown(unit, units, backend)
        if Task(request.task) is Task.UPDATE:
            (entries,) = write_updates([unit], [shown], backend, cancel)
            return DocstringAnswer(entries.docstring, house, is_cut=entries.trust.is_cut)
        (written,) = write_docstrings([unit], backend, house, cancel, shown=[shown])
        if isinstance(written, Unwritten):
            return DocstringAnswer(None, house)
        trust = written.trust
        return DocstringAnswer(written.docstring, house, trust.words(), trust.is_cut)

    def _units(self, request: Request) -> Sequence[CodeUnit]:
        """Find the units of a text that is mostly like the last one.

        Raises:
            ParseError: It is not valid.
        """
        language = get_language(request.language)
        return self._readings.units("", request.source.encode(), language)

    def _open(self, model: str | None, repo: Path | None) -> Backend:
        """Open the model, again if another is to be used or the file was replaced."""
        name = self._locate(model, repo)
        file = Path(name)
        wanted = (name, file.stat().st_mtime if file.exists() else 0.0)
        if self._backend is None or self._loaded != wanted:
            if self._backend is not None:
                self._backend.close()
            self._backend, self._loaded = None, wanted
            self._backend = self._load(name)
        return self._backend

    def _houses(self, request: Request, repo: Path | None, folder: Path | None) -> "_House":
        style = Style(request.style) if request.style else None
        key = (repo or folder, request.line_length, style)
        if key not in self._known:
            settle, _ = settle_for(folder)  # the server tells what is wrong with it
            styles = HouseStyles(lambda: neighbours(folder), request.line_length, style, settle)
            # A person is waiting: no whole functions.
            precedents = Precedents(styles.units, Unread().holds)
            manner = Manner(precedents, run=None, is_patient=False)
            self._known[key] = _House(styles, manner)
        return self._known[key]


def _named(units: Sequence[CodeUnit], request: Request) -> CodeUnit:
    for unit in units:
        if (unit.span.start, unit.qualified_name) == (request.start, request.name):
            return unit
    raise InputError(f"{request.name} is not where it was; ask again")
