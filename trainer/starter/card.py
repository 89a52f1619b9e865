"""The starter's model card: metrics on held-out packages beside four baselines, and samples.

The model that is measured is the GGUF that ships, through the engine that serves it.
"""

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from batdoc.models.backend import Completion, Finish, Limits
from batdoc.models.catalogue import open_backend
from batdoc.models.choice import MOST_DOC
from batdoc.models.confidence import Scale
from batdoc.models.fitting import fitting
from batdoc.models.prompts import VERSION, Direction, Prompt
from batdoc.source.docstring import Style
from batdoc.source.styles import parse
from batdoc.trainer.metrics import bleu4, chrf, rouge_l
from batdoc.trainer.starter.baselines import (
    first_line,
    likest_function,
    name_words,
    nearest_neighbour,
    parameter_list,
)
from batdoc.trainer.starter.corpus import Sample, read_corpus
from batdoc.trainer.starter.packages import HELD_OUT_PACKAGES

MODEL_FILE, METRICS_FILE = "starter-q8_0.gguf", "metrics.json"
_MOST_SAMPLES = 400
_SHOWN = 20
_NOTHING = Completion("", (), (), Finish.STOP)


def write_card(work: Path, output: Path, earlier: Sequence[dict[str, Any]]) -> None:
    """Measure the shipped model; write README.md, metrics.json and its confidence beside it.

    Args:
        work: Where it was trained.
        output: Where it is.
        earlier: The runs before the last one.
    """
    corpus = read_corpus(work)
    held_out = [s for s in corpus if s.split == "package"]
    chosen = random.Random(0).sample(held_out, min(_MOST_SAMPLES, len(held_out)))
    known = [s for s in corpus if s.split == "train"]
    humans = [first_line(s.doc) for s in chosen]
    answers = answered(output / MODEL_FILE, chosen)
    scale = Scale.of(p for each in answers if (p := each.first_line_logprob) is not None)
    if scale is not None:
        scale.save(output / MODEL_FILE)
    alone = answered(output / MODEL_FILE, [replace(s, precedents="") for s in chosen])
    systems = {
        "starter": _summaries(answers),
        "starter, shown the function alone": _summaries(alone),
        "likest function of the package": likest_function(chosen),
        "nearest neighbour (BM25 over code)": nearest_neighbour(chosen, known),
        "words of the name": name_words(chosen),
        "parameter list": parameter_list(chosen),
    }
    metrics = {
        name: {
            "bleu4": round(bleu4(texts, humans), 2),
            "chrf": round(chrf(texts, humans), 2),
            "rouge_l": round(rouge_l(texts, humans), 2),
        }
        for name, texts in systems.items()
    }
    progress = json.loads((work / "checkpoint" / "progress.json").read_text(encoding="utf-8"))
    about = json.loads((work / "corpus.json").read_text(encoding="utf-8"))
    config = json.loads((work / "checkpoint" / "config.json").read_text(encoding="utf-8"))
    runs = [*earlier, progress]
    facts = {"metrics": metrics, "functions": len(chosen), "training": runs} | about
    (output / METRICS_FILE).write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    shown = random.Random(1).sample(range(len(chosen)), min(_SHOWN, len(chosen)))
    rows = [(chosen[i], humans[i], systems["starter"][i]) for i in shown]
    card = render_card(facts, config, rows)
    (output / "README.md").write_text(card, encoding="utf-8")


def answered(model: Path, samples: Sequence[Sample]) -> list[Completion]:
    """Let the model write the first line for each sample, greedily; nothing for too long code."""
    backend = open_backend(str(model), None)
    try:
        asked = [
            Prompt(
                direction=Direction.TO_DOC,
                language="python",
                sketch=s.sketch,
                code=s.code,
                doc="",
                prefix="",
                version=VERSION,
                precedents=tuple(s.precedents.splitlines()),
            )
            for s in samples
        ]
        fitted = [fitting(prompt, backend, MOST_DOC) for prompt in asked]
        written = backend.generate([*filter(None, fitted)], Limits.greedy(MOST_DOC), ("\n",))
    finally:
        backend.close()
    answers = iter(written)
    return [next(answers) if prompt else _NOTHING for prompt in fitted]


def _summaries(answers: Sequence[Completion]) -> list[str]:
    return [parse(answer.text, Style.REST).summary or "." for answer in answers]


