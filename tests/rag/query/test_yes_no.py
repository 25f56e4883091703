"""Which questions want yes or no, and what they state."""

import pytest

from rag.query.yes_no import yes_no


@pytest.mark.parametrize(
    ("question", "claim"),
    [
        ("Apakah Budi Contoh hadir di Solo?", "Budi Contoh hadir di Solo"),
        ("Apakah gempa itu berpotensi tsunami?", "gempa itu berpotensi tsunami"),
        ("Benarkah harga beras naik?", "harga beras naik"),
        ("Apa benar jembatan itu runtuh?", "jembatan itu runtuh"),
        ("Bukankah rapat ditunda?", "rapat ditunda"),
        ("Bukannya sidang cuma dua jam?", "sidang cuma dua jam"),
        ("Sudahkah pasar dibuka?", "Sudah pasar dibuka"),
        ("Rapat jadi digelar, kan?", "Rapat jadi digelar"),
        ("Budi menang di Solo ya?", "Budi menang di Solo"),
        ("Jadi menteri itu mundur, bukan?", "Jadi menteri itu mundur"),
        ("Harga beras naik atau tidak?", "Harga beras naik"),
        ("Pasar itu sudah buka belum?", "Pasar itu sudah buka"),
        ("Konser di Batu batal digelar?", "Konser di Batu batal digelar"),
        ("Jam Contoh X tahan air tanpa pelindung?", "Jam Contoh X tahan air tanpa pelindung"),
        ("Apa Budi sudah tiba?", "Budi sudah tiba"),
        ("Apakah mobil yang terbakar itu sudah diangkut?", "mobil yang terbakar itu sudah diangkut"),
    ],
)
def test_a_statement_is_to_be_judged(question: str, claim: str) -> None:
    found = yes_no(question)
    assert found is not None and found.claim.lower() == claim.lower()


@pytest.mark.parametrize(
    "question",
    [
        "Apakah nama pasar itu?",
        "Apakah jabatan yang dipegang Budi Contoh?",
        "Apakah singkatan dari HAM?",
        "Apakah ibu kota Jepang?",
        "Apakah yang dimaksud dengan inflasi?",
        "Apakah alasan warga menolak pabrik?",
        "Apakah penyebab terjadinya banjir?",
        "Apa tanggapan Budi soal rencana itu?",
        "Apa isi pidato yang dibacakan Budi?",
        "Apakah organisasi yang mengawasi pemilu?",
        "Siapa yang hadir?",
        "Berapa harga beras?",
        "Harga beras?",
        "Jadwal kereta bandara 2018?",
        "Di menit keberapa Budi mencetak gol?",
        "",
        "?",
    ],
)
def test_something_is_to_be_told(question: str) -> None:
    assert yes_no(question) is None


@pytest.mark.parametrize(
    ("question", "choices"),
    [
        ("Konser itu digelar di Solo atau di Batu?", ("di Solo", "di Batu")),
        ("Apakah Budi atau Tono yang menang?", ("Budi", "Tono")),
        ("Timnas menang atau kalah?", ("menang", "kalah")),
        ("Sidang berlangsung dua atau tiga hari?", ("dua", "tiga")),
    ],
)
def test_one_of_two_is_wanted(question: str, choices: tuple[str, str]) -> None:
    found = yes_no(question)
    assert found is not None and found.choices == choices


@pytest.mark.parametrize("claim", ["Khofifah gubernur Jawa Timur", "Candi Borobudur candi terbesar di dunia"])
def test_what_a_name_is_said_to_be_is_judged(claim: str) -> None:
    judged = yes_no(f"Apakah {claim}?")
    assert judged is not None and judged.claim == claim


@pytest.mark.parametrize("question", ["Apakah Samsat itu?", "Apakah Samsat Keliling itu?", "Apakah SPBE?"])
def test_what_a_thing_is_wants_no_yes_and_no_no(question: str) -> None:
    assert yes_no(question) is None
