"""Promises about every file of the package: nothing is sent, and no model file runs code."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(
    file
    for folder in ("cli", "lsp_server", "models", "source", "trainer")
    for file in (ROOT / folder).rglob("*.py")
)
MAY_REACH = {
    "models/backends/http.py": {"httpx", "openai"},  # the server that the user names
    "models/pull.py": {"httpx2", "huggingface_hub"},  # the hub, for `batdoc models pull` alone
}
RUNS_CODE_WHEN_READ = {"pickle", "cPickle", "dill", "cloudpickle", "shelve", "joblib", "marshal"}
REACHES_THE_NETWORK = {
    "aiohttp",
    "ftplib",
    "http.client",
    "httpx",
    "httpx2",
    "huggingface_hub",
    "mlflow",
    "openai",
    "requests",
    "smtplib",
    "tensorboard",
    "urllib.request",
    "urllib3",
    "wandb",
}


def _imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            keywords = {word.arg: ast.unparse(word.value) for word in node.keywords}
            yield ast.unparse(node.func), keywords


def test_there_are_files_to_look_at():
    assert len(FILES) > 30


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_sends_nothing_and_reads_no_pickle(file):
    tree = ast.parse(file.read_bytes())

    reached = MAY_REACH.get(file.relative_to(ROOT).as_posix(), set())
    barred = RUNS_CODE_WHEN_READ | (REACHES_THE_NETWORK - reached)
    inside = tuple(f"{name}." for name in barred)
    assert not [name for name in _imports(tree) if name in barred or name.startswith(inside)]
    for function, keywords in _calls(tree):
        assert keywords.get("trust_remote_code", "False") == "False", function
        if function.endswith("torch.load"):
            assert keywords.get("weights_only") == "True"
        if function.endswith(("np.load", "numpy.load")):
            assert keywords.get("allow_pickle", "False") == "False"


def test_one_command_alone_downloads():
    asking = [
        file.relative_to(ROOT).as_posix()
        for file in FILES
        if any(name == "batdoc.models.pull" for name in _imports(ast.parse(file.read_bytes())))
    ]
    assert asking == ["cli/models.py"]
