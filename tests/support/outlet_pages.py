"""Pages in the markup of ten outlets, as public scrapers name its parts; every word of them is invented.

A page is made of sentences that are the article's (``body``) and lines that are not (``furniture``).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

PLACES = "Lasem Rembang Pati Blora Tuban Kudus Jepara Demak Sragen Wonogiri".split()
NAMES = ["Tono Contoh", "Rina Misal", "Darman Umpama", "Lestari Andai", "Budi Ibarat"]
THINGS = "jembatan pasar lumbung embung tanggul sekolah puskesmas dermaga gudang terminal".split()


@dataclass(frozen=True)
class Page:
    """A page, the sentences of its article, and the lines around it."""

    html: str
    title: str
    body: tuple[str, ...]
    furniture: tuple[str, ...]


def sentences(seed: int) -> list[str]:
    """Return ten sentences, long and short, said and told, that differ from page to page."""
    place, name, thing = PLACES[seed % 10], NAMES[seed % 5], THINGS[(seed * 3 + 1) % 10]
    other = PLACES[(seed + 4) % 10]
    return [
        f"Pemerintah Kabupaten {place} menyelesaikan {thing} senilai Rp{seed + 2} miliar pada akhir musim kemarau.",
        f"{thing.capitalize()} itu dipakai warga dari {seed + 3} dusun yang selama ini harus memutar lewat {other}.",
        f"“Kami menunggu {thing} ini sejak {1990 + seed}, dan anak-anak kini tidak terlambat lagi,” kata {name}.",
        f"Menurut catatan desa, {seed + 11} keluarga ikut bergotong royong selama pembangunan berlangsung.",
        f"“Ya, benar,” jawab {name}.",
        f"Dana pembangunan {thing} berasal dari anggaran desa dan iuran warga {place} yang merantau.",
        f"Kepala Dinas Pekerjaan Umum {place} mengatakan perawatan {thing} menjadi tugas desa mulai tahun depan.",
        f"Warga {other} meminta {thing} serupa dibangun di tempat mereka.",
        f"Sebanyak {seed + 40} pedagang sudah mendaftar untuk berjualan di dekat {thing} tersebut.",
        f"Peresmian {thing} ditutup dengan kenduri dan ketoprak semalam suntuk di balai desa {place}.",
    ]


def furniture(seed: int) -> dict[str, str]:
    """Return lines of a page that are no article's."""
    place = PLACES[(seed + 7) % 10]
    return {
        "menu": f"Beranda Nasional Daerah {place}",
        "ads": f"Pasang iklan rumah murah di {place}",
        "baca": f"Baca juga: Harga Cabai di {place} Turun Lagi",
        "caption": f"Suasana pasar malam di alun-alun {place}",
        "share": "Bagikan ke Facebook",
        "tags": f"Tag: {place}, jalan desa",
        "related": f"Bupati {place} Lantik Dua Camat Baru",
        "excerpt": f"Dua camat baru di {place} dilantik pada Senin pagi di pendapa kabupaten oleh bupati.",
        "comment": f"Pembaca dari {place}: mantap sekali beritanya",
        "modal": f"Kirimkan dukungan untuk jurnalisme warga {place}",
        "footer": f"Hak cipta Warta {place} Media",
        "video": f"Tonton video pilihan dari {place}",
    }


def related(lines: dict[str, str], box: str, item: str) -> str:
    return (
        f'<div class="{box}"><div class="{item}"><h3><a href="/lain">{lines["related"]}</a></h3>'
        f"<p>{lines['excerpt']}</p></div></div>"
    )


def paragraphs(body: list[str], widget: str = "", every: int = 3) -> str:
    """Return the sentences as paragraphs with a widget after every few of them."""
    return "".join(f"<p>{line}</p>{widget if (i + 1) % every == 0 else ''}\n" for i, line in enumerate(body))


def mixed(body: list[str]) -> str:
    """Return the sentences in the elements that editors use for them: quotes, lists, headings, bare text, tables."""
    a, b, c, d, e, f, g, h, i, j = body
    return (
        f"<p>{a}</p><div>{b}</div><blockquote><p>{c}</p></blockquote><p>{d}<br>{e}</p>"
        f"<ul><li>{f}</li><li><span>{g}</span></li></ul>{h}<br/><br/><p><strong>{i}</strong></p>"
        f"<table><tr><td>{j}</td></tr></table>"
    )


