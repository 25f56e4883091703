import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from index.articles import Article
from index.errors import InputError
from index.storage.repository import Store
from index.text.analysis import stem
from rag.quotation.named_speakers import named_speakers
from rag.retrieval.full_text import DATE, PAGE_SIZE, Finder, Found

# id: title, text, date, outlet, author, file
ARTICLES = {
    "a": ("Harga Beras Naik", "Harga beras naik di Pasar Wage. Pedagang menaikkan harga tiap hari.",
          "2019-05-04", "Warta Kota", "Ani Lestari", "/a.pdf"),
    "b": ("Beras Impor Tiba", "Beras impor dari Vietnam tiba di pelabuhan. Impor itu tidak menurunkan harga.",
          "2020-02-29", "Warta Kota", "Budi Santoso", "/b.docx"),
    "c": ("Panen Jagung", "Petani jagung panen raya; harga jagung turun, beras tidak.",
          "2021-11-29", "Suara Desa", "Ani Wijaya", "/c.html"),
    "d": ("Rice Prices Rise", "The price of rice rose. Farmers did not import rice and sold their harvest.",
          "2021-01-01", "The Herald", "John Smith", "/d.txt"),
    "e": (None, "Petani menanam padi. Tanaman itu ditanam dua kali setahun.",
          None, None, None, "/e.htm"),
    "f": ("Covid-19 Mereda", "Kasus covid-19 mereda. Anak-anak kembali ke sekolah pukul 10.30, kata Ma'ruf.",
          "2021-11-30", "warta kota", "Siti Ani", "/arsip.zip"),
    "g": ("Anak Sekolah", "Anak belajar membaca. Pelajaran membaca dan pembelajaran lain dimulai hari Jum’at.",
          "2019-12-31", "Suara Desa", "Budi", "/g.txt"),
    "h": ("Beras dan Jagung", "Harga jual beras di pasar induk tetap, kata pedagang beras; jagung mahal.",
          "2022-07-15", "Kabar.id", None, "/h.pdf"),
    "i": ("Café di Kota", "Sebuah café dibuka. Kopinya dari petani kopi; harganya Rp1.500 atau 85% lebih murah.",
          "2020-12-01", "Kabar.id", "Dewi", "/i.md"),
    "j": ("Rapat", "Tidak ada rapat hari ini, dan tidak ada keputusan.",
          "2018-01-01", "Suara Desa", "Ani Lestari", "/j.txt"),
}  # fmt: skip


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    with Store(tmp_path_factory.mktemp("data") / "arsip.sqlite3", create=True) as store:
        for id, (title, text, date, publisher, author, path) in ARTICLES.items():
            name = f"{id}.pdf" if path.endswith(".zip") else id
            put(
                store,
                Article(id=name, title=title, text=text, date=date, publisher=publisher, author=author, path=path),
            )
        yield Finder(store)


def put(store: Store, article: Article) -> None:
    store.put_article(article, [], np.empty((0, 2), dtype=np.float32), [], embedder="none", pipeline=1)


def ids(found: Found) -> str:
    """The articles found, a letter each, in the order of the alphabet."""
    return "".join(sorted(match.article.id[0] for match in found.matches))


