"""What batdoc leans on inside TRL. When a newer TRL fails here, trainer/grpo.py has to change."""

import ast
import inspect
import re
from functools import cache
from pathlib import Path

import pytest
import trl
from transformers import Trainer
from trl import GRPOTrainer
from trl.trainer import grpo_trainer
from trl.trainer.utils import add_fused_lm_head

from batdoc.trainer import grpo
from batdoc.trainer.grpo import PRIVATE_NAMES, RoundTripTrainer

SOURCE = inspect.getsource(grpo_trainer)
OUR_CLASS = next(
    node
    for node in ast.parse(Path(grpo.__file__).read_text("utf-8")).body
    if isinstance(node, ast.ClassDef) and node.name == "RoundTripTrainer"
)
ROLLOUT_KEYS = ("prompt_ids", "completion_ids", "logprobs", "env_mask")
BATCH_KEYS = (
    "prompt_ids",
    "prompt_mask",
    "completion_ids",
    "completion_mask",
    "advantages",
    "tool_mask",
    "num_items_in_batch",
)


@cache
def _names_of_base() -> set[str]:
    """Name everything that TRL's trainer and the classes above it define or set."""
    modules = {inspect.getmodule(kind) for kind in GRPOTrainer.__mro__[:-1]}
    text = "\n".join(inspect.getsource(module) for module in modules if module)
    return {name for name in re.findall(r"\bself\.(\w+)", text)} | set(dir(GRPOTrainer))


def _names_on_self() -> set[str]:
    """Name what RoundTripTrainer reads, writes or calls on itself and its base."""
    owners = ("self", "super()")
    return {
        node.attr
        for node in ast.walk(OUR_CLASS)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in owners
    } | {node.name for node in OUR_CLASS.body if isinstance(node, ast.FunctionDef)}


def test_the_minor_version_is_the_one_that_was_read() -> None:
    assert trl.__version__.startswith("1.16."), (
        f"TRL {trl.__version__} was never read: compare its grpo_trainer.py with 1.16 at "
        f"{', '.join(PRIVATE_NAMES)}, then change the version here and in pyproject.toml"
    )


@pytest.mark.parametrize("name", PRIVATE_NAMES)
def test_a_private_name_is_there(name: str) -> None:
    assert name in _names_of_base(), f"TRL has no {name} any more: {PRIVATE_NAMES[name]}"


def test_no_other_private_name_is_used() -> None:
    shared = {name for name in _names_on_self() & _names_of_base() if name.startswith("_")}
    assert shared - {"__init__"} == set(PRIVATE_NAMES), (
        "a name of RoundTripTrainer is private in TRL too: list it in PRIVATE_NAMES if it is "
        "meant, or rename it if it collides by chance"
    )


def test_arguments_that_are_passed_are_taken() -> None:
    scores = inspect.signature(GRPOTrainer._get_per_token_logps_and_entropies).parameters
    assert list(scores)[:5] == ["self", "model", "input_ids", "attention_mask", "logits_to_keep"], (
        "change the call in RoundTripTrainer._log_probabilities"
    )
    assert "temperature" in inspect.signature(add_fused_lm_head).parameters
    taken = inspect.signature(GRPOTrainer.__init__).parameters
    assert {"rollout_func", "reward_funcs", "peft_config"} <= set(taken)
    assert list(inspect.signature(Trainer._save_checkpoint).parameters) == [
        "self",
        "model",
        "trial",
    ]


def test_overrides_are_called_as_before() -> None:
    for name in ("_compute_loss", "_prepare_inputs", "_generate_and_score_completions"):
        ours, theirs = (
            list(inspect.signature(getattr(kind, name)).parameters)
            for kind in (RoundTripTrainer, GRPOTrainer)
        )
        assert len(ours) == len(theirs), f"{name} takes {theirs} in TRL: change the override"


@pytest.mark.parametrize("key", {*ROLLOUT_KEYS, *BATCH_KEYS})
def test_keys_of_rollouts_and_batches_have_their_names(key: str) -> None:
    assert f'"{key}"' in SOURCE, (
        f"TRL's grpo_trainer.py knows no {key!r}: change _roll_out and trainer/batches.py"
    )
