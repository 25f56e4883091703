"""``.jsonl``, ``.json``, ``.csv``: records of named fields."""

import json

import pytest
from reading import RECORD, article_in, found_in, table

from index.articles import RawArticle
from index.readers import json_document
from index.readers.bad_record import BadRecord
from index.readers.fields import article_of

# --- .jsonl ---


def test_every_field_of_a_line_is_read() -> None:
    record = {
        "id": "panen-1",
        "title": "Warga: “Panen”",
        "date": "2021-11-17",
        "source": "Warta Desa",
        "url": "https://warta.example/1",
        "author": "Redaksi",
        "text": "Baris satu.\nBaris dua.",
        "lain": [1],
    }
    assert article_in("a.jsonl", json.dumps(record).encode()) == RawArticle(
        text="Baris satu.\nBaris dua.",
        id="panen-1",
        title="Warga: “Panen”",
        date="2021-11-17",
        publisher="Warta Desa",
        author="Redaksi",
        url="https://warta.example/1",
        has_fields=True,
    )


def test_only_the_text_must_be_there_and_a_number_serves_as_id() -> None:
    assert found_in("a.jsonl", b'{"text": "Satu."}\n{"text": "", "id": 7, "title": null}') == [
        RawArticle(text="Satu.", has_fields=True),
        RawArticle(text="", id="7", has_fields=True),
    ]


def test_a_broken_line_costs_no_other_and_its_number_is_right() -> None:
    lines = b'{"text": "Satu."}\r\n\r\n{"text": "Du\n{"text": "Empat."}\n  \n[1]\n{"text": "Tujuh."}\n'
    one, broken, four, no_object, seven = found_in("a.jsonl", lines)
    read = [found.text for found in (one, four, seven) if isinstance(found, RawArticle)]
    assert read == ["Satu.", "Empat.", "Tujuh."]
    assert isinstance(broken, BadRecord)
    assert broken.line == 3
    assert broken.reason.startswith("JSON tidak sah")
    assert broken.reason.endswith("di kolom 10")
    assert no_object == BadRecord("barisnya bukan objek JSON {...}", 6)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "a"}', 'tidak punya "text" berupa teks'),
        ('{"text": null}', 'tidak punya "text" berupa teks'),
        ('{"text": ["Isi."]}', 'tidak punya "text" berupa teks'),
        ('{"text": "Isi.", "title": ["Judul"]}', '"title" harus teks atau null'),
        ('{"text": "Isi.", "source": {"kota": "Bahari"}}', '"source" harus teks atau null'),
        ('{"text": "Isi.", "author": [["Tono"], 1]}', '"author" harus teks atau null'),
        ('{"text": "Isi.", "date": true}', '"date" harus teks atau null'),
        ('{"text": "Isi.", "date": 2021.5}', '"date" harus teks atau null'),
        ("[" * 100_000, "JSON bersarang terlalu dalam"),
    ],
)
def test_a_line_that_is_no_article_says_why(line: str, reason: str) -> None:
    assert found_in("a.jsonl", f'\n{line}\n{{"text": "Lalu."}}'.encode()) == [
        BadRecord(reason, 2),
        RawArticle(text="Lalu.", has_fields=True),
    ]


def test_half_an_emoji_is_mended_and_a_whole_one_kept() -> None:
    content = rb'{"text": "Ya \ud83d\ude42 dan \ud83d", "title": "\ude42", "id": "x\ud83d"}'
    assert article_in("a.jsonl", content) == RawArticle(
        text="Ya 🙂 dan \ufffd", title="\ufffd", id="x\ufffd", has_fields=True
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_lines_in_other_encodings(encoding: str) -> None:
    text = '{"text": "“Satu” é."}\n{"text": "Dua."}\n'
    assert found_in("a.jsonl", text.encode(encoding)) == [
        RawArticle(text="“Satu” é.", has_fields=True),
        RawArticle(text="Dua.", has_fields=True),
    ]


def test_empty_jsonl_holds_nothing() -> None:
    assert found_in("a.jsonl", b"") == []


def test_a_line_too_long_for_an_article(monkeypatch: pytest.MonkeyPatch) -> None:
    long = json.dumps({"text": "a" * 2_000_001})
    assert found_in("a.jsonl", f'{long}\n{{"text": "Dua."}}'.encode()) == [
        BadRecord("terlalu panjang untuk satu artikel (2 juta karakter, batas 2 juta); pecah dahulu", 1),
        RawArticle("Dua.", has_fields=True),
    ]


# --- .json ---

NEWS_ARTICLE = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Warga: “Panen”",
    "datePublished": "2021-11-17T08:00:00+07:00",
    "author": [{"@type": "Person", "name": "Tono"}, {"@type": "Person", "name": "Tini"}],
    "publisher": {"@type": "Organization", "name": "Warta Desa"},
    "url": "https://warta.example/1",
    "image": [{"url": "foto.jpg"}],
    "articleBody": "Baris satu.\nBaris dua.",
}
NEWS = RawArticle(
    "Baris satu.\nBaris dua.",
    title="Warga: “Panen”",
    date="2021-11-17T08:00:00+07:00",
    publisher="Warta Desa",
    author="Tono, Tini",
    url="https://warta.example/1",
    has_fields=True,
)