RIGHT = {
    # one word: by its stem, in title or text
    "beras": "abch", "BERAS": "abch", "harga": "abchi", "menaikkan": "a", "naik": "a",
    "turun": "c", "menurunkan": "b",  # the stemmer does not know that they are one word
    "tanam": "e", "membaca": "g", "belajar": "g", "rice": "d", "prices": "d", "herald": "",
    "lestari": "", "tidak": "bcj", "dan": "ghj", "café": "i", "cafe": "i", "jumat": "g", "Jum'at": "g",
    "maruf": "f", "Ma’ruf": "f", "10.30": "f", "10:30": "f", "1500": "i", "85": "i", "persen": "i", "kosong": "",
    # DAN
    "beras impor": "b", "beras DAN impor": "b", "beras AND jagung": "ch", "harga beras pasar": "ah",
    "rice farmers": "d", "beras rice": "",
    # ATAU
    "impor ATAU import": "bd", "padi OR jagung": "ceh", "padi ATAU kosong": "e",
    # TIDAK
    "beras TIDAK impor": "ach", "beras NOT impor": "ach", "beras -impor": "ach", "beras DAN TIDAK impor": "ach",
    "beras -impor -jagung": "a", "-harga": "defgj", "TIDAK TIDAK beras": "abch", "rice -import": "",
    'harga -"beras impor"': "achi",
    # precedence and brackets
    "rapat ATAU beras impor": "bj", "(rapat ATAU beras) impor": "b", "beras (impor ATAU jagung)": "bch",
    "beras TIDAK (impor ATAU jagung)": "a", "TIDAK beras ATAU impor": "bdefgij", "TIDAK (beras ATAU harga)": "defgj",
    "(beras jagung) ATAU (padi tanam)": "ceh", "((beras))": "abch",
    # raw words and phrases
    '"beras"': "abch", '"naik"': "a", '"turun"': "c", '"menurunkan"': "b", '"tanam"': "", '"ditanam"': "e",
    '"harga beras"': "a", '"beras harga"': "", '"beras impor"': "b", '"impor beras"': "", '"tidak ada"': "j",
    '"raya harga"': "c",  # signs between do not count
    '"covid-19"': "f", '"anak anak"': "f", "“harga jagung”": "c", '"price of rice"': "d", '"jagung turun beras"': "c",
    '"harga ber*"': "a", '"har* jag*"': "c", '"beras naik"': "a",
    # near
    '"harga beras"~0': "a", '"beras harga"~0': "a", '"harga beras"~1': "ah", '"harga beras"~2': "ach",
    '"harga beras"~9': "ach", '"harga beras"~10': "abch",
    '"beras beras"~8': "h", '"beras beras"~6': "h", '"beras beras"~5': "", '"rice import"~1': "d",
    '"price rose"~2': "d", '"price rose"~1': "",
    # beginnings
    "har*": "abcdghij", "harv*": "d", "pe*": "abceghi", "pedag*": "ah", "covid-1*": "f", "ris*": "d",
    "beras* -beras": "",
    # slips
    "bera~": "abch", "bersa~": "abch", "bberas~": "abch", "baras~": "abch", "brs~": "", "jagung~": "ch", "rce~": "d",
    # fields
    "judul:beras": "abh", "judul:harga": "a", "judul:(beras -impor)": "ah", "judul:(beras ATAU jagung)": "abch",
    'judul:"beras impor"': "b", "judul:ber*": "abh", "judul:bras~": "abh", "-judul:beras beras": "c",
    "penulis:ani": "acfj", "penulis:lestari": "aj", 'penulis:"ani lestari"': "aj", "penulis:(ani -lestari)": "cf",
    "penulis:menaiki": "", "penulis:les*": "aj", "media:warta": "abf", "media:kabar.id": "hi", "media:herald": "d",
    "media:(warta ATAU herald)": "abdf", "-media:warta beras": "ch", 'media:"warta kota" beras': "ab",
    "tanggal:2019": "ag", "tanggal:2019..2020": "abgi", "tanggal:2019-05": "a", "tanggal:2019-05-04": "a",
    "tanggal:2020-02": "b", "tanggal:2021-11-29..2021-11-30": "cf", "tanggal:2021-11..": "cfh", "tanggal:..2018": "j",
    "-tanggal:1900..": "e", "beras tanggal:2020..2021": "bc",
    "jenis:pdf": "afh", "jenis:html": "ce", "jenis:htm": "ce", "jenis:txt beras": "", "jenis:docx": "b",
    "-jenis:txt -jenis:pdf": "bcei", "judul:beras media:warta tanggal:2020 jenis:docx penulis:budi": "b",
}  # fmt: skip


@pytest.mark.parametrize(("query", "right"), RIGHT.items())
def test_a_query_finds_the_right_articles_and_no_others(finder: Finder, query: str, right: str) -> None:
    assert ids(finder.find(query)) == right


def test_brackets_may_stand_deep_in_one_another(finder: Finder) -> None:
    assert ids(finder.find("beras TIDAK (" * 101 + "impor" + ")" * 101)) == "ach"  # an odd number of them
    assert ids(finder.find("rapat OR (" * 180 + "impor" + ")" * 180)) == "bj"


def spelt(finder: Finder, query: str, id: str) -> list[tuple[str, str]]:
    """The hits in one article, as they stand there."""
    found = finder.find(query)
    (match,) = [match for match in found.matches if match.article.id[0] == id]
    detail = found.detail(match)
    assert match.hits == len(detail.places)
    texts = {"title": ARTICLES[id][0] or "", "text": ARTICLES[id][1]}
    return [(place.field, texts[place.field][place.start : place.end]) for place in detail.places]


