"""The reader itself: multilingual-e5-small's encoder with weights of its own, on the processor.

It reads all passages of a question in a few batches of like length. Its word embeddings are those of the embedder's
file, mapped, not copied.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import DigestMismatch, ModelError
from index.storage.digest import sha256_of
from rag.reading.layout import PAD, Layout, lay_out
from rag.reading.reading import Reading, ReadPassage
from rag.reading.spans import best_spans, items_inside
from rag.reading.weights import unpack

if TYPE_CHECKING:
    import torch

WEIGHTS = Path(__file__).with_name("reader.safetensors")
WEIGHTS_SHA256 = "5d6ece051f57bf4272cf3c95bdea9ea98076461240863796539f8c05fef293d7"
_HEADS = ("pool", "judge", "words", "affirm")
_EMBEDDINGS = "embeddings.word_embeddings.weight"
# Passages of one batch: padding costs more than a second call where lengths differ by more than this.
_PADDED_TO = 32


@dataclass(frozen=True)
class _Parts:
    encoder: Any
    table: torch.Tensor
    pool: Any
    judge: Any
    words: Any
    affirm: Any
    dtype: torch.dtype


class TrainedReader:
    """The reader of this program, over the catalogue's embedding model in ``folder``.

    >>> TrainedReader(folder, threads=2).read("Siapa gubernurnya?", [ReadPassage("…")])  # doctest: +SKIP

    It is loaded when first used; ModelError, then, where a file is missing or broken. The same passages give the same
    readings, bit for bit, on one machine; beside others a passage's numbers may differ in the last bits.
    """

    def __init__(self, folder: Path, threads: int, weights: Path = WEIGHTS) -> None:
        self._folder = folder
        self._threads = threads
        self._weights = weights
        self._loading = threading.Lock()

    @cached_property
    def identity(self) -> str:
        """The reader and the digest of its weights."""
        return f"reader@{self._digest[:16]}"

    @cached_property
    def _digest(self) -> str:
        with self._weights.open("rb") as file:
            return sha256_of(file)

    def read(self, question: str, passages: Sequence[ReadPassage]) -> list[Reading]:
        """Return one reading a passage, in their order."""
        layouts = [
            lay_out(self.tokenizer, question, header, [p.text for p in group]) for header, group in _by_header(passages)
        ]
        flat = [layout for group in layouts for layout in group]
        readings: list[Reading | None] = [None] * len(flat)
        # One length a batch: no passage is padded beyond what it needs.
        order = sorted(range(len(flat)), key=lambda n: (_padded(flat[n]), n))
        for length, numbers in groupby(order, key=lambda n: _padded(flat[n])):
            batch = list(numbers)
            for number, reading in zip(batch, self._batch([flat[n] for n in batch], length), strict=True):
                readings[number] = reading
        return [reading for reading in readings if reading is not None]

    def _batch(self, layouts: Sequence[Layout], length: int) -> list[Reading]:
        import torch

        parts = self._parts
        ids = torch.full((len(layouts), length), PAD)
        types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
        for n, layout in enumerate(layouts):
            size = len(layout.ids)
            ids[n, :size] = torch.tensor(layout.ids)
            types[n, :size] = torch.tensor(layout.types)
            mask[n, :size] = 1
        with torch.inference_mode():
            embedded = torch.nn.functional.embedding(ids, parts.table).to(parts.dtype)
            states = parts.encoder(inputs_embeds=embedded, token_type_ids=types, attention_mask=mask).last_hidden_state
            whole = torch.tanh(parts.pool(states[:, 0]))
            judged = torch.cat([parts.judge(whole), parts.affirm(whole)], dim=1).float().numpy()
            words = parts.words(states).float().numpy()
        return [_reading(layout, judged[n], words[n]) for n, layout in enumerate(layouts)]

    @cached_property
    def tokenizer(self) -> Any:
        """The tokeniser of its words, neither cutting nor padding."""
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        except Exception as error:  # the library raises a bare Exception
            raise self._broken(error) from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer

    def _broken(self, error: Exception) -> ModelError:
        return ModelError(f"Model {self._folder} tidak dapat dimuat ({error}); jalankan: tanya models fetch.")

    @property
    def _parts(self) -> _Parts:
        with self._loading:
            return self._loaded

    @cached_property
    def _loaded(self) -> _Parts:
        import torch
        from safetensors import SafetensorError, safe_open
        from transformers import BertConfig, BertModel

        from index.pipeline.embedder import has_bfloat16

        torch.set_num_threads(self._threads)
        if self._weights == WEIGHTS and self._digest != WEIGHTS_SHA256:
            raise DigestMismatch(
                f"Berkas pembaca {WEIGHTS} berbeda dari aslinya: SHA-256 {self._digest}, seharusnya {WEIGHTS_SHA256}; "
                "pasang ulang program."
            )
        weights = {name: torch.from_numpy(np.ascontiguousarray(w)) for name, w in unpack(self._weights).items()}
        try:
            # The table of word embeddings stays outside the module; one row keeps its constructor content.
            config = BertConfig.from_json_file(str(self._folder / "config.json"))
            config.vocab_size, config.pad_token_id = 1, 0
            config._attn_implementation = "sdpa"
            encoder = BertModel(config, add_pooling_layer=False)
            own = {n.removeprefix("encoder."): w for n, w in weights.items() if n.startswith("encoder.")}
            left_out, unknown = encoder.load_state_dict(own, strict=False)
            heads_there = all(f"{name}.{part}" in weights for name in _HEADS for part in ("weight", "bias"))
            if not heads_there or unknown or set(left_out) - {_EMBEDDINGS, "embeddings.position_ids"}:
                raise ModelError(f"Berkas pembaca {self._weights} tidak cocok dengan programnya; pasang ulang program.")
            with safe_open(self._folder / "model.safetensors", framework="pt") as file:
                table = file.get_tensor(_EMBEDDINGS)
        except (OSError, SafetensorError) as error:
            raise self._broken(error) from error
        heads = []
        for name in _HEADS:
            weight = weights[f"{name}.weight"]
            head = torch.nn.Linear(weight.shape[1], weight.shape[0])
            head.load_state_dict({"weight": weight, "bias": weights[f"{name}.bias"]})
            heads.append(head)
        bfloat16 = has_bfloat16()
        dtype = torch.bfloat16 if bfloat16 else torch.float32
        made = [module.to(dtype).eval() for module in (encoder, *heads)]
        encoder, pool, judge, words, affirm = made
        return _Parts(encoder, table, pool, judge, words, affirm, dtype)


def _reading(layout: Layout, judged: Any, words: Any) -> Reading:
    passage = slice(layout.at, layout.at + len(layout.offsets))
    return Reading(
        relevant=float(judged[0]),
        answers=float(judged[1]),
        none=float(words[0, 0] + words[0, 1]),
        spans=best_spans(words[passage, 0], words[passage, 1], layout.offsets),
        items=items_inside(words[passage, 2], layout.offsets),
        affirms=float(judged[2]),
    )


def _padded(layout: Layout) -> int:
    return -(-len(layout.ids) // _PADDED_TO) * _PADDED_TO


def _by_header(passages: Sequence[ReadPassage]) -> list[tuple[str, list[ReadPassage]]]:
    return [(header, list(group)) for header, group in groupby(passages, key=lambda passage: passage.header)]
