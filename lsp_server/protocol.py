"""pygls' protocol, with a lock, and with requests that end early put right."""

import hmac
from collections.abc import Generator
from concurrent.futures import Future
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcInvalidRequest
from pygls.protocol import LanguageServerProtocol

from batdoc.lsp_server.open_documents import OpenDocuments


class Protocol(LanguageServerProtocol):
    """The protocol of a server whose commands can be cancelled.

    pygls runs a command inside the request that asks for it, and the two do not know of each
    other's end: a command that was cancelled was never answered, and one whose request was
    cancelled went on. It also kept the future of every notification, one a keystroke.

    Attributes:
        token: What a client must send as `token` in its initialization options before it is
            served; None on a connection that nobody else can have made.
    """

    token: str | None = None

    def handle_message(self, message: object) -> None:
        """Handle a message of a client that may be served, and forget the futures that are done."""
        if self.token is not None:
            if not _holds(message, self.token):
                self._refuse(message)
                return
            self.token = None
        super().handle_message(message)  # type: ignore[arg-type]
        finished = [number for number, f in self._request_futures.items() if f.done()]
        for number in finished:
            del self._request_futures[number]

    def keep_documents(self) -> None:
        """Keep up the editor's documents in batdoc's own way; called before any is opened."""
        was = self.workspace
        self._workspace = OpenDocuments(
            was.root_uri,
            types.TextDocumentSyncKind.Incremental,
            [*was.folders.values()],
            was.position_encoding,
        )

    def _refuse(self, message: object) -> None:
        number = getattr(message, "id", None)
        if number is not None:
            error = JsonRpcInvalidRequest("send the token that the server was started with")
            self._send_response(number, error=error.to_response_error())

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


def _holds(message: object, token: str) -> bool:
    """Tell whether a message is the first one of a client that knows the token."""
    if not isinstance(message, types.InitializeRequest):
        return False
    options = message.params.initialization_options
    sent = options.get("token") if isinstance(options, dict) else None
    return isinstance(sent, str) and hmac.compare_digest(sent.encode(), token.encode())


def _cancel_with(request: Future[Any], command: Future[Any]) -> None:
    """Cancel what runs inside a request when the request is cancelled."""

    def follow(ended: Future[Any]) -> None:
        if ended.cancelled():
            command.cancel()

    request.add_done_callback(follow)