@pytest.mark.parametrize(
    ("query", "id", "hits"),
    [
        ("harga", "a", [("title", "Harga"), ("text", "Harga"), ("text", "harga")]),
        ("bacakan", "g", [("text", "membaca"), ("text", "membaca")]),
        ('"harga beras"', "a", [("title", "Harga Beras"), ("text", "Harga beras")]),
        ('harga ATAU "harga beras"', "a", [("title", "Harga Beras"), ("text", "Harga beras"), ("text", "harga")]),
        ('"harga beras" ATAU "beras naik"', "a", [("title", "Harga Beras Naik"), ("text", "Harga beras naik")]),
        ("judul:beras", "a", [("title", "Beras")]),
        ("beras -impor", "h", [("title", "Beras"), ("text", "beras"), ("text", "beras")]),
        ("rapat ATAU (beras impor)", "b", [("title", "Beras"), ("title", "Impor"),
                                          ("text", "Beras"), ("text", "impor"), ("text", "Impor")]),
        ("pasar ATAU (harga impor)", "h", [("text", "pasar")]),  # harga alone is not asked for
        ('"induk jagung beras"~9', "h", [("text", "induk tetap, kata pedagang beras; jagung")]),
        ('"beras jagung"~9', "h", [("title", "Beras dan Jagung"), ("text", "beras; jagung")]),  # the shortest
        ("covid-19", "f", [("title", "Covid-19"), ("text", "covid-19")]),
        ("maruf", "f", [("text", "Ma'ruf")]),
        ("cafe", "i", [("title", "Café"), ("text", "café")]),
        ('"85 persen"', "i", [("text", "85%")]),
        ("1500", "i", [("text", "1.500")]),
        ("ri*", "d", [("title", "Rice"), ("title", "Rise"), ("text", "rice"), ("text", "rice")]),
        ("media:herald", "d", []),
        ("-beras", "d", []),
    ],
)  # fmt: skip
def test_hits_are_told_with_their_places(finder: Finder, query: str, id: str, hits: list[tuple[str, str]]) -> None:
    assert spelt(finder, query, id) == hits


QUOTED = {
    "a": "Harga beras turun. “Pasar ramai,” kata Presiden Joko Widodo. “Ya,” kata Jokowi. “Sepi,” kata warga.",
    "b": "Beras impor tiba. “Kapalnya besar,” kata Ani Lestari, dan Budi Santoso mengatakan ia setuju.",
    "c": "Jagung mahal. “Saya menjual jagung,” kata Ani Lestari. “Beras juga,” ujar Joko Widodo.",
    "d": "Ani Lestari dan Joko Widodo makan beras.",  # named, but not quoted
    "e": "“Beras habis,” kata Jokowi.",
}
SAID_BY = {
    'pembicara:"Joko Widodo"': "ac", 'pembicara:"presiden joko widodo"': "ac", "pembicara:widodo": "ac",
    "pembicara:jok*": "ace", 'pembicara:"Jokowi"': "ae", "pembicara:jokowi": "ae", 'pembicara:"Widodo"': "",
    "pembicara:warga": "", "pembicara:budi": "", 'beras pembicara:"Ani Lestari"': "bc",
    'beras -pembicara:"Ani Lestari"': "ade", "pembicara:ani pembicara:widodo": "c",
    "pembicara:ani ATAU pembicara:jokowi": "abce", '(pembicara:lestari ATAU impor) TIDAK jagung': "b",
}  # fmt: skip


@pytest.fixture(scope="module")
def quoting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    with Store(tmp_path_factory.mktemp("kutipan") / "arsip.sqlite3", create=True) as store:
        for id, text in QUOTED.items():
            put(store, Article(id=id, text=text, path=f"/{id}.txt"))
        yield Finder(store, read_speakers=named_speakers)


@pytest.mark.parametrize(("query", "right"), SAID_BY.items())
def test_who_is_quoted_chooses_articles(quoting: Finder, query: str, right: str) -> None:
    assert ids(quoting.find(query)) == right


def test_a_speaker_is_no_hit(quoting: Finder) -> None:
    assert quoting.find('pembicara:"Ani Lestari"').hits == 0
    assert quoting.find('beras pembicara:"Ani Lestari"').hits == 2


