"""What pygls 2.1 gets wrong about requests that end early, put right."""

from collections.abc import Generator
from concurrent.futures import Future
from typing import Any

from pygls.protocol import LanguageServerProtocol


class Protocol(LanguageServerProtocol):
    """The protocol of a server whose commands can be cancelled.

    pygls runs a command inside the request that asks for it, and the two do not know of each
    other's end: a command that was cancelled was never answered, and one whose request was
    cancelled went on. It also kept the future of every notification, one a keystroke.
    """

    def handle_message(self, message: object) -> None:
        """Handle a message, and forget the futures that are done."""
        super().handle_message(message)  # type: ignore[arg-type]
        finished = [number for number, f in self._request_futures.items() if f.done()]
        for number in finished:
            del self._request_futures[number]

    def _run_generator(
        self,
        future: Future[Any] | None,
        *,
        gen: Generator[Any, Any, Any],
        result_future: Future[Any],
    ) -> None:
        """Run a request on, unless what it waited for was cancelled: then it is, too."""
        if future is not None and future.cancelled():
            result_future.cancel()
            return
        known = set(self._request_futures)
        super()._run_generator(future, gen=gen, result_future=result_future)
        for number in self._request_futures.keys() - known:
            _cancel_with(result_future, self._request_futures[number])


def _cancel_with(request: Future[Any], command: Future[Any]) -> None:
    """Cancel what runs inside a request when the request is cancelled."""

    def follow(ended: Future[Any]) -> None:
        if ended.cancelled():
            command.cancel()

    request.add_done_callback(follow)
