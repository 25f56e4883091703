"""A question that wants yes or no, or one of two → the statement to judge. Rules of the language; no model."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.text.analysis import ANSWER_KIND_WORDS, QUESTION_WORDS


@dataclass(frozen=True)
class YesNo:
    """``claim`` is the statement asked about; ``choices`` are the two words or phrases of "A atau B?", else none.

    ``claims`` are the two statements that the choices make of it, in their order.
    """

    claim: str
    choices: tuple[str, str] | None = None
    claims: tuple[str, str] | None = None


_MAX_CHARS = 400
_LEAD = r"^\W*(?:(?:jadi|lalu|terus|oh|eh|nah|tolong|coba|menurut\s+[^,?]{2,60},)\s*,?\s*)?"
_OPENERS = re.compile(  # what leaves no doubt that yes or no is wanted
    rf"""{_LEAD}(?:(?:apa(?:kah)?\s+)?(?:benar|betul)(?:kah)?(?:\s+(?:bahwa|kalau|jika|ya))?|benarkah|betulkah|
    bukan(?:kah|nya)(?:\s+(?:itu|ini))?|apa(?:kah)?\s+(?=(?:sudah|telah|pernah|masih|akan|bisa|dapat|boleh|ada|perlu|harus|tidak|belum|
    memang|bukan|mungkin|juga|jadi|mau|ikut)\b)|did|does|do|is|are|was|were|has|have|will|can)\s+""",
    re.I | re.X,
)
_KAH = re.compile(
    rf"{_LEAD}(?P<word>(?!(?:siapa|apa|mana|kapan|berapa|mengapa|bagaimana|dimana|kemana|darimana|kenapa|gimana|"
    rf"seberapa|keberapa|bila|sia|nah|nas|naf|ber|ting|bela|lang)kah\b)[a-z]{{3,}})kah\b\s*",
    re.I,
)
_WHETHER = re.compile(rf"{_LEAD}(?P<word>apakah|apa)\s+", re.I)
_REQUEST = re.compile(  # "Bisakah Anda menjelaskan …?" asks for the thing itself
    r"^\W*(?:(?:tolong|mohon|apa(?:kah)?)\s+)?(?:(?:bisa|dapat|boleh|mau|mungkin)(?:kah)?\s+)(?:(?:anda|kamu|kau|saya|aku|kami|"
    r"tolong|bantu|minta)\s+){0,3}(?:(?:(?:men)?jelas|(?:meny|s)ebut|(?:men)?cerita|(?:men)?cari|(?:me)?rinci|"
    r"(?:men)?tampil|(?:meng)?urai)(?:kan|in)|tahu|minta|beri\s?tahu)\b|"
    r"^\W*ada\s+yang\s+(?:tahu|tau|bisa|punya)\b",
    re.I,
)
_OPEN_END = re.compile(  # "Budi lahir di kota?" leaves out what it asks for
    r"\b(?:oleh|di|ke|dari|pada|untuk|dengan|karena|adalah|akibat|(?:di|ke|dari|pada)\s+(?:kota|tahun|tanggal))\s*\?*$",
    re.I,
)
_TAG = re.compile(
    r"[\s,]+(?:(?:ya|iya)?\s*kan|ya|bukan|benar(?:kah)?|betul(?:kah)?|right|(?:benar|betul)\s+(?:tidak|gak|"
    r"nggak|bukan)|"
    r"(?:iya\s+)?(?:gak|nggak|ga|enggak|tidak|tak)\s+(?:sih|ya))\s*\?+\s*$",
    re.I,
)
_OR_NOT = re.compile(
    r"[\s,]+(?:atau\s+)?(?P<not>tidak|tak|belum|bukan|gak|nggak|enggak|ga)(?:\s+(?:sih|ya|"
    r"sama\s+sekali))?\s*\?+\s*$|[\s,]+(?:or\s+not)\s*\?+\s*$",
    re.I,
)
_VERB = re.compile(r"(?:di|me[mnlr]|meng|meny|ber)[a-z]{3,}(?<!nya)$")
_NO_VERB = frozenset(
    "direktur dinas diri dirjen direksi dinding diskon media menteri mentri merek meja menit merah merdeka "
    "medali meter metro "
    "bersama berita beras berat berbagai terhadap tentang tersebut terakhir terbesar tertinggi terbaik "
    "terbanyak terendah "
    "terpanjang terluas tertua terkecil termahal teroris terminal terdakwa tersangka terpidana terduga berikut "
    "berapa berapakah "
    "beliau belakang belum belanja meski mereka melalui menurut mengenai menjelang terkait".split()
)
# Words of state and movement without a prefix, and what stands before a predicate.
_BARE = frozenset(
    "sudah telah akan masih pernah bisa dapat boleh harus tidak tak belum ada bukan jadi sedang memang juga "
    "perlu mau ikut adalah "
    "termasuk merupakan ingin tahan aman mahal murah netral sehat hadir lolos menang kalah absen batal turun "
    "naik rela siap setuju "
    "sakit mati tewas lulus gagal pulang masuk keluar datang pergi tiba tinggal punya jatuh selamat bebas "
    "kembali pindah mundur maju "
    "lahir wafat gugur belajar terjadi tertangkap terpilih terlibat terkena terbukti tercatat terdampak "
    "terancam terluka tertunda terbit "
    "terlambat terjual terungkap terdaftar tersedia tertinggal mungkin bersedia tutup buka libur sama cukup "
    "gratis resmi sepakat tahu suka benci takut yakin percaya kenal hilang rusak "
    "roboh runtuh retak terbakar macet seri imbang bubar pensiun dicoret cuma hanya sempat jago bagus "
    "laku habis kena main tanding puas sanggup mampu anti pro".split()
)
_RELATION = frozenset(ANSWER_KIND_WORDS) | frozenset(
    "tujuan alasan penyebab sebab fungsi manfaat dampak akibat isi judul jenis bentuk peran tugas syarat hasil "
    "makna penghargaan "
    "jabatan pekerjaan profesi hobi julukan gelar kelebihan keunggulan perbedaan beda ciri warna bahasa ibukota "
    "nama-nama lembaga "
    "organisasi agama partai hubungan kepanjangan tema visi misi motto slogan usul usulan langkah upaya "
    "strategi kendala cara kerugian keuntungan tanggapan komentar kata "
    "jawaban motif dasar pesan pernyataan reaksi respons makanan".split()
)
# Nouns that open a heading: "Tanggal lahir Budi?" asks for the day.
_HEADINGS = frozenset(
    "tanggal tahun hari bulan tempat lokasi alamat waktu durasi lama biaya harga tarif cara jadwal kronologi profil "
    "pemilik pendiri penulis pemenang juara data info informasi daftar jumlah nama usia umur ukuran luas jarak "
    "kota negara asal merek nilai skor".split()
)
_MODALS = frozenset("sudah telah akan masih belum tidak bisa dapat sama benar masuk kehilangan".split())
_PERSONS = frozenset("dia ia mereka beliau kita kami".split())
_NAME = re.compile(r"[A-ZÀ-Þ][\w'’./-]*$|\d[\w.,/-]*$")
_ASKING = re.compile(
    r"\b(?:siapa|kapan|berapa|mengapa|kenapa|bagaimana|gimana|mana|dimana|kemana|darimana|keberapa)(?:kah)?\b|"
    r"\bapa(?:kah)?\b",
    re.I,
)


_OF_NAME = re.compile(r"[A-ZÀ-Þ][a-z]\S*(?:\s+[A-ZÀ-Þ]\S*)*\s+(?!(?:itu|ini|sih|sebenarnya|artinya)\b)[a-z]")


def yes_no(question: str) -> YesNo | None:
    """Return what a question wants judged, None where it wants something told.

    >>> yes_no("Apakah Budi hadir di Surabaya?").claim, yes_no("Apakah nama pasar itu?")
    ('Budi hadir di Surabaya', None)
    >>> yes_no("Konser itu digelar di Solo atau di Batu?").choices
    ('di Solo', 'di Batu')

    A statement with a question mark counts, a mere heading ("Harga beras?") does not.
    """
    text = " ".join(question.split())
    if len(text) > _MAX_CHARS or _REQUEST.match(text) or _OPEN_END.search(text):
        return None
    if _TAG.search(text) and (claim := _TAG.sub("", text)) and not _tells(_bare(claim)):
        return _judged(_bare(claim))
    if (tail := _OR_NOT.search(text)) and (claim := text[: tail.start()]) and not _tells(_bare(claim)):
        return YesNo(_bare(claim))
    body = text.rstrip("?.! ")
    for form in (_OPENERS, _KAH):
        if (match := form.match(body)) and not _ASKING.search(_asked_of(body[match.end() :])):
            word = match.groupdict().get("word") or ""
            kept = (
                body[match.start("word") : match.end("word")]
                if word.lower() not in ("", "benar", "betul", "bukan")
                else ""
            )
            if form is _OPENERS:
                kept = ""
            return _judged(f"{kept} {body[match.end() :]}".strip())
    if match := _WHETHER.match(body):
        claim = re.sub(r"^menurut\s+(?:[A-Z]\S*\s+)+", "", body[match.end() :])
        colloquial = match["word"].lower() == "apa"
        one_of_two = _NAME.match(claim.split()[0]) is not None and _alternatives(claim) is not None
        # "Apakah Khofifah gubernur Jawa Timur?": "apakah" asks what a thing is, never who a person is
        of_name = not colloquial and _OF_NAME.match(claim) is not None
        return _judged(claim) if one_of_two or of_name or _is_statement(claim, colloquial=colloquial) else None
    said = body.lower().split()
    heading = bool(said) and said[0] in _HEADINGS and _MODALS.isdisjoint(said)
    if text.endswith("?") and not heading and not _ASKING.search(body) and _is_statement(body, colloquial=True):
        return _judged(body)
    return None


def _asked_of(claim: str) -> str:
    """Return where a question word of a claim's own may stand: before its relative clause, or at its end."""
    return f"{claim.split(' yang ')[0][:60]} … {' '.join(claim.split()[-3:])}"


