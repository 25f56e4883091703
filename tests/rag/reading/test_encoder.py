"""The real reader over a tiny model that is made here; and, marked ``models``, over the shipped weights."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_bert

from index.errors import ModelError
from rag.models.registry import EMBEDDER
from rag.reading.encoder import WEIGHTS, TrainedReader
from rag.reading.layout import lay_out
from rag.reading.reading import Reading, ReadPassage
from rag.reading.spans import best_spans, items_inside
from rag.reading.weights import pack, unpack
from rag.settings import Settings

QUESTION = "berapa pedagang ikan"
PASSAGES = [
    ReadPassage("Pasar ikan dibuka pada 2017.", "Pasar (Warta)"),
    ReadPassage("Harga kopi naik.", "Pasar (Warta)"),
    ReadPassage("Pedagang ikan. " * 20),
    ReadPassage("Teh desa"),
    ReadPassage("Kios ikan di pasar desa naik pada 2017", "Media"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny_bert.model_folder(tmp_path / "model")


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    pack(tiny_bert.reader_weights(), tmp_path / "reader.safetensors", {})
    return tmp_path / "reader.safetensors"


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a processor without bfloat16."""
    monkeypatch.setattr("index.pipeline.embedder.has_bfloat16", lambda: False)


def expected(folder: Path, weights: Path, question: str, passage: ReadPassage) -> Reading:
    """Return the reading by a plain forward of transformers' BERT, one passage alone and without padding."""
    import torch
    from safetensors.numpy import load_file
    from transformers import BertConfig, BertModel

    stored = unpack(weights)
    model = BertModel(BertConfig(**tiny_bert.CONFIG), add_pooling_layer=False).eval()
    own = {name.removeprefix("encoder."): value for name, value in stored.items() if name.startswith("encoder.")}
    table = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"].astype(np.float32)
    state = {name: torch.from_numpy(value.copy()) for name, value in {**own, _TABLE: table}.items()}
    model.load_state_dict(state, strict=False)
    (layout,) = lay_out(tiny_bert.tokenizer(), question, passage.header, [passage.text])
    with torch.inference_mode():
        out = model(input_ids=torch.tensor([layout.ids]), token_type_ids=torch.tensor([layout.types]))
    states = out.last_hidden_state[0].numpy()

    def linear(name: str, x: Any) -> Any:
        return x @ stored[f"{name}.weight"].T + stored[f"{name}.bias"]

    judged, words = linear("judge", np.tanh(linear("pool", states[0]))), linear("words", states)
    mine = words[layout.at : layout.at + len(layout.offsets)]
    return Reading(
        judged[0],
        judged[1],
        words[0, 0] + words[0, 1],
        best_spans(mine[:, 0], mine[:, 1], layout.offsets),
        items_inside(mine[:, 2], layout.offsets),
        float(linear("affirm", np.tanh(linear("pool", states[0])))[0]),
    )


_TABLE = "embeddings.word_embeddings.weight"


@pytest.mark.usefixtures("exact")
def test_values_are_those_of_a_plain_forward(folder: Path, weights: Path) -> None:
    read = TrainedReader(folder, 1, weights).read(QUESTION, PASSAGES)
    assert len(read) == len(PASSAGES)
    for reading, passage in zip(read, PASSAGES, strict=True):
        plain = expected(folder, weights, QUESTION, passage)
        numbers = [reading.relevant, reading.answers, reading.none, reading.affirms]
        assert numbers == pytest.approx([plain.relevant, plain.answers, plain.none, plain.affirms], abs=1e-4)
        assert [span.logit for span in reading.spans] == pytest.approx([s.logit for s in plain.spans], abs=1e-4)
        assert (reading.spans[0].start, reading.spans[0].end) == (plain.spans[0].start, plain.spans[0].end)
        assert [(item.start, item.end) for item in reading.items] == [(item.start, item.end) for item in plain.items]
    assert len({round(reading.answers, 4) for reading in read}) == len(PASSAGES)  # each its own


@pytest.mark.usefixtures("exact")
def test_a_passage_reads_the_same_alone_and_among_others(folder: Path, weights: Path) -> None:
    reader = TrainedReader(folder, 1, weights)
    together = reader.read(QUESTION, PASSAGES)
    assert reader.read(QUESTION, PASSAGES) == together  # to the last bit
    for others in (
        [reader.read(QUESTION, [passage])[0] for passage in PASSAGES],
        reader.read(QUESTION, PASSAGES[::-1])[::-1],
    ):
        for one, other in zip(others, together, strict=True):
            assert (one.answers, one.relevant) == pytest.approx((other.answers, other.relevant), abs=1e-4)
            assert one.spans[0].start == other.spans[0].start


def test_spans_are_words_of_the_passage(folder: Path, weights: Path) -> None:
    for reading, passage in zip(TrainedReader(folder, 1, weights).read(QUESTION, PASSAGES), PASSAGES, strict=True):
        assert reading.spans
        for span in (*reading.spans, *reading.items):
            words = passage.text[span.start : span.end]
            assert words
            assert words == words.strip()


def test_nothing_to_read(folder: Path, weights: Path) -> None:
    reader = TrainedReader(folder, 1, weights)
    assert reader.read(QUESTION, []) == []
    (empty,) = reader.read(QUESTION, [ReadPassage("")])
    assert (empty.spans, empty.items, empty.margin) == ((), (), -20.0)


def test_the_identity_is_the_digest_of_the_weights(folder: Path, weights: Path, tmp_path: Path) -> None:
    import hashlib

    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    assert TrainedReader(folder, 1, weights).identity == f"reader@{digest[:16]}"
    other = tmp_path / "other.safetensors"
    pack(tiny_bert.reader_weights(seed=9), other, {})
    assert TrainedReader(folder, 1, other).identity != TrainedReader(folder, 1, weights).identity


