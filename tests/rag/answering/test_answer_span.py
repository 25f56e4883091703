import pytest

from rag.answering.answer_span import Place, expand_span, locate, other_numbers
from rag.generation.evidence_selection import Excerpt
from rag.query.query import Query


def excerpt(source: int, text: str) -> Excerpt:
    return Excerpt(source, 0, len(text), text)


def whole(text: str, said: str) -> str:
    at = text.index(said)
    start, end = expand_span(text, at, at + len(said))
    return text[start:end]


def test_the_likeliest_of_several_places_speaks_of_the_question() -> None:
    texts = ["Kios itu milik 40 orang. Pasar ikan menampung 40 orang.", "Ada 40 orang."]
    places = locate("40 orang", [excerpt(0, texts[0]), excerpt(1, texts[1])], {"pasar": 2.0, "tampung": 1.0})
    assert places[0] == Place(0, texts[0].rindex("40"), texts[0].rindex("40") + 8)
    assert [place.piece for place in places] == [0, 1]


def test_part_of_a_word_is_no_place() -> None:
    assert locate("ikan", [excerpt(0, "Perikanan maju.")], {}) == []
    assert locate("...", [excerpt(0, "Perikanan maju...")], {}) == []


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("Ada lebih dari 80 spesies.", "80 spesies.", "lebih dari 80 spesies"),
        ("Ada sekitar dua puluh spesies.", "dua puluh spesies", "sekitar dua puluh spesies"),
        ("Ia lebih dari Budi.", "Budi", "Budi"),
        ("Pada Kamis (28/7) di Bali.", "Kamis (28/7", "Kamis (28/7)"),
        ("Pada Kamis (28/7) di Bali.", "28/7)", "28/7"),
        ("Kata dia, “maju terus” esok.", "“maju terus", "“maju terus”"),
        ("Nusa Dua, Bali, Kamis.", "Nusa Dua, Bali,", "Nusa Dua, Bali"),
        ("Ada 253 suku di sana.", "253", "253 suku"),
        ("Ada 253 yang hidup.", "253", "253"),
        ("Turun 85% dari itu.", "85", "85%"),
        ("Pada 1977 di Jakarta.", "1977", "1977"),
        ("Pada 28 Juli 2005 Polda bergerak.", "28 Juli 2005", "28 Juli 2005"),
        ("Bandara Sultan Syarif Kasim II sepi.", "Sultan Syarif", "Sultan Syarif Kasim II"),
        ("Sumbangan satu juta dollar AS tiba.", "satu juta dollar", "satu juta dollar AS"),
        (
            "Studi JICA (Japan International Cooperation Agency) itu.",
            "JICA",
            "JICA (Japan International Cooperation Agency)",
        ),
        ("Badan Tenaga Atom (IAEA) itu.", "Badan Tenaga Atom", "Badan Tenaga Atom (IAEA)"),
        ("Balai Pelestarian Candi (BP3) Jateng.", "BP3", "Balai Pelestarian Candi (BP3)"),
        ("Nilainya Rp 3,7 miliar.", "3,7 miliar", "Rp 3,7 miliar"),
        ("Nilainya US$ 3,7 miliar.", "3,7 miliar", "US$ 3,7 miliar"),
        ("Tumbuh antara 3 persen dan 6 persen.", "3 persen dan 6 persen", "antara 3 persen dan 6 persen"),
        ("Tumbuh antara 3 persen.", "3 persen", "3 persen"),
        ("Mulai akhir 2007.", "2007", "akhir 2007"),
        ("Terjadi pada tahun 971 di Kairo.", "971", "tahun 971"),
        ("Selama enam bulan.", "enam", "enam bulan"),
        ("Budi menang 21-18, 18-21, dan 23-21 di Solo.", "18-21", "21-18, 18-21, dan 23-21"),
        ("Budi menang 21-18, 18-21 di Solo.", "21-18", "21-18, 18-21"),
        ("Solo menang 3-1, Batu kalah 0-2.", "3-1", "3-1"),
        ("Buka 2016-2017, 1-2 jam.", "1-2 jam", "1-2 jam"),
        ("Ada enam yang hidup.", "enam", "enam"),
        ("Undang-Undang (UU) Nomor 22 Tahun 1999", "UU) Nomor 22 Tahun 1999", "Nomor 22 Tahun 1999"),
        ("Aturan itu, No 1 Tahun 2023, berlaku.", "No 1", "No 1 Tahun 2023"),
        ("Aturan itu, Nomor 17, berlaku Tahun 2023.", "Nomor 17", "Nomor 17"),
        ("Kata Laksamana Muda TNI Y Didik Heru.", "Y Didik Heru", "Laksamana Muda TNI Y Didik Heru"),
        ("Presiden Susilo Bambang datang.", "Susilo Bambang", "Presiden Susilo Bambang"),
        ("Datang. Ombak Susilo Bambang.", "Susilo Bambang", "Susilo Bambang"),
        ("Kompas - Susilo Bambang.", "Susilo Bambang", "Susilo Bambang"),
        ("Ketua Budi (45) itu.", "Budi", "Ketua Budi"),
        ("warga desa itu.", "warga", "warga"),
        ("Ikan (yang sangat panjang tanpa akhir " + "a" * 60, "Ikan (yang", "Ikan"),
    ],
)
def test_answers_are_made_whole(text: str, said: str, expected: str) -> None:
    assert whole(text, said) == expected


@pytest.mark.parametrize(
    ("question", "said", "expected"),
    [
        ("Siapa Gubernur Papua?", "Solossa", "JP Solossa"),
        ("Di mana Solossa lahir?", "Gubernur Papua", "Gubernur Papua"),
        ("Siapa JP Solossa?", "Gubernur Papua", "Gubernur Papua"),
    ],
)
def test_what_the_question_says_is_left_out_of_a_name(question: str, said: str, expected: str) -> None:
    text = "Menurut Gubernur Papua JP Solossa, banjir surut."
    start, end = expand_span(text, text.index(said), text.index(said) + len(said), Query(question))
    assert text[start:end] == expected


def test_another_number_of_the_same_unit_is_told() -> None:
    pieces = [excerpt(0, "Banjir di Garut menelan 200 korban."), excerpt(1, "Banjir di Garut menelan 20 korban.")]
    weights = {"banjir": 1.0, "garut": 1.0, "korban": 1.0}
    ((piece, sentence),) = other_numbers("200 korban", [0], pieces, weights)
    assert (piece.source, sentence) == (1, "Banjir di Garut menelan 20 korban.")


@pytest.mark.parametrize(
    "other",
    [
        "Perjalanan dinas turun 85 persen.",  # the same number in words
        "Perjalanan dinas turun 30 kali.",  # another unit
        "Harga turun 20 persen.",  # another topic
        "Perjalanan dinas turun.",
    ],
)
def test_what_agrees_or_speaks_of_something_else_is_not_told(other: str) -> None:
    pieces = [excerpt(0, "Perjalanan dinas turun 85%."), excerpt(1, other)]
    assert other_numbers("85%", [0], pieces, {"jalan": 1.0, "dinas": 1.0}) == []