def _judged(claim: str) -> YesNo:
    claim = claim.strip(" ,.?!")
    found = _alternatives(claim)
    return YesNo(claim, *found) if found else YesNo(claim)


def _alternatives(claim: str) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """Return the two of "A atau B" and the statement that each makes, None where there is no such choice."""
    parts = re.split(r"\s*,?\s+atau(?:kah)?\s+", claim)
    if len(parts) != 2:
        return None
    before, after = parts[0].split(), parts[1].split()
    if not before or not after:
        return None
    size_before, size_after = _sizes(before, after)
    one, two = " ".join(before[-size_before:]), " ".join(after[:size_after])
    head, tail = " ".join(before[:-size_before]), " ".join(after[size_after:])
    claims = tuple(" ".join(f"{head} {choice} {tail}".split()) for choice in (one, two))
    return (one, two), (claims[0], claims[1])


def _sizes(before: list[str], after: list[str]) -> tuple[int, int]:
    """Return how many words each choice has: names whole, a preposition with its noun, else one word."""
    if _NAME.match(after[0]):
        size_after = next((at for at, word in enumerate(after) if not _NAME.match(word)), len(after))
        if after[0][0].isdigit() and size_after < len(after):  # "dua jam", "7 pemain"
            size_after += 1
        size_before = 0
        while size_before < len(before) and _NAME.match(before[-1 - size_before]):
            size_before += 1
        if size_before == len(before) and len(before) > 1 and size_before > size_after:
            size_before = size_after
        return max(1, size_before), size_after
    if after[0].lower() in ("di", "ke", "dari", "pada", "oleh", "untuk", "karena") and after[0].lower() in map(
        str.lower, before
    ):
        at = max(place for place, word in enumerate(before) if word.lower() == after[0].lower())
        size_after = 1 + next((n for n, word in enumerate(after[1:]) if not _NAME.match(word)), len(after) - 1)
        return len(before) - at, max(2, size_after)
    return 1, 1


