import json
import os
import time
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from index.storage.digest import sha256_of
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
    VectorIndex.build(ids, vectors, generation=5, token=77).save(path)
    return path


def test_round_trip_answers_exactly_the_same(ids: Ids, vectors: Vectors, saved: Path) -> None:
    loaded = VectorIndex.load(saved, 77)
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
    VectorIndex.build(np.array([], dtype=np.int64), np.empty((0, 0), dtype=np.float32), token=1).save(path)
    loaded = VectorIndex.load(path, 1)
    assert loaded is not None
    assert len(loaded) == 0


def test_the_file_of_another_token_is_not_loaded(saved: Path) -> None:
    assert VectorIndex.load(saved, 76) is None
    assert VectorIndex.load(saved, -1) is None


def test_a_torn_file_is_not_loaded(saved: Path) -> None:
    whole = saved.read_bytes()
    for kept in [0, 1, 8, 20, len(whole) // 2, whole.index(b'{"format"'), len(whole) - 8, len(whole) - 1]:
        saved.write_bytes(whole[:kept])
        assert VectorIndex.load(saved, 77) is None
    saved.write_bytes(whole + b"\0")
    assert VectorIndex.load(saved, 77) is None


def test_one_changed_byte_is_noticed(saved: Path) -> None:
    content = bytearray(saved.read_bytes())
    content[len(content) // 2] ^= 1
    saved.write_bytes(bytes(content))
    assert VectorIndex.load(saved, 77) is None


def with_head(saved: Path, head: bytes) -> bytes:
    content = saved.read_bytes()
    return content[: content.index(b'{"format"')] + head + len(head).to_bytes(8, "little")


@pytest.mark.parametrize("head", [b"[]", b"{}", b"5", b"bukan json", b"\xff\xfe", b'{"token": 77}', b""])
def test_a_file_of_something_else_is_not_loaded(saved: Path, head: bytes) -> None:
    saved.write_bytes(with_head(saved, head))
    assert VectorIndex.load(saved, 77) is None


def test_another_format_is_not_loaded(saved: Path) -> None:
    content = saved.read_bytes()
    head = json.loads(content[content.index(b'{"format"') : -8])
    saved.write_bytes(with_head(saved, json.dumps(head).encode()))
    assert VectorIndex.load(saved, 77) is not None
    saved.write_bytes(with_head(saved, json.dumps({**head, "format": head["format"] + 1}).encode()))
    assert VectorIndex.load(saved, 77) is None


def test_missing_file(tmp_path: Path) -> None:
    assert VectorIndex.load(tmp_path / "vectors.faiss", 77) is None


def test_saving_again_replaces_the_file(saved: Path) -> None:
    VectorIndex.build(np.array([1]), np.eye(1, dtype=np.float32), generation=6, token=78).save(saved)
    assert VectorIndex.load(saved, 77) is None
    loaded = VectorIndex.load(saved, 78)
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


def test_a_file_put_in_place_of_the_one_being_read_is_not_loaded_as_that(
    ids: Ids, vectors: Vectors, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = saved.with_name("newer")
    VectorIndex.build(ids + 1, vectors, generation=6, token=78).save(newer)

    def replaced_meanwhile(stream: BinaryIO, limit: int | None = None) -> str:
        digest = sha256_of(stream, limit)
        newer.replace(saved)
        return digest

    with monkeypatch.context() as patched:
        patched.setattr("index.storage.vectors.sha256_of", replaced_meanwhile)
        assert VectorIndex.load(saved, 77) is None
    loaded = VectorIndex.load(saved, 78)
    assert loaded is not None
    assert loaded.ids.tolist() == sorted((ids + 1).tolist())


def test_what_a_killed_process_left_is_deleted_and_what_another_writes_is_not(saved: Path) -> None:
    left, young = saved.with_name("vectors.faiss.11.part"), saved.with_name("vectors.faiss.12.part")
    for path, age_s in ((left, 7200), (young, 60)):
        path.write_bytes(b"IxFI")
        os.utime(path, (time.time() - age_s,) * 2)
    VectorIndex.build(np.array([1]), np.eye(1, dtype=np.float32), generation=6, token=78).save(saved)
    assert sorted(saved.parent.iterdir()) == [saved, young]


# --- codes ---


def clustered(count: int, dimensions: int) -> Vectors:
    centres = unit_vectors(40, dimensions)
    vectors = centres[CHANCE.integers(0, 40, count)] + 0.5 * unit_vectors(count, dimensions)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def coded(monkeypatch: pytest.MonkeyPatch) -> tuple[VectorIndex, Vectors]:
    monkeypatch.setattr("index.storage.vectors.EXACT_ROWS", 100)
    monkeypatch.setattr("index.storage.vectors._SAMPLE", 600)
    vectors = clustered(2000, 64)
    ids = np.arange(2000, dtype=np.int64) * 3
    chunks = [(ids[at : at + 300], vectors[at : at + 300]) for at in range(0, 2000, 300)]
    return VectorIndex.gathered(chunks, 2000, generation=5, token=77), vectors


def test_codes_are_within_their_margin_and_hardly_change_the_order(coded: tuple[VectorIndex, Vectors]) -> None:
    index, vectors = coded
    assert not index.is_exact
    for query in clustered(20, 64):
        found = index.search(query, 60)
        exact = by_numpy(index.ids, vectors, query, 60)
        for id, similarity in found:
            assert abs(float(vectors[id // 3] @ query) - similarity) <= index.margin(query, similarity)
        assert len({id for id, _ in found} & {id for id, _ in exact[:50]}) == 50


def test_codes_make_the_round_trip(coded: tuple[VectorIndex, Vectors], tmp_path: Path) -> None:
    index, vectors = coded
    index.save(tmp_path / "vectors.faiss")
    loaded = VectorIndex.load(tmp_path / "vectors.faiss", 77)
    assert loaded is not None
    query = vectors[7]
    without = np.zeros(2000, dtype=np.bool_)
    without[7] = True
    assert (loaded.is_exact, loaded.generation, len(loaded)) == (False, 5, 2000)
    assert loaded.search(query, 9, index.ids[:50], without) == index.search(query, 9, index.ids[:50], without)
    assert loaded.margin(query, 0.8) == index.margin(query, 0.8) > 0
    assert loaded.search(query, 1)[0][0] == 21
    assert loaded.search(query, 1, without=without)[0][0] != 21
