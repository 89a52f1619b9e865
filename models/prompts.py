"""Every prompt that batdoc sends, versioned; training and use share this one file.

A prompt is data. Models that know batdoc's control tokens (the starter and what is trained from
it) read it as `segments`; instruct models read it as chat `messages` in their own template. Text
that comes from the user is always tokenized as plain text, so that a control token spelled in
someone's source code stays a string.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import Any, Protocol

from batdoc.source.errors import ModelError
from batdoc.source.house.precedents import Exemplar
from batdoc.source.sketch import sketch
from batdoc.source.units import CodeUnit

VERSION = 2

TO_DOC, TO_CODE, KNOWN, CODE, DOC, END = (
    "<|to_doc|>",
    "<|to_code|>",
    "<|known|>",
    "<|code|>",
    "<|doc|>",
    "<|end|>",
)
CONTROL_TOKENS = (END, TO_DOC, TO_CODE, CODE, DOC, KNOWN)

_DOC_RULES = (
    "You document {language} code. Answer with the documentation alone: one sentence that says "
    "what the code does for its caller, then, if there are any, a line `:param NAME: TEXT` for "
    "each parameter, a line `:returns: TEXT` and lines `:raises NAME: TEXT`. Say only what the "
    "code shows. Do not repeat the code."
)
_CODE_RULES = (
    "You write {language} code from its documentation. Answer with the complete function in one "
    "code block and nothing else."
)


class Direction(Enum):
    """What a model is asked for."""

    TO_DOC = "code to documentation"
    TO_CODE = "documentation to code"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a prompt: a control token, or text that is never read as one."""

    text: str
    is_control: bool


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question to a model.

    Attributes:
        direction: What is asked for.
        language: Registry name of the code's language.
        sketch: What source.sketch tells of the code; empty towards code.
        code: The whole code, or towards code its header alone.
        doc: The documentation in canonical form; empty towards documentation, and where the
            signature alone is to be rebuilt from.
        prefix: How the answer begins; the model goes on from there and does not repeat it.
        version: Of the templates in this file.
        exemplars: Functions of the same code base with their documentation, shown before the
            question; only chat models are shown any.
        precedents: Lines of what the code base says of like functions, shown towards documentation
            to models that know the control token for them.
    """

    direction: Direction
    language: str
    sketch: str
    code: str
    doc: str
    prefix: str
    version: int
    exemplars: tuple[Exemplar, ...] = ()
    precedents: tuple[str, ...] = ()

    def segments(self) -> tuple[Segment, ...]:
        """Spell the prompt for models with batdoc's control tokens."""
        pieces: tuple[tuple[str, str], ...]
        if self.direction is Direction.TO_DOC:
            known = ((KNOWN, "\n".join(self.precedents)),) if self.precedents else ()
            pieces = ((TO_DOC, self.sketch), *known, (CODE, self.code), (DOC, self.prefix))
        else:
            pieces = ((TO_CODE, self.doc), (CODE, f"{self.code}\n{self.prefix}"))
        flat = [
            segment
            for token, text in pieces
            for segment in (Segment(token, True), Segment(text, False))
        ]
        return tuple(segment for segment in flat if segment.text)

    def messages(self) -> list[dict[str, str]]:
        """Spell the prompt as chat messages, for instruct models."""
        if self.direction is Direction.TO_DOC:
            rules, question = _DOC_RULES, fence(self.language, self.code)
        else:
            parts = [self.doc, fence(self.language, self.code)]
            rules, question = _CODE_RULES, "\n\n".join(part for part in parts if part)
        turns = [(fence(self.language, each.code), each.doc) for each in self.exemplars]
        shown = [
            {"role": role, "content": content}
            for turn in turns
            for role, content in zip(("user", "assistant"), turn, strict=True)
        ]
        return [
            {"role": "system", "content": rules.format(language=self.language)},
            *shown,
            {"role": "user", "content": question},
        ]

    def answer_start(self) -> str:
        """Give the text that a chat answer is made to begin with."""
        if self.direction is Direction.TO_DOC:
            return self.prefix
        return f"```{self.language}\n{self.code}\n{self.prefix}"

    def starting(self, prefix: str) -> "Prompt":
        """Copy the prompt with another beginning of the answer."""
        return replace(self, prefix=prefix)


def fence(language: str, code: str) -> str:
    """Put code into a Markdown code block."""
    return f"```{language}\n{code}\n```"