@pytest.mark.parametrize(
    "shape",
    [
        "{}",
        "[{}]",
        '{{"articles": [{}], "jumlah": 1}}',
        '{{"versi": {{"a": [1]}}, "tag": ["x"], "@graph": [{}]}}',
        "{}\n",
        "\ufeff {} ",
    ],
)
def test_one_article_in_each_shape_of_a_document(shape: str) -> None:
    content = shape.replace("{{", "<").replace("}}", ">").replace("{}", json.dumps(NEWS_ARTICLE))
    assert article_in("a.json", content.replace("<", "{").replace(">", "}").encode()) == NEWS


def test_a_document_that_is_really_json_lines() -> None:
    assert [
        raw.text for raw in found_in("a.json", b'{"isi": "Satu."}\n{"isi": "Dua."}\n') if isinstance(raw, RawArticle)
    ] == [
        "Satu.",
        "Dua.",
    ]


def test_one_bad_element_costs_no_other() -> None:
    assert found_in("a.json", b'[{"isi": "Satu."}, {"judul": "x"}, 7, {"isi": "Empat.", "judul": 4.5}]') == [
        RawArticle("Satu.", has_fields=True),
        BadRecord('unsur ke-2 tidak punya "text" berupa teks'),
        BadRecord("unsur ke-3 bukan objek JSON {...}"),
        BadRecord('unsur ke-4 "judul" harus teks atau null'),
    ]


@pytest.mark.parametrize(
    "content", [b'{"name": "paket", "files": ["a"]}', b"[]", b"[1]", b" \n", b'{"a": {"isi": "x"}}']
)
def test_a_document_without_articles(content: bytes) -> None:
    assert found_in("a.json", content) == [
        BadRecord('tidak berisi artikel: tidak ada objek dengan "text" atau "isi" berupa teks')
    ]


def test_a_torn_document_says_so() -> None:
    (found,) = found_in("a.json", b'[{"isi": "Satu."}, {"isi": ')
    assert isinstance(found, BadRecord)
    assert found.reason.startswith("JSON tidak sah")


def test_wordpress_rest_and_html_in_a_field() -> None:
    post = {"title": {"rendered": "Panen"}, "content": {"rendered": "<p>Warga <b>pa</b>nen.</p>\n<p>Pulang.</p>"}}
    assert article_in("a.json", json.dumps([post]).encode()) == RawArticle(
        "Warga panen.\nPulang.", title="Panen", has_fields=True
    )
    assert article_in("a.json", b'{"isi": "Harga < 5 > 3 & <p> itu tag."}').text == "Harga < 5 > 3 & <p> itu tag."


@pytest.mark.parametrize("shape", ["[{}]", '{{"jumlah": 3, "a": {{"b": [1]}}, "articles": [{}], "x": []}}'])
def test_a_large_document_is_read_element_by_element(monkeypatch: pytest.MonkeyPatch, shape: str) -> None:
    monkeypatch.setattr(json_document, "MAX_ARTICLE_BYTES", 10)
    monkeypatch.setattr(json_document, "_BLOCK_CHARS", 7)
    monkeypatch.setattr(json_document, "_FIRST_CHARS", 3)
    records = ",\n ".join(json.dumps({"isi": f"Berita “{number}”", "id": number}) for number in range(30))
    content = shape.replace("{{", "<").replace("}}", ">").replace("{}", records).replace("<", "{").replace(">", "}")
    assert found_in("a.json", content.encode()) == [
        RawArticle(f"Berita “{number}”", id=str(number), has_fields=True) for number in range(30)
    ]
    assert found_in("a.json", content[:-40].encode())[:20] == [
        RawArticle(f"Berita “{number}”", id=str(number), has_fields=True) for number in range(20)
    ]


