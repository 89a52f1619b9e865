"""Models worth trying beside the starter: what they are called, cost and allow.

Memory is the peak of a process that answered eight questions at once, measured with random weights
of the same shape; training takes more. Qwen2.5-Coder 3B is left out on purpose: its licence is
another than that of its sisters.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recommended:
    """A model that batdoc works with.

    Attributes:
        name: What it is called on the command line.
        hub_name: What the hub calls it.
        licence: SPDX identifier.
        size: Bytes to fetch.
        memory: Bytes that a process takes which answers with it.
        use: What it is good for, and what it needs.
    """

    name: str
    hub_name: str
    licence: str
    size: int
    memory: int
    use: str


_MB = 10**6
RECOMMENDED = (
    Recommended(
        name="qwen2.5-coder-0.5b",
        hub_name="lmstudio-community/Qwen2.5-Coder-0.5B-Instruct-GGUF/"
        "Qwen2.5-Coder-0.5B-Instruct-Q8_0.gguf",
        licence="Apache-2.0",
        size=531 * _MB,
        memory=900 * _MB,
        use="runs in llama.cpp",
    ),
    Recommended(
        name="qwen2.5-coder-1.5b",
        hub_name="ggml-org/Qwen2.5-Coder-1.5B-Instruct-Q8_0-GGUF",
        licence="Apache-2.0",
        size=1_650 * _MB,
        memory=2_500 * _MB,
        use="runs in llama.cpp, at a third of the speed of the 0.5b",
    ),
    Recommended(
        name="qwen2.5-coder-0.5b-hf",
        hub_name="Qwen/Qwen2.5-Coder-0.5B-Instruct",
        licence="Apache-2.0",
        size=1_000 * _MB,
        memory=1_500 * _MB,
        use='a folder to train from; needs the "train" extra',
    ),
)


def hub_name_of(name: str) -> str:
    """Spell a short name out as the hub does; any other name stays as it is."""
    return next((each.hub_name for each in RECOMMENDED if each.name == name), name)
