"""e5-small-q4.bin → a folder that sentence-transformers loads. Reads the 4-bit container, writes float16 safetensors.

The container (little-endian): ``E5S1``, u32 version, seven i32 sizes, f32 epsilon, i32 block size, a tokenizer section
that is skipped, then a tensor table. A tensor is float32, or Q4_0: blocks of one f16 scale and 16 bytes, whose low
nibbles are weights 0–15 and high nibbles weights 16–31, each minus 8, times the scale.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import ModelError

if TYPE_CHECKING:
    import numpy as np

_Q4_BLOCK_BYTES = 18  # f16 scale + 16 bytes of nibbles
_BLOCK_WEIGHTS = 32
# Names in the container → names of transformers' BertModel.
_TOP = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_PARAMETER = {"w": "weight", "b": "bias"}


@dataclass(frozen=True)
class _Sizes:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


def unpack(container: bytes, tokenizer: bytes, folder: Path) -> None:
    """Write the sentence-transformers folder of an E5S1 container into an existing folder.

    The same input gives the same bytes. Raises ModelError where the container is not of this form.
    """
    from safetensors.numpy import save

    try:
        sizes, tensors = _read(container)
    except (struct.error, KeyError, ValueError, IndexError) as error:
        raise ModelError(
            f"Isi model embedding tidak dapat dibaca ({error}); ambil ulang: tanya models fetch."
        ) from error
    (folder / "model.safetensors").write_bytes(save(tensors, metadata={"format": "pt"}))
    (folder / "tokenizer.json").write_bytes(tokenizer)
    (folder / "1_Pooling").mkdir(exist_ok=True)
    for name, content in _configs(sizes).items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _read(container: bytes) -> tuple[_Sizes, dict[str, np.ndarray[Any, Any]]]:
    import numpy as np

    at = 0

    def take(form: str) -> tuple[Any, ...]:
        nonlocal at
        values = struct.unpack_from("<" + form, container, at)
        at += struct.calcsize("<" + form)
        return values

    magic, version = take("4sI")
    if magic != b"E5S1":
        raise ValueError(f"awalan {magic!r}, bukan E5S1")
    if version != 1:
        raise ValueError(f"versi {version}, yang dikenal 1")
    sizes = _Sizes(*take("7if"))
    (block,) = take("i")
    if block != _BLOCK_WEIGHTS:
        raise ValueError(f"ukuran blok {block}, yang dikenal {_BLOCK_WEIGHTS}")
    pieces, *_, blob_bytes = take("i4iQ")
    at += (pieces + 1) * 4 + pieces * 4 + blob_bytes
    _, normalizer_bytes = take("iI")
    at += normalizer_bytes
    (count,) = take("i")
    shapes = _shapes(sizes)
    tensors = {}
    for _ in range(count):
        (name_bytes,) = take("H")
        name = container[at : at + name_bytes].decode("ascii")
        at += name_bytes
        _, length, offset, stored_bytes = take("BIQQ")
        weights = _weights(container[offset : offset + stored_bytes], length)
        target = _target(name)
        tensors[target] = weights.reshape(shapes[target]).astype(np.float16)
    missing = shapes.keys() - tensors.keys()
    if missing:
        raise ValueError(f"tensor {sorted(missing)[0]} tidak ada")
    return sizes, tensors


def _weights(stored: bytes, length: int) -> np.ndarray[Any, Any]:
    import numpy as np

    if len(stored) == 4 * length:
        return np.frombuffer(stored, dtype="<f4")
    blocks = np.frombuffer(stored, dtype=np.uint8).reshape(-1, _Q4_BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4], axis=1).astype(np.float32)
    return ((nibbles - 8.0) * scales).reshape(-1)[:length]


def _target(name: str) -> str:
    if name in _TOP:
        return _TOP[name]
    layer, part, parameter = name.split(".")
    return f"encoder.layer.{int(layer[1:])}.{_LAYER[part]}.{_PARAMETER[parameter]}"


def _shapes(sizes: _Sizes) -> dict[str, tuple[int, ...]]:
    hidden, inner = sizes.hidden, sizes.feed_forward
    shapes: dict[str, tuple[int, ...]] = {
        _TOP["emb.word"]: (sizes.vocabulary, hidden),
        _TOP["emb.pos"]: (sizes.positions, hidden),
        _TOP["emb.type"]: (sizes.token_types, hidden),
        _TOP["emb.ln.w"]: (hidden,),
        _TOP["emb.ln.b"]: (hidden,),
    }
    for layer in range(sizes.layers):
        for part, target in _LAYER.items():
            rows, columns = {"fi": (inner, hidden), "fo": (hidden, inner)}.get(part, (hidden, hidden))
            prefix = f"encoder.layer.{layer}.{target}"
            shapes[f"{prefix}.weight"] = (hidden,) if part in ("aln", "oln") else (rows, columns)
            shapes[f"{prefix}.bias"] = (rows,)
    return shapes


def _configs(sizes: _Sizes) -> dict[str, Any]:
    """Return the configuration files; the prompts and mean pooling are those the model was trained with (e5 paper)."""
    module = "sentence_transformers.models"
    return {
        "config.json": {
            "architectures": ["BertModel"],
            "attention_probs_dropout_prob": 0.1,
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1,
            "hidden_size": sizes.hidden,
            "initializer_range": 0.02,
            "intermediate_size": sizes.feed_forward,
            "layer_norm_eps": 1e-12,
            "max_position_embeddings": sizes.positions,
            "model_type": "bert",
            "num_attention_heads": sizes.heads,
            "num_hidden_layers": sizes.layers,
            "pad_token_id": 0,
            "tokenizer_class": "XLMRobertaTokenizer",
            "type_vocab_size": sizes.token_types,
            "vocab_size": sizes.vocabulary,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{module}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{module}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{module}.Normalize"},
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": sizes.hidden, "pooling_mode_mean_tokens": True},
        "sentence_bert_config.json": {"max_seq_length": sizes.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": {"query": "query: ", "document": "passage: "}},
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": sizes.positions,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
    }
