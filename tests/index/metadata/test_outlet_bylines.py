"""Who wrote it, by the markup of ten outlets and by the same article pasted as text; the words are invented."""

import io

import pytest

from index.articles import Article, RawArticle
from index.pipeline.preparation import prepare
from index.readers.files import read

TITLE = "Warga Desa Contoh Memanen Kopi Lebih Awal"
BODY = (
    "Warga Desa Contoh memanen kopi lebih awal tahun ini karena hujan datang terlambat di lereng gunung itu.",
    "Hasil panen kopi dijual di pasar desa dengan harga yang naik dua kali lipat dari tahun sebelumnya.",
    "“Kami senang harga kopi naik,” kata Wiji Lestari, petani kopi di lereng itu, kepada wartawan.",
)


def html(above: str, opening: str, below: str = "", head: str = "") -> str:
    first, *rest = BODY
    body = f"<p>{opening}{first}</p>" + "".join(f"<p>{line}</p>" for line in rest)
    return (
        f"<!DOCTYPE html><html lang='id'><head><title>{TITLE}</title>{head}</head><body>"
        "<nav><a href='/'>Beranda</a><a href='/a'>Nasional</a></nav>"
        f"<article><h1>{TITLE}</h1>{above}<div class='isi'>{body}</div>{below}</article>"
        "<footer>Tentang kami</footer></body></html>"
    )


def pasted(above: str, opening: str, below: str = "") -> str:
    first, *rest = BODY
    return "\n\n".join(filter(None, (TITLE, above, f"{opening}{first}", *rest, below)))


def article_of(name: str, content: str) -> Article:
    (raw,) = read(name, io.BytesIO(content.encode()))
    assert isinstance(raw, RawArticle), raw
    return prepare(raw, id="a", path=name).article