def test_it_loads_nothing_before_it_reads(tmp_path: Path) -> None:
    reader = TrainedReader(tmp_path / "tidak-ada", 1, tmp_path / "tidak-ada.safetensors")
    assert reader.read(QUESTION, []) == []


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


def _without_table(path: Path) -> None:
    from safetensors.numpy import save_file

    save_file({"other": np.zeros(3, dtype=np.float16)}, path)


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("config.json", Path.unlink),
        ("model.safetensors", Path.unlink),
        ("tokenizer.json", Path.unlink),
        ("tokenizer.json", _cut),
        ("model.safetensors", _cut),
        ("model.safetensors", _without_table),
    ],
)
def test_a_missing_or_broken_model_is_told_in_one_line(folder: Path, weights: Path, name: str, broken: Any) -> None:
    broken(folder / name)
    with pytest.raises(ModelError) as error:
        TrainedReader(folder, 1, weights).read(QUESTION, PASSAGES)
    assert "\n" not in str(error.value)
    assert "tanya models fetch" in str(error.value)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"encoder.unknown.weight": np.zeros(3, dtype=np.float32)}, id="unknown"),
        pytest.param({"encoder.encoder.layer.0.output.dense.bias": None}, id="lacking"),
        pytest.param({"judge.bias": None}, id="head"),
    ],
)
def test_weights_of_another_model_are_refused(folder: Path, tmp_path: Path, change: dict[str, Any]) -> None:
    changed = {name: value for name, value in {**tiny_bert.reader_weights(), **change}.items() if value is not None}
    pack(changed, tmp_path / "other.safetensors", {})
    with pytest.raises(ModelError, match="tidak cocok"):
        TrainedReader(folder, 1, tmp_path / "other.safetensors").read(QUESTION, PASSAGES)


# --- the shipped weights ---

MARKET = (
    "Pasar ikan Sidomulyo dibuka Bupati Tono Contoh pada 12 Mei 2017. Pasar itu menampung 140 pedagang dari enam desa."
)
BESIDE = "Harga beras di kota itu naik menjadi Rp15.000 sekilogram karena musim kemarau yang panjang."
COFFEE = "Warga desa di lereng Gunung Contoh memanen kopi sejak pagi, dan hasilnya naik 85 persen."
HEAD = "Pasar ikan baru di Sidomulyo (Warta Desa, 2017-05-13)"
READ = [
    ReadPassage(BESIDE, HEAD),
    ReadPassage(MARKET, HEAD),
    ReadPassage(COFFEE, "Panen kopi (Warta Desa, 2021-11-17)"),
]


@pytest.fixture(scope="module")
def trained(real_settings: Settings) -> TrainedReader:
    if not WEIGHTS.exists():
        pytest.skip("the reader's weights are not in this checkout")
    return TrainedReader(real_settings.models_dir / EMBEDDER.name, 1)


@pytest.mark.models
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Berapa pedagang di pasar ikan Sidomulyo?", "140"),
        ("Siapa bupati yang membuka pasar ikan Sidomulyo?", "Tono Contoh"),
        ("Kapan pasar ikan Sidomulyo dibuka?", "12 Mei 2017"),
    ],
)
def test_the_right_passage_and_its_words(trained: TrainedReader, question: str, answer: str) -> None:
    read = trained.read(question, READ)
    assert max(range(3), key=lambda n: read[n].answers) == 1
    assert max(range(3), key=lambda n: read[n].relevant) == 1
    assert max(range(3), key=lambda n: read[n].margin) == 1
    assert answer in MARKET[read[1].spans[0].start : read[1].spans[0].end]


@pytest.mark.models
@pytest.mark.parametrize(
    "question", ["Siapa pelatih tim sepak bola Persebaya?", "Berapa luas bandara di Kalimantan Utara?"]
)
def test_what_no_passage_answers_is_turned_away(trained: TrainedReader, question: str) -> None:
    for reading in trained.read(question, READ):
        assert reading.margin < 0 or reading.answers < 0


@pytest.mark.models
def test_real_readings_hardly_depend_on_their_neighbours(trained: TrainedReader) -> None:
    passages = [ReadPassage(f"{text} {COFFEE * (n % 4)}", HEAD) for n in range(3) for text in (MARKET, BESIDE, COFFEE)]
    together = trained.read("Berapa pedagang di pasar ikan Sidomulyo?", passages)
    assert trained.read("Berapa pedagang di pasar ikan Sidomulyo?", passages) == together
    alone = [trained.read("Berapa pedagang di pasar ikan Sidomulyo?", [one])[0] for one in passages]
    for one, other in zip(alone, together, strict=True):
        assert one.answers == pytest.approx(other.answers, abs=0.3)  # bfloat16 keeps three digits


@pytest.mark.models
def test_real_spans_are_words_without_white_space_around_them(trained: TrainedReader) -> None:
    (layout,) = lay_out(trained.tokenizer, "Apa?", "", [MARKET])
    words = [MARKET[start:end] for start, end in layout.offsets]
    assert "".join(words) == MARKET.replace(" ", "")


def test_the_weights_are_small() -> None:
    assert 15_000_000 < WEIGHTS.stat().st_size <= 25_000_000


def test_the_weights_say_where_they_come_from() -> None:
    from safetensors import safe_open

    with safe_open(WEIGHTS, framework="numpy") as file:
        notes = json.loads(file.metadata()["tanya"])
    digests = json.loads(notes["data"])
    assert {"calibration", "closed"} <= set(digests)
    assert all(len(digest) == 64 for digest in digests.values())
