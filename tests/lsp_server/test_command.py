"""`batdoc lsp` as users start it, with real models in the engine process."""

import ast
import asyncio
import shutil
import socket
import sys
import sysconfig
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import ClientServerConfig, LanguageClient, make_test_lsp_client

from batdoc.models.tiny_model import write_tiny_model

BATDOC = shutil.which("batdoc", path=sysconfig.get_path("scripts"))
SCRIPTED = str(Path(__file__).with_name("scripted_server.py"))
ADD = "def add(first, second):\n    return first + second\n"
STUB = 'def add(first, second):\n    """Add two numbers."""\n    '

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def tiny_model(tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "tiny.gguf"
    write_tiny_model(path)
    return path


@pytest_lsp.fixture(config=ClientServerConfig(server_command=[BATDOC, "lsp"]))
async def installed(lsp_client: LanguageClient):
    yield
    await lsp_client.shutdown_session()


def without_docstrings(text):
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
            del node.body[0]
    return ast.dump(tree)


async def test_the_starter_model_documents_a_function(installed, make_editor):
    editor = make_editor(installed)
    await editor.start()
    editor.open(ADD)
    after = editor.applied((await editor.resolve(0)).edit)
    assert ast.get_docstring(ast.parse(after).body[0])
    assert without_docstrings(after) == without_docstrings(ADD)


async def test_the_starter_model_completes_a_body(installed, make_editor):
    editor = make_editor(installed)
    await editor.start()
    editor.open(STUB)
    for item in await editor.inline(2, 4):
        assert len(ast.parse(STUB + item.insert_text).body[0].body) > 1
    assert editor.client.messages == []


async def test_a_clone_cannot_bring_code_into_the_server(make_editor, tiny_model, tmp_path):
    marker = tmp_path / "marker"
    clone = tmp_path / "clone"
    (clone / "batdoc").mkdir(parents=True)
    for name in ("batdoc/__init__", "json", "numpy", "llama_cpp", "sitecustomize"):
        (clone / f"{name}.py").write_text(f"open({str(marker)!r}, 'w').write({name!r})\n")
    client = make_test_lsp_client()
    await client.start_io(BATDOC, "lsp", cwd=clone)
    editor = make_editor(client)
    await editor.start(options={"model": str(tiny_model)})
    editor.open(ADD)
    (outcome,) = await asyncio.gather(editor.resolve(0), return_exceptions=True)
    # Its weights are noise, so that either is right; both need the engine at work.
    assert getattr(outcome, "edit", None) or "no usable answer" in outcome.message
    assert not marker.exists()
    await client.shutdown_session()
    await client.stop()


async def test_a_file_that_is_no_model_is_one_sentence(installed, make_editor, tmp_path):
    model = tmp_path / "notes.gguf"
    model.write_bytes(b"not a model")
    editor = make_editor(installed)
    await editor.start(options={"model": str(model)})
    editor.open(ADD)
    with pytest.raises(JsonRpcException, match=r"notes\.gguf"):
        await editor.resolve(0)
    assert "notes.gguf" in await editor.shown()


async def test_tcp_serves_one_client_on_loopback(make_editor):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = await asyncio.create_subprocess_exec(
        BATDOC, "lsp", "--tcp", str(port), stderr=asyncio.subprocess.PIPE
    )
    token = (await server.stderr.readline()).split()[-1].decode()
    client = make_test_lsp_client()
    while True:
        try:
            await client.start_tcp("127.0.0.1", port)
            break
        except OSError:
            await asyncio.sleep(0.1)
    editor = make_editor(client)
    for wrong in (None, {}, {"token": "guessed"}):
        with pytest.raises(JsonRpcException, match="send the token"):
            await editor.start(options=wrong)
    with pytest.raises(JsonRpcException, match="send the token"):
        await client.workspace_execute_command_async(types.ExecuteCommandParams("batdoc.status"))
    await editor.start(options={"token": token})
    assert not client.messages
    with pytest.raises(OSError, match=str(port)):
        await asyncio.open_connection("127.0.0.1", port)
    editor.open(ADD)
    assert len(await editor.actions(0)) == 1
    await client.shutdown_session()
    assert await server.wait() == 0
    await client.stop()
    client.protocol.writer.close()  # which pygls leaves to chance
    await client.protocol.writer.wait_closed()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_no_engine_outlives_its_server(make_editor):
    client = make_test_lsp_client()
    await client.start_io(sys.executable, SCRIPTED)
    editor = make_editor(client)
    await editor.start()
    editor.open("def slow():\n    return 1\n")
    (action,) = await editor.actions(0)
    _, request = editor.request("codeAction/resolve", action)
    await editor.busy()
    server = client._server.pid
    engines = await children_of(server)
    client._server.kill()
    request.cancel()
    while any(Path(f"/proc/{pid}/exe").exists() for pid in engines):
        await asyncio.sleep(0.05)
    await client.stop()


async def children_of(pid):
    listing = Path(f"/proc/{pid}/task/{pid}/children")
    while not (children := listing.read_text().split()):
        await asyncio.sleep(0.05)
    return children
