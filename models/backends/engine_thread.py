"""The one thread that owns a model's context, and the queue by which everyone else talks to it.

A call that comes while others are answered joins them at the next step. A call that is given up
stops the step that is running, wherever it is; the others repeat it.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from threading import Condition, Thread, current_thread

from batdoc.models.backends.batching import Batcher, Call
from batdoc.models.backends.llama_context import LlamaContext
from batdoc.models.backends.llama_library import AbortFlag
from batdoc.source.errors import Cancelled, ModelError


class Ticket:
    """A call on its way through the engine.

    Attributes:
        call: The work.
        outcome: Ends without a value when the call is done, else with the error.
        is_given_up: Whether its caller wants no result any more.
    """

    def __init__(self, call: Call) -> None:
        self.call = call
        self.outcome: Future[None] = Future()
        self.is_given_up = False


class EngineThread:
    """Runs calls over a context until it is closed; every method may be called from any thread."""

    def __init__(self, context: LlamaContext, name: str) -> None:
        """Start.

        Args:
            context: Belongs to the engine from now on, which frees it at last.
            name: The model's, for messages.
        """
        self._context = context
        self._name = name
        self._batcher = Batcher(context)
        self._tickets: list[Ticket] = []  # touched by the thread alone
        self._inbox: list[Ticket] = []
        self._is_closing = False
        self._wake = Condition()
        self._stop_step = AbortFlag()
        context.abort_on(self._stop_step)
        # A daemon, because Python waits for other threads before it runs what closes this one.
        self._thread = Thread(target=self._run, name="batdoc-llama", daemon=True)
        self._thread.start()

    def submit(self, call: Call) -> Ticket:
        """Queue a call.

        Raises:
            ModelError: The engine was closed.
        """
        ticket = Ticket(call)
        with self._wake:
            if self._is_closing:
                raise self._was_closed()
            self._inbox.append(ticket)
            self._wake.notify()
        return ticket

    def give_up(self, ticket: Ticket) -> None:
        """Ask for a call to end now; its outcome is `Cancelled` unless it is done already."""
        ticket.is_given_up = True
        self._stop_step.set()  # in this order: the thread lowers the flag before it looks

    def close(self) -> None:
        """End the calls on their way, the thread and the context; again it does nothing."""
        with self._wake:
            self._is_closing = True
            self._wake.notify()
        self._stop_step.set()
        if current_thread() is not self._thread:  # which may be the one that collects garbage
            self._thread.join()

    def _run(self) -> None:
        while self._take_in():
            if self._tickets:
                self._step()
        with self._wake:
            left, self._inbox = [*self._tickets, *self._inbox], []
        _end(left, self._was_closed())
        self._context.free()

    def _step(self) -> None:
        try:
            done = self._batcher.step()
        except Cancelled:
            return  # who gave up is sorted out before the next step
        except Exception as error:
            self._batcher.forget_everything()
            failed, self._tickets = self._tickets, []
            _end(failed, error)
            return
        for ticket in [each for each in self._tickets if each.call in done]:
            self._tickets.remove(ticket)
            ticket.outcome.set_result(None)

    def _take_in(self) -> bool:
        """Wait for work and sort it; False when the engine is to end."""
        with self._wake:
            self._wake.wait_for(lambda: self._is_closing or self._inbox or self._tickets)
            self._stop_step.clear()
            if self._is_closing:
                return False
            new, self._inbox = self._inbox, []
        for ticket in new:
            self._tickets.append(ticket)
            self._batcher.add(ticket.call)
        for ticket in [each for each in self._tickets if each.is_given_up]:
            self._tickets.remove(ticket)
            self._batcher.drop(ticket.call)
            ticket.outcome.set_exception(Cancelled("cancelled"))
        return True

    def _was_closed(self) -> ModelError:
        return ModelError(f"{self._name} was closed; open it again")


def _end(tickets: Sequence[Ticket], error: Exception) -> None:
    for ticket in tickets:
        ticket.outcome.set_exception(error)
