import pytest

from index.metadata.datelines import agency_date, stated_date
from index.text.dates import date_mentions

HEAD = 8


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Judul\nSenin, 29 November 2021 - 13:44 WIB\nIsi.", ("2021-11-29", "dateline")),
        ("Judul\n17/11/2021\nIsi.", ("2021-11-17", "dateline")),
        ("Judul\nWarta.id - 12/03/2021, 13:00 WIB\nIsi.", ("2021-03-12", "dateline")),
        ("Judul\nOleh Tono Contoh - Senin, 29 Nov 2021\nIsi.", ("2021-11-29", "dateline")),
        ("Judul\nDiterbitkan: 29/11/2021\nIsi.", ("2021-11-29", "dateline")),
        ("Judul\nDipublikasikan pada 29 November 2021\nIsi.", ("2021-11-29", "dateline")),
        ("Judul\nTayang: Senin, 29 November 2021 | 13.44 WITA\nIsi.", ("2021-11-29", "dateline")),
        # an update is not the publication when both are stated, in either order, on one line or two
        ("Terbit: 29 Nov 2021\nDiperbarui: 30 Nov 2021\nIsi.", ("2021-11-29", "dateline")),
        ("Diperbarui: 30 Nov 2021\nTerbit: 29 Nov 2021\nIsi.", ("2021-11-29", "dateline")),
        ("Diperbarui 30 Nov 2021 | Diterbitkan 29 Nov 2021\nIsi.", ("2021-11-29", "dateline")),
        ("29 Nov 2021\nUpdate: 30 Nov 2021\nIsi.", ("2021-11-29", "dateline")),
        ("Diperbarui: 30 Nov 2021\nBAHARI (29/11/2021) – Isi.", ("2021-11-29", "opening")),
        ("Judul\nDiperbarui: Selasa, 30 November 2021 08:00 WIB\nIsi.", ("2021-11-30", "updated")),
        # a labelled date wins over one without a label that stands before it
        ("30 Nov 2021\nDiterbitkan: 29 Nov 2021\nIsi.", ("2021-11-29", "dateline")),
        # the opening of the first paragraph
        ("BAHARI (29/11/2021) – Panen dimulai.", ("2021-11-29", "opening")),
        ("BAHARI, WARTA.id (29/11/2021) -- Panen dimulai.", ("2021-11-29", "opening")),
        ("Bahari, Senin (29/11/2021) — Panen dimulai.", ("2021-11-29", "opening")),
        ("Bahari, 29/11/2021 (WARTA) - Panen dimulai.", ("2021-11-29", "opening")),
        ("Warta - Desa Bahari, 17/11/21 Panen dimulai.", ("2021-11-17", "opening")),
        # no statement of the article's own date
        ("Warga Bahari berkumpul Senin (29/11/2021) - Panen dimulai.", (None, None)),
        ("Bahari, Senin (29/11/2021). Panen dimulai.", (None, None)),
        ("Panen digelar warga pada Senin (29/11/2021).", (None, None)),
        ("Pameran\n29-30 November 2021\nIsi.", (None, None)),
        ("Pendaftaran: 1 Mei 2021\nIsi.", (None, None)),
        ("Judul\n31/2/2021\nIsi.", (None, None)),
        ("Judul\nSelasa, 29 November 2021\nIsi.", (None, None)),
        ("", (None, None)),
    ],
)
def test_stated_date(text: str, expected: tuple[str | None, str | None]) -> None:
    assert stated_date(text.split("\n"), HEAD) == expected


def test_below_the_head_only_a_labelled_date_counts() -> None:
    body = ["Warga memanen kopi di lereng."] * HEAD
    assert stated_date([*body, "1 Mei 2021"], HEAD) == (None, None)
    assert stated_date([*body, "Diperbarui: 1 Mei 2021"], HEAD) == (None, None)
    assert stated_date([*body, "Diterbitkan: 1 Mei 2021"], HEAD) == ("2021-05-01", "dateline")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Bahari, 29/11 (WARTA) - Panen usai Senin (29/11/2021).", "2021-11-29"),
        ("Bahari, 29/11 (WARTA) - Panen usai Minggu (28/11/2021).", "2021-11-29"),
        ("Bahari, 29/11 (WARTA) - Panen usai.", None),  # the year stands nowhere
        ("Bahari, 29/11 (WARTA) - Panen pertama 17 Agustus 1945.", None),  # too far to speak of the year
        ("Bahari, 31/11 (WARTA) - Panen usai Senin (29/11/2021).", None),
        ("Panen di Bahari, 29/11 (WARTA) usai Senin (29/11/2021).", None),
    ],
)
def test_a_wire_opening_borrows_the_year_of_a_date_nearby(text: str, iso: str | None) -> None:
    assert agency_date(text, date_mentions(text)) == iso
