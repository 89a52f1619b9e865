"""Models come from a real server on loopback, whole and checked, or not at all."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from batdoc.models.backend import Limits
from batdoc.models.catalogue import open_backend, resolve
from batdoc.models.hub_listing import choose, listing_of
from batdoc.models.prompts import VERSION, Direction, Prompt
from batdoc.models.pulled import HubName
from batdoc.source.errors import ModelError

pytest.importorskip("huggingface_hub")
# Where tests run behind nohup or a script's `&`, Ctrl-C is switched off, here too.
HEARS_CTRL_C = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
PULL = f"""import sys; {HEARS_CTRL_C}
from batdoc.cli.main import main; main(['models', 'pull', *sys.argv[1:]])"""
BIG = random.Random(0).randbytes(24 << 20)  # more than one chunk of huggingface_hub's


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BATDOC_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def start(url: str, *arguments: str, script: str = PULL) -> "subprocess.Popen[str]":
    """Start the command in a process that may reach the network, which tests may not."""
    kept = {k: v for k, v in os.environ.items() if k not in ("HF_HUB_OFFLINE", "HF_TOKEN")}
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        env=kept | {"HF_ENDPOINT": url, "HF_HOME": kept["BATDOC_DATA"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def pull(url: str, *arguments: str) -> tuple[int, str, str]:
    process = start(url, *arguments)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def files_under(data: Path) -> list[str]:
    return sorted(
        str(p.relative_to(data / "hub")) for p in (data / "hub").rglob("*") if p.is_file()
    )


def answers(name: str) -> bool:
    prompt = Prompt(Direction.TO_DOC, "python", "function", "x", "", "", VERSION)
    with closing(open_backend(name, None)) as backend:
        return bool(backend.generate([prompt], Limits.greedy(2))[0].token_ids)


def test_a_gguf_file_is_found_by_its_name(serve, data: Path, tiny_gguf: Path):
    model = tiny_gguf.read_bytes()
    with serve({"tiny.gguf": model, "README.md": b"words"}, large=("tiny.gguf",)) as hub:
        code, out, err = pull(hub.url, "owner/name")
        again = pull(hub.url, "owner/name", "--revision", "v1")
    assert (code, err) == (0, "")
    assert out.startswith("owner/name/tiny.gguf is here now, commit 555555555555, licence apache-2")
    assert files_under(data) == [
        "owner/name/tiny.gguf",
        "owner/name/tiny.gguf.origin.json",
    ]
    assert (again[0], "is here already" in again[1], len(hub.ranges)) == (0, True, 1)
    assert resolve("owner/name", None) == resolve("owner/name/tiny.gguf", None)
    assert answers("owner/name")
    origin = json.loads((data / "hub/owner/name/tiny.gguf.origin.json").read_text())
    assert (origin["revision"], origin["endpoint"]) == (hub.revision, hub.url)


def test_a_folder_is_fetched_without_pickles_and_code(serve, data: Path, tiny_checkpoint: Path):
    files = {path.name: path.read_bytes() for path in tiny_checkpoint.iterdir()}
    extra = {"pytorch_model.bin": b"\x80", "modeling.py": b"import os", "onnx/model.onnx": b"x"}
    with serve(files | extra, large=("model.safetensors",)) as hub:
        code, _, err = pull(hub.url, "owner/name")
    assert (code, err) == (0, "")
    folder = data / "hub/owner/name"
    assert {path.name for path in folder.iterdir()} == set(files)
    assert all((folder / name).read_bytes() == content for name, content in files.items())
    assert answers("owner/name")


def test_a_killed_download_goes_on_where_it_stopped(serve, data: Path):
    with serve({"big.gguf": BIG}, large=("big.gguf",), stalls_at=16 << 20) as hub:
        process = start(hub.url, "owner/name")
        deadline = time.monotonic() + 30
        while sum(p.stat().st_size for p in (data / "hub").rglob("sha256-*")) < 10 << 20:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.kill()
        process.communicate()
        with pytest.raises(ModelError, match="batdoc models pull owner/name"):
            resolve("owner/name", None)
        code, _, err = pull(hub.url, "owner/name")
    assert (code, err) == (0, "")
    assert hub.ranges[0] == ""
    assert int(hub.ranges[1].removeprefix("bytes=").rstrip("-")) >= 10 << 20
    assert resolve("owner/name", None).read_bytes() == BIG


def test_an_interrupt_is_one_line_and_keeps_what_was_fetched(serve, data: Path):
    with serve({"big.gguf": BIG}, stalls_at=16 << 20) as hub:
        process = start(hub.url, "owner/name", "-q")
        deadline = time.monotonic() + 30
        while sum(p.stat().st_size for p in (data / "hub").rglob("git-*")) < 10 << 20:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == "batdoc: interrupted; what was written before is kept\n"


def test_a_connection_that_breaks_is_taken_up_again(serve, data: Path):
    with serve({"big.gguf": BIG}, cuts_at=16 << 20) as hub:
        code, _, _ = pull(hub.url, "owner/name", "-q")
    assert code == 0
    assert len(hub.ranges) == 2
    assert resolve("owner/name", None).read_bytes() == BIG


@pytest.mark.parametrize("large", [("tiny.gguf",), ()])
def test_what_is_not_what_the_hub_says_is_deleted(serve, data: Path, large: tuple[str, ...]):
    with serve({"tiny.gguf": b"GGUF" * 99}, large=large, lies={"tiny.gguf": b"LIES" * 99}) as hub:
        code, _, err = pull(hub.url, "owner/name")
    assert code == 2
    assert err == (
        "batdoc: tiny.gguf is not what the hub says it is: its hash is another; it was deleted, "
        "pull again\n"
    )
    assert files_under(data) == []


def test_a_model_that_does_not_fit_the_disk_is_refused_before_the_first_byte(serve, data: Path):
    with serve({"tiny.gguf": b"GGUF"}, size=10**18) as hub:
        code, _, err = pull(hub.url, "owner/name")
    assert code == 2
    assert err.startswith("batdoc: owner/name/tiny.gguf needs 1000000000.0 GB and ")
    assert hub.ranges == []


def test_a_file_of_another_size_is_no_model(serve, data: Path):
    with serve({"tiny.gguf": b"GGUF"}, size=5) as hub:
        code, _, err = pull(hub.url, "owner/name")
    assert (code, err) == (2, "batdoc: owner/name came with a wrong size; pull again\n")
    assert not (data / "hub" / "owner").exists()


def test_a_data_folder_that_cannot_be_written_is_named(serve, data: Path):
    data.write_text("a file")
    with serve({"tiny.gguf": b"GGUF"}) as hub:
        code, _, err = pull(hub.url, "owner/name")
    assert code == 2
    assert err.endswith(
        "could not be stored: Not a directory; name another folder by BATDOC_DATA\n"
    )


def test_a_newer_revision_replaces_the_folder_as_a_whole(serve, data: Path):
    old = {"config.json": b"{}", "vocab.json": b"{}", "model.safetensors": b"old"}
    new = {"config.json": b"{}", "model-00001-of-00001.safetensors": b"new"}
    for files in (old, new):
        with serve(files) as hub:
            assert pull(hub.url, "owner/name")[0] == 0
        assert {path.name for path in (data / "hub/owner/name").iterdir()} == set(files)


REFUSALS = {
    "owner/absent": "the hub knows no model owner/absent that you may read; check the name",
    "owner/gated": "owner/gated wants its terms accepted",
    "owner/broken": "the hub answered 500; pull again later",
    "owner/portal": "is no hub; check HF_ENDPOINT",
    "owner/name --revision v9": "owner/name has no such revision; check it",
    "owner/name": "holds several GGUF files; add one to the name: /a.gguf, /b.gguf",
    "owner/name/c.gguf": "owner/name holds no c.gguf; add one to the name: /a.gguf, /b.gguf",
    "../name": "../name is no model's name; write OWNER/NAME or OWNER/NAME/FILE.gguf",
}


def test_what_cannot_be_fetched_is_one_sentence(serve):
    script = """
