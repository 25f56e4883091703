"""The language model: messages in, words out as they come. The only file that imports llama_cpp.

A prompt is computed in two parts: what never changes, and the rest. A part that is held already is not computed again,
and since parts are always cut at the same places, the same prompt gives the same numbers to the last bit, whatever was
asked before. The part that never changes is also kept on disk (``rag.generation.prefix_cache``).
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from pathlib import Path

import numpy as np

from index.errors import ModelError
from rag.generation.chat_template import ChatEncoder, Message
from rag.generation.decoder import ArrayScores, Decoder, Logits, Stream, Trace
from rag.generation.prefix_cache import PromptStates
from rag.generation.protocol import CONTEXT_TOKENS, check_room
from rag.generation.scheduling import Handle, Turns
from rag.models import memory

_BATCH_TOKENS = 512
# A prompt is read in equal steps of at most this many tokens, so that quicker work may go between; whole it is 5 in 100
# faster. The library computes four tokens at once, so a step is a multiple of four.
_STEP_TOKENS, _AT_ONCE = 80, 4
# Weights repacked for the processor, key-value cache and buffers: 923 MB were measured beside the file itself.
_SPARE_BYTES = 900 * 1024**2


class LlamaChat:
    """A GGUF chat model on the processor: greedy, so the same question gives the same answer.

    One generation runs at a time; others wait in line. Raises ModelError where the file does not load or memory is too
    small.
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

        self.name = name
        self._api = llama_cpp
        self._turns = Turns()
        self.give_way: Callable[[], None] = lambda: None  # called before each step
        self._states = states or PromptStates()
        # What a kept state depends on beside its tokens.
        self._computed_by = f"{name} llama_cpp {llama_cpp.__version__} {threads} threads {_STEP_TOKENS} a step"
        self._held: list[tuple[int, ...]] = []  # the parts of the prompt in the key-value cache, as computed
        self._after_held = np.empty(0, np.float32)  # the logits after the last of them
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
        self.encoder = ChatEncoder(self._llama, llama_cpp, name)

    def close(self) -> None:
        """Give the memory back."""
        self._llama.close()

    def count_tokens(self, text: str) -> int:
        return len(self.encoder.plain(text))

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        handle: Handle | None = None,
        *,
        copy_from: Sequence[str] = (),
        must_hold: re.Pattern[str] | None = None,
        refusal: str = "",
    ) -> Stream:
        handle = handle or Handle()
        parts = self.encoder.parts(messages)
        check_room(sum(map(len, parts)), max_tokens)
        with self._turns.turn(lambda: handle.cancelled, handle.on_wait) as mine:
            if not mine:
                return Trace()
            handle.on_wait(0)
            self._read(parts)
            decoder = Decoder(self.encoder, self._step, self._back, handle, refusal)
            return (yield from decoder.answer(ArrayScores(self._after_held), max_tokens, copy_from, must_hold))

    def warm(self, messages: Sequence[Message]) -> None:
        """Compute what prompts begin with, so that the first question need not wait for it.

        Only what stands before the last message is computed.
        """
        with self._turns.turn() as mine:
            if mine:
                self._read(self.encoder.parts(messages)[:1])

    def _read(self, parts: Sequence[Sequence[int]]) -> None:
        """Bring the key-value cache to the end of these parts, computing only what it does not hold."""
        same = self._same(parts)
        self._held = self._held[:same]
        self._llama.n_tokens = sum(map(len, self._held))
        for part in parts[same:]:
            if self._held or not self._restore(part):
                for step in _steps(part):
                    self.give_way()
                    self._llama.eval(step)
                self._after_held = self._logits().copy()
                if not self._held:
                    self._keep(part)
            self._held.append(tuple(part))

    def _restore(self, tokens: Sequence[int]) -> bool:
        """Bring the empty cache to the state after these tokens; False where that state is not kept."""
        state = self._states.find(self._computed_by, tokens)
        if state is None:
            return False
        self._llama.reset()
        self._api.llama_memory_clear(self._api.llama_get_memory(self._llama.ctx), True)
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        if self._api.llama_state_seq_set_data(self._llama.ctx, buffer, len(state), 0) == 0:
            self._llama.reset()
            return False
        self._llama.input_ids[: len(tokens)] = np.asarray(tokens, dtype=np.intc)
        self._llama.n_tokens = len(tokens)
        return True

    def _keep(self, tokens: Sequence[int]) -> None:
        size = self._api.llama_state_seq_get_size(self._llama.ctx, 0)
        buffer = (ctypes.c_uint8 * size)()
        written = self._api.llama_state_seq_get_data(self._llama.ctx, buffer, size, 0)
        if written:
            self._states.keep(self._computed_by, tokens, bytes(memoryview(buffer)[:written]))

    def _logits(self) -> Logits:
        """Return the logits of the next token, ``(vocabulary,)``; a view that the next step overwrites."""
        pointer = self._api.llama_get_logits_ith(self._llama.ctx, -1)
        return np.ctypeslib.as_array(pointer, shape=(self._llama.n_vocab(),))

    def _step(self, token: int) -> ArrayScores:
        self.give_way()
        self._llama.eval([token])
        return ArrayScores(self._logits())

    def _back(self) -> None:
        self._llama.n_tokens -= 1

    def held_tokens(self, messages: Sequence[Message]) -> int:
        """Return how many of a prompt's first tokens need not be computed again."""
        parts = self.encoder.parts(messages)
        return sum(map(len, parts[: self._same(parts)]))

    def _same(self, parts: Sequence[Sequence[int]]) -> int:
        """Return how many of these parts are held."""
        pairs = zip(self._held, parts, strict=False)
        return sum(1 for _ in takewhile(lambda pair: pair[0] == tuple(pair[1]), pairs))


def open_vocabulary(path: Path, name: str) -> ChatEncoder:
    """Load what a GGUF file has beside its weights: the tokens and the chat template.

    Raises ModelError where the file does not load.
    """
    import llama_cpp

    try:
        llama = llama_cpp.Llama(str(path), vocab_only=True, verbose=False)
    except Exception as error:  # the library raises whatever its parts raise
        raise ModelError(f"Model {path} tidak dapat dimuat ({error}); periksa berkas GGUF itu.") from error
    return ChatEncoder(llama, llama_cpp, name)


def _steps(tokens: Sequence[int]) -> Iterator[list[int]]:
    """Yield the fewest steps that may be taken, about equal; only the last is no multiple of four."""
    count = -(-len(tokens) // _STEP_TOKENS)
    size = -(-len(tokens) // (count * _AT_ONCE)) * _AT_ONCE
    for at in range(0, len(tokens), size):
        yield list(tokens[at : at + size])
