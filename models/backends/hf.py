"""The transformers backend: a Hugging Face folder, for models that are being trained.

It samples with the same arithmetic as the llama.cpp backend. It reads safetensors only, runs no
code that comes with a model, and is told that every file is local.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from batdoc.models.backend import Completion, Limits, check_fits
from batdoc.models.backends.answer import Answer
from batdoc.models.backends.sampling import choose, log_softmax
from batdoc.models.confidence import Scale
from batdoc.models.prompts import END, Prompt, encode
from batdoc.source.errors import Cancelled, MissingExtraError, ModelError
from batdoc.source.lexicon import Lexicon

if TYPE_CHECKING:
    import torch

_PROMPTS_A_BATCH = 16
_LOCAL = {"local_files_only": True, "trust_remote_code": False}


class HfTokenizer:
    """A Hugging Face tokenizer as prompts need it.

    Attributes:
        chat_template: As the folder has it, or None.
        special_tokens: Spellings by the names that chat templates use (`bos_token`, ...).
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._control = {
            added.content: token
            for token, added in tokenizer.added_tokens_decoder.items()
            if added.special
        }
        template = tokenizer.chat_template
        self.chat_template: str | None = template if isinstance(template, str) else None
        self.special_tokens = {
            name: str(token)
            for name, token in tokenizer.special_tokens_map.items()
            if isinstance(token, str)
        }

    def control_id(self, token: str) -> int | None:
        """Give the id of a control token, or None if the vocabulary lacks it."""
        return self._control.get(token)

    def encode_plain(self, text: str) -> list[int]:
        """Tokenize text in which nothing is a control token."""
        return self._encode(text, split_special_tokens=True)

    def encode_template(self, text: str) -> list[int]:
        """Tokenize a trusted piece of a chat template, control tokens parsed."""
        return self._encode(text, split_special_tokens=False)

    def decode(self, tokens: Sequence[int]) -> str:
        """Turn tokens into text, without control tokens and a last character that lacks bytes."""
        text = self._tokenizer.decode(
            tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return str(text).rstrip("\ufffd")

    def _encode(self, text: str, split_special_tokens: bool) -> list[int]:
        encoded = self._tokenizer(
            text.encode(errors="replace").decode(),  # lone surrogates are in no vocabulary
            add_special_tokens=False,
            split_special_tokens=split_special_tokens,
            return_attention_mask=False,
        )
        return list(encoded["input_ids"])


class HfBackend:
    """A Hugging Face folder as a backend; safe to call from any thread, one call runs at a time.

    Attributes:
        name: The folder's name.
        context_size: Tokens that a prompt and its answer may have together.
        scale: None: no scale comes with a folder.
        lexicon: The words that it has read, where they are in the folder.
    """

    scale: Scale | None = None

    def __init__(self, folder: Path) -> None:
        """Load a model, on the GPU if there is one.

        Args:
            folder: Holds config.json, safetensors and the tokenizer's files.

        Raises:
            ModelError: The folder cannot be used.
            MissingExtraError: torch or transformers is not installed.
        """
        self.name = folder.name
        self.lexicon = Lexicon.load(folder)
        self._model, tokenizer = _load(folder)
        self._tokenizer = HfTokenizer(tokenizer)
        self._ends = _end_tokens(self._model, tokenizer, self._tokenizer)
        self.context_size = int(self._model.config.max_position_embeddings)
        self._lock = Lock()
        self._cancel: Event | None = None
        self._watch_layers()

    def count_tokens(self, prompt: Prompt) -> int:
        """Count the tokens of a prompt as the model will see it."""
        return len(encode(prompt, self._tokenizer))

    def generate(
        self,
        prompts: Sequence[Prompt],
        limits: Limits,
        stop: Sequence[str] = (),
        cancel: Event | None = None,
    ) -> list[Completion]:
        """Answer many prompts; the result has their order.

        Args:
            prompts: Each must fit `context_size` together with `limits.max_tokens`.
            limits: The same for all.
            stop: Strings that end a text; they are left out of it.
            cancel: When set, generation ends within one layer of the model.

        Raises:
            Cancelled: `cancel` was set.
            ModelError: A prompt does not fit, or the backend was closed.
        """
        with self._open(cancel):
            return self._generate(prompts, limits, stop)

    def score(
        self, prompts: Sequence[Prompt], texts: Sequence[str], cancel: Event | None = None
    ) -> list[tuple[float, ...]]:
        """Tell how likely texts are as answers, without writing anything.

        Args:
            prompts: Each must fit `context_size` together with its text.
            texts: One a prompt, read as the model would write it, without an end.
            cancel: When set, reading ends within one layer of the model.

        Returns:
            The natural log-probabilities of each text's tokens.

        Raises:
            Cancelled: `cancel` was set.
            ModelError: A prompt does not fit, or the backend was closed.
        """
        with self._open(cancel):
            asked = [encode(prompt, self._tokenizer) for prompt in prompts]
            scored = [self._tokenizer.encode_plain(text) for text in texts]
            for question, text in zip(asked, scored, strict=True):
                check_fits(len(question), Limits.greedy(len(text)), self.context_size)
            rows = [question + text for question, text in zip(asked, scored, strict=True)]
            found: dict[int, tuple[float, ...]] = {}
            for batch in _batches(rows):
                wanted = [len(scored[i]) for i in batch]
                read = last_logprobs(self._model, [rows[i] for i in batch], wanted)
                found |= zip(batch, read, strict=True)
            return [found[i] for i in range(len(rows))]

    def close(self) -> None:
        """Free the model; calling it again does nothing."""
        with self._lock:
            self._model = None

    @contextmanager
    def _open(self, cancel: Event | None) -> Iterator[None]:
        """Hold the model for one call.

        Raises:
            ModelError: The backend was closed.
        """
        with self._lock:
            if self._model is None:
                raise ModelError(f"{self.name} was closed; open it again")
            self._cancel = cancel
            yield

    def _generate(
        self, prompts: Sequence[Prompt], limits: Limits, stop: Sequence[str]
    ) -> list[Completion]:
        encoded = [encode(prompt, self._tokenizer) for prompt in prompts]
        for tokens in encoded:
            check_fits(len(tokens), limits, self.context_size)
        answers = [Answer(limits, stop) for _ in prompts]
        randoms = [np.random.default_rng(limits.seed + i) for i in range(len(prompts))]
        for batch in _batches(encoded):
            self._answer_batch(
                [encoded[i] for i in batch],
                [answers[i] for i in batch],
                [randoms[i] for i in batch],
                limits,
            )
        return [answer.completion() for answer in answers]

    def _answer_batch(
        self,
        prompts: list[list[int]],
        answers: list[Answer],
        randoms: list[np.random.Generator],
        limits: Limits,
    ) -> None:
        """Let answers grow until all have ended; those that have leave the batch."""
        import torch

        rows = list(zip(answers, randoms, strict=True))
        tokens, is_text = pad_left(prompts, self._model.device)
        cache = None
        while rows:
            with torch.inference_mode():
                logits, cache = self._forward(tokens, is_text, cache)
            new = [self._grow(*row, logits[i], limits) for i, row in enumerate(rows)]
            going = [i for i, (answer, _) in enumerate(rows) if answer.finish is None]
            rows = [rows[i] for i in going]
            kept = torch.tensor(going, dtype=torch.long, device=tokens.device)
            if len(kept) < len(new):
                is_text = is_text[kept]
                cache.batch_select_indices(kept)
            tokens = torch.tensor(new, device=tokens.device)[kept].unsqueeze(1)
            is_text = torch.cat([is_text, torch.ones_like(tokens)], dim=1)

    def _forward(
        self, tokens: "torch.Tensor", is_text: "torch.Tensor", cache: Any
    ) -> tuple[Any, Any]:
        """Read tokens behind what the cache holds.

        Args:
            tokens: (B, T), the new ones.
            is_text: (B, S), 1 for text and 0 for padding, with the new ones at the end.
            cache: Keys and values of the tokens before, or None.

        Returns:
            Logits of the last token, (B, V) as a numpy array; and the cache.
        """
        positions = (is_text.cumsum(-1) - 1).clamp(min=0)[:, -tokens.shape[1] :]
        output = self._model(
            input_ids=tokens,
            attention_mask=is_text,
            position_ids=positions,
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        return output.logits[:, -1].float().cpu().numpy(), output.past_key_values

    def _grow(
        self, answer: Answer, random: np.random.Generator, logits: Any, limits: Limits
    ) -> int:
        """Sample the next token of one answer."""
        logprobs = log_softmax(logits)
        token = choose(logprobs, limits, random)
        if token in self._ends:
            answer.end()
        else:
            text = self._tokenizer.decode([*answer.token_ids, token])
            answer.grow(token, float(logprobs[token]), text)
        return token

    def _watch_layers(self) -> None:
        """Look at the stop flag before each layer: reading a batch can take seconds."""
        import torch

        def stop_if_cancelled(*_: object) -> None:
            if self._cancel is not None and self._cancel.is_set():
                raise Cancelled("cancelled")

        for module in self._model.modules():
            if isinstance(module, torch.nn.Linear):
                module.register_forward_pre_hook(stop_if_cancelled)


def leave_a_core_free() -> None:
    """Let torch use all cores but one, unless OMP_NUM_THREADS says otherwise.

    A thread that waits for a busy core makes all the others wait: measured, 63 s a step in place
    of 9 beside one other busy process.
    """
    import torch

    if "OMP_NUM_THREADS" not in os.environ:
        spare = max(1, (os.cpu_count() or 1) - 1)
        torch.set_num_threads(min(torch.get_num_threads(), spare))


def _load(folder: Path) -> tuple[Any, Any]:
    """Load model and tokenizer from a folder."""
    try:
        import torch
        from safetensors import SafetensorError
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging
    except ImportError:
        raise MissingExtraError("reading a Hugging Face folder", "train") from None
    if not any(folder.glob("*.safetensors")):
        raise ModelError(f"{folder} holds no safetensors; save the model in that format")
    logging.disable_progress_bar()
    leave_a_core_free()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, **_LOCAL)
        model = AutoModelForCausalLM.from_pretrained(
            folder, dtype="auto", use_safetensors=True, **_LOCAL
        )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        first_line = (str(error).splitlines() or [""])[0]
        raise ModelError(f"{folder} cannot be loaded ({first_line}); save it again") from error
    return model.to(device).eval(), tokenizer


def _end_tokens(model: Any, tokenizer: Any, prompts: HfTokenizer) -> frozenset[int]:
    """Collect the tokens that end an answer."""
    configured = model.generation_config.eos_token_id
    several = configured if isinstance(configured, list) else [configured]
    tokens = (*several, tokenizer.eos_token_id, prompts.control_id(END))
    return frozenset(token for token in tokens if token is not None)


def _batches(prompts: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Group prompts of like length, so that little is padded; the longest come first.

    They come first so that memory that does not suffice shows at once.
    """
    order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]), reverse=True)
    for start in range(0, len(order), _PROMPTS_A_BATCH):
        yield order[start : start + _PROMPTS_A_BATCH]


def pad_left(
    prompts: Iterable[Sequence[int]], device: Any
) -> tuple["torch.Tensor", "torch.Tensor"]:
    """Give tokens (B, T) and is_text (B, T), padded on the left so that answers begin together."""
    import torch

    rows = list(prompts)
    longest = max(map(len, rows))
    tokens = [[0] * (longest - len(row)) + list(row) for row in rows]
    is_text = [[0] * (longest - len(row)) + [1] * len(row) for row in rows]
    return torch.tensor(tokens, device=device), torch.tensor(is_text, device=device)


def last_logprobs(
    model: Any, rows: Sequence[Sequence[int]], wanted: Sequence[int]
) -> list[tuple[float, ...]]:
    """Tell how likely a model finds the ends of texts, in one pass.

    Args:
        model: A transformers causal language model.
        rows: Token ids; of each text more than are wanted.
        wanted: How many tokens at the end of each, 0 or more.

    Returns:
        The natural log-probabilities of those tokens.
    """
    import torch

    tokens, is_text = pad_left(rows, model.device)
    most = max(wanted)
    with torch.no_grad():
        logits = model(
            input_ids=tokens,
            attention_mask=is_text,
            position_ids=(is_text.cumsum(-1) - 1).clamp(min=0),
            use_cache=False,
            logits_to_keep=most + 1,
        ).logits[:, :-1]
        told = tokens[:, tokens.shape[1] - most :, None]
        chosen = logits.float().log_softmax(-1).gather(2, told)[..., 0].tolist()
    return [tuple(row[most - count :]) for row, count in zip(chosen, wanted, strict=True)]
