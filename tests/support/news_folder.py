"""A folder of three short articles, each with a headline and a day."""

from pathlib import Path

TEXTS = {
    "kopi": "Warga Panen Kopi\nSabtu, 10 April 2021\nWarga desa memanen kopi di lereng gunung.\n",
    "teh": "Harga Teh Naik\nMinggu, 11 April 2021\nHarga teh naik dua kali lipat di pasar kota.\n",
    "ikan": "Pasar Ikan Dibuka\nSenin, 12 April 2021\nPasar ikan dibuka bupati di pelabuhan lama.\n",
}


def news_folder(place: Path) -> Path:
    """Make the folder, a file for each article, and return it."""
    folder = place / "berita"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text)
    return folder
