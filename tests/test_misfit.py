import pytest

from index.words import topic_stems
from rag.misfit import misfit


def told(question: str, text: str, answer: str, passage: str = "") -> str | None:
    start = text.index(answer)
    weights = dict.fromkeys(topic_stems(question), 1.0)
    return misfit(question, text, start, start + len(answer), passage or text, weights)


@pytest.mark.parametrize(
    ("question", "text", "answer", "word"),
    [
        ("Apa pasar terluas di Klaten?", "Pasar ikan Klaten dibuka Senin.", "Pasar ikan", "terluas"),
        ("Apa penyakit paling berbahaya?", "Penyakit itu flu.", "flu", "paling berbahaya"),
        ("Siapa satu-satunya penjual?", "Penjualnya Warsito.", "Warsito", "satu-satunya"),
    ],
)
def test_a_degree_that_the_source_does_not_say(question: str, text: str, answer: str, word: str) -> None:
    assert told(question, text, answer) == f"Sumber terdekat tidak menyebut “{word}”."


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [
        ("Apa pasar terluas di Klaten?", "Pasar terluas di Klaten adalah Pasar Ikan.", "Pasar Ikan"),
        ("Apa pasar paling besar?", "Pasar terbesar adalah Pasar Ikan.", "Pasar Ikan"),
        ("Kapan pasar itu pertama kali dibuka?", "Pasar itu dibuka pada 2017.", "2017"),
        ("Di mana SEA Games terakhir?", "SEA Games di Vietnam.", "Vietnam"),
        ("Siapa menteri terbaru?", "Menteri itu Warsito.", "Warsito"),
    ],
)
def test_a_degree_that_is_said_or_need_not_be(question: str, text: str, answer: str) -> None:
    assert told(question, text, answer) is None


def test_a_degree_may_stand_elsewhere_in_the_passage() -> None:
    question, text = "Berapa kios di pasar terluas?", "Pasar itu punya 40 kios."
    assert told(question, text, "40 kios") is not None
    assert told(question, text, "40 kios", f"Pasar Ikan adalah pasar terluas. {text}") is None


def test_an_exclusion_needs_a_negation() -> None:
    text = "Pendiri pasar itu Warsito."
    assert told("Siapa yang bukan pendiri pasar itu?", text, "Warsito") is not None
    assert told("Siapa yang bukan pendiri?", "Karno bukan pendiri pasar itu.", "Karno") is None


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
