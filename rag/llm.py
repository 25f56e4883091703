"""The language model: messages in, words out as they come. The only file that imports llama_cpp.

Control tokens come from the chat template alone: what stands in a message is encoded as plain text, so
``<|im_start|>`` in an article is ten ordinary characters to the model.
"""

from __future__ import annotations

import codecs
import re
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from index.errors import ModelError
from rag import memory
from rag.turns import Turns

Message = dict[str, str]
# Prompt and answer together; an evidence budget far below it keeps the wait short (rag.prompt).
CONTEXT_TOKENS = 4096
_BATCH_TOKENS = 512
# Weights repacked for the processor, key-value cache and buffers: 923 MB were measured beside the file itself.
_SPARE_BYTES = 900 * 1024**2


class ChatModel(Protocol):
    """What answering needs of a language model; a fake in tests is ten lines."""

    name: str

    def count_tokens(self, text: str) -> int:
        """Return the length of a text in the model's own tokens."""

    def stream(self, messages: Sequence[Message], max_tokens: int, handle: Handle | None = None) -> Iterator[str]:
        """Yield the answer piece by piece."""


class Handle:
    """Lets another thread stop a generation, and tells it its place in line."""

    def __init__(self, on_wait: Callable[[int], None] = lambda place: None) -> None:
        self._stop = threading.Event()
        self.on_wait = on_wait

    def cancel(self) -> None:
        """Stop as soon as the word in flight is done; one who waits leaves the line."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """True once ``cancel`` was called."""
        return self._stop.is_set()


class LlamaChat:
    """A GGUF chat model on the processor: greedy, so the same question gives the same answer.

    What two prompts share at their beginning is computed once (llama.cpp's key-value cache). One generation runs at a
    time; others wait in line. Raises ModelError where the file does not load or memory is too small.
    """

    def __init__(self, path: Path, name: str, threads: int, available_bytes: int | None = None) -> None:
        available = memory.available_bytes() if available_bytes is None else available_bytes
        memory.require(path.stat().st_size + _SPARE_BYTES, f"model {name}", available)
        import llama_cpp
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        self.name = name
        self._api = llama_cpp
        self._turns = Turns()
        try:
            self._llama = llama_cpp.Llama(
                str(path),
                n_ctx=CONTEXT_TOKENS,
                n_batch=_BATCH_TOKENS,
                n_threads=threads,
                n_threads_batch=threads,
                seed=0,
                verbose=False,
            )
        except Exception as error:  # the library raises whatever its parts raise
            raise ModelError(f"Model {path} tidak dapat dimuat ({error}); periksa berkas GGUF itu.") from error
        template = self._llama.metadata.get("tokenizer.chat_template")
        if not template:
            raise ModelError(f"Model {path} tidak punya chat template; pakai model instruct.")
        self._template = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True).from_string(template)
        self._vocabulary = llama_cpp.llama_model_get_vocab(self._llama.model)
        vocabulary = range(self._llama.n_vocab())
        self._stops = {token for token in vocabulary if llama_cpp.llama_vocab_is_eog(self._vocabulary, token)}
        self._matched_in_text = self._user_defined()

    def close(self) -> None:
        """Give the memory back."""
        self._llama.close()

    def count_tokens(self, text: str) -> int:
        return len(self._plain(text))

    def encode(self, messages: Sequence[Message]) -> list[int]:
        """Return the prompt's tokens: the template's parts with its control tokens, the contents as plain text.

        The contents are put in as marks that no text can contain, and only then exchanged for their tokens.
        """
        marks = [f"isi{secrets.token_hex(8)}" for _ in messages]
        marked = [{**message, "content": mark} for message, mark in zip(messages, marks, strict=True)]
        rest = self._template.render(
            messages=marked, add_generation_prompt=True, bos_token=self._special(self._llama.token_bos()),
            eos_token=self._special(self._llama.token_eos()), raise_exception=_refuse,
        )  # fmt: skip
        tokens: list[int] = []
        for message, mark in zip(messages, marks, strict=True):
            before, found, rest = rest.partition(mark)
            if not found:
                raise ModelError(
                    f"Chat template model {self.name} melewatkan pesan {message['role']}; pakai model lain."
                )
            tokens += self._structure(before) + self._plain(message["content"])
        return tokens + self._structure(rest)

    def stream(self, messages: Sequence[Message], max_tokens: int, handle: Handle | None = None) -> Iterator[str]:
        handle = handle or Handle()
        prompt = self.encode(messages)
        if len(prompt) + max_tokens > CONTEXT_TOKENS:
            raise ModelError(f"Prompt {len(prompt)} token melebihi ruang {CONTEXT_TOKENS}; persempit pertanyaannya.")
        with self._turns.turn(lambda: handle.cancelled, handle.on_wait) as mine:
            if mine:
                yield from self._generate(prompt, max_tokens, handle)

    def warm(self, messages: Sequence[Message]) -> None:
        """Compute the part of the prompt that never changes, so that the first question need not wait for it."""
        for _ in self.stream(messages, max_tokens=1):
            pass

    def _generate(self, prompt: list[int], max_tokens: int, handle: Handle) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")  # a token may end within a character
        # Greedy: at temperature 0 the most likely token is taken, so no seed or penalty plays a part.
        with closing(self._llama.generate(prompt, temp=0.0)) as tokens:
            for count, token in enumerate(tokens, start=1):
                if token in self._stops:
                    break
                piece = decoder.decode(self._llama.detokenize([token], special=False))
                if piece:
                    yield piece
                if count >= max_tokens or handle.cancelled:
                    break

    def _plain(self, text: str) -> list[int]:
        """Encode text so that none of it becomes a token with a meaning of its own."""
        tokens: list[int] = []
        start = 0
        for match in self._matched_in_text.finditer(text) if self._matched_in_text else ():
            tokens += self._encode_piece(text[start : match.start() + 1], special=False)
            start = match.start() + 1
        return tokens + self._encode_piece(text[start:], special=False)

    def _structure(self, text: str) -> list[int]:
        return self._encode_piece(text, special=True)

    def _encode_piece(self, text: str, *, special: bool) -> list[int]:
        return (
            list(self._llama.tokenize(text.encode("utf-8", "replace"), add_bos=False, special=special)) if text else []
        )

    def _user_defined(self) -> re.Pattern[str] | None:
        """Return a pattern of the texts llama.cpp turns into one token even in plain text, such as ``<tool_call>``."""
        tokens = self._with_attribute(self._api.LLAMA_TOKEN_ATTR_USER_DEFINED)
        texts = sorted(filter(None, map(self._special, tokens)), key=len, reverse=True)
        # Longer than one character: a lone character has nothing to be split into.
        parts = [re.escape(text[0]) + f"(?={re.escape(text[1:])})" for text in texts if len(text) > 1]
        return re.compile("|".join(parts)) if parts else None

    def _with_attribute(self, flags: int) -> list[int]:
        vocabulary = range(self._llama.n_vocab())
        return [t for t in vocabulary if self._api.llama_vocab_get_attr(self._vocabulary, t) & flags]

    def _special(self, token: int) -> str:
        if token < 0:
            return ""
        return bytes(self._llama.detokenize([token], special=True)).decode("utf-8", "replace")

    def cached_prefix(self, prompt: Sequence[int]) -> int:
        """Return how many of a prompt's first tokens need not be computed again."""
        held = self._llama.input_ids[: self._llama.n_tokens].tolist()
        pairs = enumerate(zip(held, prompt, strict=False))
        return next((at for at, (one, other) in pairs if one != other), min(len(held), len(prompt)))

    def special_texts(self) -> list[str]:
        """Return the texts of all tokens with a meaning of their own: control tokens and user-defined ones."""
        flags = self._api.LLAMA_TOKEN_ATTR_CONTROL | self._api.LLAMA_TOKEN_ATTR_USER_DEFINED
        return [text for text in map(self._special, self._with_attribute(flags)) if len(text) > 1]

    def is_control(self, token: int) -> bool:
        """Tell whether a token is one of the model's control tokens, which no text may bring in."""
        return bool(self._api.llama_vocab_is_control(self._vocabulary, token))


def _refuse(message: str) -> Any:
    raise ModelError(f"Chat template menolak: {message}")
