"""One line of a page → what it is when it is not the article's own: greeting, link, share button, comment box, ….

It judges a line by itself; what only its place can tell (headline, dateline, list of links) is ``index.cleaning``'s.
When in doubt a line is the journalist's: a button too many is a nuisance, a lost sentence a fault. The kinds are
Indonesian, since the interface shows them.
"""

from __future__ import annotations

import re

from index.cleaning.links import SITE, is_link
from index.cleaning.prose import INNER_END, SENTENCE_END, is_speech, is_title_cased
from index.text.lexicon import lexicon

_MAX_CHARS = 400  # the longest furniture seen is an outlet's praise of itself, 270; it also bounds every search below
_MAX_CAPTION_CHARS = 250

# --- the rest, one pattern a kind, matched against the whole line ---

_CALL = re.compile(
    r"""[\W_]{0,3}(?:ikuti|follow|gabung|bergabung|(?:mari|ayo|yuk)[,\s]|dapatkan|temukan|cek|simak|update|download|unduh|
    install|subscribe|berlangganan|langganan|jangan\s(?:lupa|lewatkan)|nikmati|baca)\b""",
    re.I | re.X,
)
_CHANNEL = re.compile(
    r"""google\snews | (?:saluran|kanal|channel|grup)\s(?:whats?app|telegram|youtube) | whats?app\schannel | t\.me/ |
    telegram\schannel | whatsapp\.com/channel | \bmedia\ssosial\skami | \bnewsletter\skami |
    \baplikasi\s(?:berita|kami) | \b(?:akun|di)\s(?:instagram|twitter|facebook|tiktok|youtube|x)\b""",
    re.I | re.X,
)
_OUR = re.compile(rf"\b(?:kami|berita|artikel|update|breaking\snews|informasi\ster\w+|us)\b|@\w|{SITE}", re.I)
_SAID = re.compile(r"\b(?:kata|ujar|ucap|tutur|ungkap|jelas|imbuh|tambah|imbau|menurut)(?:nya)?\b", re.I)
_BUTTON = (
    r"(?:share|tweet|facebook|twitter|whats?app|telegram|line|e-?mail|pinterest|linkedin|instagram|tiktok|threads"
    r"|copy\slink|salin\s(?:tautan|link)|bagikan|cetak|print|x)"
)
_PATTERNS = {
    "kode": rf"""
        <!.* | //\s?<!.* | //\s?\]\].* | /\*.*\*/
        | (?:var|let|const)\s[\w$]+\s?=.*[;{{}}] | (?:window|document)\.\w.*[;{{}}]
        | [\w$.]+\(['"\w,\s]*\); | \[video\].*\[/video\]
        | [^.!?]{{0,40}}\bsrc\s?=\s?["“”']{{0,2}}https?://(?:[^.!?]|[.!?](?=\S)){{0,300}}
        | https?://{SITE}/\S+\.(?:jpe?g|png|gif|webp|mp4)\S*""",
    "sapaan": rf"""
        selamat\sdatang\sdi\s(?:(?:situs|portal|laman|website)\s(?:kami|resmi|berita|web)\b|(?:situs\s|portal\s)?{SITE}).*
        | selamat\sdatang\sdi\s.{{1,60}}\b(?:portal|platform|situs|media)\sberita\b.*
        | {SITE}\sadalah\s(?:portal|situs|media|platform|kanal)\b.*\b(?:kamu|anda)\s(?:bisa|dapat)\b.*""",
    "iklan": r"""
        \W{0,3}(?: advertisement | advertorial | iklan | sponsored(?:\scontent)? | promoted\scontent
        | (?:advertisement\W{0,3})?scroll\sto\s(?:continue|resume).*
        | (?:artikel|konten|berita)\sberlanjut\ssetelah\siklan.{0,20}
        | (?:lanjutkan\smembaca|gulir|geser).{0,40}\b(?:iklan|melanjutkan(?:\smembaca)?)\b.{0,20}
        | gambas\s?:.* | pasang\siklan(?:\sdi\ssini)? )\W{0,3}""",
    "memuat": r"""
        (?: loading | memuat(?:\s(?:komentar|halaman|artikel))? | (?:harap|mohon)\stunggu | please\swait )[\s.…]*""",
    "waktu muat": r"""
        (?: read/?\s?rendering | render(?:ed|ing)\s(?:in|time) | page\s(?:generated|loaded|rendered) | load\stime
        | halaman\s(?:ini\s)?(?:dimuat|dibuat) | waktu\smuat
        )\b [^\d]{0,30}\d.{0,30}(?:seconds?|detik|secs?|ms)\b[^a-z]{0,40}""",
    "hak cipta": rf"""
        ©.{{0,120}} | all\srights?\sreserved.{{0,60}} | seluruh\shak\scipta\sdilindungi.{{0,60}}
        | (?:copyright|hak\scipta)\s?(?: © | \(c\) | \d{{4}} | {SITE} | by\s | antara\b | dilindungi | pada\s{SITE} ).*
        | dilarang\s(?:keras\s)?me\w+\b .*\b(?:konten|isi|artikel|berita|tulisan|situs)\b
          .*\b(?:tanpa\s(?:se)?izin|seizin|crawling)\b.*""",
    "komentar": r"""
        komentar(?:\s?\(\d+\))?:? | \(?\d{1,5}\)?\s(?:komentar|comments?) | comments?(?:\s?\(\d+\))?
        | (?:tinggalkan|tulis|kirim|kirimkan|beri|berikan|tambahkan)(?:\ssebuah)?\skomentar
          (?:\s(?:anda|kamu|pertama))?(?:\sdi\s(?:sini|bawah(?:\sini)?|kolom\skomentar))?[\s.!:…]*
        | (?:post|leave)\sa\s(?:comment|reply).{0,20}
        | silakan\s(?:masukkan|isi|ketik)\s(?:komentar|nama|e-?mail|alamat\se-?mail)(?:\sanda)?
          (?:\sdi\s(?:sini|bawah\sini))?[\s.!:]*
        | silakan\s(?:login|masuk)\s(?:terlebih\sdahulu\s)?untuk\s(?:ber|mem\w+\s)?komentar.{0,20}
        | (?:your|alamat)\se-?mail\s(?:address\swill\snot|anda\stidak\sakan)\b.{0,120}
        | ruas\syang\swajib\sditandai.{0,5} | simpan\snama,\semail,\sdan\ssitus\sweb.{0,120}
        | (?:isi\s)?komentar\s(?:sepenuhnya\s)?(?:menjadi\s)?tanggung\sjawab\s(?:pembaca|komentator|pengguna).{0,60}""",
    "bagikan": rf"""
        \W{{0,3}}(?: share(?:\sthis(?:\s(?:article|post))?|\s(?:on|to|via)\s\w+)? | tweet | pin\sit | copy\slink
        | bagikan(?:\s(?:artikel|berita)(?:\sini)?|\s(?:ke|di|via|lewat)\s{_BUTTON})? | salin\s(?:tautan|link)
        | {_BUTTON}(?:[\s,|/•]{{1,4}}{_BUTTON}){{1,12}} | ikuti\skami | follow\sus )\W{{0,3}}""",
    "navigasi": r"""
        \W{0,3}(?: (?:a\s){1,2}a | a[-+−](?:\s?a[-+−]?){0,2}
        | (?:home|beranda)\s?(?:[>»/›|][^>»/›|]{1,80}){0,8} | contact\sform | skip\sto\scontent
        | (?:previous|next)\s(?:post|article|page)(?:\s(?:previous|next)\s(?:post|article|page))?
        | (?:berita|artikel|halaman|post|pos)\s(?:sebelumnya|selanjutnya|berikutnya)(?:nya)?
        | halaman\s?:?\s?\d+(?:\s(?:dari|/)\s?\d+|(?:\s\d+){1,12}(?:\sselanjutnya)?)
        | (?:tampilkan|lihat)\ssemua | show\sall | selengkapnya | kembali\ske\satas | back\sto\stop
        | tags?(?:\sterkait)?\s?(?::.{0,300})? | topik\sterkait\b:?.{0,200} | kata\skunci\s?:.{0,200}
        | (?:waktu\sbaca\W{0,3})?\d{1,2}\s(?:menit\s(?:baca|membaca)|min(?:ute)?s?\sread)
        | (?:dibaca|dilihat)\s?:?\s?[\d.,]{1,9}(?:\skali)? | [\d.,]{1,9}\s(?:views|dibaca|kali\sdibaca) )\W{0,3}""",
    "sumber": r"""
        \W{0,3}(?:artikel|berita|tulisan|konten|naskah)\sini\s
        (?:(?:juga|sudah|telah|pernah|pertama\skali|sebelumnya)\s){0,3}
        (?:di)?(?:tayang|terbit|muat|publikasi|ambil|kutip|lansir|sadur|bersumber|rilis)(?:kan)?\s
        (?:(?:pertama\skali|sebelumnya)\s)?(?:di|dari|pada|oleh)\b.*""",
}
_WHOLE = tuple((kind, re.compile(f"(?:{pattern})", re.I | re.X)) for kind, pattern in _PATTERNS.items())
_NEXT_PAGE = re.compile(r"(?i:selanjutnya)\s?:\s(?P<title>.{10,120})")

