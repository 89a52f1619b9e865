"""The engine that serves models, against llama.cpp used plainly, in one run.

    python benchmarks/serve.py [--model MODEL.gguf] [--rounds 3]

Without a model it measures two: the starter, and one of 60 million random weights in the starter's
vocabulary. Asked are 64 functions of the standard library, 40 tokens a documentation. Each line of
JSON holds:

- faster: documents a second, as a multiple of the high-level `Llama.create_completion`, one call
  after another
- of_bare: the same, as a share of a loop that only calls `llama_decode`, with the same batches
- overhead: the share of a step's time that is spent outside `llama_decode`
- second_first_token: the time to a second request's first token, as a share of the first's, where
  only the end of the function changed
- joining_first_token_s: to the first token of one prompt that comes while the 64 are answered
- memory_over_mb: peak memory of a process that does it, above model and memory of the sequences

Seconds are of computing on one thread, so that other work on the machine counts less; the best of
some rounds, taken in turns.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter, LlamaFileType, quants

from batdoc.models.backend import Limits
from batdoc.models.backends.batching import Batcher, Call
from batdoc.models.backends.jobs import Writing
from batdoc.models.backends.llama_context import LlamaContext
from batdoc.models.backends.llama_cpp import LlamaCppBackend
from batdoc.models.backends.llama_library import library
from batdoc.models.backends.llama_vocabulary import LlamaVocabulary
from batdoc.models.backends.token_batch import Feed
from batdoc.models.catalogue import resolve
from batdoc.models.fitting import fitting
from batdoc.models.prompts import Prompt, encode, to_doc
from batdoc.source.language import get_language

DOCUMENTS, TOKENS = 64, 40
LIMITS = Limits.greedy(TOKENS)
MODULES = ("argparse", "textwrap", "configparser", "csv", "shutil", "zipfile")
HIDDEN, FEED_FORWARD, LAYERS, HEADS, CONTEXT = 640, 1728, 11, 10, 1024  # 60 million weights
MEGABYTE = 1 << 20


def questions(backend: LlamaCppBackend) -> list[Prompt]:
    """Ask for the documentation of real functions."""
    prompts = []
    for name in MODULES:
        source = Path(str(import_module(name).__file__)).read_bytes()
        prompts += [to_doc(unit) for unit in get_language("python").units(source)]
    fitted = (fitting(prompt, backend, TOKENS) for prompt in prompts if len(prompt.code) > 300)
    return [prompt for prompt in fitted if prompt is not None][:DOCUMENTS]


# Models


def write_random_model(path: Path, like: Path) -> None:
    """Write a Llama of 60 million random weights that has another model's vocabulary."""
    reader, writer = GGUFReader(like), GGUFWriter(path, "llama")
    for name, field in reader.fields.items():
        if name.startswith("tokenizer."):
            kind, *inner = field.types
            writer.add_key_value(name, field.contents(), kind, inner[-1] if inner else None)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_file_type(LlamaFileType.MOSTLY_Q8_0)
    random = np.random.default_rng(0)

    def add(name: str, *shape: int) -> None:
        noise = random.standard_normal(shape, dtype=np.float32) / np.float32(shape[-1] ** 0.5)
        kind = GGMLQuantizationType.Q8_0
        writer.add_tensor(name, quants.quantize(noise, kind), raw_dtype=kind)

    add("token_embd.weight", len(reader.fields["tokenizer.ggml.tokens"].data), HIDDEN)
    writer.add_tensor("output_norm.weight", np.ones(HIDDEN, np.float32))
    for layer in range(LAYERS):
        for name in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{name}.weight", np.ones(HIDDEN, np.float32))
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            add(f"blk.{layer}.{name}.weight", HIDDEN, HIDDEN)
        add(f"blk.{layer}.ffn_gate.weight", FEED_FORWARD, HIDDEN)
        add(f"blk.{layer}.ffn_up.weight", FEED_FORWARD, HIDDEN)
        add(f"blk.{layer}.ffn_down.weight", HIDDEN, FEED_FORWARD)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


# Against llama.cpp used plainly


class WatchedContext(LlamaContext):
    """Notes what it decodes, and the time inside llama.cpp."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, 1)
        self.steps: list[list[Feed]] = []
        self.native_seconds = 0.0

    def decode(self, feeds: Sequence[Feed]) -> Any:
        """Decode, and keep what was asked."""
        self.steps.append(list(feeds))
        return super().decode(feeds)

    def run_batch(self) -> int:
        """Decode, and keep the time."""
        start = time.process_time()
        code = super().run_batch()
        self.native_seconds += time.process_time() - start
        return code


def answer_steps(path: Path, asked: Sequence[Sequence[int]]) -> tuple[WatchedContext, float]:
    """Answer all prompts by the engine's own steps; give its context and the seconds."""
    context = WatchedContext(path)
    words, batcher = LlamaVocabulary(context.model), Batcher(context)
    start = time.process_time()
    batcher.add(Call([Writing(tokens, LIMITS, 0, (), words) for tokens in asked]))
    while batcher.calls:
        batcher.step()
    seconds = time.process_time() - start
    context.free()
    return context, seconds


