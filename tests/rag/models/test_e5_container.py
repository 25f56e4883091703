import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from index.errors import ModelError
from rag.models import e5_container

HIDDEN, FEED_FORWARD, VOCABULARY, POSITIONS, TYPES = 32, 64, 3, 4, 2


def q4_block(scale: float, weights: list[int]) -> bytes:
    """One block as the format defines it: low nibbles are weights 0-15, high nibbles 16-31, each plus 8."""
    low, high = weights[:16], weights[16:]
    return struct.pack("<e", scale) + bytes((a + 8) | ((b + 8) << 4) for a, b in zip(low, high, strict=True))


def container(tensors: dict[str, bytes | list[float]], magic: bytes = b"E5S1", version: int = 1) -> bytes:
    head = magic + struct.pack("<I", version)
    head += struct.pack("<7if", HIDDEN, 1, 2, FEED_FORWARD, VOCABULARY, POSITIONS, TYPES, 1e-12) + struct.pack("<i", 32)
    blob = b"tokenizer"
    head += struct.pack("<i4iQ", 2, 0, 1, 2, 3, len(blob)) + bytes(3 * 4 + 2 * 4) + blob
    head += struct.pack("<iI", 1, 5) + b"norms"
    head += struct.pack("<i", len(tensors))
    stored = {
        name: (value, len(value) // 18 * 32)
        if isinstance(value, bytes)
        else (np.array(value, "<f4").tobytes(), len(value))
        for name, value in tensors.items()
    }
    table_bytes = sum(2 + len(name) + 1 + 4 + 8 + 8 for name in stored)
    table, data = b"", b""
    for name, (content, count) in stored.items():
        offset = len(head) + table_bytes + len(data)
        table += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 0, count, offset, len(content))
        data += content
    return head + table + data


def all_tensors() -> dict[str, bytes | list[float]]:
    h, f = HIDDEN, FEED_FORWARD
    sizes = {"emb.word": VOCABULARY * h, "emb.pos": POSITIONS * h, "emb.type": TYPES * h, "emb.ln.w": h, "emb.ln.b": h}
    for part, rows, columns in (("q", h, h), ("k", h, h), ("v", h, h), ("ao", h, h), ("fi", f, h), ("fo", h, f)):
        sizes |= {f"l0.{part}.w": rows * columns, f"l0.{part}.b": rows}
    for part in ("aln", "oln"):
        sizes |= {f"l0.{part}.w": h, f"l0.{part}.b": h}
    tensors: dict[str, bytes | list[float]] = {name: [0.5] * size for name, size in sizes.items()}
    tensors["emb.word"] = q4_block(0.25, list(range(-8, 8)) * 2) + q4_block(2.0, [7] * 32) + q4_block(1.0, [-8] * 32)
    return tensors


def test_blocks_become_the_weights_they_stand_for(tmp_path: Path) -> None:
    e5_container.unpack(container(all_tensors()), b"{}", tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    words = weights["embeddings.word_embeddings.weight"]
    assert words.dtype == np.float16
    assert words.shape == (VOCABULARY, HIDDEN)
    assert words[0].tolist() == [0.25 * weight for weight in list(range(-8, 8)) * 2]
    assert words[1].tolist() == [14.0] * HIDDEN
    assert words[2].tolist() == [-8.0] * HIDDEN
    assert weights["encoder.layer.0.intermediate.dense.weight"].shape == (FEED_FORWARD, HIDDEN)
    assert weights["encoder.layer.0.attention.output.LayerNorm.bias"].tolist() == [0.5] * HIDDEN
    assert (tmp_path / "tokenizer.json").read_bytes() == b"{}"


def test_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        e5_container.unpack(container(all_tensors()), b"{}", tmp_path / name)
    assert (tmp_path / "a/model.safetensors").read_bytes() == (tmp_path / "b/model.safetensors").read_bytes()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (container(all_tensors(), magic=b"XXXX"), "bukan E5S1"),
        (container(all_tensors(), version=2), "versi 2"),
        (container({k: v for k, v in all_tensors().items() if k != "l0.q.w"}), "query.weight tidak ada"),
        (container(all_tensors())[:300], "tidak dapat dibaca"),
        (b"", "tidak dapat dibaca"),
    ],
)
def test_another_form_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    with pytest.raises(ModelError, match=why):
        e5_container.unpack(content, b"{}", tmp_path)
    assert not (tmp_path / "model.safetensors").exists()