DATE = "Senin, 4 Maret 2024"
ARTICLES = {
    "Kompas.com, page": (
        html(
            "<div class='read__time'>Kompas.com - 04/03/2024, 10:00 WIB</div><div class='credit'>"
            "<div class='credit-title'><div class='credit-title-name'>Rahmat Teladan,</div></div>"
            "<div class='credit-title'><div class='credit-title-name'>Tini Penyunting</div></div>"
            "<p>Tim Redaksi</p></div>",
            "<strong>DESA CONTOH, KOMPAS.com</strong> - ",
            head="<meta name='author' content='Kompas Cyber Media'>",
        ),
        "Rahmat Teladan",
    ),
    "Kompas.com, text": (
        pasted("Kompas.com - 04/03/2024, 10:00 WIB\nRahmat Teladan\n\nPenulis", "DESA CONTOH, KOMPAS.com - "),
        "Rahmat Teladan",
    ),
    "Kompas.com, text with an editor": (
        pasted("Kompas.com, 4 Maret 2024, 10:00 WIB\nRahmat Teladan\nPenulis\nTini Sunting\nEditor", "KOMPAS.com - "),
        "Rahmat Teladan",
    ),
    "Kompas.com, text of a team": (
        pasted("Kompas.com - 04/03/2024, 10:00 WIB\nRahmat Teladan,\nTini Sunting\nTim Redaksi", "KOMPAS.com - "),
        "Rahmat Teladan",
    ),
    "Kompas.id, text": (
        pasted(
            "Oleh\nRahmat Teladan\n4 Maret 2024 10:00 WIB · 1 menit baca", "DESA CONTOH, KOMPAS — ", "Editor:\ntini"
        ),
        "Rahmat Teladan",
    ),
    "Republika, page": (
        html(
            f"<div class='date'>{DATE} 10:00 WIB</div><div class='by'>Rep: Rahmat Teladan/ Red: Tini Sunting</div>",
            "REPUBLIKA.CO.ID, DESA CONTOH -- ",
        ),
        "Rahmat Teladan",
    ),
    "Republika, text": (
        pasted(f"{DATE} 10:00 WIB\nRep: Rahmat Teladan/ Red: Tini Sunting", "REPUBLIKA.CO.ID, DESA CONTOH -- "),
        "Rahmat Teladan",
    ),
    "Republika, editor alone": (pasted(f"{DATE} 10:00 WIB\nRed: Tini Sunting", "REPUBLIKA.CO.ID, DESA -- "), None),
    "Liputan6, page": (
        html(
            "<p class='read-page--header--author__wrapper'><a class='read-page--header--author__link'>"
            "<span class='read-page--header--author__name' itemprop='name'>Rahmat Teladan</span></a>"
            "<time class='read-page--header--author__datetime' datetime='2024-03-04 10:00:00'>04 Mar 2024, 10:00 WIB"
            "</time></p>",
            "<b>Liputan6.com, Desa Contoh -</b> ",
        ),
        "Rahmat Teladan",
    ),
    "Liputan6, text": (
        pasted("Oleh Rahmat Teladan pada 04 Mar 2024, 10:00 WIB", "Liputan6.com, Desa Contoh - "),
        "Rahmat Teladan",
    ),
    "Liputan6, text of today": (
        pasted("Rahmat Teladan\nDiterbitkan 04 Maret 2024, 10:00 WIB\nShare", "Liputan6.com, Desa Contoh - "),
        "Rahmat Teladan",
    ),
    "Tribun, page": (
        html(
            f"<div><time><span>{DATE} 10:00 WIB</span></time></div>"
            "<div id='penulis'>Penulis: <a href='/p'>Rahmat Teladan</a></div>"
            "<div id='editor'>Editor: <a href='/e'>Tini Sunting</a></div>",
            "<strong>TRIBUNNEWS.COM, DESA CONTOH</strong> - ",
        ),
        "Rahmat Teladan",
    ),
    "Tribun, text": (
        pasted("Penulis: Rahmat Teladan\nEditor: Tini Sunting\nAA", "TRIBUNNEWS.COM, DESA CONTOH - "),
        "Rahmat Teladan",
    ),
    "Tribun, correspondent": (
        pasted("Laporan Wartawan Tribunnews.com, Rahmat Teladan", "TRIBUNNEWS.COM, DESA CONTOH - "),
        "Rahmat Teladan",
    ),
    "ANTARA, page": (
        html(
            f"<p class='simple-share'>{DATE} 10:00 WIB</p>",
            "Desa Contoh (ANTARA) - ",
            "<p class='text-muted small mt10'>Pewarta: Rahmat Teladan<br>Editor: Tini Sunting<br>"
            "Copyright © ANTARA 2024</p>",
            "<meta name='author' content='ANTARA News'>",
        ),
        "Rahmat Teladan",
    ),
    "ANTARA, text": (
        pasted("", "Desa Contoh (ANTARA) - ", "Pewarta: Rahmat Teladan\nEditor: Tini Sunting\nCopyright © ANTARA 2024"),
        "Rahmat Teladan",
    ),
    "ANTARA, glued": (
        pasted("", "Desa (ANTARA) - ", "Pewarta: Rahmat TeladanEditor: Tini Sunting Copyright © ANTARA 2024"),
        "Rahmat Teladan",
    ),
    "ANTARA, glued to the text": (
        pasted("", "Desa (ANTARA) - ", "Harga kopi naik sejak Rabu.Pewarta: Rahmat TeladanEditor: Tini Sunting"),
        "Rahmat Teladan",
    ),
    "ANTARA, two": (
        pasted("", "Desa (ANTARA) - ", "Pewarta: Rahmat Teladan dan Dewi MisalEditor: Tini Sunting"),
        "Rahmat Teladan, Dewi Misal",
    ),
    "detik, page": (
        html(
            "<div class='detail__author'>Rahmat Teladan - <span class='detail__label'>detikNews</span></div>"
            "<div class='detail__date'>Senin, 04 Mar 2024 10:00 WIB</div>",
            "<strong>Desa Contoh</strong> - ",
            head="<meta name='dtk:author' content='Rahmat Teladan'><meta name='dtk:publishdate' "
            "content='2024/03/04 10:00:00'>",
        ),
        "Rahmat Teladan",
    ),
    "detik, text": (
        pasted("Rahmat Teladan - detikNews\nSenin, 04 Mar 2024 10:00 WIB", "Desa Contoh - "),
        "Rahmat Teladan",
    ),
    "detik, desk": (pasted("Tim detikcom - detikNews\nSenin, 04 Mar 2024 10:00 WIB", "Desa Contoh - "), None),
    "Tempo, page": (
        html(
            "<div class='author'><h4>Reporter</h4><p><a rel='author' href='/r'>Rahmat Teladan</a></p></div>"
            "<div class='editor'><h4>Editor</h4><p><a href='/e'>Tini Sunting</a></p></div>"
            f"<p class='date'>{DATE} 10:00 WIB</p>",
            "<strong>TEMPO.CO</strong>, <strong>Desa Contoh</strong> - ",
        ),
        "Rahmat Teladan",
    ),
    "Tempo, text": (
        pasted(
            "Reporter\n\nRahmat Teladan\n\nEditor\n\nTini Sunting\n\nSenin, 4 Maret 2024 10:00 WIB", "TEMPO.CO, Desa - "
        ),
        "Rahmat Teladan",
    ),
    "CNN Indonesia, page": (
        html(
            "<div class='detail__author'>CNN Indonesia</div>"
            "<div class='detail__date'>Senin, 04 Mar 2024 10:00 WIB</div>",
            "<strong>Desa Contoh, CNN Indonesia</strong> -- ",
            "<p>(rhm/tin)</p>",
            "<meta name='author' content='CNN Indonesia'>",
        ),
        None,
    ),
    "CNN Indonesia, text": (
        pasted("CNN Indonesia\nSenin, 04 Mar 2024 10:00 WIB", "Desa Contoh, CNN Indonesia -- ", "(rhm/tin)"),
        None,
    ),
    "JPNN, page": (
        html(f"<h6>{DATE} – 10:00 WIB</h6>", "jpnn.com, DESA CONTOH - ", "<p>Redaktur & Reporter : Rahmat Teladan</p>"),
        "Rahmat Teladan",
    ),
    "JPNN, text": (
        pasted(f"{DATE} – 10:00 WIB", "jpnn.com, DESA CONTOH - ", "Redaktur & Reporter : Rahmat Teladan"),
        "Rahmat Teladan",
    ),
    "kumparan, page": (
        html(
            "<div><span data-qa-id='author-name' class='Author'>Rahmat Teladan</span>"
            "<span>4 Maret 2024 10:00 WIB</span> · <span>waktu baca 2 menit</span></div>",
            "",
            head='<script type="application/ld+json">{"@type":"NewsArticle","headline":"Warga Memanen Kopi",'
            '"datePublished":"2024-03-04T03:00:00.000Z","author":{"@type":"Person","name":"Rahmat Teladan"}}</script>',
        ),
        "Rahmat Teladan",
    ),
    "kumparan, desk": (
        html(
            "<div>kumparanNEWS</div><div>4 Maret 2024 10:00 WIB</div>",
            "",
            head='<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2024-03-04T03:00:00Z",'
            '"author":{"@type":"Person","name":"kumparanNEWS"}}</script>',
        ),
        None,
    ),
    "kumparan, text": (
        pasted("Rahmat Teladan\n4 Maret 2024 10:00 WIB · waktu baca 2 menit", ""),
        "Rahmat Teladan",
    ),
    "kumparan, text of the desk": (pasted("kumparanNEWS\n4 Maret 2024 10:00 WIB · waktu baca 2 menit", ""), None),
    "words on the author": (
        html(f"<p>{DATE}</p>", "", "<div class='author-bio'>Rahmat adalah wartawan di desa.</div>"),
        None,
    ),
    "author of a comment": (
        html(f"<p>{DATE}</p>", "", "<div class='comments'><b class='author'>Tono Pembaca</b><p>Bagus.</p></div>"),
        None,
    ),
    "section above the date": (pasted("Jawa Tengah\n4 Maret 2024 10:00 WIB", "DESA CONTOH - "), None),
}


