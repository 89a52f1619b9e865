"""What one run of `batdoc doc` works on and how: the options and the settings, put together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from batdoc.cli.report import Report
from batdoc.cli.targets import target_files
from batdoc.models.authoring import Manner
from batdoc.models.backend import Backend
from batdoc.source.changes import changes_since
from batdoc.source.errors import InputError, ModelError
from batdoc.source.files import SourceFile
from batdoc.source.selection import Mode, Selection
from batdoc.source.settings import Settings
from batdoc.source.survey import HouseStyles, Survey, survey
from batdoc.source.units import CodeUnit

IsWanted = Callable[[Path, CodeUnit], bool]


@dataclass(frozen=True, slots=True)
class Job:
    """How files are documented in this run.

    Attributes:
        root: Of the repository, or the folder that holds all paths.
        settings: What the repository wants.
        houses: The style of each file.
        open_backend: Opens the model; called when there is something to write.
        selection: Which units.
        revision: Only those that changed since then; None for all.
        manner: What the model is shown, and what becomes of examples in its answers.
        min_confidence: What the model is less sure of is held back; None for nothing.
    """

    root: Path
    settings: Settings
    houses: HouseStyles
    open_backend: Callable[[], Backend]
    selection: Selection
    revision: str | None
    manner: Manner
    min_confidence: float | None

    def opened(self) -> Backend:
        """Open the model.

        Raises:
            ModelError: It cannot be used, or cannot tell how sure it is and is to.
        """
        backend = self.open_backend()
        if self.min_confidence is not None and backend.scale is None:
            backend.close()
            raise ModelError(
                f"nobody measured how sure {backend.name} can be; leave --min-confidence out, "
                "or use the model that batdoc ships or one of batdoc train"
            )
        return backend

    @property
    def merges(self) -> bool:
        """Documentation that is there is brought up to date, and not replaced."""
        return self.selection.mode is Mode.UPDATE

    def files(self, paths: Sequence[Path]) -> list[Path]:
        """Expand the paths of the command line."""
        return target_files(paths, self.settings)

    def surveys(
        self,
        files: Sequence[Path],
        read: Callable[[Path], SourceFile],
        report: Report,
        is_settled: IsWanted = lambda _, __: False,
    ) -> Iterator[Survey]:
        """Read files one by one, and give those of which something is wanted.

        Args:
            files: Those that cannot be used are reported and left alone.
            read: Reads one.
            report: Told of failures.
            is_settled: Tells units that a run which is resumed need not be asked about.
        """
        is_changed = changes_since(files, self.revision) if self.revision else _always
        for path in files:
            try:
                found = self.wanted(read(path))
            except InputError as error:
                report.failed(path, error)
                continue
            units = (u for u in found.wanted if is_changed(path, u) and not is_settled(path, u))
            if wanted := tuple(units):
                yield replace(found, wanted=wanted)

    def wanted(self, file: SourceFile) -> Survey:
        """Survey a file and pick what is selected in it.

        Raises:
            InputError: It is in no language that batdoc knows, or not valid in its language.
        """
        found = survey(file, self.selection.include_private)
        return replace(found, wanted=self.selection.of(found.units))


def _always(_: Path, __: CodeUnit) -> bool:
    return True
