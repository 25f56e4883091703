import pytest

from index.text.analysis import topic_stems
from rag.answering.abstention import misfit
from rag.query.query import Query


def told(question: str, text: str, answer: str) -> str | None:
    start = text.index(answer)
    weights = dict.fromkeys(topic_stems(question), 1.0)
    return misfit(Query(question), text, start, start + len(answer), weights)


def test_an_exclusion_needs_a_negation() -> None:
    text = "Pendiri pasar itu Warsito."
    assert told("Siapa yang bukan pendiri pasar itu?", text, "Warsito") is not None
    assert told("Siapa yang bukan pendiri?", "Karno bukan pendiri pasar itu.", "Karno") is None
    assert told("Apa lembaga non pemerintah itu?", "Lembaga itu Pasar Ikan.", "Pasar Ikan") is not None


def test_an_abbreviation_written_out_is_nobody() -> None:
    text = "Partai Demokrasi Indonesia (PDI) didirikan oleh lima partai."
    assert told("Siapa yang mendirikan PDI?", text, "Partai Demokrasi Indonesia") is not None
    assert told("Siapa yang mendirikan PDI?", text, "lima partai") is None
    assert told("Apa nama lengkap PDI?", text, "Partai Demokrasi Indonesia") is None


def test_a_year_of_the_question_is_no_answer() -> None:
    text = "Program 2006 dimulai pada 2006 di Klaten pada 12 Mei 2007."
    assert told("Kapan Program 2006 dimulai?", text, "2006") == "Sumber terdekat hanya mengulang isi pertanyaan."
    assert told("Kapan Program 2006 dimulai?", text, "12 Mei 2007") is None


@pytest.mark.parametrize(
    ("question", "answer", "fits"),
    [
        ("Berapa tinggi menara itu?", "331 km²", False),
        ("Berapa tinggi menara itu?", "331 meter", True),
        ("Berapa tinggi menara itu?", "331", True),  # no unit says nothing
        ("Berapa luas taman itu?", "125 kilometer", False),
        ("Berapa luas taman itu?", "125 kilometer persegi", True),
        ("Berapa luas taman itu?", "1.605,55km2", True),
        ("Berapa berat ikan itu?", "2 meter", False),
        ("Berapa berat ikan itu?", "2,5 ton", True),
        ("Berapa harga beras itu?", "Rp12.000 per kilogram", True),
        ("Berapa harga beras itu?", "12.000 per kilogram", True),
        ("Berapa gaji petugas itu?", "5 juta per bulan", True),
        ("Berapa harga beras itu?", "12 ton", False),
        ("Berapa jarak desa itu?", "dua jam perjalanan", True),
        ("Berapa usia pedagang itu?", "40 orang", False),
        ("Berapa suhu di puncak itu?", "12 derajat Celsius", True),
    ],
)
def test_the_measure_asked_for(question: str, answer: str, fits: bool) -> None:
    text = f"Yang dicatat petugas adalah {answer} menurut laporan."
    reason = told(question, text, answer)
    assert reason == (None if fits else "Sumber terdekat menyebut ukuran lain dari yang ditanyakan.")


@pytest.mark.parametrize(
    ("question", "answer", "fits"),
    [
        ("Berapa jumlah kecamatan di Klaten?", "401 desa", False),
        ("Berapa jumlah kecamatan di Klaten?", "26 kecamatan", True),
        ("Berapa jumlah kecamatan di Klaten?", "26", True),
        ("Berapa banyak kecamatan dan desa di Klaten?", "401 desa", True),  # both are asked for
        ("Berapa pedagang di pasar itu?", "40 orang", True),
        ("Berapa musim acara itu tayang?", "12 episode", False),
    ],
)
def test_the_thing_that_is_counted(question: str, answer: str, fits: bool) -> None:
    reason = told(question, f"Yang tercatat {answer} menurut laporan.", answer)
    assert reason == (None if fits else "Sumber terdekat menghitung hal lain dari yang ditanyakan.")


def test_who_did_it_is_no_place() -> None:
    text = "Toko itu didirikan oleh Perusahaan Ikan di Klaten."
    assert told("Di mana toko itu didirikan?", text, "Perusahaan Ikan") is not None
    assert told("Di mana toko itu didirikan?", text, "Klaten") is None
    assert told("Siapa pendiri toko itu?", text, "Perusahaan Ikan") is None


@pytest.mark.parametrize(
    ("answer", "fits"),
    [
        ("40 kios", False),
        ("dua pedagang", False),
        ("57 SM", True),
        ("16/8", True),
        ("abad ke-9", True),
        ("dua tahun lalu", True),
        ("Senin pagi", True),
        ("2017", True),
    ],
)
def test_a_time_is_told_where_one_is_asked(answer: str, fits: bool) -> None:
    reason = told("Kapan pasar itu dibuka?", f"Pasar itu dicatat {answer} di Klaten.", answer)
    assert reason == (None if fits else "Sumber terdekat tidak menyebut waktunya.")


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Apa itu subak?", "Subak adalah sistem pengairan sawah di Bali.", "sistem pengairan sawah"),
        ("Apa itu subak?", "Subak adalah sistem pengairan sawah.", "Subak adalah sistem pengairan sawah"),
        ("Apa yang dimaksud dengan subak?", "Sistem pengairan sawah (subak) diatur petani.", "Sistem pengairan sawah"),
        ("Apa itu subak?", "Sistem pengairan sawah yang disebut subak diatur petani.", "Sistem pengairan sawah"),
        ("Apa pengertian subak?", "Subak dikenal lama. Ia adalah sistem pengairan sawah.", "sistem pengairan sawah"),
        ("Apa pengertian hewan herbivora?", "Herbivor adalah hewan yang makan tumbuhan.", "hewan yang makan tumbuhan"),
        ("Apa itu homeostatis?", "Homeostasis adalah ketahanan suatu sistem.", "ketahanan suatu sistem"),
        ("Siapa itu Akmal Malik?", "Direktur Jenderal Akmal Malik hadir.", "Direktur Jenderal"),
        ("Apa itu komunikasi dua arah?", "Dalam komunikasi dua arah pengirim juga menerima.",
         "Dalam komunikasi dua arah pengirim juga menerima"),
        ("Apa itu KIPP?", "Di sana dibuka Kompetisi Inovasi (KIPP), Senin.", "Kompetisi Inovasi (KIPP)"),
        ("Apa itu Samsat OPOP?", "Pemerintah Jawa Timur bekerja sama dengan pesantren lewat Samsat OPOP.",
         "Pemerintah Jawa Timur bekerja sama dengan pesantren lewat Samsat OPOP"),
        ("Apa arti penting pertemuan itu?", "Para menteri hadir.", "Para menteri"),  # asks for no term
    ],
)  # fmt: skip
def test_a_sentence_that_explains_the_term(question: str, text: str, answer: str) -> None:
    assert told(question, text, answer) is None


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Apa itu tokoh antagonis?", "Protagonis adalah tokoh yang melawan antagonis.", "tokoh yang melawan antagonis"),
        ("Apa yang dimaksud dengan sel eukariotik?", "Membran itu ada dalam sel eukariotik.", "sel eukariotik"),
        ("Apa pengertian hewan karnivora?", "Herbivor adalah hewan yang makan tumbuhan.", "hewan yang makan tumbuhan"),
        ("Apa itu energi nuklir?", "Energi surya adalah sinar dari matahari.", "sinar dari matahari"),
    ],
)
def test_a_sentence_that_explains_something_else(question: str, text: str, answer: str) -> None:
    assert told(question, text, answer) == "Sumber terdekat tidak menjelaskan istilah yang ditanyakan."