# --- bylines ---

# what brackets may hold that is not a name: list numbers, stage directions, answers of a form
_NO_INITIALS = lexicon("names").set("no_initials")
_INITIALS = re.compile(r"[(\[]\s?([a-z]{2,10}(?:\s?[/\-.,&+]\s?[a-z]{2,10}){0,3})\s?[)\]]")
_GLUED_CREDIT = re.compile(r"(?<=[.!?”\"'’)])\s?(?P<credit>\([a-z]{2,10}(?:\s?[/\-.,&+]\s?[a-z]{2,10}){1,3}\))$")
_IN_BRACKETS = re.compile(
    r"""[(\[] (?:
      (?i:(?:ant(?:ara)?|red(?:aksi)?|adv|rls|rilis|hms|humas|tim(?:\sredaksi)?|\*{1,3})[/\s]?){1,3}
      | [A-Z]\w+(?:\s[A-Z]\w+){0,3}/[a-z]{2,5}
      # how the state agency signs: "(T.H - ZG/S023)"
      | (?:[A-Za-z]{1,2}\.\s?)?[A-Z]{0,4}(?:[\s/-]{0,3}[A-Z]{1,4}){0,2}[\s/-]{0,3}[A-Z]\d{3}(?:/[A-Z]\d{3}){0,2}
    ) [)\]]""",
    re.X,
)
_SIGNED = re.compile(
    r"""(?i:editor|reporter|penulis|pewarta|redaktur(?:\spelaksana)?|kontributor|penyunting|jurnalis|wartawan|fotografer
      |uploader|penerjemah|oleh|laporan) \s?:\s?
    (?: [a-z]{2,8}(?:/[a-z]{2,8}){0,3}
      | (?P<names>[A-Z][\w.'’-]*(?:[\s,/|&]{1,3}(?:[A-Z][\w.'’:-]*|bin|binti|dan)){0,9})
        (?P<more>(?:,|\s[|/(–-]).{0,90})? ) \s?\.?""",
    re.X,
)
_CORRESPONDENT = re.compile(
    rf"(?i:laporan\s(?:wartawan|reporter|kontributor)\s(?:{SITE}|\w+))[\s,:]{{1,3}}[A-Z][\w.\s'’-]{{2,60}}"
)

