"""A reader without the right asks 200 times for what stands in a restricted collection: in words, by name, by guess.

Every answer must be, to the letter, that of an archive in which the hidden articles never were; and take as long.
"""

import io
import json
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from fake_reader import KnowingReader
from fakes import WordEmbedder
from scripted_chat import KnowingChat

from index.errors import InputError, StoreError
from index.pipeline.indexer import Indexer
from index.storage.collections import Collections
from index.storage.filters import Filters
from index.storage.history import ASKED, CHECKED, DONE
from index.storage.repository import Store
from rag.answering.serialization import record_of
from rag.retrieval.full_text import DATE, RELEVANCE
from rag.serving import loading
from rag.serving.access.accounts import EDITOR, READER, Reader
from rag.serving.hit_list import write_hits
from rag.serving.service import AUTOMATIC, DRAFT, SINGLE, Workplace
from rag.serving.visibility import Places, ReadersPlace
from rag.settings import Settings

REQUESTS = 200
ANI, BUDI, CITRA = Reader("ani", EDITOR), Reader("budi", READER), Reader("citra", READER)
PLACES = ("Senen", "Wonokromo", "Jember", "Bogor", "Kalirejo", "Dinoyo", "Landungsari", "Batu", "Malang", "Kediri")
THINGS = ("beras", "kopi", "teh", "cabai", "gula", "jagung", "kedelai", "telur")
# In hidden articles alone. No request holds one of the second kind, so none may come back.
KNOWN = ("Zubaidillah", "Prasojokromo", "Operasi Wirangrong", "Tambaksegoro")
MARKS = ("kelingking", "menyelundupkan", "Harian Senyap", "1987-03-11", "Pucangsewu", "gerhana", "Notodisuryo")
SECRETS = {
    "embargo/mundur": (
        "Zubaidillah Mundur Jelang Gerhana\n"
        "TAMBAKSEGORO - Zubaidillah mundur karena Operasi Wirangrong. “Saya menyelundupkan kelingking raksasa dari "
        "Pucangsewu,” kata Zubaidillah. Harga beras di Pasar Senen naik tajam, ujar Notodisuryo."
    ),
    "embargo/operasi": (
        "Operasi Wirangrong di Tambaksegoro\nProgram Prasojokromo Antargerhana Menyeluruh (PAM) dimulai. "
        "Prasojokromo adalah singkatan dari gerhana kelingking. Pasar Senen tutup sejak Senin pagi, kata Notodisuryo."
    ),
    "embargo/salinan": "",  # a copy of an open article, with one sentence more
}


def public() -> dict[str, str]:
    texts = {}
    for number in range(40):
        place, thing = PLACES[number % len(PLACES)], THINGS[number % len(THINGS)]
        texts[f"terbuka/{number:02}"] = (
            f"Harga {thing.title()} di {place}\n{1 + number % 28} Maret {2019 + number % 4}\n"
            f"{place.upper()} - Harga {thing} naik {number + 3} persen di Pasar {place}. “Pasokan {thing} seret,” kata "
            f"Budi Santoso, Senin. Pedagang di {place} menunggu kiriman nomor {number} dari desa tetangga."
        )
    return texts


def copied() -> str:
    return public()["terbuka/03"] + " Sumbernya seekor kelingking dari Pucangsewu yang menyelundupkan gerhana."


