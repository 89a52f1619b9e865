"""What a training run is: a few numbers, and the defaults for a model's size."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from typing import Literal, get_args

from batdoc.source.errors import ConfigError

_SMALL = 100_000_000  # parameters; up to here all weights are trained

RewardKind = Literal["roundtrip", "likelihood", "both"]
Algorithm = Literal["reinforce++-baseline", "reinforce++", "grpo", "rloo"]
TRACKERS = ("tensorboard", "trackio", "wandb")
REWARD_KINDS: tuple[RewardKind, ...] = get_args(RewardKind)
ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """Settings of one run.

    Attributes:
        steps: Optimizer steps of reinforcement learning.
        warmup_epochs: Passes over plain examples before them; 0 for none.
        warmup_rate: Learning rate of those, at the peak.
        rounds: Times that all functions are documented; what is said last is learned from. After
            the first, or a warm-up, each half is documented by a model that was taught the other.
        docs_per_round: Documentations of each function in a round.
        round_epochs: Passes over what a round found.
        round_rate: Learning rate of those, at the peak.
        seed: Of sampling, the order of the units and the choice of held-out files.
        reward: What documentation earns: how like the original a sampled rebuild is, how much
            likelier it makes the original, or the sum of both.
        units_per_step: Functions a step.
        docs_per_unit: Documentations sampled of each.
        rebuilds_per_doc: Rebuilds sampled from each documentation; the likelihood needs none.
        most_doc_tokens: In one documentation.
        most_code_tokens: In one rebuilt body.
        longest_code: Characters; longer functions are left out.
        learning_rate: At the peak.
        imitation: Advantage of the tokens of original code under the documentation that tells most
            of it, in standard deviations.
        kl_weight: Reward that one nat per token away from the first model costs.
        clip: How far a token's probability ratio may leave 1.0 before its gradient ends.
        rows_per_pass: Rows in one forward and backward pass: memory.
        adapter_rank: Of the LoRA adapter; 0 trains all weights.
        save_after: Seconds between checkpoints, each at the end of a step.
        updates_per_step: Times that the optimizer goes over what a step sampled.
        algorithm: What rewards become advantages by; see trainer.algorithms.
        curriculum: The first round over the corpus goes from short functions to long ones.
        recompute: Activations are computed anew on the way back, not kept: less memory, more time.
        four_bit: Weights that an adapter is trained beside are held in 4 bits.
        rollouts: The URL of a server that documents in the round; None for this process.
    """

    steps: int
    warmup_epochs: int
    warmup_rate: float
    rounds: int
    docs_per_round: int
    round_epochs: int
    round_rate: float
    seed: int
    reward: RewardKind
    units_per_step: int
    docs_per_unit: int
    rebuilds_per_doc: int
    most_doc_tokens: int
    most_code_tokens: int
    longest_code: int
    learning_rate: float
    imitation: float
    kl_weight: float
    clip: float
    rows_per_pass: int
    adapter_rank: int
    save_after: float
    updates_per_step: int = 1
    algorithm: Algorithm = ALGORITHMS[0]
    curriculum: bool = False
    recompute: bool = False
    four_bit: bool = False
    rollouts: str | None = None

    def __post_init__(self) -> None:
        if self.four_bit and not self.adapter_rank:
            raise ConfigError("weights in 4 bits are not trained; pass --adapter 16 as well")
        if not (self.warmup_epochs or self.rounds or self.steps):
            message = "nothing is trained; make --warmup, --rounds or --steps 1 or more"
            raise ConfigError(message)
        if self.rollouts and (self.warmup_epochs or self.rounds != 1):
            raise ConfigError(
                "the server of --rollouts has the first model alone; leave --warmup out, and "
                "--rounds at 1"
            )
        if self.rows_per_step % self.rows_per_pass:
            raise ConfigError(
                f"rows_per_pass is {self.rows_per_pass} and a step has {self.rows_per_step} rows; "
                "make it a divisor"
            )

    @property
    def rows_per_doc(self) -> int:
        """Rows that belong to a documentation: itself, its rebuilds, and the original."""
        return 2 + self.rebuilds_per_doc

    @property
    def rows_per_unit(self) -> int:
        """Rows about one function in a step."""
        return self.docs_per_unit * self.rows_per_doc

    @property
    def rows_per_step(self) -> int:
        """Rows in a step."""
        return self.units_per_step * self.rows_per_unit

    def for_units(self, count: int) -> "TrainingConfig":
        """Copy the settings for a corpus that may have fewer units than a step would take."""
        return self.resized(min(self.units_per_step, count), self.rows_per_pass)

    def shared_by(self, processes: int) -> "TrainingConfig":
        """Copy the settings for one of several processes, each with its part of a step's units."""
        return self.resized(-(-self.units_per_step // processes), self.rows_per_pass)

    def resized(self, units: int, most_rows: int) -> "TrainingConfig":
        """Copy the settings for so many units a step.

        Args:
            units: In a step.
            most_rows: In a pass; as many are taken as divide a step into equal passes.
        """
        rows = units * self.rows_per_unit
        fitting = max(n for n in range(1, min(rows, most_rows) + 1) if rows % n == 0)
        return replace(self, units_per_step=units, rows_per_pass=fitting)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked for, by the names of `TrainingConfig`; None leaves it to the default."""

    steps: int | None = None
    seed: int | None = None
    reward: RewardKind | None = None
    warmup_epochs: int | None = None
    rounds: int | None = None
    updates_per_step: int | None = None
    algorithm: Algorithm | None = None
    curriculum: bool | None = None
    rows_per_pass: int | None = None
    adapter_rank: int | None = None
    recompute: bool | None = None
    four_bit: bool | None = None
    rollouts: str | None = None

    def change(self, config: TrainingConfig) -> TrainingConfig:
        """Copy settings with what the user named."""
        given = {name: value for name, value in asdict(self).items() if value is not None}
        rows = given.pop("rows_per_pass", config.rows_per_pass)
        return replace(config, **given).resized(config.units_per_step, rows)


def trackers(names: Sequence[str]) -> tuple[str, ...]:
    """Check that the packages of trackers are installed.

    Args:
        names: Of `TRACKERS`.

    Raises:
        ConfigError: One is not.
    """
    for name in names:
        if find_spec(name) is None:
            raise ConfigError(f"--report-to {name} needs its package; pip install {name}")
    return tuple(dict.fromkeys(names))


def default_config(parameters: int, asked: Asked) -> TrainingConfig:
    """Give the settings for a model of so many parameters, and what else the user asked for."""
    is_small, reward = parameters <= _SMALL, asked.reward or "likelihood"
    default = TrainingConfig(
        steps=0,
        warmup_epochs=0,
        warmup_rate=3e-4 if is_small else 1e-4,
        rounds=1,
        docs_per_round=8,
        round_epochs=4,
        round_rate=3e-4 if is_small else 1e-4,
        seed=0,
        reward=reward,
        units_per_step=8,
        docs_per_unit=4,
        rebuilds_per_doc=0 if reward == "likelihood" else 1,
        most_doc_tokens=96 if is_small else 192,
        most_code_tokens=128 if is_small else 384,
        longest_code=700 if is_small else 3_000,
        learning_rate=1e-4 if is_small else 1e-5,
        imitation=4.0,
        kl_weight=0.05,
        clip=0.2,
        rows_per_pass=16 if is_small else 4,
        adapter_rank=0 if is_small else 16,
        save_after=30.0,
    )
    return asked.change(default)
