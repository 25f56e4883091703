import pytest

from index.errors import ModelError
from rag.models import memory


def test_too_little_memory_is_one_clear_line() -> None:
    with pytest.raises(ModelError, match="Memori tersisa 1,000 MB, model X perlu 2,000 MB"):
        memory.require(2_000_000_000, "model X", available=1_000_000_000)


def test_enough_or_unknown_memory_passes() -> None:
    memory.require(2_000_000_000, "model X", available=2_000_000_000)
    memory.require(2_000_000_000, "model X", available=None)


def test_available_is_measured_here() -> None:
    available = memory.available_bytes()
    assert available is not None
    assert 10**8 < available < 10**14