def bare_seconds(path: Path, steps: Sequence[Sequence[Feed]]) -> float:
    """Decode the same batches again; count llama.cpp's time alone."""
    context = WatchedContext(path)
    held = [0] * context.sequences
    for feeds in steps:
        for feed in feeds:
            if feed.start < held[feed.sequence]:  # a slot was given to another prompt
                context.shorten(feed.sequence, feed.start)
            held[feed.sequence] = feed.start + len(feed.tokens)
        context.decode(feeds)
    context.free()
    return context.native_seconds


def one_after_another(path: Path, asked: Sequence[Sequence[int]], size: int) -> float:
    """Answer all prompts by the high-level class, which reuses what the last one read."""
    from llama_cpp import Llama

    library()  # silences its log
    with closing(
        Llama(str(path), n_ctx=size, n_threads=1, n_threads_batch=1, verbose=False)
    ) as model:
        start = time.process_time()
        for tokens in asked:
            model.create_completion(list(tokens), max_tokens=TOKENS, temperature=0.0)
        return time.process_time() - start


def together(path: Path, prompts: Sequence[Prompt]) -> float:
    """Answer all prompts by the backend, tokenizing included."""
    with closing(LlamaCppBackend(path, threads=1)) as backend:
        start = time.process_time()
        backend.generate(prompts, LIMITS)
        return time.process_time() - start


def speeds(path: Path, rounds: int) -> dict[str, float]:
    """Measure all ways in turns."""
    with closing(LlamaCppBackend(path, threads=1)) as backend:
        prompts, size = questions(backend), backend.context_size
        asked = [encode(prompt, backend._vocabulary) for prompt in prompts]
    batched, alone, bare, shares = [], [], [], []
    for _ in range(rounds):
        batched.append(together(path, prompts))
        alone.append(one_after_another(path, asked, size))
        context, seconds = answer_steps(path, asked)
        shares.append(1 - context.native_seconds / seconds)
        bare.append(bare_seconds(path, context.steps))
    return {
        "prompt_tokens": sum(map(len, asked)) // len(asked),
        "documents_a_second": round(len(asked) / min(batched), 2),
        "faster": round(min(alone) / min(batched), 2),
        "of_bare": round(min(bare) / min(batched), 3),
        "overhead": round(min(shares), 4),
    }


# Waiting


def waits(path: Path, rounds: int) -> dict[str, float]:
    """Measure how long a second request waits, and one that comes among others."""
    firsts, seconds, joins = [], [], []
    with closing(LlamaCppBackend(path, threads=1)) as backend:
        prompts = questions(backend)
        long = max(prompts, key=lambda prompt: len(prompt.code))
        for number in range(rounds):
            other = replace(long, sketch=f"{number} {long.sketch}")  # nothing to begin from
            other = fitting(replace(other, code=other.code[:-16]), backend, TOKENS) or other
            firsts.append(first_token(backend, other))
            seconds.append(first_token(backend, replace(other, code=other.code[:-9] + "x")))
            thread = threading.Thread(target=backend.generate, args=(prompts, LIMITS))
            thread.start()
            time.sleep(0.5)
            joins.append(first_token(backend, replace(other, sketch=f"joins {number}")))
            thread.join()
    return {
        "first_token_s": round(min(firsts), 4),
        "second_first_token": round(min(seconds) / min(firsts), 3),
        "joining_first_token_s": round(min(joins), 4),
    }


def first_token(backend: LlamaCppBackend, prompt: Prompt) -> float:
    """Ask for one token and give the seconds."""
    start = time.process_time()
    backend.generate([prompt], Limits.greedy(1))
    return time.process_time() - start


# Memory


def memory_over(path: Path) -> float:
    """Measure in a process of its own what comes on top of model and memory, in megabytes."""
    command = [sys.executable, __file__, "--memory-of", str(path)]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(ended.stdout)


def print_memory(path: Path) -> None:
    """Answer all prompts and print the peak above model and memory."""
    context = LlamaContext(path, 1)
    sequences = context.sequences * context.sequence_bytes()
    context.free()
    with closing(LlamaCppBackend(path, threads=1)) as backend:
        backend.generate(questions(backend), LIMITS)
        backend.score(questions(backend)[:16], ["Return the sum of all of it. " * 5] * 16)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(round((peak - sequences - path.stat().st_size) / MEGABYTE, 1))


def measure(path: Path, rounds: int) -> None:
    """Print one line for a model."""
    figures = {"benchmark": "serve", "model": path.name, "documents": DOCUMENTS}
    print(
        json.dumps(
            figures
            | speeds(path, rounds)
            | waits(path, rounds)
            | {"memory_over_mb": memory_over(path)}
        ),
        flush=True,
    )


def main() -> None:
    """Measure the models that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory-of", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory_of:
        print_memory(options.memory_of)
    elif options.model:
        measure(options.model, options.rounds)
    else:
        starter = Path(resolve(None, None))
        measure(starter, options.rounds)
        with tempfile.TemporaryDirectory(prefix="batdoc-") as folder:
            path = Path(folder) / "random-60m-q8_0.gguf"
            write_random_model(path, starter)
            measure(path, options.rounds)


if __name__ == "__main__":
    main()