# --- .csv, .tsv ---


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_the_separator_is_found(delimiter: str, encoding: str) -> None:
    article = article_in("a.csv", table(delimiter).decode().encode(encoding))
    assert (article.id, article.title, article.text) == ("p-1", RECORD["title"], RECORD["text"])


def test_columns_named_in_indonesian() -> None:
    names = "No;Judul;Tanggal Terbit;Media;Wartawan;Tautan;Isi"
    content = f'{names}\n1;Panen;17/11/2021;Warta;Tono;https://w.example;"Satu; dua\ntiga"\n'
    assert article_in("a.csv", content.encode()) == RawArticle(
        "Satu; dua\ntiga",
        title="Panen",
        date="17/11/2021",
        publisher="Warta",
        author="Tono",
        url="https://w.example",
        has_fields=True,
    )


def test_excels_note_of_the_separator_and_empty_rows() -> None:
    assert [
        found.text
        for found in found_in("a.csv", b"\r\nsep=;\r\nisi;judul\r\nSatu;\r\n;\r\n\r\nDua;x\r\n")
        if isinstance(found, RawArticle)
    ] == ["Satu", "Dua"]


def test_a_row_that_is_no_article_says_why_and_where() -> None:
    content = 'judul,isi\nA,"Satu\nlagi"\nB,Dua, lalu\n"C","Tiga",\nD\nE,Lima\n'
    assert found_in("a.csv", content.encode()) == [
        RawArticle("Satu\nlagi", title="A", has_fields=True),
        BadRecord("punya 3 kolom, sedangkan baris judul 2; apit teks yang berisi pemisah dengan kutip", 4),
        RawArticle("Tiga", title="C", has_fields=True),
        BadRecord('tidak punya "text" berupa teks', 6),
        RawArticle("Lima", title="E", has_fields=True),
    ]


def test_a_table_without_a_text_column_names_the_columns_it_has() -> None:
    assert found_in("a.csv", b"nama,harga,\nkopi,5\n") == [
        BadRecord("tidak punya kolom teks (mis. isi); kolomnya: nama, harga", 1)
    ]


def test_a_long_article_is_read_and_a_longer_one_refused() -> None:
    rows = ["isi,id", '"' + "a " * 100_000 + '",1', '"' + "a" * 2_000_001 + '",2', "Tiga,3"]
    long, refused, third = found_in("a.csv", "\n".join(rows).encode())
    assert long == RawArticle("a " * 100_000, id="1", has_fields=True)
    assert isinstance(refused, BadRecord)
    assert (refused.line, refused.reason.partition(";")[0]) == (
        3,
        "terlalu panjang untuk satu artikel (2 juta karakter, batas 2 juta)",
    )
    assert third == RawArticle("Tiga", id="3", has_fields=True)


def test_an_open_quote_costs_its_own_row_only() -> None:
    content = 'judul,isi\nA,Satu\nB,"Dua\nC,Tiga\nbaris lepas\nD,Empat\n'
    assert found_in("a.csv", content.encode()) == [
        RawArticle("Satu", title="A", has_fields=True),
        BadRecord("tanda kutip yang dibuka di baris ini tidak ditutup", 3),
        RawArticle("Tiga", title="C", has_fields=True),
        RawArticle("Empat", title="D", has_fields=True),
    ]
    assert found_in("a.csv", b'isi\nSatu\n"Dua\ntiga\n') == [
        RawArticle("Satu", has_fields=True),
        BadRecord("tanda kutip yang dibuka di baris ini tidak ditutup", 3),
    ]


def test_the_outlet_is_the_publisher_before_the_source_that_it_worked_from() -> None:
    record = {"text": "Isi.", "source": "Diolah dari laporan Warta Desa, 3 Mei 2024", "publisher": "Kabar Kota"}
    assert article_of(record).publisher == "Kabar Kota"
    assert article_of({"text": "Isi.", "source": "Warta Desa"}).publisher == "Warta Desa"
