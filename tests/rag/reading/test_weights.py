import json
from pathlib import Path

import numpy as np
import pytest

from index.errors import ModelError
from rag.reading.weights import FORMAT, pack, unpack


def made() -> dict[str, np.ndarray]:  # type: ignore[type-arg]
    random = np.random.default_rng(7)
    return {
        "encoder.wide.weight": (random.normal(size=(40, 50)) * np.logspace(-3, 1, 40)[:, None]).astype(np.float32),
        "encoder.wide.bias": random.normal(size=40).astype(np.float32),
        "judge.weight": random.normal(size=(2, 50)).astype(np.float32),
    }


def test_a_round_trip_keeps_every_number_within_a_step_of_its_row(tmp_path: Path) -> None:
    weights = made()
    pack(weights, tmp_path / "w.safetensors", {"seed": "7"})
    read = unpack(tmp_path / "w.safetensors")
    assert read.keys() == weights.keys()
    assert all(value.dtype == np.float32 and value.shape == weights[name].shape for name, value in read.items())
    wide = weights["encoder.wide.weight"]
    largest = np.abs(wide).max(axis=1, keepdims=True)
    # Half a step, and what half precision takes off the scale (11 bits; at most 127 steps of it).
    error = np.abs(read["encoder.wide.weight"] - wide)
    assert (error <= largest / 127 / 2 + largest * 2**-10).all()
    assert error.max() > 0
    for name in ("encoder.wide.bias", "judge.weight"):  # half precision
        assert np.array_equal(read[name], weights[name].astype(np.float16).astype(np.float32))


def test_a_large_matrix_takes_one_byte_a_number(tmp_path: Path) -> None:
    pack({"m": np.ones((300, 400), dtype=np.float32)}, tmp_path / "w.safetensors", {})
    assert 300 * 400 < (tmp_path / "w.safetensors").stat().st_size < 1.03 * 300 * 400


def test_the_same_weights_give_the_same_bytes(tmp_path: Path) -> None:
    for number in range(20):
        pack(made(), tmp_path / f"{number}", {"seed": "7", "data": "x"})
    assert len({(tmp_path / f"{number}").read_bytes() for number in range(20)}) == 1


def test_packing_twice_changes_nothing_more(tmp_path: Path) -> None:
    pack(made(), tmp_path / "a", {})
    once = unpack(tmp_path / "a")
    pack(once, tmp_path / "b", {})
    twice = unpack(tmp_path / "b")
    assert all(np.allclose(once[name], twice[name], rtol=2e-3, atol=0) for name in once)


def test_a_row_of_zeros_stays_one(tmp_path: Path) -> None:
    weight = np.ones((20, 20), dtype=np.float32)
    weight[3] = 0
    pack({"m": weight}, tmp_path / "w", {})
    assert np.array_equal(unpack(tmp_path / "w")["m"][3], np.zeros(20, dtype=np.float32))


def one_line(error: pytest.ExceptionInfo[ModelError]) -> str:
    message = str(error.value)
    assert "\n" not in message
    assert message.endswith("pasang ulang program.")
    return message


def test_another_format_is_named(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    path = tmp_path / "w.safetensors"
    save_file({"m": np.zeros(3, dtype=np.float16)}, path, metadata={"tanya": json.dumps({"format": "tanya-reader-0"})})
    with pytest.raises(ModelError) as error:
        unpack(path)
    assert "'tanya-reader-0'" in one_line(error)
    assert repr(FORMAT) in str(error.value)
    save_file({"m": np.zeros(3, dtype=np.float16)}, path)  # without any
    with pytest.raises(ModelError, match="None"):
        unpack(path)


@pytest.mark.parametrize("kept", [0, 5, 100, -1])
def test_a_broken_file_is_told_in_one_line(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "w.safetensors"
    pack(made(), path, {})
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ModelError) as error:
        unpack(path)
    assert str(path) in one_line(error)


def test_a_missing_file_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as error:
        unpack(tmp_path / "tidak-ada.safetensors")
    assert "tidak-ada.safetensors" in one_line(error)
