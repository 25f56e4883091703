"""Texts → the lines that cleaning keeps, for its tests; three paragraphs of an invented article around them."""

from index.cleaning.page_lines import lines_of, tidy

LONG = "Pemerintah desa membagikan bibit kopi kepada setiap keluarga di lereng gunung."
NEXT = "Warga menanam bibit itu pada awal musim hujan bersama para penyuluh pertanian."
QUOTE = "“Kami menanam kopi sejak kecil, dan hasilnya cukup untuk sekolah anak-anak,” kata seorang petani."


def kept(text: str, title: str | None = None, *, scraped: bool = True) -> list[str]:
    return [line.text for line in lines_of(tidy(text), title=title, scraped=scraped) if line.kind is None]


def kinds(text: str, title: str | None = None, *, scraped: bool = True) -> list[str | None]:
    return [line.kind for line in lines_of(tidy(text), title=title, scraped=scraped)]