# --- captions ---

_CREDIT = r"""(?: foto | photo | dok(?:umentasi)?\b\.? | antara\sfoto | antara/(?-i:[A-Z][a-z]+\s[A-Z])
    | istimewa | ist\b | shutterstock | unsplash | freepik | pixabay | getty\simages? | sumber\s(?:foto|gambar) )"""
_CAPTION = re.compile(
    rf"""(?: \(?(?: foto(?:\silustrasi)? | (?:keterangan|ket\.?|teks|sumber|kredit)\s(?:foto|gambar) | photo(?:\sby)?
        | ilustrasi )\s?[:/]\s?\S.*
    | \((?:kredit|credit)\s?:.{{1,80}}\)
    | gambar\s{SITE} | (?:gambar\sheader|sumber\sgambar)\b.{{0,80}}
    | ilustrasi\s(?!itu\b|ini\b|tersebut\b|yang\b|di\b)(?-i:[a-z]).{{0,120}}
    | dok(?:umentasi)?\s?[.:/]\s?(?-i:[A-Z]).{{0,60}}
    | \(?(?:istimewa|ist\.?|foto\sistimewa|foto\silustrasi|ilustrasi)\)?
    | .+©\s?[\w.@/-]+(?:\s[\w.@/-]+){{0,3}} )""",
    re.I | re.X,
)
_CAPTION_SIGN = re.compile(
    r"""\bANTARA\sFOTO\s?/ | \bFOTO\sANTARA\s?/ | \bANTARA/HO\b | \bF(?:oto|OTO)/[A-Z] | \bAFP\sPHOTO\b
    | (?<!/)\bREUTERS/[A-Z][a-z] | \bAP\sPhoto/\w""",
    re.X,
)
_CAPTION_CREDIT = re.compile(rf"(?P<caption>.*)[(\[]{_CREDIT}[^()\[\]]{{0,80}}[)\]]\.?", re.I | re.X)


