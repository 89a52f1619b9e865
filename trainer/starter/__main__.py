"""The starter's recipe, step by step: fetch, corpus, tokenizer, train, export, card.

Each step reads what the one before left in the work folder, and can be run again.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from batdoc.source.errors import BatdocError

_STEPS = ("fetch", "corpus", "tokenizer", "train", "export", "card")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m batdoc.trainer.starter",
        description=(
            "Train batdoc's starter model from installed packages and those in packages.txt, "
            "which `fetch` downloads with pip. Without --step all steps run in order; an "
            "interrupted `train` goes on from its last checkpoint, and torchrun shares it "
            "among processes."
        ),
    )
    parser.add_argument("--work", type=Path, default=Path("build/starter"), help="work folder")
    parser.add_argument("--step", choices=_STEPS, help="run this step alone")
    parser.add_argument(
        "--evaluation",
        type=Path,
        help="folder of evaluation suites as .jsonl; no sample may hold 13 words in a row of them",
    )
    parser.add_argument(
        "--predecessor",
        type=Path,
        help="folder of an earlier starter, whose tokenizer and weights to begin with",
    )
    parser.add_argument("--hidden", type=int, default=256, help="width, a multiple of 256")
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--heads", type=int, default=8)
    parser.add_argument("--ffn", type=int, default=768, help="a multiple of 256")
    parser.add_argument("--vocabulary", type=int, default=8192)
    parser.add_argument("--learning-rate", type=float, default=3e-3)
    parser.add_argument("--batch", type=int, default=8192, help="tokens a step")
    parser.add_argument("--tokens", type=int, default=24_000_000, help="token budget")
    parser.add_argument("--hours", type=float, default=2.0, help="time budget of `train`")
    parser.add_argument("--save-every", type=float, default=300.0, help="seconds")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("models/starter"),
        help="where `export` and `card` write the model that batdoc ships",
    )
    return parser


def _fetch(options: argparse.Namespace) -> None:
    from batdoc.trainer.starter.packages import fetch_packages

    fetch_packages(options.work / "packages")


def _corpus(options: argparse.Namespace) -> None:
    from batdoc.trainer.starter.corpus import write_corpus

    about = write_corpus(options.work, options.evaluation)
    sys.stderr.write(f"corpus: {json.dumps(about['splits'])}\n")


def _tokenizer(options: argparse.Namespace) -> None:
    from batdoc.trainer.starter.corpus import read_corpus
    from batdoc.trainer.starter.examples import train_tokenizer
    from batdoc.trainer.starter.predecessor import grown_tokenizer

    if options.predecessor:
        tokenizer = grown_tokenizer(options.predecessor)
    else:
        samples = [s for s in read_corpus(options.work) if s.split == "train"]
        tokenizer = train_tokenizer(samples, options.vocabulary)
    tokenizer.save(str(options.work / "tokenizer.json"))


def _train(options: argparse.Namespace) -> None:
    # Large arrays come back from the system page by page otherwise: a fifth of the time on a CPU.
    os.environ.setdefault("MALLOC_TRIM_THRESHOLD_", "8589934592")
    from batdoc.trainer import processes
    from batdoc.trainer.starter.corpus import read_corpus
    from batdoc.trainer.starter.examples import Encoder
    from batdoc.trainer.starter.predecessor import grown_model
    from batdoc.trainer.starter.training import CONTEXT, Recipe, build_model, train

    recipe = Recipe(
        hidden=options.hidden,
        layers=options.layers,
        heads=options.heads,
        ffn=options.ffn,
        learning_rate=options.learning_rate,
        tokens_per_batch=options.batch,
        token_budget=options.tokens,
        hours=options.hours,
        seed=options.seed,
    )
    encoder = Encoder(options.work / "tokenizer.json")
    corpus = encoder.encode([s for s in read_corpus(options.work) if s.split == "train"])
    if options.predecessor:
        model = grown_model(options.predecessor, encoder.tokenizer, CONTEXT)
    else:
        model = build_model(recipe, encoder.size)
    with processes.joined():
        train(recipe, model, encoder, corpus, options.work, options.save_every)


def _export(options: argparse.Namespace) -> None:
    from batdoc.trainer.starter.release import release

    release(options.work, options.output)


def _card(options: argparse.Namespace) -> None:
    from batdoc.trainer.starter.card import write_card
    from batdoc.trainer.starter.predecessor import earlier_runs

    write_card(options.work, options.output, earlier_runs(options.predecessor))


_RUN: dict[str, Callable[[argparse.Namespace], None]] = {
    "fetch": _fetch,
    "corpus": _corpus,
    "tokenizer": _tokenizer,
    "train": _train,
    "export": _export,
    "card": _card,
}


def main() -> int:
    """Run the steps that were asked for; 2 on an error that the user can mend."""
    options = _parser().parse_args()
    try:
        for step in [options.step] if options.step else _STEPS:
            _RUN[step](options)
    except BatdocError as error:
        sys.stderr.write(f"starter: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
