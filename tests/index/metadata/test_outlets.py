import pytest

from index.metadata.outlets import is_signed, signing_outlet


@pytest.mark.parametrize(
    ("opening", "outlet"),
    [
        ("IM.com – Panen dimulai.", "IM.com"),
        ("Merdeka.com -", "Merdeka.com"),
        ("KOMPAS.com - 12/03/2021, 13:00 WIB", "KOMPAS.com"),
        ("BAHARI, KOMPAS — Panen dimulai.", "KOMPAS"),
        ("Bahari, Kompas - Panen dimulai.", "Kompas"),
        ("BAHARI, KOMPAS.com - Panen dimulai.", "KOMPAS.com"),
        ("Bahari, CNN Indonesia -- Panen dimulai.", "CNN Indonesia"),
        ("Liputan6.com, Bahari - Panen dimulai.", "Liputan6.com"),
        ("Bisnis.com, BAHARI - Panen dimulai.", "Bisnis.com"),
        ("TRIBUNNEWS.COM, KOTA BAHARI - Panen dimulai.", "TRIBUNNEWS.COM"),
        ("REPUBLIKA.CO.ID, BAHARI -- Panen dimulai.", "REPUBLIKA.CO.ID"),
        ("TEMPO.CO, Bahari - Panen dimulai.", "TEMPO.CO"),
        ("VIVA – Panen dimulai.", "VIVA"),
        ("Suara.com - Panen dimulai.", "Suara.com"),
        ("Bahari (ANTARA) - Panen dimulai.", "ANTARA"),
        ("Bahari, 29/11 (ANTARA) - Panen dimulai.", "ANTARA"),
        ("Bahari, Jawa Timur (ANTARA) - Panen dimulai.", "ANTARA"),
        ("BAHARI (Pos Kota) – Panen dimulai.", "Pos Kota"),
        ("BAHARI, WARTA — Panen dimulai.", "WARTA"),
        ("BAHARI, RADAR LERENG (29/11/2021) - Panen dimulai.", "RADAR LERENG"),
        ("Warta - Desa Bahari, 17/11/21 Panen dimulai.", "Warta"),
        ("Radarbahari - Panen dimulai.", "Radarbahari"),
        # places, rubrics, wires and persons are no outlets
        ("BAHARI - Panen dimulai.", None),
        ("BOGOR, JAWA BARAT – Panen dimulai.", None),
        ("Bogor, Jawa Barat - Panen dimulai.", None),
        ("London, Inggris - Panen dimulai.", None),
        ("Manila, Sabtu - Panen dimulai.", None),
        ("WASHINGTON (AFP) - Panen dimulai.", None),
        ("OPINI - Panen dimulai.", None),
        ("Kabar Duka - Panen dimulai.", None),
        ("Merdeka - Panen dimulai.", None),
        ("H.Tono - Panen dimulai.", None),
        ("Situs warta.id dibuka warga.", None),  # named, not signed
        ("Panen kopi - Warta.id melaporkan.", None),
    ],
)
def test_an_opening_signs_or_not(opening: str, outlet: str | None) -> None:
    assert signing_outlet(["Judul Berita", opening, "Isi."], head=8) == outlet
    assert is_signed(opening) is (outlet is not None)


@pytest.mark.parametrize(
    ("line", "outlet"),
    [
        ("Copyright © 2024 WartaDesa.com", "WartaDesa"),
        ("Hak cipta warta.co.id", "warta.co.id"),
        ("Panen kopi © warta.id", "warta.id"),
        ("COPYRIGHT © ANTARA 2021", "ANTARA"),
        ("Copyright © 2021 Radar Bahari. All rights reserved", "Radar Bahari"),
        ("Copyright © 2019-2021 Radar Bahari", "Radar Bahari"),
        # who owns or hosts the page, who took the picture, where it comes from
        ("Copyright © 2021 PT Warta Bahari. All rights reserved", None),
        ("Copyright © 2021 WordPress.com", None),
        ("Foto: © AFP", None),
        ("(ANTARA)", None),
        ("Sumber: Antara", None),
        ("Artikel ini diambil dari sumber \"warta.id\"", None),
        ("Selamat datang di warta.id - portal warga", None),
    ],
)  # fmt: skip
def test_a_copyright_signs_and_a_source_does_not(line: str, outlet: str | None) -> None:
    assert signing_outlet(["Panen dimulai warga.", line], head=8) == outlet


def test_a_bare_name_signs_in_the_head_only_and_a_site_anywhere() -> None:
    body = ["Warga memanen kopi."] * 8
    assert signing_outlet([*body, "BAHARI, WARTA — Panen."], head=8) is None
    assert signing_outlet([*body, "BAHARI, WARTA.id — Panen."], head=8) == "WARTA.id"


def test_the_copyright_of_the_page_comes_before_the_opening() -> None:
    assert signing_outlet(["Bahari (ANTARA) - Panen.", "Copyright © 2021 warta.id"], head=8) == "warta.id"
