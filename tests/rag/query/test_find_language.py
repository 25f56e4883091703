import pytest

from index.errors import InputError
from rag.query.find_language import (
    MAX_QUERY_CHARS,
    PREFIX,
    RAW,
    SLIP,
    STEM,
    Both,
    Dates,
    Either,
    FileType,
    InCollection,
    Node,
    Not,
    SaidBy,
    Word,
    Words,
    parse,
)


def stem(*keys: str, field: str | None = None) -> Words:
    return Words(tuple(Word(STEM, key) for key in keys), field=field)


def raw(*keys: str, gap: int | None = None, field: str | None = None) -> Words:
    return Words(tuple(Word(RAW, key) for key in keys), gap, field)


BERAS, IMPOR, JAGUNG = stem("beras"), stem("impor"), stem("jagung")


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("Beras", BERAS),
        ("beras impor", Both((BERAS, IMPOR))),
        ("beras DAN impor", Both((BERAS, IMPOR))),
        ("beras AND impor jagung", Both((BERAS, IMPOR, JAGUNG))),
        ("beras dan impor", Both((BERAS, stem("dan"), IMPOR))),  # small letters are words
        ("beras ATAU impor OR jagung", Either((BERAS, IMPOR, JAGUNG))),
        ("beras TIDAK impor", Both((BERAS, Not(IMPOR)))),
        ("beras NOT impor", Both((BERAS, Not(IMPOR)))),
        ("beras -impor", Both((BERAS, Not(IMPOR)))),
        ("-impor", Not(IMPOR)),
        ("TIDAK TIDAK impor", IMPOR),
        ("beras impor ATAU jagung", Either((Both((BERAS, IMPOR)), JAGUNG))),
        ("beras (impor ATAU jagung)", Both((BERAS, Either((IMPOR, JAGUNG))))),
        ("beras -(impor ATAU jagung)", Both((BERAS, Not(Either((IMPOR, JAGUNG)))))),
        ('beras TIDAK"impor"', Both((BERAS, Not(raw("impor"))))),
        ("DANAU", stem("danau")),
        ('"Harga  beras,"', raw("harga", "beras")),
        ("“harga beras”", raw("harga", "beras")),
        ('"DAN (beras"', raw("dan", "beras")),
        ('"harga beras"~5', raw("harga", "beras", gap=5)),
        ('"harga beras"~999', raw("harga", "beras", gap=999)),
        ('"a b c d e f g h i j k l"~20', raw(*"abcdefghijkl", gap=20)),
        ('"a b c d e f g h i j k l m"', raw(*"abcdefghijklm")),
        ('"harga ber*"', Words((Word(RAW, "harga"), Word(PREFIX, "ber")))),
        ("ber*", Words((Word(PREFIX, "ber"),))),
        ("covid-1*", Words((Word(RAW, "covid"), Word(PREFIX, "1")))),
        ("beras~", Words((Word(SLIP, "beras"),))),
        ("anak-anak", stem("anak", "anak")),
        ("10:30", stem("10.30")),
        ("judul:beras", stem("beras", field="judul")),
        ("JUDUL: beras", stem("beras", field="judul")),
        ('judul:"harga beras"', raw("harga", "beras", field="judul")),
        (
            "judul:(beras -impor)",
            Both((stem("beras", field="judul"), Not(stem("impor", field="judul")))),
        ),
        ("penulis:Ani", raw("ani", field="penulis")),
        ("media:warta.id", raw("warta", "id", field="media")),
        ("media:war*", Words((Word(PREFIX, "war"),), field="media")),
        ("tanggal:2019", Dates("2019-01-01", "2019-12-31")),
        ("tanggal:2020-02", Dates("2020-02-01", "2020-02-29")),
        ("tanggal:2019-05-04", Dates("2019-05-04", "2019-05-04")),
        ("tanggal:2019..2021", Dates("2019-01-01", "2021-12-31")),
        ("tanggal:2019-05..", Dates("2019-05-01", None)),
        ("tanggal:..2019-05-04", Dates(None, "2019-05-04")),
        ("jenis:PDF", FileType("pdf")),
        ('kumpulan:"Pemilu  2024"', InCollection("Pemilu 2024")),
        ("kumpulan:pemilu", InCollection("pemilu")),
        ('pembicara:"Joko  Widodo"', SaidBy("Joko Widodo")),
        ("PEMBICARA:widodo", SaidBy("widodo", whole=False)),
        ("pembicara:wid*", SaidBy("wid", whole=False, cut=True)),
        ("-pembicara:“Ani”", Not(SaidBy("Ani"))),
        ("jenis:.htm", FileType("html")),
    ],
)  # fmt: skip
def test_a_query_is_read(query: str, node: Node) -> None:
    assert parse(query) == node


