"""The reader's weights in one small file: matrices as 8-bit integers with a scale a row, the rest in half precision.

    name.q  int8 (rows, columns)     name.s  float16 (rows,)     weight = q × s
    name    float16                  what is no matrix

The word embeddings are not in it: they are the embedder's own, unchanged in training.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError

FORMAT = "tanya-reader-1"
_LARGEST = 127
_LEAST = 1e-4  # so that the scale of a row of zeros is not zero in half precision
_NOTES = "tanya"  # one note alone: safetensors writes several in an order that changes


def pack(weights: Mapping[str, NDArray[np.float32]], path: Path, notes: Mapping[str, str]) -> None:
    """Write weights; the same input gives the same bytes. ``notes`` say where they come from."""
    from safetensors.numpy import save_file

    packed: dict[str, NDArray[np.generic]] = {}
    for name, weight in weights.items():
        if weight.ndim == 2 and min(weight.shape) > 16:
            scale = np.maximum(np.abs(weight).max(axis=1), _LEAST) / _LARGEST
            scale = scale.astype(np.float16)
            rounded = np.rint(weight / scale.astype(np.float32)[:, None])
            packed[f"{name}.q"] = np.clip(rounded, -_LARGEST, _LARGEST).astype(np.int8)
            packed[f"{name}.s"] = scale
        else:
            packed[name] = weight.astype(np.float16)
    save_file(packed, path, metadata={_NOTES: json.dumps({"format": FORMAT, **notes}, sort_keys=True)})


def unpack(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return weights by name in float32. Raises ModelError where the file is not of this form."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            found = json.loads((file.metadata() or {}).get(_NOTES, "{}")).get("format")
            if found != FORMAT:
                raise ModelError(f"Berkas pembaca {path} berformat {found!r}, perlu {FORMAT!r}; pasang ulang program.")
            stored = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no mapping
    except (OSError, SafetensorError) as error:
        raise ModelError(f"Berkas pembaca {path} tidak dapat dibaca ({error}); pasang ulang program.") from error
    return {
        name.removesuffix(".q"): (
            tensor.astype(np.float32) * stored[f"{name.removesuffix('.q')}.s"].astype(np.float32)[:, None]
            if name.endswith(".q")
            else tensor.astype(np.float32)
        )
        for name, tensor in stored.items()
        if not name.endswith(".s")
    }
