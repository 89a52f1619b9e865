"""The HTTP backend: a model behind a server that speaks OpenAI's API, named by the user as a URL.

vLLM, llama-server, Ollama and llama-cpp-python's own server do. This is the only file of batdoc
that sends anything, and it sends to that server alone. The server is asked for chat answers; what
it makes of a prompt that is too long is its own affair.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from threading import Event
from typing import TYPE_CHECKING, Any
from urllib.parse import urldefrag, urlsplit

from batdoc.models.backend import Completion, Finish, Limits
from batdoc.models.confidence import Scale
from batdoc.models.prompts import Prompt
from batdoc.source.errors import Cancelled, MissingExtraError, ModelError
from batdoc.source.lexicon import Lexicon

if TYPE_CHECKING:
    from openai import AsyncOpenAI

KEY_VARIABLE = "BATDOC_API_KEY"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_AT_ONCE = 8  # requests; servers that batch have something to batch, others a short queue
_TRIES_AGAIN = 3  # after a half, 1 and 2 seconds, or as long as the server says
_CONNECT, _SILENCE, _ALL = 10.0, 120.0, 600.0  # seconds: to connect, without a byte, in all
_WATCH_SECONDS = 0.02
_CONTEXT = 8192  # tokens, where the server does not tell
_BYTES_A_TOKEN = 3  # of code; fewer than any tokenizer in use needs, so that what fits does fit


class HttpBackend:
    """A server as a backend.

    Attributes:
        name: The model's, as the server names it, and where it is.
        context_size: Tokens that a prompt and its answer may have together.
        scale: None: servers tell no probabilities.
        lexicon: None: nor what their models have read.
    """

    scale: Scale | None = None
    lexicon: Lexicon | None = None

    def __init__(self, address: str, silence: float = _SILENCE) -> None:
        """Ask the server which models it has.

        Args:
            address: `http://host:port/v1`, or `http://host:port/v1#model` where it has several.
            silence: Seconds without a byte after which a request is tried again.

        Raises:
            ModelError: The server cannot be used; the message says why.
            MissingExtraError: The client library is not installed.
        """
        self._url, wanted = urldefrag(address)
        host = urlsplit(self._url).hostname
        if not host:
            raise ModelError(f"{address} names no host; write it as http://host:port/v1")
        self._silence = silence
        self._key = os.environ.get(KEY_VARIABLE, "")
        if self._key and self._url.startswith("http://") and host not in _LOOPBACK:
            raise ModelError(f"{KEY_VARIABLE} would be sent to {host} unencrypted; use https")
        self._model, self.context_size = asyncio.run(self._choose(wanted))
        self.name = f"{self._model} at {host}"

    async def _choose(self, wanted: str) -> tuple[str, int]:
        async with self._client() as client, self._explained():
            at_once = client.with_options(max_retries=0)  # it is there, or somebody must start it
            models = {model.id: model for model in (await at_once.models.list()).data}
        name = wanted or next(iter(models), "")
        if name not in models:
            there = ", ".join(sorted(models)) or "none"
            raise ModelError(f'{self._url} has no model "{name}"; there are: {there}')
        size = (models[name].model_extra or {}).get("max_model_len")
        return name, size if isinstance(size, int) else _CONTEXT

    def count_tokens(self, prompt: Prompt) -> int:
        """Count the tokens of a prompt: at least as many as the model will see."""
        said = "".join(message["content"] for message in _messages(prompt))
        return len(said.encode("utf-8", "replace")) // _BYTES_A_TOKEN + 8 * len(_messages(prompt))

    def generate(
        self,
        prompts: Sequence[Prompt],
        limits: Limits,
        stop: Sequence[str] = (),
        cancel: Event | None = None,
    ) -> list[Completion]:
        """Answer many prompts; the result has their order, and neither tokens nor probabilities.

        Args:
            prompts: Some of them are under way at once.
            limits: The same for all; a seed is a wish that the server may not grant.
            stop: Strings that end a text; they are left out of it.
            cancel: When set, the connections are closed, which stops the server as well.

        Raises:
            Cancelled: `cancel` was set.
            ModelError: The server failed, after some tries.
        """
        return asyncio.run(self._answer_all(prompts, limits, stop, cancel))

    async def _answer_all(
        self, prompts: Sequence[Prompt], limits: Limits, stop: Sequence[str], cancel: Event | None
    ) -> list[Completion]:
        gate = asyncio.Semaphore(_AT_ONCE)
        async with self._client() as client:

            async def answer(number: int, prompt: Prompt) -> Completion:
                async with gate, self._explained():
                    question = self._question(prompt, limits, stop, number)
                    text, finish = await self._ask(client, question, len(prompts) == 1)
                return _completion(text, finish, prompt, stop)

            work = [asyncio.ensure_future(answer(*each)) for each in enumerate(prompts)]
            try:
                await _watch(work, cancel)
                return [task.result() for task in work]
            finally:
                for task in work:
                    task.cancel()
                await asyncio.gather(*work, return_exceptions=True)

    async def _ask(
        self, client: "AsyncOpenAI", question: Mapping[str, Any], is_alone: bool
    ) -> tuple[str, str]:
        """Give an answer and why it ended.

        Where nobody else asks, it is streamed: a server that is slow is not one that is silent.
        Of several at a time llama-cpp-python's server breaks off all streams but one. An answer
        that broke off is asked for again, whole.
        """
        import httpx

        create: Any = client.chat.completions.create  # its types know no extra_body with a stream
        if is_alone:
            try:
                return await _streamed(await create(stream=True, **question))
            except httpx.TransportError:
                pass
        (choice, *_) = (await create(**question)).choices
        return choice.message.content or "", choice.finish_reason

    def _question(
        self, prompt: Prompt, limits: Limits, stop: Sequence[str], number: int
    ) -> dict[str, Any]:
        goes_on = bool(prompt.answer_start())
        return {
            "model": self._model,
            "messages": _messages(prompt),
            "max_tokens": limits.max_tokens,
            "temperature": limits.temperature,
            "top_p": limits.top_p,
            "seed": limits.seed + number,
            "stop": list(stop) or None,
            # vLLM's way to say that the last message is the answer's beginning; llama-server takes
            # it so anyway, and others leave it unread.
            "extra_body": {
                "continue_final_message": goes_on,
                "add_generation_prompt": not goes_on,
            },
        }

    def _client(self) -> "AsyncOpenAI":
        try:
            import httpx
            from openai import AsyncOpenAI
        except ImportError:
            raise MissingExtraError("a model behind a URL", "http") from None
        return AsyncOpenAI(
            base_url=self._url,
            api_key=self._key or "none",
            max_retries=_TRIES_AGAIN,
            timeout=httpx.Timeout(self._silence, connect=_CONNECT),
        )

    @asynccontextmanager
    async def _explained(self) -> AsyncIterator[None]:
        """Say in one sentence what is wrong where no answer comes.

        What the server says of an error is left out: it may repeat the user's code.
        """
        import openai

        try:
            async with asyncio.timeout(_ALL):
                yield
        except (openai.APITimeoutError, TimeoutError):
            raise ModelError(
                f"{self._url} did not answer in time; see whether it is busy"
            ) from None
        except openai.APIConnectionError:
            raise ModelError(
                f"{self._url} cannot be reached; start the server or correct the address"
            ) from None
        except openai.APIStatusError as error:
            raise ModelError(f"{self._url} {_refusal(error.status_code)}") from None
        except (openai.OpenAIError, ValueError, AttributeError, TypeError):
            raise ModelError(_NOT_THE_API.format(self._url)) from None

    def close(self) -> None:
        """Do nothing: no connection outlives a call."""


_NOT_THE_API = "{} does not answer as OpenAI's API does; add /v1 to the address or see its log"


def _refusal(status: int) -> str:
    if status in (401, 403):
        return f"refuses access; set {KEY_VARIABLE} to the key that it wants"
    if status == 404:
        return "has no such page; write the address as http://host:port/v1"
    if status == 429:
        return "has too much to do; try again later"
    kind = "failed" if status >= 500 else "refused the request"
    return f"{kind} (status {status}); its log tells more"


async def _streamed(stream: Any) -> tuple[str, str]:
    """Read an answer as it comes.

    Raises:
        TransportError: It broke off.
        RemoteProtocolError: It came without an end.
        ValueError: It is no answer.
    """
    import httpx

    text, finish = "", None
    async with stream:
        if "event-stream" not in stream.response.headers.get("content-type", ""):
            return _whole(await stream.response.aread())
        async for chunk in stream:
            for choice in chunk.choices or ():
                text += choice.delta.content or ""
                finish = choice.finish_reason or finish
    if finish is None:
        raise httpx.RemoteProtocolError("the answer has no end")
    return text, finish


def _whole(body: bytes) -> tuple[str, str]:
    """Read the answer of a server that was asked to stream and does not."""
    from openai.types.chat import ChatCompletion

    (choice, *_) = ChatCompletion.model_validate_json(body).choices
    return choice.message.content or "", choice.finish_reason


async def _watch(work: Sequence["asyncio.Future[Completion]"], cancel: Event | None) -> None:
    """Wait until all is answered, something failed, or nobody wants it any more."""
    waiting = set(work)
    while waiting:
        pause = None if cancel is None else _WATCH_SECONDS
        done, waiting = await asyncio.wait(
            waiting, timeout=pause, return_when=asyncio.FIRST_EXCEPTION
        )
        if cancel is not None and cancel.is_set():
            raise Cancelled("cancelled")
        for task in done:
            task.result()  # raises what it raised


def _messages(prompt: Prompt) -> list[dict[str, str]]:
    start = prompt.answer_start()
    begun = [{"role": "assistant", "content": start}] if start else []
    return [*prompt.messages(), *begun]


def _completion(text: str, finish: str, prompt: Prompt, stop: Sequence[str]) -> Completion:
    """Read an answer; servers that do not go on from its beginning repeat it."""
    start = prompt.answer_start()
    if start and text.lstrip().startswith(start.strip()):
        text = text.lstrip()[len(start.strip()) :]
    cuts = [text.index(each) for each in stop if each in text]
    reason = Finish.LENGTH if finish == "length" else Finish.STOP
    return Completion(text[: min(cuts)] if cuts else text, (), (), reason)
