"""Texts → unit vectors. The only file that imports sentence_transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """What the index needs of an embedding model; any encoder fits.

    ``identity`` names the model and its digest: vectors of two identities never mix.
    """

    identity: str
    max_tokens: int

    def count_tokens(self, texts: list[str]) -> list[int]:
        """Return the length of each text in the model's own tokens, its special tokens not counted."""

    def embed_passages(self, texts: list[str]) -> Vectors:
        """Return ``(n, d)`` float32 unit vectors of texts to be found."""

    def embed_query(self, text: str) -> Vectors:
        """Return the ``(d,)`` float32 unit vector of a question; a higher inner product is nearer."""


class SentenceTransformerEmbedder:
    """A sentence-transformers folder, on the processor, in float32.

    Prompts ("query: ", "passage: ") come from the folder itself. Raises ModelError where the folder does not load.
    """

    # Room for the prompt and the model's own marks beside a passage.
    _RESERVED_TOKENS = 16
    _BATCH_PASSAGES = 32

    def __init__(self, folder: Path, identity: str, threads: int) -> None:
        import torch
        import transformers

        transformers.logging.set_verbosity_error()
        transformers.logging.disable_progress_bar()
        torch.set_num_threads(threads)
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(
                str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32}
            )
        except Exception as error:  # the library raises whatever its parts raise
            raise ModelError(f"Model embedding di {folder} tidak dapat dimuat ({error}); periksa foldernya.") from error
        self.identity = identity
        self.max_tokens = int(self._model.max_seq_length or 512) - self._RESERVED_TOKENS

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
