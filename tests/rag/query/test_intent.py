import pytest

from rag.query.intent import Intent, Wanted, intent


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("Ringkas artikel tentang pasar ikan", "pasar ikan"),
        ("Tolong buatkan ringkasan artikel “Pasar Ikan Dibuka”!", "Pasar Ikan Dibuka"),
        ("Apa isi artikel yang berjudul 'Pasar Ikan Dibuka'?", "Pasar Ikan Dibuka"),
        ("Ringkas artikel “Ini kata Jum'at soal ‘pasar’ itu”", "Ini kata Jum'at soal ‘pasar’ itu"),
        ("Ringkas artikel 'Hari Jum'at kelabu'", "Hari Jum'at kelabu"),
        ("Ringkas berita tentang “Pasar Ikan Dibuka”", "Pasar Ikan Dibuka"),
        ("Inti berita tentang banjir?", "banjir"),
        ("Rangkumkan pasar-ikan.md", "pasar-ikan.md"),
        ("Ringkas artikel itu", "itu"),
        ("ringkas berita", "berita"),
    ],
)
def test_a_summary_names_its_article(question: str, article: str) -> None:
    assert intent(question) == Intent(Wanted.SUMMARISE, article=article)


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Rangkum berita soal pelabuhan baru.", "pelabuhan baru"),
        ("Ringkaslah liputan mengenai banjir", "banjir"),
        ("Ringkas semua artikel tentang Samsat OPOP", "Samsat OPOP"),
        ("rangkum artikel-artikel mengenai banjir", "banjir"),
        ("Rangkum apa saja yang ditulis tentang Samsat OPOP", "Samsat OPOP"),
        ("Rangkum berita dari Warta tentang banjir", "banjir"),
        ("Rangkum apa yang pernah diberitakan soal banjir", "banjir"),
    ],
)
def test_a_summary_of_a_subject_is_of_all_that_was_written_on_it(question: str, subject: str) -> None:
    assert intent(question) == Intent(Wanted.SUMMARISE, article=subject, subject=True)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Bandingkan harga beras dengan harga gula", ("harga beras", "harga gula")),
        ("Bandingkan harga X100 dan X200", ("harga X100", "harga X200")),
        ("Apa beda pasar lama dan pasar baru?", ("pasar lama", "pasar baru")),
        ("Apa perbedaan antara KIPP dengan SPBE?", ("KIPP", "SPBE")),
        (
            "Apa bedanya sikap Budi dan Tini soal pasar ikan?",
            ("sikap Budi soal pasar ikan", "sikap Tini soal pasar ikan"),
        ),
        ("Mana yang lebih mahal, beras atau gula?", ("Berapa harga beras?", "Berapa harga gula?")),
        ("Persiba vs Persela", ("Persiba", "Persela")),
    ],
)
def test_a_comparison_is_two_questions(question: str, parts: tuple[str, str]) -> None:
    assert intent(question) == Intent(Wanted.COMPARE, parts=parts)


@pytest.mark.parametrize(
    "question",
    [
        "Apa saja hasil rapat?",
        "Siapa saja yang hadir?",
        "Sebutkan syarat-syaratnya",
        "Sebutkan nama-nama pedagang",
        "Buatkan daftar pedagang",
        "Di mana saja halte itu?",
    ],
)
def test_a_list_is_asked_for(question: str) -> None:
    assert intent(question) == Intent(Wanted.LIST)


@pytest.mark.parametrize(
    "question",
    [
        "Berapa pedagang di pasar itu?",
        "Sebutkan nama ketua panitia",
        "Apa isi pidato gubernur?",
        "Apa kesimpulan rapat?",
        "Siapa penulis ringkasan itu?",
        "Ringkas",
        "Bandingkan",
        "Bandingkan beras",
        "",
        "???",
    ],
)
def test_anything_else_is_a_fact(question: str) -> None:
    assert intent(question) == Intent(Wanted.FACT)


def test_what_is_too_long_is_left_alone() -> None:
    assert intent("ringkas artikel " + "a" * 500).wanted is Wanted.SUMMARISE
    assert intent("ringkas " + "artikel " * 5000).wanted is Wanted.FACT
    assert intent("bandingkan " + "dan " * 5000).wanted is Wanted.FACT


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Daftar tunggu haji Jawa Timur berapa tahun?", Wanted.FACT),
        ("Daftar ulang SMA kapan?", Wanted.FACT),
        ("Daftar pemenang lomba itu", Wanted.LIST),
        ("Apakah siapa saja boleh ikut lomba?", Wanted.FACT),
        ("Apakah jumlah korban lebih banyak dari 10 orang?", Wanted.FACT),
        ("Apakah harga beras lebih tinggi dari tahun lalu?", Wanted.FACT),
        ("Kenapa pasar itu ditutup?", Wanted.REASON),
        ("Gimana caranya menanam kopi?", Wanted.REASON),
    ],
)
def test_what_looks_like_another_form(question: str, wanted: Wanted) -> None:
    assert intent(question).wanted is wanted
