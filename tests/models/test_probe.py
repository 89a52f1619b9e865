"""The proof that a quantised model runs, made in a process of its own."""

import signal
import subprocess
import sys

import pytest

from batdoc.models import probe


def test_a_quantised_decode_works_without_a_model_at_hand():
    proof = probe.prove_decode()
    assert proof.works, proof.message
    assert proof.network_requests == 0


def test_a_given_model_is_the_one_that_is_tried(tiny_gguf, tmp_path):
    assert probe.prove_decode(tiny_gguf).works
    (tmp_path / "cut.gguf").write_bytes(tiny_gguf.read_bytes()[:5000])
    proof = probe.prove_decode(tmp_path / "cut.gguf")
    assert not proof.works
    assert "cut.gguf cannot be loaded" in proof.message


def test_the_folder_it_is_asked_in_is_not_imported_from(tmp_path, monkeypatch):
    for name in ("numpy", "llama_cpp", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    assert probe.prove_decode().works


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
@pytest.mark.parametrize(
    ("number", "flag"), [(signal.SIGSEGV, "-DGGML_NATIVE=OFF"), (signal.SIGILL, "-DGGML_AVX=OFF")]
)
def test_native_code_that_dies_is_a_sentence_with_the_mend(tmp_path, monkeypatch, number, flag):
    # A python that dies as llama.cpp would: the process is real, only the culprit differs.
    stand_in = tmp_path / "python"
    stand_in.write_text(f"#!/bin/sh\nkill -{int(number)} $$\n")
    stand_in.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(stand_in))
    proof = probe.prove_decode()
    assert not proof.works
    assert f"died of {number.name}" in proof.message
    assert flag in proof.message
    assert "\n" not in proof.message


def test_the_network_is_refused_and_counted():
    script = """
import socket, sys
from batdoc.models.probe import _count_network_requests
asked = _count_network_requests()
try:
    socket.create_connection(("127.0.0.1", 9))
except PermissionError:
    print(len(asked))
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert int(ended.stdout) > 0


def test_the_module_is_a_command(tmp_path):
    command = [sys.executable, "-m", "batdoc.models.probe"]
    good = subprocess.run(command, capture_output=True, text=True)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.startswith("quantised decode: loaded and decoded in ")
    bad = subprocess.run([*command, tmp_path / "no.gguf"], capture_output=True, text=True)
    assert bad.returncode == 1
    assert "no.gguf cannot be read" in bad.stdout