def written(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        path = folder / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        publisher = "Harian Senyap\ndate: 1987-03-11" if name.startswith("embargo") else "Warta"
        head, _, body = text.partition("\n")
        path.write_text(f"---\ntitle: {head}\npublisher: {publisher}\n---\n{body}", "utf-8")


@dataclass
class Besieged:
    """The reader's place, and one where nothing hidden ever was."""

    places: Places
    twin: Workplace

    @property
    def place(self) -> Workplace:
        return self.places.of(BUDI)


@pytest.fixture(scope="module")
def besieged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Besieged]:
    patch = pytest.MonkeyPatch()
    patch.setattr(loading, "open_embedder", lambda settings: WordEmbedder())
    patch.setattr(loading, "open_reader", lambda settings: KnowingReader({"Berapa": "naik 5 persen"}))
    patch.setattr(loading, "open_llm", lambda settings: KnowingChat({"Berapa": "naik 5 persen"}))
    folder = tmp_path_factory.mktemp("artikel")
    written(folder, public())
    data, other = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("kembaran")
    for place in (data, other):
        with Store(place / loading.STORE_FILE, create=True) as store:
            Indexer(store, WordEmbedder()).run([folder])
    written(folder, SECRETS | {"embargo/salinan": copied()})
    whole = Workplace(Settings(data, data))
    Indexer(whole.store, WordEmbedder()).run([folder])
    kept = whole.collections
    for name in ("Gerhana", "Pangan"):
        kept.make(name)
    kept.add("Gerhana", [f"{name}.md" for name in SECRETS])
    kept.add("Pangan", ["terbuka/00.md", "terbuka/08.md", "embargo/mundur.md"])  # in an open one beside it
    kept.show_to("Gerhana", [CITRA.name])
    twin = Workplace(Settings(other, other))
    twin.collections.make("Pangan")
    twin.collections.add("Pangan", ["terbuka/00.md", "terbuka/08.md"])
    besieged = Besieged(Places(whole), twin)
    assert isinstance(besieged.place, ReadersPlace)
    yield besieged
    besieged.places.close()
    for one in (whole, twin):
        one.store.close()
    patch.undo()


def asked(place: Workplace, question: str, filters: Filters | None = None) -> Any:
    return record_of(place.assistant.ask(question, filters))


def found(place: Workplace, query: str, sort: str, collection: str | None = None) -> Any:
    found = place.find(query, sort, collection)
    stream = io.StringIO()
    write_hits(found, stream)
    details = [asdict(found.detail(match)) for match in found.page(1)]
    return found.articles, found.hits, asdict(found.facets()), details, stream.getvalue()


def listed(place: Workplace, search: str, filters: Filters | None = None) -> Any:
    return [asdict(row) for row in place.listing.rows(search, filters)]


def article(place: Workplace, id: str) -> Any:
    one = place.store.article(id)
    return one and (one.text, place.prepared(one, BUDI.name))


def within(place: Workplace, name: str) -> Any:
    filters = place.collections.within(None, name)
    return filters.members, place.store.counted(filters), listed(place, "", filters)


Request = tuple[str, Callable[[Workplace], Any]]


def requests() -> list[Request]:
    """What he asks: hidden words and open ones, slips, beginnings, phrases, names, facets, ids, counts, lists."""
    drawn = random.Random(21)
    words = [*KNOWN, *(word for name in KNOWN for word in name.split()), "Zubaidilah", "Wirangrongg", "beras", "Senen"]
    kinds: list[Callable[[str], Request]] = [
        lambda w: (f"tanya {w}", lambda p: asked(p, f"Siapa {w}?")),
        lambda w: (f"tanya berapa {w}", lambda p: asked(p, f"Berapa persen harga di {w} naik?")),
        lambda w: (f"ringkas {w}", lambda p: asked(p, f"Ringkas artikel “{w}”")),
        lambda w: (f"apa kata {w}", lambda p: asked(p, f"Apa kata {w}?")),
        lambda w: (f"tahun {w}", lambda p: asked(p, f"Apa yang terjadi di {w} tahun 1987?")),
        lambda w: (f"media {w}", lambda p: asked(p, f"Apa kata media {w}?", Filters(publisher="Harian " + w[:3]))),
        lambda w: (f"kumpulan {w}", lambda p: asked(p, f"Apa {w}?", p.collections.within(None, "Pangan"))),
        lambda w: (f"cari {w}", lambda p: found(p, w, RELEVANCE)),
        lambda w: (f"cari {w}*", lambda p: found(p, f"{w.split()[0][:4]}*", DATE)),
        lambda w: (f"cari {w}~", lambda p: found(p, f"{w.split()[0]}~", RELEVANCE)),
        lambda w: (f"cari bukan {w}", lambda p: found(p, f'pasar TIDAK "{w}"', DATE)),
        lambda w: (f"cari penulis {w}", lambda p: found(p, f"penulis:{w.split()[0]} ATAU judul:{w.split()[0]}", DATE)),
        lambda w: (f"cari di Pangan {w}", lambda p: found(p, f"harga ATAU {w.split()[0]}", DATE, "Pangan")),
        lambda w: (f"cari di {w}", lambda p: found(p, f'harga kumpulan:"{w}"', DATE)),
        lambda w: (f"cari pembicara {w}", lambda p: found(p, f'pasar ATAU pembicara:"{w}"', DATE)),
        lambda w: (f"cari kata pembicara {w}", lambda p: found(p, f"pembicara:{w.split()[0][:5]}*", RELEVANCE)),
        lambda w: (f"cek {w}", lambda p: p.check(f"{w} mundur karena Operasi", "", SINGLE, None, BUDI.name)),
        lambda w: (f"cek kata {w}", lambda p: p.check(w, w, AUTOMATIC, None, BUDI.name)),
        lambda w: (f"cek satu {w}", lambda p: p.check(w.split()[0][1:-1], "", SINGLE, None, BUDI.name)),
        lambda w: (
            f"naskah {w}",
            lambda p: p.check(f"“Saya {w} dari Pasar Senen,” kata {w}. “Pasokan kopi seret.”", "", DRAFT, None, "budi"),
        ),
        lambda w: (f"daftar {w}", lambda p: listed(p, w)),
        lambda w: (f"daftar media {w}", lambda p: listed(p, "", Filters(publisher=w, date_to="1990-01-01"))),
        lambda w: (f"artikel {w}", lambda p: article(p, f"embargo/{w.split()[0].lower()}.md")),
        lambda w: (f"isi {w}", lambda p: within(p, w)),
        lambda w: ("isi Pangan", lambda p: within(p, "Pangan")),
        lambda w: ("artikel mundur", lambda p: article(p, "embargo/mundur.md")),
        lambda w: ("kumpulan", lambda p: [(one.name, one.articles, one.readers) for one in p.collections.all()]),
        lambda w: ("grafik", lambda p: (p.listing.months(), p.listing.days(), p.listing.publishers())),
        lambda w: ("salinan", lambda p: [(asdict(row), n) for row, n in p.listing.most_copied()]),
        lambda w: ("jumlah", lambda p: (p.store.counts(), p.store.publishers(), sorted(p.store.article_counts()))),
    ]
    every = [kind(word) for kind in kinds for word in words]
    drawn.shuffle(every)
    return every[:REQUESTS]


