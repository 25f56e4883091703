import json
from pathlib import Path

import numpy as np
import pytest

from index.storage.vectors import Ids, VectorIndex, Vectors

CHANCE = np.random.default_rng(11)


def unit_vectors(count: int, dimensions: int) -> Vectors:
    vectors = CHANCE.normal(size=(count, dimensions)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def by_numpy(ids: Ids, vectors: Vectors, query: Vectors, count: int) -> list[tuple[int, float]]:
    similarities = vectors.astype(np.float64) @ query.astype(np.float64)
    order = np.argsort(-similarities)[:count]
    return [(int(ids[at]), float(similarities[at])) for at in order]


@pytest.fixture
def ids() -> Ids:
    return CHANCE.permutation(10_000)[:300].astype(np.int64)


@pytest.fixture
def vectors() -> Vectors:
    return unit_vectors(300, 24)


def assert_same(found: list[tuple[int, float]], expected: list[tuple[int, float]]) -> None:
    assert [id for id, _ in found] == [id for id, _ in expected]
    assert [s for _, s in found] == pytest.approx([s for _, s in expected], abs=1e-6)


@pytest.mark.parametrize("count", [1, 10, 300])
def test_search_equals_numpy(ids: Ids, vectors: Vectors, count: int) -> None:
    index = VectorIndex.build(ids, vectors)
    assert len(index) == 300
    for query in unit_vectors(20, 24):
        assert_same(index.search(query, count), by_numpy(ids, vectors, query, count))


def test_search_among_equals_numpy_on_those_rows(ids: Ids, vectors: Vectors) -> None:
    index = VectorIndex.build(ids, vectors)
    for query in unit_vectors(20, 24):
        rows = CHANCE.permutation(300)[:40]
        assert_same(index.search(query, 10, ids[rows]), by_numpy(ids[rows], vectors[rows], query, 10))


def test_among_ids_that_are_not_here_or_stand_twice(ids: Ids, vectors: Vectors) -> None:
    index = VectorIndex.build(ids, vectors)
    query = vectors[3]
    among = np.array([ids[3], ids[3], ids[5], 77_777], dtype=np.int64)
    assert_same(index.search(query, 10, among), by_numpy(ids[[3, 5]], vectors[[3, 5]], query, 2))
    assert index.search(query, 10, np.array([77_777])) == []
    assert index.search(query, 10, np.array([], dtype=np.int64)) == []


def test_more_asked_than_there_are() -> None:
    index = VectorIndex.build(np.array([7, 9]), np.eye(2, dtype=np.float32))
    assert_same(index.search(np.array([0.6, 0.8], dtype=np.float32), 50), [(9, 0.8), (7, 0.6)])
    assert index.search(np.array([0.6, 0.8], dtype=np.float32), 0) == []


def test_empty_index_finds_nothing() -> None:
    index = VectorIndex.build(np.array([], dtype=np.int64), np.empty((0, 0), dtype=np.float32))
    query = np.array([1, 0], dtype=np.float32)
    assert (len(index), index.search(query, 5), index.similarities(query, [1])) == (0, [], {})


def test_similarities_of_known_ids_only(ids: Ids, vectors: Vectors) -> None:
    index = VectorIndex.build(ids, vectors)
    query = unit_vectors(1, 24)[0]
    asked = [int(ids[0]), 77_777, int(ids[200])]
    expected = {int(ids[row]): float(vectors[row] @ query) for row in (0, 200)}
    assert index.similarities(query, asked) == pytest.approx(expected, abs=1e-6)


# --- the cache file ---


@pytest.fixture
def saved(ids: Ids, vectors: Vectors, tmp_path: Path) -> Path:
    path = tmp_path / "vectors.faiss"
    VectorIndex.build(ids, vectors, generation=5).save(path)
    return path


def test_round_trip_answers_exactly_the_same(ids: Ids, vectors: Vectors, saved: Path) -> None:
    loaded = VectorIndex.load(saved, 5)
    assert loaded is not None
    assert (len(loaded), loaded.generation) == (300, 5)
    built = VectorIndex.build(ids, vectors, generation=5)
    for query in unit_vectors(5, 24):
        assert loaded.search(query, 300) == built.search(query, 300)
        assert loaded.search(query, 9, ids[:50]) == built.search(query, 9, ids[:50])
        assert loaded.similarities(query, ids[:9].tolist()) == built.similarities(query, ids[:9].tolist())
    assert list(saved.parent.iterdir()) == [saved]  # no partial file is left


def test_an_empty_index_makes_the_round_trip(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    VectorIndex.build(np.array([], dtype=np.int64), np.empty((0, 0), dtype=np.float32), generation=1).save(path)
    loaded = VectorIndex.load(path, 1)
    assert loaded is not None
    assert len(loaded) == 0


def test_another_generation_is_not_loaded(saved: Path) -> None:
    assert VectorIndex.load(saved, 4) is None
    assert VectorIndex.load(saved, 6) is None


def test_a_torn_file_is_not_loaded(saved: Path) -> None:
    whole = saved.read_bytes()
    for kept in [0, 1, 20, whole.index(b"\n"), whole.index(b"\n") + 1, len(whole) // 2, len(whole) - 1]:
        saved.write_bytes(whole[:kept])
        assert VectorIndex.load(saved, 5) is None
    saved.write_bytes(whole + b"\0")
    assert VectorIndex.load(saved, 5) is None


def test_one_changed_byte_is_noticed(saved: Path) -> None:
    content = bytearray(saved.read_bytes())
    content[len(content) // 2] ^= 1
    saved.write_bytes(bytes(content))
    assert VectorIndex.load(saved, 5) is None


@pytest.mark.parametrize("head", [b"[]", b"{}", b"5", b"bukan json", b"\xff\xfe", b'{"generation": 5}'])
def test_a_file_of_something_else_is_not_loaded(saved: Path, head: bytes) -> None:
    saved.write_bytes(head + b"\n" + saved.read_bytes().split(b"\n", 1)[1])
    assert VectorIndex.load(saved, 5) is None


def test_another_format_is_not_loaded(saved: Path) -> None:
    line, content = saved.read_bytes().split(b"\n", 1)
    head = json.loads(line)
    saved.write_bytes(json.dumps({**head, "format": head["format"] + 1}).encode() + b"\n" + content)
    assert VectorIndex.load(saved, 5) is None


def test_missing_file(tmp_path: Path) -> None:
    assert VectorIndex.load(tmp_path / "vectors.faiss", 5) is None


def test_saving_again_replaces_the_file(saved: Path) -> None:
    VectorIndex.build(np.array([1]), np.eye(1, dtype=np.float32), generation=6).save(saved)
    assert VectorIndex.load(saved, 5) is None
    loaded = VectorIndex.load(saved, 6)
    assert loaded is not None
    assert loaded.search(np.array([1], dtype=np.float32), 5) == [(1, 1.0)]


def test_a_failed_save_keeps_the_old_file_and_leaves_no_other(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object) -> None:
        raise OSError("disk penuh")

    before = saved.read_bytes()
    monkeypatch.setattr("os.replace", full_disk)
    with pytest.raises(OSError, match="disk penuh"):
        VectorIndex.build(np.array([1]), np.eye(1, dtype=np.float32), generation=6).save(saved)
    assert (list(saved.parent.iterdir()), saved.read_bytes()) == ([saved], before)
