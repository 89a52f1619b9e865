"""Who watches a run: what the stages of a run tell to those who started it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event

from batdoc.trainer.evaluate import Measured
from batdoc.trainer.progress import Progress


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told what a run does.

    Attributes:
        cancel: When set, the run saves and stops.
        on_stage: Called with what begins now, in words.
        on_step: Called after each optimizer step.
        report_to: Trackers that get the metrics, as `trackers` allows them.
        on_measured: Called after each measurement with what the model made of held-out functions;
            there is code in it.
    """

    cancel: Event
    on_stage: Callable[[str], None]
    on_step: Callable[[Progress], None]
    report_to: tuple[str, ...] = ()
    on_measured: Callable[[Sequence[Measured]], None] = lambda _: None

    def silent(self) -> "Watcher":
        """Copy without those who are told."""
        return Watcher(self.cancel, lambda _: None, lambda _: None)
