"""`batdoc doc -i`: one docstring after the other, each answered with a single key."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import click

from batdoc.cli.diff import show_diff
from batdoc.models.document import DocumentedFile, Draft, LeftAlone, Proposal, settle
from batdoc.source.errors import Cancelled
from batdoc.source.rewrite import text_edit
from batdoc.source.units import CodeUnit

SKIPPED = "skipped in the review"
_KEYS = {
    "a": "accept",
    "e": "edit",
    "r": "regenerate",
    "s": "skip",
    "A": "accept the rest",
    "q": "quit",
}
_QUESTION = ", ".join(f"{key} {meaning}" for key, meaning in _KEYS.items()) + "? "

Again = Callable[[Draft, CodeUnit, int], Proposal | LeftAlone]


class Reviewer:
    """Lets a person decide on each proposal of a draft.

    Attributes:
        is_over: The person quit; what was accepted before counts.
        is_interrupted: They did so by Ctrl-C.

    Args:
        read_key: Waits for a key.
        edit: Opens a text in an editor; None where nothing was saved.
        least: Confidence from which a proposal is accepted unseen; None shows all.
    """

    def __init__(
        self,
        read_key: Callable[[], str] = click.getchar,
        edit: Callable[[str], str | None] = lambda text: click.edit(text),
        least: float | None = None,
    ) -> None:
        self.is_over = self.is_interrupted = False
        self._read_key = read_key
        self._edit = edit
        self._least = least
        self._accepts_rest = False
        self._seed = 0

    def review(self, draft: Draft, again: Again) -> Draft:
        """Give the draft with what was accepted, as it was accepted.

        Args:
            draft: Of one file.
            again: Asks the model about one unit once more, with a seed.
        """
        accepted: list[Proposal] = []
        left_alone = list(draft.left_alone)
        for proposal in draft.proposals:
            decision = self._decide_unless_interrupted(draft, proposal, again)
            if decision is None:
                break
            if isinstance(decision, Proposal):
                accepted.append(decision)
            else:
                left_alone.append(decision)
        return replace(draft, proposals=tuple(accepted), left_alone=tuple(left_alone))

    def _decide_unless_interrupted(
        self, draft: Draft, proposal: Proposal, again: Again
    ) -> Proposal | LeftAlone | None:
        try:
            decision = self._decide(draft, proposal, again)
        except (KeyboardInterrupt, Cancelled, EOFError):
            decision, self.is_interrupted = None, True
        self.is_over = self.is_over or decision is None
        return decision

    def _decide(
        self, draft: Draft, proposal: Proposal, again: Again
    ) -> Proposal | LeftAlone | None:
        """Show and ask until there is a decision; None ends the review."""
        shown = _alone(draft, proposal)
        if not shown.written:
            return shown.left_alone[0]
        if self._accepts_rest or self._is_sure(proposal):
            return proposal
        _show(proposal, shown)
        while True:
            match self._ask():
                case "a":
                    return replace(proposal, is_read=True)
                case "A":
                    self._accepts_rest = True
                    return replace(proposal, is_read=True)
                case "s":
                    return LeftAlone(proposal.unit, SKIPPED)
                case "q":
                    return None
                case "e":
                    other = self._edited(draft, proposal.unit, shown)
                case _:
                    self._seed += 1
                    other = again(draft, proposal.unit, self._seed)
            proposal, shown = _replaced(draft, proposal, shown, other)

    def _is_sure(self, proposal: Proposal) -> bool:
        trust, least = proposal.trust, self._least
        return least is not None and trust.confidence is not None and not trust.is_below(least)

    def _ask(self) -> str:
        click.secho(_QUESTION, bold=True, nl=False, err=True)
        while (key := self._read_key()) not in _KEYS:
            pass
        click.echo(_KEYS[key], err=True)
        return key

    def _edited(
        self, draft: Draft, unit: CodeUnit, shown: DocumentedFile
    ) -> Proposal | LeftAlone | None:
        """Let the text be edited; None where it stays as it is."""
        (text,) = shown.docstrings()
        try:
            with _interrupts_ignored():
                edited = self._edit(f"{text.rstrip()}\n")
        except click.ClickException as error:
            return LeftAlone(unit, error.message)
        if edited is None or not edited.strip():
            return None
        lines = edited.strip("\r\n").rstrip().splitlines()
        survey = draft.survey
        edit = text_edit(survey.file.text, unit, lines, draft.house, survey.language)
        return Proposal(unit, edit)


def _alone(draft: Draft, proposal: Proposal) -> DocumentedFile:
    """Prove one proposal by itself."""
    return settle(replace(draft, proposals=(proposal,), left_alone=()))


def _replaced(
    draft: Draft, proposal: Proposal, shown: DocumentedFile, other: Proposal | LeftAlone | None
) -> tuple[Proposal, DocumentedFile]:
    """Take another proposal's place if there is one that can be proved, and show what counts."""
    if isinstance(other, Proposal):
        other_shown = _alone(draft, other)
        if other_shown.written:
            _show(other, other_shown)
            return other, other_shown
        other = other_shown.left_alone[0]
    click.secho(other.reason if other else "nothing was changed", fg="yellow", err=True)
    return proposal, shown


def _show(proposal: Proposal, shown: DocumentedFile) -> None:
    unit, sureness = proposal.unit, proposal.trust.words()
    place = f"{shown.file.path}:{unit.lines[0]}: {unit.kind.value} {unit.qualified_name}"
    click.secho(f"\n{place}{sureness and f' ({sureness})'}", bold=True)
    show_diff(shown.file, shown.after)


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Leave Ctrl-C to the editor, which shares the terminal, and for which it ends nothing."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
