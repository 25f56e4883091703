"""Keeps what a language model has computed for the part of its prompts that never changes, on disk.

Reading that part anew takes many seconds; bringing it back takes some hundredths. A file carries a digest of what made
it (model, library, tokens) and of its own bytes; one that does not fit is made anew, and a disk that is full or may not
be written costs only the time.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_MAGIC = b"TANYA-PROMPT-1\n"
_DIGEST_BYTES = 32
_log = logging.getLogger("tanya.model")


class PromptStates:
    """States of a model's cache by what computed them and the tokens they are of.

    ``folder`` is where they are kept between runs (None: nowhere), ``model`` names the model with its digest.
    """

    def __init__(self, folder: Path | None = None, model: str = "") -> None:
        self._folder = folder
        self._model = model

    def find(self, computed_by: str, tokens: Sequence[int]) -> bytes | None:
        """Return the state after these tokens, None where it is not kept or not whole."""
        key = self._key(computed_by, tokens)
        path = self._path(key)
        if path is None:
            return None
        try:
            content = path.read_bytes()
        except OSError:
            return None
        head = _MAGIC + key
        state = content[len(head) + _DIGEST_BYTES :]
        whole = content.startswith(head) and content[len(head) :].startswith(hashlib.sha256(state).digest())
        return state if whole and state else None

    def keep(self, computed_by: str, tokens: Sequence[int], state: bytes) -> None:
        """Keep a state where the disk can be written."""
        key = self._key(computed_by, tokens)
        path = self._path(key)
        if path is None:
            return
        partial = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(_MAGIC + key + hashlib.sha256(state).digest() + state)
            os.replace(partial, path)
        except OSError:
            _log.warning("not-kept", exc_info=True)
            with suppress(OSError):
                partial.unlink(missing_ok=True)

    def _key(self, computed_by: str, tokens: Sequence[int]) -> bytes:
        return hashlib.sha256(f"{self._model}\n{computed_by}\n{list(tokens)}".encode()).digest()

    def _path(self, key: bytes) -> Path | None:
        return self._folder / f"{key.hex()[:16]}.state" if self._folder else None