def test_a_count_of_a_speaker_is_that_of_the_articles_which_its_name_finds(quoting: Finder) -> None:
    assert quoting.find("beras").facets().speakers == (("Ani Lestari", 2), ("Joko Widodo", 2), ("Jokowi", 2))
    for query in ("beras", "jagung", "impor"):
        for name, count in quoting.find(query).facets().speakers:
            assert quoting.find(f'({query}) pembicara:"{name}"').articles == count
    assert quoting.find("impor").facets().speakers == (("Ani Lestari", 1),)
    assert quoting.find("mentega").facets().speakers == ()


def test_counts_and_facets_are_of_all_that_was_found(finder: Finder) -> None:
    found = finder.find("harga ATAU padi")
    assert (found.articles, found.hits) == (6, 8)
    facets = found.facets()
    # The commoner spelling names an outlet: its case is none of its name.
    assert facets.publishers == (("Kabar.id", 2), ("Warta Kota", 2), ("Suara Desa", 1), (None, 1))
    assert facets.years == (("2019", 1), ("2020", 2), ("2021", 1), ("2022", 1), (None, 1))
    assert facets.types == (("html", 2), ("pdf", 2), ("docx", 1), ("md", 1))
    assert finder.find("media:warta").facets().publishers == (("Warta Kota", 3),)


def test_nothing_found_is_an_empty_first_page(finder: Finder) -> None:
    found = finder.find("kosong")
    assert (found.articles, found.hits, found.pages, list(found.page(1))) == (0, 0, 1, [])
    with pytest.raises(InputError, match=r"Halaman 2 tidak ada; pilih --page 1–1\."):
        found.page(2)


def test_by_date_the_latest_comes_first_and_the_undated_last(finder: Finder) -> None:
    order = [match.article.id for match in finder.find("harga ATAU padi", DATE).matches]
    assert order == ["h", "c", "i", "b", "a", "e"]


def test_by_relevance_more_hits_and_the_title_count(finder: Finder) -> None:
    matches = finder.find("jagung").matches
    assert [(match.article.id, match.hits) for match in matches] == [("c", 3), ("h", 2)]
    assert matches[0].score > matches[1].score > 0
    assert finder.find("beras").matches[-1].article.id == "c"  # the only one without it in its title
    assert {match.score for match in finder.find("tanggal:2019").matches} == {0}


def test_snippets_show_the_hits_in_their_sentences(finder: Finder) -> None:
    found = finder.find("jagung")
    (piece,) = found.detail(found.matches[0]).snippets
    assert piece.text == ARTICLES["c"][1][piece.start :]
    assert [piece.text[start:end] for start, end in piece.marks] == ["jagung", "jagung"]


def test_snippets_are_cut_between_words_and_are_three_at_most(tmp_path: Path) -> None:
    text = "\n".join(f"{'kata ' * 40}sasaran{' kata' * 40}" for _ in range(5))
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        put(store, Article(id="a", text=text, path="/a.txt"))
        found = Finder(store).find("sasaran")
        pieces = found.detail(found.matches[0]).snippets
        assert found.hits == 5
        assert [piece.text for piece in pieces] == [f"{'kata ' * 14}sasaran{' kata' * 14}"] * 3
        assert all(text[piece.start :].startswith(piece.text) for piece in pieces)


def test_pages_have_no_cap(tmp_path: Path) -> None:
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        for number in range(2 * PAGE_SIZE + 1):
            put(store, Article(id=f"{number:02}", text="Kata itu.", path="/a.txt"))
        found = Finder(store).find("kata")
        assert (found.articles, found.hits, found.pages) == (2 * PAGE_SIZE + 1, 2 * PAGE_SIZE + 1, 3)
        told = [match.article.id for number in (1, 2, 3) for match in found.page(number)]
        assert told == [f"{number:02}" for number in range(2 * PAGE_SIZE + 1)]


def test_an_article_that_changes_is_found_by_its_new_words_only(tmp_path: Path) -> None:
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        put(store, Article(id="a", text="Harga beras.", path="/a.txt"))
        finder = Finder(store)
        before = finder.find("beras")
        put(store, Article(id="a", text="Cuaca cerah dan beras lama sekali.", path="/a.txt"))
        assert before.detail(before.matches[0]).places == ()  # rather none than a wrong one
        assert (finder.find("harga").articles, finder.find("cuaca").articles) == (0, 1)
        store.remove_articles(["a"])
        assert finder.find("cuaca").articles == finder.find("-kosong").articles == 0