import json, sys
from click.testing import CliRunner
from batdoc.cli.main import main
ran = [CliRunner().invoke(main, ["models", "pull", *a.split()]) for a in sys.argv[1:]]
print(json.dumps([(each.exit_code, each.stdout, each.stderr) for each in ran]))
"""
    with serve({"a.gguf": b"a", "b.gguf": b"b"}) as hub:
        process = start(hub.url, *REFUSALS, script=script)
        out, _ = process.communicate(timeout=60)
    for (code, stdout, stderr), message in zip(json.loads(out), REFUSALS.values(), strict=True):
        assert (code, stdout, stderr.count("\n")) == (2, "", 1)
        assert message in stderr


def test_a_hub_that_is_not_there_is_one_sentence():
    code, _, err = pull("http://127.0.0.1:9", "owner/name")
    assert code == 2
    assert err == (
        "batdoc: http://127.0.0.1:9 cannot be reached; check the network and pull again, it goes "
        "on where it stopped\n"
    )


def test_without_the_extra_the_install_line_is_told():
    code = f"import sys; sys.modules['huggingface_hub'] = None; {PULL}"
    process = start("http://127.0.0.1:9", "owner/name", script=code)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert err.endswith('needs the "hub" extra: pip install "batdoc[hub]"\n')


def test_the_network_may_be_forbidden(monkeypatch: pytest.MonkeyPatch):
    from batdoc.models.pull import pull as pull_here

    with pytest.raises(ModelError, match="HF_HUB_OFFLINE is set"):
        pull_here("owner/name", Path("unused"))


def test_pickles_alone_are_refused():
    with pytest.raises(ModelError, match="other formats can run code"):
        choose(["pytorch_model.bin", "config.json"], HubName("owner/name", None))


@dataclass
class Sibling:
    rfilename: str = "a.gguf"
    size: int | None = 1
    blob_id: str | None = "0" * 40
    lfs: object = None


@dataclass
class Info:
    siblings: list[Sibling]
    sha: str | None = "5" * 40
    card_data: None = None


@pytest.mark.parametrize(
    "info",
    [
        Info([Sibling(blob_id=None)]),
        Info([Sibling(blob_id="../" * 13 + "0")]),
        Info([Sibling(size=None)]),
        Info([Sibling()], sha="../main"),
        Info([Sibling()], sha=None),
    ],
)
def test_a_hub_that_makes_no_sense_is_not_believed(info: Info):
    with pytest.raises(ValueError, match="no "):
        listing_of(info, HubName("owner/name", None))


@pytest.mark.parametrize("name", ["../a.gguf", "..\\a.gguf", "sub/a.gguf", ".a.gguf", "a.gguf\n"])
def test_no_file_leaves_its_folder(name: str):
    with pytest.raises(ModelError, match="holds neither GGUF nor safetensors"):
        listing_of(Info([Sibling(name)]), HubName("owner/name", None))


def test_one_file_of_several_can_be_named():
    assert choose(["a.gguf", "b.gguf"], HubName("owner/name", "b.gguf")) == ["b.gguf"]