def split(body: list[str], between: str, opening: str, closing: str) -> str:
    """Return the sentences in two parts of the same markup with something between them."""
    return f"{opening}{paragraphs(body[:5])}{closing}{between}{opening}{paragraphs(body[5:])}{closing}"


# Outlet → head of the article, element around its text, widgets of its own; {…} are the page's lines.
@dataclass(frozen=True)
class Outlet:
    """The names that an outlet gives the parts of its pages."""

    head: str
    opening: str
    closing: str
    widget: str
    after: str
    box: tuple[str, str]


OUTLETS = {
    "kompas": Outlet(
        '<h1 class="read__title">{title}</h1><div class="read__time">Kompas.com - {date}</div>'
        '<div class="read__author"><div class="credit-title-name"><h6>Tono Contoh</h6></div></div>'
        '<div class="photo__caption">{caption}</div>',
        '<div class="read__content"><div class="clearfix">',
        "</div></div>",
        '<p><strong>Baca juga: <a href="/x" class="inner-link-baca-juga">Harga Cabai</a></strong></p>'
        '<div class="ads-on-body">{ads}</div>',
        '<div class="tag__article__wrap"><ul><li>{tags}</li></ul></div><div class="comment__box"><p>{comment}</p></div>'
        '<div data-modal-target="modal-gift"><p>{modal}</p></div>',
        ("latest--topic", "latest__item"),
    ),
    "detik": Outlet(
        '<h1 class="detail__title">{title}</h1><div class="detail__author">Tono Contoh</div>'
        '<div class="detail__date">{date}</div><figure class="detail__media-image">'
        '<figcaption class="detail__media-caption">{caption}</figcaption></figure>',
        '<div class="detail__body itp_bodycontent_wrapper"><div class="detail__body-text itp_bodycontent">',
        "</div></div>",
        '<table class="linksisip"><tbody><tr><td><div class="lihatjg"><strong>{baca}</strong></div></td></tr></tbody>'
        "</table>"
        '<div class="parallaxindetail scrollpage"><p>{ads}</p></div>',
        '<div class="detail__body-tag mgt-16"><div class="nav"><a href="/tag">{tags}</a></div></div>'
        '<div class="share-box">{share}</div>',
        ("box cb-mostpop popular", "media__text"),
    ),
    "tribun": Outlet(
        '<h1 class="f50 black2 f400 crimson" id="arttitle">{title}</h1><div class="mt10"><time>{date}</time></div>'
        '<div class="wp-caption"><p class="wp-caption-text">{caption}</p></div>',
        '<div class="side-article txt-article multi-fontsize">',
        "</div>",
        '<p class="baca"><strong>{baca}</strong></p><div class="ads__box">{ads}</div>',
        '<div class="tagcloud3"><h5 class="tagcloud3">{tags}</h5></div>'
        '<div class="komentar-wrap"><p>{comment}</p></div>',
        ("related-news", "txt-oev-2"),
    ),
    "cnn": Outlet(
        '<h1 class="title mb-2">{title}</h1><div class="text-cnn_grey text-sm mb-4 date">{date}</div>'
        '<figure><figcaption class="text-xs">{caption}</figcaption></figure>',
        '<div class="detail-text text-cnn_black text-sm grow min-w-0">',
        "</div>",
        '<div class="paradetail"><div class="lihatjg">{baca}</div></div><div class="ads_inline">{ads}</div>',
        '<div class="topik-terkait tags">{tags}</div><div class="share-sosmed">{share}</div>',
        ("terpopuler", "flex group"),
    ),
    "tempo": Outlet(
        '<h1 class="title margin-bottom-sm">{title}</h1><p class="date margin-bottom-sm">{date}</p>'
        '<figure class="img-full"><figcaption>{caption}</figcaption></figure>',
        '<div class="detail-in"><div id="isi" class="detail-konten">',
        "</div></div>",
        '<div class="bacajuga"><p>{baca}</p></div><div class="iklan-tengah">{ads}</div>',
        '<div class="tags">{tags}</div><div class="komentar">{comment}</div><div role="dialog"><p>{modal}</p></div>',
        ("box-kanan rekomendasi", "card-type-1"),
    ),
    "republika": Outlet(
        '<div class="max-card__title"><h1>{title}</h1></div><div class="date date-item__headline">{date}</div>'
        '<div class="caption"><p>{caption}</p></div>',
        '<div class="article-content"><article>',
        "</article></div>",
        '<div class="baca-juga"><a href="/x">{baca}</a></div><div class="ads-placement">{ads}</div>',
        '<ul class="taglist"><li>{tags}</li></ul><div class="comments-area">{comment}</div>',
        ("picked-article related", "card-berita"),
    ),
    "liputan6": Outlet(
        '<h1 class="read-page--header--title entry-title">{title}</h1>'
        '<time class="read-page--header--author__datetime updated">{date}</time>'
        '<figcaption class="read-page--photo-gallery--item__caption">{caption}</figcaption>',
        '<div class="article-content-body__item-page"><div class="article-content-body__item-content">',
        "</div></div>",
        '<div class="baca-juga-collections"><ul><li><a href="/x">{baca}</a></li></ul></div>'
        '<div class="article-ad advertisement-placeholder">{ads}</div>',
        '<div class="tags--snippet"><ul><li>{tags}</li></ul></div><div class="share-links">{share}</div>',
        ("articles--iridescent-list trending", "articles--iridescent-list--item"),
    ),
    "antara": Outlet(
        '<div class="wrap__article-detail-title"><h1>{title}</h1></div>'
        '<div class="wrap__article-detail-info"><span class="text-secondary date">{date}</span></div>'
        '<div class="wrap__article-detail-image"><figcaption>{caption}</figcaption></div>',
        '<div class="wrap__article-detail-content post-content clearfix font17">',
        "</div>",
        '<span class="baca-juga"><b>{baca}</b></span><div class="adsbygoogle ads">{ads}</div>',
        '<p class="text-muted small mt10">Pewarta: Tono Contoh<br/>Editor: Rina Misal</p>'
        '<div class="blog-tags"><ul class="tag-list"><li>{tags}</li></ul></div>',
        ("widget__title latest-news", "card__post"),
    ),
    "jpnn": Outlet(
        '<h1 class="judul">{title}</h1><h6 class="tanggal">{date}</h6>'
        '<div class="img-detail"><span class="caption-foto">{caption}</span></div>',
        '<div class="page-content" itemprop="articleBody">',
        "</div>",
        '<div class="bacajuga"><a href="/x">{baca}</a></div><div class="ads-banner banner">{ads}</div>',
        '<div class="post-tags tags">{tags}</div><div class="video-terpopuler populer">{video}</div>',
        ("berita-terkait", "content-box-right"),
    ),
    "sindo": Outlet(
        '<div class="detail-title"><h1>{title}</h1></div><div class="detail-date-artikel date">{date}</div>'
        '<div class="detail-img"><figcaption>{caption}</figcaption></div>',
        '<div id="detail-desc" class="detail-desc">',
        "</div>",
        '<div class="baca-inline related"><div class="baca-inline-title">{baca}</div></div>'
        '<div class="ads300 ads">{ads}</div>',
        '<div class="detail-tag tags">{tags}</div><div class="komentar"><p>{comment}</p></div>',
        ("list-terpopuler populer", "news"),
    ),
}
SHAPES = ("plain", "widgets", "mixed", "split")