def test_a_hostile_text_is_found_by_its_words(tmp_path: Path) -> None:
    """Signs, marks without a letter, NUL and emoji stand between words, and none of them moves a place."""
    text = "¨ kata_satu \0 ´\u0301 \u200bdua\u00ad_tiga 😀 10² $5,00 <b>empat</b> ½ lima؟ \ud7ff enam"
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        put(store, Article(id="a", text=text, path="/a.txt"))
        finder = Finder(store)
        for word in ("kata", "satu", "dua", "tiga", "empat", "lima", "enam"):
            found = finder.find(f'"{word}"')
            (place,) = found.detail(found.matches[0]).places
            assert text[place.start : place.end].replace("\u00ad", "") == word


def words_of(text: str) -> list[tuple[str, int, int]]:
    """Every word of letters, another way than the product reads them."""
    return [(match[0].lower(), match.start(), match.end()) for match in re.finditer(r"[A-Za-z]+", text)]


def scanned(query: str, words: list[tuple[str, int, int]]) -> list[tuple[int, int]]:
    """The hits of a query of one of the forms below, by looking at every word of a text."""
    if query.startswith('"') and "~" in query:
        pair, _, gap = query[1:].partition('"~')
        one, other = pair.split()
        found, behind = [], 0
        for end in range(len(words)):  # the first that can end, begun as late as it can be
            for start in range(end - 1, max(behind, end - int(gap) - 1) - 1, -1):
                if {words[start][0], words[end][0]} == {one, other}:
                    found.append((words[start][1], words[end][2]))
                    behind = end + 1
                    break
        return found
    if query.startswith('"'):
        one, other = query.strip('"').split()
        return [(a[1], b[2]) for a, b in pairwise(words) if (a[0], b[0]) == (one, other)]
    if query.endswith("*"):
        return [(start, end) for word, start, end in words if word.startswith(query[:-1])]
    if query.endswith("~"):
        letters = "abcdefghijklmnopqrstuvwxyz"
        cuts = [(query[:at], query[at:-1]) for at in range(len(query))]
        slips = {query[:-1]}
        slips |= {a + b[1:] for a, b in cuts} | {a + letter + b for a, b in cuts for letter in letters}
        slips |= {a + letter + b[1:] for a, b in cuts if b for letter in letters}
        slips |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
        return [(start, end) for word, start, end in words if word in slips]
    return [(start, end) for word, start, end in words if stem(word) == stem(query)]


SCANNED = [
    "presiden", "melayani", "yang", "tidak", "sekolah", "harga", "pembangunan", "polisi", "makanan", "berlari",
    "jakarta", "menteri", "pertandingan", "anaknya", "said",
    '"presiden joko"', '"tidak ada"', '"di jakarta"', '"yang akan"', '"ini adalah"', '"mengatakan bahwa"',
    '"orang yang"', '"kata dia"', '"tahun lalu"', '"harga beras"',
    '"presiden jokowi"~3', '"polisi korban"~5', '"harga naik"~4', '"anak sekolah"~9', '"yang tidak"~2', '"ini itu"~8',
    "men*", "pres*", "jak*", "seko*", "ka*", "presden~", "plisi~", "aank~", "hargaa~",
]  # fmt: skip


def test_hits_are_those_of_a_scan_of_the_texts(shared: Path, tmp_path: Path) -> None:
    """On real news; texts with signs that the product reads as words or parts of them are left to the tests above."""
    lines = (shared / "eval" / "news" / "articles.jsonl").read_text("utf-8").splitlines()
    told = [json.loads(line) for line in lines[::5]]
    plain = [one for one in told if not re.search(r"[^\x00-\x7f“”–—…]|[A-Za-z]['’`]|[%$+<=>^|~@&#]", one["text"])]
    texts = {one["id"]: re.sub(r"[0-9_]", " ", one["text"]) for one in plain[:300]}
    assert len(texts) >= 250
    assert len(SCANNED) == 40
    with Store(tmp_path / "arsip.sqlite3", create=True) as store:
        for id, text in texts.items():
            put(store, Article(id=id, text=text, path="/a.jsonl"))
        finder = Finder(store)
        words = {id: words_of(text) for id, text in texts.items()}
        hits = 0
        for query in SCANNED:
            found = finder.find(query)
            places = {
                match.article.id: [(at.start, at.end) for at in found.detail(match).places] for match in found.matches
            }
            right = {id: scan for id in texts if (scan := scanned(query, words[id]))}
            assert places == right, query
            assert found.hits == sum(map(len, right.values()))
            hits += found.hits
        assert hits > 5000
