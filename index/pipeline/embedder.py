"""Texts → unit vectors. The only file that imports sentence_transformers."""

from __future__ import annotations

import threading
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.errors import ModelError
from index.storage.vectors import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


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
    """A sentence-transformers folder, on the processor: in bfloat16 where that has instructions for it, else float32.

    Prompts ("query: ", "passage: ") come from the folder itself. It is loaded when first used, so that a run with
    nothing to embed takes no time; ModelError, then, where it does not load.

    A passage's vector is the same, bit for bit, whatever passages are embedded with it: only passages of one padded
    length share a batch.
    """

    # Room for the prompt and the model's own marks beside a passage.
    _RESERVED_TOKENS = 16
    # Measured with `scripts/bench/embedding.py`: larger batches fall out of the processor's cache.
    _BATCH_TOKENS = 2048
    _PADDED_TO = 16

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

        dtype = torch.bfloat16 if has_bfloat16() else torch.float32
        try:
            return SentenceTransformer(
                str(self._folder), device="cpu", local_files_only=True, model_kwargs={"dtype": dtype}
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
        batches = same_length_batches(self._padded_lengths(texts), self._BATCH_TOKENS)
        vectors: Vectors | None = None
        for batch in batches:
            some = self._model.encode_document(
                [texts[i] for i in batch],
                batch_size=len(batch),
                processing_kwargs={"text": {"pad_to_multiple_of": self._PADDED_TO}},
                show_progress_bar=False,
            )
            if vectors is None:
                vectors = np.empty((len(texts), some.shape[1]), dtype=np.float32)
            vectors[batch] = some
        assert vectors is not None, "no texts"
        return _unit(vectors)

    def embed_query(self, text: str) -> Vectors:
        return _unit(self._model.encode_query(text, show_progress_bar=False))

    def embed_queries(self, texts: list[str]) -> Vectors:
        """Return ``(n, d)`` float32 unit vectors of questions, near to those of ``embed_query`` and many times
        faster."""
        return _unit(self._model.encode_query(texts, batch_size=64, show_progress_bar=False))

    def _padded_lengths(self, texts: list[str]) -> list[int]:
        # As encode_document chooses it.
        prompt = next(
            (self._model.prompts[n] for n in ("document", "passage", "corpus") if n in self._model.prompts), ""
        )
        encoded = self._model.tokenizer([prompt + text for text in texts], truncation=False, verbose=False)
        limit = int(self._model.max_seq_length or 512)
        return [-(-min(len(ids), limit) // self._PADDED_TO) * self._PADDED_TO for ids in encoded["input_ids"]]


def same_length_batches(lengths: list[int], budget: int) -> list[list[int]]:
    """Return the numbers of the texts, batch by batch: equal lengths only, and at most ``budget`` tokens a batch.

    >>> same_length_batches([16, 32, 16, 16, 64], budget=32)
    [[0, 2], [3], [1], [4]]
    """
    batches: list[list[int]] = []
    for length, group in groupby(sorted(range(len(lengths)), key=lambda i: (lengths[i], i)), key=lengths.__getitem__):
        numbers = list(group)
        size = max(1, budget // length)
        batches += [numbers[at : at + size] for at in range(0, len(numbers), size)]
    return batches


def _unit(vectors: Vectors) -> Vectors:
    # In float32: the library's own normalisation is only as exact as the model's numbers.
    vectors = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, np.float32(1e-12))
    return unit


def has_bfloat16() -> bool:
    """Tell whether this processor multiplies bfloat16 itself; emulated, it is slower than float32."""
    import torch

    capabilities = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))