def render_card(
    facts: dict[str, object],
    config: dict[str, object],
    rows: Sequence[tuple[Sample, str, str]],
) -> str:
    """Write the card as Markdown."""
    metrics, packages, suites = facts["metrics"], facts["packages"], facts["decontaminated"]
    training, splits = facts["training"], facts["splits"]
    assert isinstance(metrics, dict)
    assert isinstance(packages, list)
    assert isinstance(suites, list)
    assert isinstance(training, list)
    assert isinstance(splits, dict)
    table = "\n".join(
        f"| {name} | {m['bleu4']:.2f} | {m['chrf']:.2f} | {m['rouge_l']:.2f} |"
        for name, m in metrics.items()
    )
    sources = "\n".join(
        f"| {p['name']} | {p['version']} | {p['licence']} | {p['sha256']} | {p['units']} |"
        for p in packages
    )
    samples = "\n".join(
        f"| `{s.package}: {s.name}` | {_cell(human)} | {_cell(text)} |" for s, human, text in rows
    )
    return _CARD.format(
        table=table,
        sources=sources,
        samples=samples,
        functions=facts["functions"],
        held_out=", ".join(HELD_OUT_PACKAGES),
        suites=", ".join(suites) or "nothing, as no evaluation suite was searched for",
        train=splits.get("train", 0),
        tokens=" and ".join(f"{run['tokens'] / 1e6:.1f}" for run in training),
        hours=" and ".join(f"{run['seconds'] / 3600:.2f}" for run in training),
        steps=" and ".join(str(run["step"]) for run in training),
        **{
            key: config[key]
            for key in (
                "hidden_size",
                "num_hidden_layers",
                "num_attention_heads",
                "intermediate_size",
                "vocab_size",
                "max_position_embeddings",
            )
        },
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


_CARD = """\
# The starter

The model that batdoc works with until you train one of your own. It documents Python functions
and rebuilds short ones from their documentation. It is small and makes mistakes: parameter names
are bound to the syntax tree by batdoc, the sentences are the model's own.

## Model

Llama architecture, {num_hidden_layers} layers, width {hidden_size}, {num_attention_heads} heads,
feed-forward {intermediate_size}, vocabulary {vocab_size} (byte-level BPE), tied embeddings,
context {max_position_embeddings} tokens. Shipped as `starter-q8_0.gguf` (Q8_0), with the tokenizer
files that `batdoc train` needs, and the words that two or more of the functions it learned from
have (`starter-q8_0.words.txt`): a sentence with a word that is in neither these nor the code is not
used.

## Recipe

    python -m batdoc.trainer.starter --help

{steps} steps on {tokens} million tokens in {hours} hours on CPU cores, from random weights.
Muon for matrices, AdamW for embeddings and norms. Each documented unit is shown as a sketch (its
identifiers in words), its code without the docstring, and its documentation in canonical form;
about a quarter of those with a short body also the other way round. Where there are two figures,
the second run, on two cores, went on from the first with precedents: a few lines of what the
package says of like functions and of parameters of the same names, as users' code bases are shown
to it (`source/house/precedents.py`); a fifth of the units have none, a quarter those of other files
alone.

## Data

{train} documented units of the packages below: the standard library, what batdoc's `train` extra
installs, and the list in `trainer/starter/packages.txt`. Copies and near-copies count once (80% of
their pieces of eight words known). Held out: 2% of the files, and the packages
{held_out} as a whole. Left out: tests, vendored and generated files, Typer,
which carries a copy of click, packages whose licence is not known to be permissive, and every unit
that shares 13 words in a row with {suites}.

| package | version | licence | sha256 of the sources | documented units |
|---|---|---|---|---|
{sources}

## Metrics

First lines for {functions} functions of the held-out packages, drawn with seed 0, greedy, by the
shipped file through the engine that serves it, against the human first lines. The starter and the
likest function are shown what the rest of the package says, never what is said of the function
itself; the other rows are not. batdoc takes over what people say of like functions where that is
likely, which is not in these figures (docs/results.md, Precedents). Mean over functions of sentence
BLEU-4 (add-one smoothed, lower-cased), chrF and ROUGE-L, all in [0, 100].

    python -m batdoc.trainer.starter --step card

| | BLEU-4 | chrF | ROUGE-L |
|---|---|---|---|
{table}

## Samples

Drawn with seed 1, not chosen.

| function | human | starter |
|---|---|---|
{samples}

## Licence

Apache-2.0. The training data's licences are listed above.
"""
