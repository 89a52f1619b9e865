from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from batdoc.cli.main import main
from batdoc.models.backend import ScriptedBackend
from batdoc.models.confidence import Scale
from batdoc.models.prompts import Prompt

Run = Callable[..., Result]


def script(replies: Iterable[str]) -> Callable[[Prompt], str]:
    """Answer whole questions in order; to a question for one more entry there is no answer."""
    waiting = iter(replies)
    return lambda prompt: "" if prompt.prefix else next(waiting)


@pytest.fixture(autouse=True)
def _own_journal(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test see what another one wrote."""
    monkeypatch.setenv("BATDOC_DATA", str(tmp_path_factory.mktemp("data")))


@pytest.fixture
def batdoc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in an empty folder, with a model that answers from a script."""
    monkeypatch.chdir(tmp_path)

    def run(
        *arguments: str,
        replies: Iterable[str] = (),
        scale: Scale | None = None,
        model: ScriptedBackend | None = None,
        **options: object,
    ) -> Result:
        def open_backend(_: str | None, __: Path | None) -> ScriptedBackend:
            return model or ScriptedBackend(script(replies), scale=scale)

        return CliRunner().invoke(main, arguments, obj=open_backend, **options)

    return run
