"""Proves that a quantised model runs here, in a process of its own.

Native code that does not fit the processor ends a process without a word (SIGSEGV, SIGILL), so the
proof must not run in the process that asks. `python -m batdoc.models.probe [MODEL.gguf]` does it
from a shell. The same run counts what Python code asks of the network: it should be nothing.
"""

import json
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from batdoc.models.backend import Limits
from batdoc.models.prompts import VERSION, Direction, Prompt
from batdoc.source.errors import BatdocError

_HERE = "--in-this-process"
_SECONDS = 120
_TOKENS = 16
_PORTABLE = "-DGGML_NATIVE=OFF"
_PLAIN = " ".join(
    f"-DGGML_{feature}=OFF" for feature in ("NATIVE", "AVX", "AVX2", "FMA", "F16C", "BMI2")
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a decode in another process showed.

    Attributes:
        works: Text came out.
        message: One sentence; with the mend where it does not work.
        network_requests: How often Python code turned to the network meanwhile.
    """

    works: bool
    message: str
    network_requests: int


def prove_decode(model: Path | None = None) -> Proof:
    """Decode with a quantised model in another process.

    Args:
        model: A GGUF file; by default a tiny random one, made for the occasion.
    """
    # -P: a file called numpy.py in the current folder must not be imported.
    command = [sys.executable, "-P", "-m", "batdoc.models.probe", _HERE]
    try:
        ended = subprocess.run(
            [*command, str(model.resolve())] if model else command,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Proof(False, f"a decode did not end in {_SECONDS} s; {_mend(_PORTABLE)}", 0)
    if ended.returncode == 0:
        return Proof(**json.loads(ended.stdout.splitlines()[-1]))
    return Proof(False, _explain(ended.returncode, ended.stderr), 0)


def _explain(code: int, errors: str) -> str:
    """Say why the other process ended, and the mend."""
    if code < 0:
        name = signal.Signals(-code).name
        mend = _mend(_PLAIN if name == "SIGILL" else _PORTABLE)
        return f"llama.cpp died of {name} while it ran a quantised model; {mend}"
    last = (errors.strip().splitlines() or ["no message"])[-1]
    return f"a decode failed with exit code {code} ({last}); {_mend(_PORTABLE)}"


def _mend(flags: str) -> str:
    return (
        f'rebuild it: CMAKE_ARGS="{flags}" pip install --force-reinstall --no-cache-dir '
        "--no-deps --no-binary llama-cpp-python llama-cpp-python==0.3.36"
    )


def _prove_here(model: Path | None) -> Proof:
    """Decode in this process."""
    requests = _count_network_requests()
    if model is not None:
        return _decode(model, requests)
    from batdoc.models.tiny_model import write_tiny_model

    with tempfile.TemporaryDirectory(prefix="batdoc-") as folder:
        model = Path(folder) / "tiny.gguf"
        write_tiny_model(model)
        return _decode(model, requests)


def _decode(model: Path, requests: list[str]) -> Proof:
    from batdoc.models.backends.llama_cpp import LlamaCppBackend

    code = "def add(a, b):\n    return a + b"
    prompt = Prompt(Direction.TO_DOC, "python", "python function\nadd", code, "", "", VERSION)
    start = time.perf_counter()
    try:
        backend = LlamaCppBackend(model)
        backend.generate([prompt, prompt], Limits.greedy(_TOKENS))
        backend.close()
    except BatdocError as error:
        return Proof(False, str(error), len(requests))
    seconds = time.perf_counter() - start
    return Proof(True, f"loaded and decoded in {seconds:.2f} s", len(requests))


def _count_network_requests() -> list[str]:
    """Refuse every use of a socket from now on in this process, and collect what was asked."""
    asked: list[str] = []

    def refuse(event: str, _: tuple[object, ...]) -> None:
        if event.startswith("socket."):
            asked.append(event)
            raise PermissionError("the probe allows no network")

    sys.addaudithook(refuse)
    return asked


def main(arguments: list[str]) -> int:
    """Prove a decode and print the outcome.

    Args:
        arguments: Perhaps a model file.

    Returns:
        The exit code: 0 if it works.
    """
    here = arguments[:1] == [_HERE]
    model = next((Path(argument) for argument in arguments if argument != _HERE), None)
    proof = _prove_here(model) if here else prove_decode(model)
    text = json.dumps(asdict(proof)) if here else f"quantised decode: {proof.message}"
    sys.stdout.write(text + "\n")
    return 0 if here or proof.works else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