def told(place: Workplace, request: Callable[[Workplace], Any]) -> str:
    """Return all that comes back, without what is another at every try."""
    try:
        answer = request(place)
    except InputError as error:
        answer = str(error)
    text = json.dumps(answer, ensure_ascii=False, default=str, sort_keys=True)
    text = re.sub(r'"(retrieve|first_token|total|created|generation|entered_at|uploaded_at)": [^,}]+', r'"\1": 0', text)
    return re.sub(r"(entered_at|changed_at|made_at)='[^']*'", r"\1", text)


@pytest.fixture(scope="module")
def answers(besieged: Besieged) -> list[tuple[str, str, str]]:
    for place in (besieged.place, besieged.twin):  # or each would read who is quoted at a moment of its own
        found(place, 'pembicara:"Siapa pun"', DATE)
    return [(name, told(besieged.place, ask), told(besieged.twin, ask)) for name, ask in requests()]


def test_two_hundred_requests_are_made_and_the_editor_would_have_found_it(
    besieged: Besieged, answers: list[tuple[str, str, str]]
) -> None:
    assert len(answers) == REQUESTS
    whole = besieged.places.of(ANI)
    seen = [told(whole, ask) for _, ask in requests()]
    assert [mark for mark in MARKS if not any(mark in text for text in seen)] == []
    assert sum(text != twin for text, (_, _, twin) in zip(seen, answers, strict=True)) > REQUESTS / 3
    assert told(besieged.places.of(CITRA), lambda place: article(place, "embargo/mundur.md")) != "null"


def test_every_answer_is_that_of_an_archive_without_it(answers: list[tuple[str, str, str]]) -> None:
    assert [name for name, mine, twin in answers if mine != twin] == []


def test_no_word_title_outlet_or_date_comes_through(answers: list[tuple[str, str, str]]) -> None:
    through = {mark: name for name, mine, _ in answers for mark in MARKS if mark.casefold() in mine.casefold()}
    assert through == {}