def page(outlet: str, shape: str, seed: int) -> Page:
    """Return one page of an outlet."""
    names, lines = OUTLETS[outlet], furniture(seed)
    title = f"{THINGS[(seed * 3 + 1) % 10].capitalize()} Baru di {PLACES[seed % 10]} Selesai Dibangun Warga"
    told = {**lines, "title": title, "date": "Senin, 4 Maret 2024 10:00 WIB"}
    body = sentences(seed)
    widget = names.widget.format(**told)
    inner = {
        "plain": lambda: names.opening + paragraphs(body) + names.closing,
        "widgets": lambda: names.opening + paragraphs(body, widget) + names.closing,
        "mixed": lambda: names.opening + mixed(body) + names.closing,
        "split": lambda: split(body, widget, names.opening, names.closing),
    }[shape]()
    shown = names.head + (names.widget if shape in ("widgets", "split") else "") + names.after
    html = (
        f"<html><head><title>{title}</title></head><body><header class='header'><nav class='nav'>"
        f"<a href='/'>{lines['menu']}</a></nav></header><main>{names.head.format(**told)}{inner}"
        f"{names.after.format(**told)}{related(lines, *names.box)}</main>"
        f"<footer class='footer'><p>{lines['footer']}</p></footer></body></html>"
    )
    used = [line for key, line in lines.items() if f"{{{key}}}" in shown]
    return Page(html, title, tuple(body), (*used, lines["menu"], lines["footer"], lines["related"], lines["excerpt"]))


_seeds = count()
PAGES = {f"{outlet}-{shape}": page(outlet, shape, next(_seeds)) for outlet in OUTLETS for shape in SHAPES}
