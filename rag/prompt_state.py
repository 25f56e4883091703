"""Keeps what a language model has computed for the part of its prompts that never changes, in memory and on disk.

Reading that part anew takes many seconds; bringing it back takes some hundredths. A file carries a digest of what made
it (model, library, tokens) and of its own bytes; one that does not fit is made anew, and a disk that is full or may not
be written costs only the time.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

_MAGIC = b"TANYA-PROMPT-1\n"
_DIGEST_BYTES = 32


class PromptStates:
    """States of a model's cache by the tokens that made them.

    ``folder`` is where they are kept between runs (None: nowhere), ``identity`` names the model and how it computes.
    """

    def __init__(self, folder: Path | None = None, identity: str = "") -> None:
        self._folder = folder
        self._identity = identity
        self._held: dict[tuple[int, ...], bytes] = {}

    def restore(self, llama: Any, tokens: Sequence[int]) -> bool:
        """Bring a ``llama_cpp.Llama`` to the state after these tokens, its cache empty before; False: not held."""
        state = self._held.get(tuple(tokens)) or self._load(tokens)
        if state is None:
            return False
        import llama_cpp

        llama.reset()
        llama_cpp.llama_memory_clear(llama_cpp.llama_get_memory(llama.ctx), True)
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        if llama_cpp.llama_state_seq_set_data(llama.ctx, buffer, len(state), 0) == 0:
            llama.reset()
            return False
        llama.input_ids[: len(tokens)] = np.asarray(tokens, dtype=np.intc)
        llama.n_tokens = len(tokens)
        self._held[tuple(tokens)] = state
        return True

    def keep(self, llama: Any, tokens: Sequence[int]) -> None:
        """Keep the state of a ``llama_cpp.Llama`` that holds just these tokens."""
        import llama_cpp

        size = llama_cpp.llama_state_seq_get_size(llama.ctx, 0)
        buffer = (ctypes.c_uint8 * size)()
        written = llama_cpp.llama_state_seq_get_data(llama.ctx, buffer, size, 0)
        if not written:
            return
        state = bytes(memoryview(buffer)[:written])
        self._held[tuple(tokens)] = state
        self._save(tokens, state)

    def _key(self, tokens: Sequence[int]) -> bytes:
        return hashlib.sha256(f"{self._identity}\n{list(tokens)}".encode()).digest()

    def _path(self, tokens: Sequence[int]) -> Path | None:
        return self._folder / f"{self._key(tokens).hex()[:16]}.state" if self._folder else None

    def _load(self, tokens: Sequence[int]) -> bytes | None:
        path = self._path(tokens)
        if path is None:
            return None
        try:
            content = path.read_bytes()
        except OSError:
            return None
        head = _MAGIC + self._key(tokens)
        state = content[len(head) + _DIGEST_BYTES :]
        whole = content.startswith(head) and content[len(head) :].startswith(hashlib.sha256(state).digest())
        return state if whole else None

    def _save(self, tokens: Sequence[int], state: bytes) -> None:
        path = self._path(tokens)
        if path is None:
            return
        partial = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(_MAGIC + self._key(tokens) + hashlib.sha256(state).digest() + state)
            os.replace(partial, path)
        except OSError:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