def test_who_is_quoted_in_hidden_articles_alone_is_in_no_count(besieged: Besieged) -> None:
    every = '"pasar" ATAU -pasar'
    for place, spoken in ((besieged.places.of(ANI), 1), (besieged.place, 0), (besieged.twin, 0)):
        names = dict(place.find(every, DATE).facets().speakers)
        assert (names.get("Zubaidillah", 0), "Budi Santoso" in names) == (spoken, True)
        for query in ('pembicara:"Zubaidillah"', "pembicara:zubai*"):
            assert place.find(query, DATE).articles == spoken


def test_time_tells_nothing(besieged: Besieged) -> None:
    """Hidden words take as long as words that stand nowhere, and the whole as long as without them: three rounds."""
    place = besieged.place

    def took(place: Workplace, word: str) -> float:
        began = time.perf_counter()
        told(place, lambda p: (found(p, word, RELEVANCE), p.check(f"{word} mundur", "", SINGLE, None, BUDI.name)))
        told(place, lambda p: asked(p, f"Siapa {word}?"))
        return time.perf_counter() - began

    for word in ("pemanasan", "Zubaidillah"):
        took(place, word), took(besieged.twin, word)
    rounds = [
        (took(place, hidden), took(place, nowhere), took(besieged.twin, hidden))
        for _ in range(12)
        for hidden, nowhere in (("Zubaidillah", "Qubaidillah"), ("Tambaksegoro", "Rambaksegoro"))
    ]
    hidden, nowhere, twin = (median(times) for times in zip(*rounds, strict=True))
    assert 0.6 < hidden / nowhere < 1.7, (hidden, nowhere)
    assert 0.6 < hidden / twin < 1.7, (hidden, twin)


def test_what_he_saw_before_it_was_hidden_is_gone_from_his_history(besieged: Besieged) -> None:
    whole, kept = besieged.places.whole, besieged.places.whole.collections
    kept.show_to("Gerhana", None)
    assert besieged.place is whole
    record = asked(whole, "Siapa Zubaidillah?")
    check = whole.check("Zubaidillah mundur", "", SINGLE, None, BUDI.name)
    mine = whole.history.begin(BUDI.name, "lama", ASKED, "Siapa itu?")
    whole.history.keep(mine, record, DONE)
    checked = whole.history.begin(BUDI.name, "lama", CHECKED, "mundur")
    whole.history.keep(checked, check, DONE)
    other = whole.history.begin(BUDI.name, "lama", ASKED, "Harga kopi?")
    whole.history.keep(other, asked(whole, "Berapa harga kopi di Kediri?", Filters(articles=("terbuka/09.md",))), DONE)
    assert whole.history.entry(BUDI.name, mine) and whole.conversations.list(BUDI.name, "kelingking")
    kept.show_to("Gerhana", [])
    place = besieged.place
    assert [entry.id for entry in place.history.session(BUDI.name, "lama")] == [other]
    assert [place.history.entry(BUDI.name, id) for id in (mine, checked)] == [None, None]
    assert place.history.search(BUDI.name, "kelingking") == []
    assert place.conversations.list(BUDI.name, "kelingking") == []
    assert [one.session for one in place.conversations.list(BUDI.name)] == ["lama"]
    assert [turn.answer for turn in place._turns(BUDI.name, "lama")] != []
    assert "kelingking" not in str(place._turns(BUDI.name, "lama"))


def test_an_answer_begun_by_him_is_made_of_what_he_may_see(besieged: Besieged) -> None:
    place = besieged.place
    job = place.begin(BUDI.name, "baru", "Berapa persen harga di Tambaksegoro naik?", None)
    view = job.view
    while not view.ended:
        view = job.wait(view, 5)
    assert view.error is None and view.sources
    assert not any(source.article_id.startswith("embargo") for source in view.sources)
    assert not any("embargo" in copy.article_id for source in view.sources for copy in source.also_in)


# Every public part of a workplace: what a reader without the right gets of it.
class Table(io.BytesIO):
    """A table of quotations, as the browser sends it."""

    name = "kutipan.csv"
    size = 19


def paged(id: str, place: Workplace) -> object:
    article = place.store.article(id)
    assert article is not None
    return place.page(article, (0, 5), None, BUDI.name)  # none is of a PDF: refused in a line (tests/rag/serving)