def kind_of(line: str, *, in_head: bool = False) -> str | None:
    """Return what a tidy line is when it belongs to the page, else None.

    >>> kind_of("Baca juga: Gubernur Ajak Belanda"), kind_of("Ia membaca juga buku itu.")
    ('baca juga', None)
    >>> kind_of("Editor : Redaksi"), kind_of("(msd)"), kind_of("TINGGALKAN KOMENTAR")
    ('kredit', 'kredit', 'komentar')

    ``in_head`` says that body text follows further on: a sentence signed "(Foto: Humas)" is a caption there, and may be
    the article's last sentence elsewhere.
    """
    if line.startswith(("! function", "!function", "(function(")):  # a script of any length
        return "kode"
    if len(line) > _MAX_CHARS:
        return None
    if is_link(line):
        return "baca juga"
    if is_speech(line) and not line.lower().startswith(("artikel ini", "berita ini")):
        return None
    for kind, pattern in _WHOLE:
        if pattern.fullmatch(line):
            return kind
    if _CALL.match(line) and _CHANNEL.search(line) and _OUR.search(line) and not _SAID.search(line):
        return "bagikan"
    page = _NEXT_PAGE.fullmatch(line)
    if page and is_title_cased(page["title"]) and not SENTENCE_END.search(line):
        return "navigasi"
    if _is_signed(line):
        return "kredit"
    return "keterangan gambar" if _is_caption(line, in_head) else None


def without_credit(line: str) -> tuple[str, str | None]:
    """Cut the reporters' initials that run into the last sentence: ``(line, credit)``.

    >>> without_credit("Panen usai.(tcn/jpnn)"), without_credit("Panen usai (kopi)")
    (('Panen usai.', '(tcn/jpnn)'), ('Panen usai (kopi)', None))
    """
    found = _GLUED_CREDIT.search(line)
    if found is None or not _is_signed(found["credit"]):
        return line, None
    return line[: found.start()], found["credit"]


def _is_signed(line: str) -> bool:
    initials = _INITIALS.fullmatch(line)
    if initials:
        return not _NO_INITIALS.intersection(re.split(r"[\s/\-.,&+]+", initials[1]))
    if _IN_BRACKETS.fullmatch(line):
        return True
    signed = _SIGNED.fullmatch(line) if len(line) <= 160 else None
    if signed is None or line[-1] in "?!":
        return _CORRESPONDENT.fullmatch(line) is not None
    # "Penulis: Ya." and "Penulis: Ya, saya senang." are answers: a lone name ends the line
    alone = not signed["names"] or len(signed["names"].split()) == 1
    return not (alone and (line.endswith(".") or signed["more"])) and not (signed["more"] and line.endswith("."))


def _is_caption(line: str, in_head: bool) -> bool:
    if len(line) > _MAX_CAPTION_CHARS:
        return False
    if _CAPTION_SIGN.search(line):
        return True
    if _CAPTION.fullmatch(line):
        # "Ilustrasi: bila harga naik, petani senang." explains something
        return not (line.lower().startswith("ilustrasi") and line.endswith((".", ":", ";", ",")))
    credited = _CAPTION_CREDIT.fullmatch(line)
    if credited is None:
        return False
    caption = credited["caption"].rstrip()
    return (in_head or not SENTENCE_END.search(caption)) and not INNER_END.search(caption)
