"""Texts → unit vectors. The only file that imports sentence_transformers."""

from __future__ import annotations

import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """What the index needs of an embedding model; any encoder fits.

    ``identity`` names the model and its digest: vectors of two identities never mix.
    """

    identity: str

    @property
    def max_tokens(self) -> int:
        """Return how many of its own tokens a text may have before it is cut."""

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Return the length of each text in the model's own tokens, its special tokens not counted."""

    def embed_passages(self, texts: list[str]) -> Vectors:
        """Return ``(n, d)`` float32 unit vectors of texts to be found."""

    def embed_query(self, text: str) -> Vectors:
        """Return the ``(d,)`` float32 unit vector of a question; a higher inner product is nearer."""


class SentenceTransformerEmbedder:
    """A sentence-transformers folder, on the processor, in float32.

    Prompts ("query: ", "passage: ") come from the folder itself. It is loaded when first used, so that a run with
    nothing to embed takes no time; ModelError, then, where it does not load.
    """

    # Room for the prompt and the model's own marks beside a passage.
    _RESERVED_TOKENS = 16
    _BATCH_PASSAGES = 32

    def __init__(self, folder: Path, identity: str, threads: int) -> None:
        self.identity = identity
        self._folder = folder
        self._threads = threads
        self._loading = threading.Lock()

    @cached_property
    def max_tokens(self) -> int:
        return int(self._model.max_seq_length or 512) - self._RESERVED_TOKENS

    @property
    def _model(self) -> SentenceTransformer:
        with self._loading:
            return self._loaded

    @cached_property
    def _loaded(self) -> SentenceTransformer:
        import torch
        import transformers

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        torch.set_num_threads(self._threads)
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(
                str(self._folder), device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32}
            )
        except Exception as error:  # the library raises whatever its parts raise
            raise ModelError(
                f"Model embedding di {self._folder} tidak dapat dimuat ({error}); periksa foldernya."
            ) from error

    def count_tokens(self, texts: list[str]) -> list[int]:
        if not texts:
            return []
        encoded = self._model.tokenizer(texts, add_special_tokens=False, truncation=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def embed_passages(self, texts: list[str]) -> Vectors:
        vectors = self._model.encode_document(
            texts, batch_size=self._BATCH_PASSAGES, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)

    def embed_query(self, text: str) -> Vectors:
        vector = self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vector, dtype=np.float32)