@pytest.mark.parametrize(
    ("marked", "reason"),
    [
        ("beras DAN^", "sesudah DAN belum ada yang dicari"),
        ("^DAN beras", "DAN perlu sesuatu di kirinya"),
        ("beras ATAU ^DAN impor", "sesudah ATAU perlu yang dicari, bukan DAN"),
        ("beras TIDAK^", "sesudah TIDAK belum ada yang dicari"),
        ("TIDAK ^ATAU beras", "sesudah TIDAK perlu yang dicari, bukan ATAU"),
        ("beras ^(impor", "kurung buka ini tidak ditutup"),
        ("beras impor^)", "kurung tutup ini tanpa kurung buka"),
        ("beras (^)", "kurung ini kosong"),
        ("(beras ATAU ^)", "sesudah ATAU perlu yang dicari, bukan )"),
        ('harga ^"beras impor', "tanda kutip ini tidak ditutup"),
        ('beras ^"..."', "di antara tanda kutip tidak ada kata"),
        ("be^*ras", "* hanya di akhir kata yang dipotong"),
        ("beras ^*", "di sini tidak ada kata yang dapat dicari"),
        ("beras^~2", "~ hanya di akhir satu kata"),
        ("anak-anak^~", "~ hanya untuk satu kata"),
        ('"harga beras"~^', "sesudah ~ perlu bilangan, misalnya ~5"),
        ('"beras"^~5', "~5 perlu paling sedikit dua kata"),
        ('"harga beras"^~1000', "paling banyak ~999"),
        ('"harga beras"^~99999999999999999999', "paling banyak ~999"),
        ('"a b c d e f g h i j k l m"^~20', "~20 paling banyak untuk 12 kata"),
        ("beras a^*", "awalan perlu paling sedikit dua huruf"),
        ("anak-a^*", "awalan perlu paling sedikit dua huruf"),
        ('judul:"harga a^* naik"', "awalan perlu paling sedikit dua huruf"),
        ("beras ^- impor", "tanda - (bukan) perlu spasi di kirinya dan kata di kanannya"),
        ("beras ^,", "di sini tidak ada kata yang dapat dicari"),
        ("judul:^", "sesudah judul: belum ada yang dicari"),
        ("judul: ^DAN beras", "sesudah judul: perlu yang dicari, bukan DAN"),
        ("judul:(^media:warta)", "judul: hanya berisi kata, bukan bidang lain"),
        (
            "beras ^kota:solo",
            "bidang kota: tidak dikenal (yang ada judul penulis media tanggal jenis kumpulan pembicara)",
        ),
        ("tanggal:^kemarin", "kemarin bukan tanggal, tulis 2019, 2019-05 atau 2019-05-04"),
        ("tanggal:2019..^2019-13", "2019-13 bukan tanggal, tulis 2019, 2019-05 atau 2019-05-04"),
        ("tanggal:^2019-02-30", "2019-02-30 bukan tanggal, tulis 2019, 2019-05 atau 2019-05-04"),
        ("tanggal:^2021..2019", "tanggal awal sesudah tanggal akhir"),
        ("tanggal:^..", "tanggal ini kosong, tulis misalnya 2019..2021"),
        ('kumpulan:^""', 'sesudah kumpulan: perlu namanya, misalnya kumpulan:"Pemilu 2024"'),
        ('kumpulan:^"Pemilu"~5', 'sesudah kumpulan: perlu namanya, misalnya kumpulan:"Pemilu 2024"'),
        ("pembicara:^", "sesudah pembicara: belum ada yang dicari"),
        ('pembicara:^""', 'sesudah pembicara: perlu namanya, misalnya pembicara:"Joko Widodo"'),
        ("pembicara:^…", 'sesudah pembicara: perlu namanya, misalnya pembicara:"Joko Widodo"'),
        ('pembicara:"Joko Widodo"^~5', "~ tidak berlaku untuk nama"),
        ('pembicara:"Joko Wid^*"', "* tidak berlaku di dalam nama"),
        ("pembicara:wid^~", "~ tidak berlaku di dalam nama"),
        ("pembicara:w^*", "awalan perlu paling sedikit dua huruf"),
        ("pembicara: ^(ani ATAU budi)", "sesudah pembicara: perlu yang dicari, bukan ("),
        ('judul:(pembicara:^"Ani")', "judul: hanya berisi kata, bukan bidang lain"),
        ("jenis:^foto", "jenis berkas foto tidak dikenal, tulis misalnya pdf, docx, html atau txt"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_its_place(marked: str, reason: str) -> None:
    with pytest.raises(InputError) as told:
        parse(marked.replace("^", ""))
    assert str(told.value) == f"Kueri tidak terbaca, {reason}: {marked}"


@pytest.mark.parametrize("query", ["", "  \n"])
def test_an_empty_query_is_refused(query: str) -> None:
    with pytest.raises(InputError, match="Kueri kosong"):
        parse(query)


def test_a_query_has_a_longest_form_and_may_be_deep_within_it() -> None:
    with pytest.raises(InputError, match="Kueri terlalu panjang"):
        parse("a" * (MAX_QUERY_CHARS + 1))
    negated = parse("NOT " * 499 + "a")
    assert negated == Not(stem("a"))
    node = parse("a OR b (" * 220 + "c" + ")" * 220)
    depth = 0
    while not isinstance(node, Words):
        assert isinstance(node, (Either, Both))
        node = node.parts[-1]
        depth += 1
    assert depth == 440
    assert node == stem("c")
