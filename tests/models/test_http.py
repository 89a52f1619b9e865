"""The HTTP backend, on a real server with a real model, and on one whose answers get damaged."""

import re
import socket
import struct
import threading
import time
from collections.abc import Iterator
from threading import Event

import pytest

from batdoc.models.backend import Finish, Limits
from batdoc.models.backends.http import KEY_VARIABLE, HttpBackend
from batdoc.models.catalogue import open_backend
from batdoc.models.prompts import VERSION, Direction, Prompt
from batdoc.source.errors import Cancelled, ModelError

SHORT = Limits.greedy(8)
FAILED = b"HTTP/1.1 500 Oops\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret"
CUT = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"id": "x", '
NO_JSON = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\n{"id"'
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>"
EMPTY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
LOCKED = b"HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
BEGUN = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
    b'data: {"id": "x", "choices": [{"index": 0, "delta": {"content": "Half"}}]}\n\n'
)
UNSTREAMED_BODY = (
    b'{"id": "x", "object": "chat.completion", "created": 1, "model": "m", "choices": [{"index": 0,'
    b' "finish_reason": "length", "message": {"role": "assistant", "content": "Do it all."}}]}'
)
UNSTREAMED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
    % (
        len(UNSTREAMED_BODY),
        UNSTREAMED_BODY,
    )
)
RESET = b""
NOT_THE_API = "does not answer as OpenAI's API does; add /v1 to the address or see its log"
SLOW = b"HTTP/1.1 200 OK\r\nContent-Le"


def prompt_of(code: str, prefix: str = "") -> Prompt:
    return Prompt(Direction.TO_DOC, "python", "python function\nf", code, "", prefix, VERSION)


class Damaging:
    """Passes connections on to a server, but answers the first chat requests itself.

    Args:
        port: Of the server.
        faults: One answer each; after an empty one the connection is reset.
    """

    def __init__(self, port: int, faults: list[bytes]) -> None:
        self._port, self._faults = port, list(faults)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.getsockname()[1]}/v1"
        self.requests: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        asked = _request(client)
        self.requests.append(asked)
        if b"/chat/completions" in asked and self._faults:
            fault = self._faults.pop(0)
            if fault == RESET:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                client.sendall(fault)
            if fault == SLOW:
                time.sleep(3)
            client.close()
            return
        with client, socket.create_connection(("127.0.0.1", self._port)) as server:
            server.sendall(asked.replace(b"Connection: keep-alive", b"Connection: close"))
            threading.Thread(target=_pump, args=(client, server), daemon=True).start()
            _pump(server, client)

    def close(self) -> None:
        self._server.close()


def _request(client: socket.socket) -> bytes:
    asked = b""
    while part := client.recv(65536):
        asked += part
        head, end, body = asked.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        if end and len(body) >= int(length[1] if length else 0):
            break
    return asked


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while part := source.recv(65536):
            sink.sendall(part)
    except OSError:
        return


@pytest.fixture
def damaging(port: int) -> Iterator[object]:
    opened: list[Damaging] = []

    def make(*faults: bytes) -> Damaging:
        opened.append(Damaging(port, list(faults)))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


def test_a_url_opens_a_server_and_its_model_answers(port: int):
    backend = open_backend(f"http://127.0.0.1:{port}/v1", None)
    assert backend.name.endswith("at 127.0.0.1")
    prompts = [prompt_of(f"def f{n}():\n    return {n}\n") for n in range(12)]
    answers = backend.generate(prompts, SHORT)
    assert len(answers) == 12
    assert {answer.finish for answer in answers} <= {Finish.LENGTH, Finish.STOP}
    assert backend.generate(prompts[:3], SHORT) == answers[:3]


def test_an_answer_begins_where_the_prompt_says(damaging, port: int):
    server = damaging()
    backend = HttpBackend(server.address)
    backend.generate([prompt_of("def f(): pass", prefix="Do it.\n:param x:")], SHORT, ("\n",))
    asked = server.requests[-1]
    assert b'"role":"assistant"' in asked.replace(b" ", b"")
    assert b'"continue_final_message":true' in asked.replace(b" ", b"")
    assert backend.count_tokens(prompt_of("x" * 300)) > backend.count_tokens(prompt_of("x")) + 90


@pytest.mark.parametrize("fault", [FAILED, RESET, CUT, BEGUN, SLOW])
def test_what_passes_is_tried_again(damaging, fault: bytes):
    backend = HttpBackend(damaging(fault).address, silence=1.0)
    (answer,) = backend.generate([prompt_of("def f(): pass")], SHORT)
    assert answer.finish in Finish
    assert "Half" not in answer.text


def test_a_server_that_does_not_stream_is_asked_once(damaging):
    server = damaging(UNSTREAMED)
    (answer,) = HttpBackend(server.address).generate([prompt_of("def f(): pass")], SHORT)
    assert (answer.text, answer.finish) == ("Do it all.", Finish.LENGTH)
    assert sum(b"/chat/completions" in asked for asked in server.requests) == 1


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ([FAILED] * 4, "failed (status 500); its log tells more"),
        ([NO_JSON], NOT_THE_API),
        ([PAGE], NOT_THE_API),
        ([EMPTY], NOT_THE_API),
        (
            [BEGUN] * 2,
            NOT_THE_API,
        ),
        ([LOCKED], f"refuses access; set {KEY_VARIABLE} to the key that it wants"),
    ],
)
def test_what_stays_wrong_is_said_in_one_sentence(damaging, faults: list[bytes], said: str):
    server = damaging(*faults)
    backend = HttpBackend(server.address)
    with pytest.raises(ModelError) as caught:
        backend.generate([prompt_of("def f(): pass")], SHORT)
    assert str(caught.value) == f"{server.address} {said}"


def test_a_server_that_is_not_there_is_named():
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
    address = f"http://127.0.0.1:{number}/v1"
    with pytest.raises(ModelError, match="cannot be reached; start the server"):
        HttpBackend(address)


def test_a_model_that_is_not_there_is_named_with_those_that_are(port: int):
    with pytest.raises(ModelError, match=r'has no model "other"; there are: .*starter'):
        HttpBackend(f"http://127.0.0.1:{port}/v1#other")


def test_a_key_goes_to_the_server_and_not_out_unencrypted(damaging, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, "sk-secret")
    server = damaging()
    HttpBackend(server.address)
    assert b"Bearer sk-secret" in server.requests[0]
    with pytest.raises(ModelError, match="unencrypted; use https") as caught:
        HttpBackend("http://models.example.org/v1")
    assert "sk-secret" not in str(caught.value)


def test_an_address_without_a_host_is_refused():
    with pytest.raises(ModelError, match="names no host"):
        HttpBackend("http:///v1")


def test_cancelling_ends_requests_that_wait(damaging):
    backend = HttpBackend(damaging(SLOW, SLOW).address)
    cancel = Event()
    threading.Timer(0.3, cancel.set).start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        backend.generate([prompt_of("def f(): pass"), prompt_of("x")], SHORT, cancel=cancel)
    assert time.monotonic() - begun < 2
