"""Who watches a run: what the stages of a run tell to those who started it."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from batdoc.trainer.progress import Progress


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told what a run does.

    Attributes:
        cancel: When set, the run saves and stops.
        on_stage: Called with what begins now, in words.
        on_step: Called after each optimizer step.
        report_to: Trackers that get the metrics, as `trackers` allows them.
    """

    cancel: Event
    on_stage: Callable[[str], None]
    on_step: Callable[[Progress], None]
    report_to: tuple[str, ...] = ()

    def silent(self) -> "Watcher":
        """Copy without those who are told."""
        return Watcher(self.cancel, lambda _: None, lambda _: None)
