"""A hub on loopback: the few endpoints that `batdoc models pull` asks, and faults on demand."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

REVISION = "5" * 40
API = "/api/models/owner/"
FAULTS = {
    "gated": (403, b"{}", "GatedRepo"),
    "broken": (500, b"oh", ""),
    "portal": (200, b"<html>Log in</html>", ""),
    "name": (404, b"{}", "RevisionNotFound"),
    "absent": (404, b"{}", "RepoNotFound"),
}


@dataclass
class Hub:
    """What the server serves and what it saw.

    Attributes:
        files: Contents by name, of the one model owner/name.
        large: Names that the hub keeps as large files: hashed by SHA-256 and served by redirect.
        lies: Contents that are sent instead, by name.
        size: What is told of every file's size; None for the truth.
        stalls_at: After how many bytes a download stops for good, once.
        cuts_at: After how many bytes the connection is closed, once.
        ranges: The Range header of each download, or "".
        released: Set in the end, so that stalled downloads end.
    """

    files: Mapping[str, bytes]
    large: tuple[str, ...] = ()
    lies: Mapping[str, bytes] = field(default_factory=dict)
    size: int | None = None
    stalls_at: int | None = None
    cuts_at: int | None = None
    ranges: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    revision: str = REVISION
    url: str = ""

    def listing(self) -> bytes:
        siblings = [self._sibling(name) for name in self.files]
        card = {"license": "apache-2.0"}
        told = {"id": "owner/name", "sha": REVISION, "siblings": siblings, "cardData": card}
        return json.dumps(told).encode()

    def _sibling(self, name: str) -> dict[str, object]:
        data = self.files[name]
        blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
        size = self.size or len(data)
        told: dict[str, object] = {"rfilename": name, "size": size, "blobId": blob}
        if name in self.large:
            sha = hashlib.sha256(data).hexdigest()
            told["lfs"] = {"sha256": sha, "size": len(data), "pointerSize": 134}
        return told


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        name = path.rpartition("/")[2]
        if path in [f"{API}name/revision/{each}" for each in ("main", "v1", REVISION)]:
            self._send(200, self.hub.listing())
        elif path.startswith(API):
            status, data, code = FAULTS[path.removeprefix(API).partition("/")[0]]
            self._send(status, data, {"X-Error-Code": code} if code else {})
        elif path.startswith("/cdn/") or name not in self.hub.large:
            self._content(name)
        else:
            assert path == f"/owner/name/resolve/{REVISION}/{name}"
            self._send(302, b"", {"Location": f"{self.hub.url}/cdn/{name}"})

    def _content(self, name: str) -> None:
        data = self.hub.lies.get(name, self.hub.files[name])
        asked = self.headers.get("Range", "")
        self.hub.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-") or 0)
        headers = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"}
        self._send(206 if asked else 200, data[start:], headers if asked else {})

    def _send(self, status: int, data: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        end = self._fault(len(data))
        self.wfile.write(data[:end])
        if end is not None:
            self.wfile.flush()
            self.close_connection = True
        if self.hub.stalls_at is not None and end is not None:
            self.hub.stalls_at = None
            self.hub.released.wait(60)

    def _fault(self, size: int) -> int | None:
        """Tell where the connection is to end, once; None for not before the end."""
        if self.hub.stalls_at is not None and size > self.hub.stalls_at:
            return self.hub.stalls_at
        if self.hub.cuts_at is not None and size > self.hub.cuts_at:
            end, self.hub.cuts_at = self.hub.cuts_at, None
            return end
        return None

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def serve() -> Callable[..., AbstractContextManager[Hub]]:
    """Give a function that serves files, with the faults of `Hub`."""

    @contextmanager
    def start(files: Mapping[str, bytes], **faults: object) -> Iterator[Hub]:
        hub = Hub(files, **faults)
        handler = type("OwnHandler", (Handler,), {"hub": hub})
        with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            hub.url = f"http://127.0.0.1:{server.server_port}"
            thread = threading.Thread(target=server.serve_forever, args=(0.02,))
            thread.start()
            try:
                yield hub
            finally:
                hub.released.set()
                server.shutdown()
                thread.join()

    return start