def to_doc(unit: CodeUnit, precedents: tuple[str, ...] = ()) -> Prompt:
    """Ask for a unit's documentation.

    Args:
        unit: What to document.
        precedents: Lines of what its code base says of like functions.
    """
    asked = Prompt(Direction.TO_DOC, unit.language, sketch(unit), unit.code, "", "", VERSION)
    return replace(asked, precedents=precedents)


def to_code(unit: CodeUnit, doc: str) -> Prompt:
    """Ask for a unit's body, from its header and `doc` alone; the answer is the body.

    Args:
        unit: Only its header is used.
        doc: Canonical documentation; empty asks for the body from the header alone.
    """
    return Prompt(Direction.TO_CODE, unit.language, "", unit.header, doc, "", VERSION)


class PromptTokenizer(Protocol):
    """What `encode` must know of a model's tokenizer."""

    chat_template: str | None
    special_tokens: dict[str, str]

    def control_id(self, token: str) -> int | None:
        """Give the id of a control token, or None if the vocabulary lacks it."""
        ...

    def encode_plain(self, text: str) -> list[int]:
        """Tokenize text in which nothing is a control token."""
        ...

    def encode_template(self, text: str) -> list[int]:
        """Tokenize a trusted piece of a chat template, control tokens parsed."""
        ...


def encode(prompt: Prompt, tokenizer: PromptTokenizer) -> list[int]:
    """Turn a prompt into token ids, in the form that the model knows.

    Raises:
        ModelError: The model knows neither batdoc's control tokens nor a chat template.
    """
    if tokenizer.control_id(TO_DOC) is not None:
        if tokenizer.control_id(KNOWN) is None:  # trained before there were precedents
            prompt = replace(prompt, precedents=())
        return _encode_segments(prompt.segments(), tokenizer)
    if tokenizer.chat_template:
        return _encode_chat(prompt, tokenizer)
    raise ModelError(
        "the model has neither batdoc's control tokens nor a chat template; "
        "use an instruct model, or one trained by batdoc"
    )


def _encode_segments(segments: Sequence[Segment], tokenizer: PromptTokenizer) -> list[int]:
    ids: list[int] = []
    for segment in segments:
        if not segment.is_control:
            ids += tokenizer.encode_plain(segment.text)
            continue
        token = tokenizer.control_id(segment.text)
        if token is None:
            raise ModelError(f"the model's vocabulary lacks {segment.text}; export it again")
        ids.append(token)
    return ids


def _encode_chat(prompt: Prompt, tokenizer: PromptTokenizer) -> list[int]:
    """Speak to an instruct model; some know no system message, and are told all in the user's."""
    system, first, *others = messages = prompt.messages()
    try:
        ids = _encode_messages(messages, tokenizer)
    except ModelError:
        both = first | {"content": f"{system['content']}\n\n{first['content']}"}
        ids = _encode_messages([both, *others], tokenizer)
    start = prompt.answer_start()
    return ids + (tokenizer.encode_plain(start) if start else [])


def _encode_messages(messages: list[dict[str, str]], tokenizer: PromptTokenizer) -> list[int]:
    """Render the template around placeholders, so that only the template's own text is parsed."""
    marks = [f"\ue000batdoc{i}\ue001" for i in range(len(messages))]
    assert tokenizer.chat_template is not None
    marked = [m | {"content": mark} for m, mark in zip(messages, marks, strict=True)]
    rest = _render_chat(tokenizer.chat_template, marked, tokenizer.special_tokens)
    ids: list[int] = []
    for message, mark in zip(messages, marks, strict=True):
        before, found, rest = rest.partition(mark)
        if not found:
            raise ModelError(f"the model's chat template drops the {message['role']} message")
        ids += tokenizer.encode_template(before) + tokenizer.encode_plain(message["content"])
    return ids + tokenizer.encode_template(rest)


def _render_chat(template: str, messages: list[dict[str, str]], special: dict[str, str]) -> str:
    from jinja2 import TemplateError

    try:
        compiled = _compile(template)
        return str(compiled.render(messages=messages, add_generation_prompt=True, **special))
    except (TemplateError, TypeError) as error:
        raise ModelError(f"the model's chat template fails: {error}; use another model") from error


@lru_cache(maxsize=8)
def _compile(template: str) -> Any:
    """Compile a chat template in jinja2's sandbox: a model file is not trusted to run code."""
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def raise_exception(message: str) -> None:
        raise ModelError(f"the model's chat template refuses the prompt: {message}")

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    environment.globals["raise_exception"] = raise_exception
    return environment.from_string(template)


def stops(direction: Direction) -> tuple[str, ...]:
    """Give the strings that end an answer of either kind of model."""
    return ("\n```",) if direction is Direction.TO_CODE else ()
