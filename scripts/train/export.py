"""What training wrote → the file that the program ships.

scripts/train/export.py RUN/reader.pt RUN/report.json OUT.safetensors
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import torch

from rag.reading.weights import pack


def main() -> None:
    """Pack the weights, with the digests of the data in the file's notes."""
    source, report, out = map(Path, sys.argv[1:4])
    weights = torch.load(source, map_location="cpu")["model"]
    notes = json.loads(report.read_text("utf-8"))
    kept = {name: value.float().numpy() for name, value in weights.items() if "position_ids" not in name}
    pack(kept, out, {"data": json.dumps(notes["data"]), "seed": str(notes["arguments"]["seed"])})
    print(out, out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