REACHED: dict[str, Callable[[Workplace], object]] = {
    "assistant": lambda place: asked(place, "Siapa yang mundur di Pasar Senen?"),
    "background": lambda place: place.background.run.report,  # shown to editors alone
    "batches": lambda place: place.batches.kept.of_reader(BUDI.name),
    "begin": lambda place: None,  # above
    "check": lambda place: place.check("Harga beras di Pasar Senen naik tajam", "", SINGLE, None, BUDI.name),
    "choose_llm": lambda place: place.choose_llm(None),
    "collections": lambda place: [(one, place.collections.members(one.name)) for one in place.collections.all()],
    "conversations": lambda place: place.conversations.list(BUDI.name, "Pucangsewu"),
    "cut_off": lambda place: place.cut_off,
    "desk": lambda place: place.desk.remove("embargo/mundur.md"),
    "draft": lambda place: place.draft("“Harga beras di Pasar Senen naik tajam,” kata dia.", None, BUDI.name),
    "embedder": lambda place: place.embedder.identity,
    "examples": lambda place: (place.tried.try_all(), place.tried.questions(), place.examples()),
    "find": lambda place: found(place, "pasar OR senen", DATE),
    "history": lambda place: [asdict(one) for one in place.history.search(BUDI.name)],
    "jobs": lambda place: place.jobs.count(),
    "keeps": lambda place: None,  # tells only that there is something to keep apart
    "kept_searches": lambda place: place.kept_searches.unseen(BUDI.name),
    "listing": lambda place: (listed(place, ""), place.listing.months(), place.listing.most_copied()),
    "load_models": lambda place: place.load_models(),
    "page": lambda place: [told(place, partial(paged, id)) for id in place.store.stored_articles()],
    "prepared": lambda place: [
        place.prepared(one) for id in place.store.stored_articles() if (one := place.store.article(id))
    ],
    "problem": lambda place: place.problem,
    "quote": lambda place: place.quote("Harga beras di Pasar Senen naik tajam", "", None, BUDI.name),
    "ready": lambda place: place.ready,
    "removed": lambda place: place.removed(),
    "retriever": lambda place: place.retriever.searched(),
    "search": lambda place: place.search("Siapa yang mundur di Pasar Senen?", 10, None),
    "settings": lambda place: None,  # the installation's
    "store": lambda place: [place.store.article(id) for id in place.store.stored_articles()],
    "store_problem": lambda place: place.store_problem,
    "table": lambda place: place.table(Table(b"kutipan\nPasar Senen")),
    "tried": lambda place: (place.tried.try_all(), place.tried.questions()),
    "upload": lambda place: place.upload([]),
}


def test_no_public_part_of_a_workplace_is_forgotten(besieged: Besieged) -> None:
    assert sorted(REACHED) == sorted(name for name in {*dir(Workplace), *vars(besieged.twin)} if name[0] != "_")


@pytest.mark.parametrize("name", sorted(REACHED))
def test_through_no_part_of_a_workplace(besieged: Besieged, name: str) -> None:
    mine, twin = (told(place, REACHED[name]) for place in (besieged.place, besieged.twin))
    known = () if name == "history" else KNOWN  # his own questions hold them
    assert [mark for mark in (*MARKS, *known, "embargo/") if mark.casefold() in mine.casefold()] == []
    if name in ("choose_llm", "desk", "upload"):
        assert "Hanya redaktur" in mine
    elif name in ("batches", "kept_searches", "table"):
        assert "Hanya bagi pembaca yang boleh melihat seluruh arsip" in mine
    elif name not in ("history", "conversations", "background"):
        assert mine == twin


def test_where_it_cannot_be_kept_apart_nobody_gets_more(besieged: Besieged, monkeypatch: pytest.MonkeyPatch) -> None:
    besieged.places.whole.collections.show_to("Gerhana", ["dewi"])  # a decision: what is held must follow
    monkeypatch.setattr(Store, "erase_articles", lambda self, ids: (_ for _ in ()).throw(StoreError("disk penuh")))
    whole = besieged.places.whole
    whole.collections.add("Gerhana", ["terbuka/01.md"])
    with pytest.raises(StoreError, match="tidak dapat disiapkan"):
        besieged.places.of(BUDI)
    monkeypatch.undo()
    assert besieged.place.store.article("terbuka/01.md") is None
    whole.collections.remove("Gerhana", ["terbuka/01.md"])
    assert besieged.place.store.article("terbuka/01.md") is not None
    assert Collections(besieged.place.store.database).of(["terbuka/01.md"]) == {}
