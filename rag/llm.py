"""The language model: messages in, words out as they come. The only file that imports llama_cpp.

A prompt is computed in parts, each by itself: what never changes, the evidence, the question. A part that is held
already is not computed again, and since parts are always cut at the same places, the same prompt gives the same numbers
to the last bit, whatever was asked before. The part that never changes is also kept on disk (``rag.prompt_state``).

Control tokens come from the chat template alone: what stands in a message is encoded as plain text, so
``<|im_start|>`` in an article is ten ordinary characters to the model.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from rag import memory
from rag.copying import CopyGuide
from rag.prompt_state import PromptStates
from rag.turns import Turns

# "role" and "content"; a user's message may put "evidence" before its content, a part of the prompt of its own.
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

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        handle: Handle | None = None,
        *,
        copy_from: Sequence[str] = (),
        trace: Trace | None = None,
    ) -> Iterator[str]:
        """Yield the answer piece by piece; with ``copy_from`` it is one run of words of one of these texts.

        ``trace`` learns how sure the model was.
        """


@dataclass
class Trace:
    """How sure a model was of what it said, as natural logarithms of probabilities; empty where it does not tell.

    ``refusal`` is that of beginning with the refusal asked about (``refusal_text``), ``begin`` that of the best token
    that copies, ``words`` those of the tokens said, among all tokens, and ``end`` that of ending where it ended.
    """

    refusal_text: str = ""
    refusal: float | None = None
    begin: float | None = None
    words: list[float] = field(default_factory=list)
    end: float | None = None


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

    One generation runs at a time; others wait in line. Raises ModelError where the file does not load or memory is too small.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        threads: int,
        available_bytes: int | None = None,
        states: PromptStates | None = None,
    ) -> None:
        available = memory.available_bytes() if available_bytes is None else available_bytes
        memory.require(path.stat().st_size + _SPARE_BYTES, f"model {name}", available)
        import llama_cpp
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        self.name = name
        self._api = llama_cpp
        self._turns = Turns()
        self._states = states or PromptStates()
        self._held: list[tuple[int, ...]] = []  # the parts of the prompt in the key-value cache, as computed
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
        """Return the prompt's tokens: the template's parts with its control tokens, the contents as plain text."""
        return [token for part in self.parts(messages) for token in part]

    def parts(self, messages: Sequence[Message]) -> list[list[int]]:
        """Return the tokens of a prompt in its parts: all before the last message, its evidence, its content.

        The contents are put in as marks that no text can contain, and only then exchanged for their tokens.
        """
        marks = [f"isi{secrets.token_hex(8)}" for _ in messages]
        marked = [{"role": message["role"], "content": mark} for message, mark in zip(messages, marks, strict=True)]
        rest = self._template.render(
            messages=marked, add_generation_prompt=True, bos_token=self._special(self._llama.token_bos()),
            eos_token=self._special(self._llama.token_eos()), raise_exception=_refuse,
        )  # fmt: skip
        parts: list[list[int]] = [[]]
        for number, (message, mark) in enumerate(zip(messages, marks, strict=True), start=1):
            before, found, rest = rest.partition(mark)
            if not found:
                raise ModelError(
                    f"Chat template model {self.name} melewatkan pesan {message['role']}; pakai model lain."
                )
            parts[-1] += self._structure(before)
            evidence = self._plain(message.get("evidence", ""))
            if number == len(messages):
                parts += [evidence, []] if evidence else [[]]
            else:
                parts[-1] += evidence
            parts[-1] += self._plain(message["content"])
        parts[-1] += self._structure(rest)
        return [part for part in parts if part]

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        handle: Handle | None = None,
        *,
        copy_from: Sequence[str] = (),
        trace: Trace | None = None,
    ) -> Iterator[str]:
        handle = handle or Handle()
        parts = self.parts(messages)
        length = sum(map(len, parts))
        if length + max_tokens > CONTEXT_TOKENS:
            raise ModelError(f"Prompt {length} token melebihi ruang {CONTEXT_TOKENS}; persempit pertanyaannya.")
        with self._turns.turn(lambda: handle.cancelled, handle.on_wait) as mine:
            if not mine:
                return
            self._read(parts)
            if copy_from:
                yield from self._copy(
                    CopyGuide(copy_from, self._vocabulary_bytes), max_tokens, handle, trace or Trace()
                )
            else:
                yield from self._write(max_tokens, handle, trace or Trace())

    def warm(self, messages: Sequence[Message]) -> None:
        """Compute the part of the prompts that never changes, so that the first question need not wait for it.

        ``messages`` are those of any prompt; only what stands before the last of them is kept.
        """
        constant = self.parts(messages)[0]
        with self._turns.turn() as mine:
            if mine:
                self._read([constant])

    def _read(self, parts: Sequence[Sequence[int]]) -> None:
        """Bring the key-value cache to the end of these parts, computing only what it does not hold."""
        same = 0
        for held, wanted in zip(self._held, parts, strict=False):
            if held != tuple(wanted):
                break
            same += 1
        if same == len(parts):
            same -= 1  # the logits of the last part are needed anew
        self._held = self._held[:same]
        self._llama.n_tokens = sum(map(len, self._held))
        for part in parts[same:]:
            if self._held or not self._states.restore(self._llama, part):
                self._llama.eval(list(part))
                if not self._held:
                    self._states.keep(self._llama, part)
            self._held.append(tuple(part))

    def _logits(self) -> NDArray[np.float32]:
        """Return the logits of the next token, ``(vocabulary,)``; a view that the next step overwrites."""
        pointer = self._api.llama_get_logits_ith(self._llama.ctx, -1)
        return np.ctypeslib.as_array(pointer, shape=(self._llama.n_vocab(),))

    def _write(self, max_tokens: int, handle: Handle, trace: Trace) -> Iterator[str]:
        """Greedy: the most likely token is taken, so no seed or penalty plays a part."""
        said = b""
        refusal = self._first_token(trace.refusal_text)
        for count in range(max_tokens):
            logits = self._logits()
            token = int(np.argmax(logits))
            total = _log_sum(logits)
            if count == 0 and refusal is not None:
                trace.refusal = float(logits[refusal]) - total
            if token in self._stops:
                trace.end = float(logits[token]) - total
                return
            trace.words.append(float(logits[token]) - total)
            said += self._llama.detokenize([token], special=False)
            piece, said = _whole_characters(said)
            if piece:
                yield piece
            if handle.cancelled:
                return
            self._llama.eval([token])

    def _copy(self, guide: CopyGuide, max_tokens: int, handle: Handle, trace: Trace) -> Iterator[str]:
        given = ""
        refusal = self._first_token(trace.refusal_text)
        for count in range(max_tokens):
            logits = self._logits()
            total = _log_sum(logits)
            allowed = sorted(guide.allowed())
            if count == 0 and refusal is not None:
                trace.refusal = float(logits[refusal]) - total
            stop = max((float(logits[token]) for token in self._stops), default=-np.inf) if guide.may_end else -np.inf
            token = allowed[int(np.argmax(logits[allowed]))] if allowed else None
            if token is None or stop >= logits[token]:
                trace.end = stop - total
                return
            if count == 0:
                trace.begin = float(logits[token]) - total
            trace.words.append(float(logits[token]) - total)
            guide.take(token)
            piece, given = guide.said[len(given) :], guide.said
            if piece:
                yield piece
            if handle.cancelled:
                return
            self._llama.eval([token])

    def _first_token(self, text: str) -> int | None:
        return self._plain(text)[0] if text else None

    @cached_property
    def _vocabulary_bytes(self) -> Mapping[bytes, int]:
        """Return the bytes of each ordinary token with its id; the lowest where several spell the same."""
        special = set(
            self._with_attribute(self._api.LLAMA_TOKEN_ATTR_CONTROL | self._api.LLAMA_TOKEN_ATTR_USER_DEFINED)
        )
        found: dict[bytes, int] = {}
        for token in range(self._llama.n_vocab()):
            if token not in special:
                found.setdefault(bytes(self._llama.detokenize([token], special=False)), token)
        found.pop(b"", None)
        return found

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

    def held_tokens(self, messages: Sequence[Message]) -> int:
        """Return how many of a prompt's first tokens need not be computed again."""
        count = 0
        for held, wanted in zip(self._held, self.parts(messages), strict=False):
            if held != tuple(wanted):
                break
            count += len(wanted)
        return count

    def special_texts(self) -> list[str]:
        """Return the texts of all tokens with a meaning of their own: control tokens and user-defined ones."""
        flags = self._api.LLAMA_TOKEN_ATTR_CONTROL | self._api.LLAMA_TOKEN_ATTR_USER_DEFINED
        return [text for text in map(self._special, self._with_attribute(flags)) if len(text) > 1]

    def is_control(self, token: int) -> bool:
        """Tell whether a token is one of the model's control tokens, which no text may bring in."""
        return bool(self._api.llama_vocab_is_control(self._vocabulary, token))


def _log_sum(logits: NDArray[np.float32]) -> float:
    """Return the logarithm of the sum of exponentials."""
    top = float(logits.max())
    return top + float(np.log(np.exp(logits - top).sum()))


def _whole_characters(said: bytes) -> tuple[str, bytes]:
    """Split bytes into the text that is whole and the rest of a character that the next token may end."""
    try:
        return said.decode("utf-8"), b""
    except UnicodeDecodeError as error:
        cut = error.start if len(said) - error.start < 4 else len(said)
        return said[:cut].decode("utf-8", "replace"), said[cut:]


def _refuse(message: str) -> Any:
    raise ModelError(f"Chat template menolak: {message}")