@pytest.mark.parametrize("name", ARTICLES)
def test_the_author_by_the_custom_of_an_outlet(name: str) -> None:
    content, author = ARTICLES[name]
    article = article_of("a.html" if content.startswith("<!DOCTYPE") else "a.txt", content)
    assert article.author == author
    assert article.title == TITLE


DATED = [name for name, (content, _) in ARTICLES.items() if "Mar" in content or "04/03/2024" in content]


@pytest.mark.parametrize("name", DATED)
def test_the_same_articles_are_dated(name: str) -> None:
    content, _ = ARTICLES[name]
    article = article_of("a.html" if content.startswith("<!DOCTYPE") else "a.txt", content)
    assert article.date == "2024-03-04"


@pytest.mark.parametrize(
    ("opening", "below", "publisher"),
    [
        ("DESA CONTOH, KOMPAS.com - ", "", "KOMPAS.com"),
        ("DESA CONTOH, KOMPAS — ", "", "KOMPAS"),
        ("REPUBLIKA.CO.ID, DESA CONTOH -- ", "", "REPUBLIKA.CO.ID"),
        ("Liputan6.com, Desa Contoh - ", "", "Liputan6.com"),
        ("TRIBUNNEWS.COM, DESA CONTOH - ", "", "TRIBUNNEWS.COM"),
        ("Desa Contoh (ANTARA) - ", "", "ANTARA"),
        ("TEMPO.CO, Desa Contoh - ", "", "TEMPO.CO"),
        ("Desa Contoh, CNN Indonesia -- ", "", "CNN Indonesia"),
        ("jpnn.com, DESA CONTOH - ", "", "jpnn.com"),
        ("", "Harga kopi naik sejak Rabu.(flo/jpnn)", "JPNN"),
        ("", "Harga kopi naik sejak Rabu.(flo/teh)", None),
    ],
)
def test_the_outlet_of_a_pasted_article(opening: str, below: str, publisher: str | None) -> None:
    article = article_of("a.txt", pasted(f"{DATE} 10:00 WIB", opening, below))
    assert article.publisher == publisher
    assert article.text.split("\n")[-1] == (below.partition("(")[0] or BODY[-1])