def _bare(claim: str) -> str:
    """Return a claim without the word that asks before it."""
    claim = claim.strip(" ,.?!")
    for form in (_OPENERS, _WHETHER):
        if match := form.match(claim):
            return claim[match.end() :]
    return claim


def _tells(claim: str) -> bool:
    """Tell whether a text still asks for something to be told."""
    return _ASKING.search(claim) is not None


def _is_statement(claim: str, *, colloquial: bool) -> bool:
    """Tell whether words say something of something: "Budi hadir", not "nama pasar yang dibuka Budi"."""
    words = claim.split()
    if not words or (re.search(r"\b(?:itu|ini|sih)\s*$", claim) and len(words) <= 3):
        return False
    lower = [word.lower().strip(",.\"'“”()") for word in words]
    if lower[0] in ("yang", "itu", "nama", "arti", "kepanjangan"):
        return False
    predicate = _predicate(words, lower)
    if predicate is None or _tells(" ".join(words[:predicate])):
        return False
    if lower[0] in _RELATION:
        # "Apakah alasan warga menolak …" tells; "Apakah hasil laga itu sudah diumumkan" judges
        return not colloquial and lower[predicate] in _MODALS
    if colloquial and not (_NAME.match(words[0]) or lower[0] in _BARE | _PERSONS or _is_verb(lower[0])):
        return "itu" in lower[:predicate] or "ini" in lower[:predicate]
    return predicate > 0 or lower[0] in _BARE or _is_verb(lower[0])


def _predicate(words: list[str], lower: list[str]) -> int | None:
    """Return the place of the first word that says something, None where all of them stand in relative clauses."""
    inside = False  # right behind "yang": those words of doing belong to it
    since = False  # behind a relative clause only a word like "sudah" surely begins the predicate
    for at, word in enumerate(lower):
        if word in ("yang", "untuk", "guna", "demi"):
            inside = since = True
            continue
        speaks = word in _BARE or _is_verb(word)
        if inside:
            inside = speaks
            continue
        if speaks and not (at and _NAME.match(words[at])) and (not since or word in _MODALS or word == "termasuk"):
            return at
    return None


def _is_verb(word: str) -> bool:
    return word not in _NO_VERB | QUESTION_WORDS and _VERB.match(word) is not None
