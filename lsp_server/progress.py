"""Progress of one request in the client's own display, with its cancel button."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

Report = Callable[[str, int | None], None]


@asynccontextmanager
async def shown_progress(ls: LanguageServer, title: str) -> AsyncIterator[Report]:
    """Show that a request is being worked on; the client's cancel button cancels its task.

    Args:
        ls: Whose client shows it, if it can.
        title: What is being done.

    Yields:
        What tells how far it is: a few words, and the share in percent where it is known.
    """
    token = await _create_token(ls)
    if token is None:
        yield lambda message, percentage: None
        return
    begin = types.WorkDoneProgressBegin(title=title, cancellable=True)
    ls.work_done_progress.begin(token, begin)
    task = asyncio.current_task()
    button = ls.work_done_progress.tokens[token]
    button.add_done_callback(lambda _: task.cancel() if task else None)

    def report(message: str, percentage: int | None) -> None:
        shown = types.WorkDoneProgressReport(message=message, percentage=percentage)
        ls.work_done_progress.report(token, shown)

    try:
        yield report
    finally:
        del ls.work_done_progress.tokens[token]
        ls.work_done_progress.end(token, types.WorkDoneProgressEnd())


async def _create_token(ls: LanguageServer) -> str | None:
    window = ls.client_capabilities.window
    if window is None or not window.work_done_progress:
        return None
    token = str(uuid4())
    try:
        await ls.work_done_progress.create_async(token)
    except JsonRpcException:  # the client refused; the work goes on without
        return None
    return token
