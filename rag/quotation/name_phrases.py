"""A run of words → the phrase that may name somebody: titles, offices and names up to what ends them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.text.dates import MONTH_WORDS, WEEKDAY_WORDS
from index.text.lexicon import lexicon
from rag.quotation.speech import NAME_LINKS, PERSON_ROLES, PRONOUNS, ROLE_WORDS, STOPPERS

# Words for times that are names too, as "Hari Prabowo", "Mei Lestari", "Minggu Sutrisno".
TIME_NAMES = WEEKDAY_WORDS | MONTH_WORDS | lexicon("calendar").set("times_of_names")
_ADDRESSES = lexicon("roles").set("address")
_WORD = re.compile(r"[\w’'‘`/-]+")
_NUMBER = re.compile(r"\d{1,2}|\d{1,3}/RW")  # Polres 3, RT 03, RT 03/RW 05
_DEGREES = lexicon("roles").set("degrees")
# What an office is for, by its form: "Kedokteran", "Pemberdayaan", "Koordinasi".
_FIELD = re.compile(r"(?:ke|pe|per|pem|pen|peng)[a-z]{3,}(?<!w)an|[a-z]{4,}asi")
# In small letters within an office: "Deputi bidang Koordinasi", "Head of Communication".
_LINKS_OF_OFFICES = (ROLE_WORDS - PERSON_ROLES) | {"of", "for"}
_ARABIC = re.compile(r"(?:a[lnsdrtz]|ash|el)-\w+")  # Ahmed al-Asadi
# What somebody does as she says it: "kata sang aktor mengawali pidatonya", "kata dokter gigi berusia 51 tahun".
_ACTS = re.compile(r"(?:meng|meny|mem|men|ber)(?!nama\b|inisial\b)[a-z]{4,}")
_GLUED = re.compile(r"[a-z]{3,}['’‘][A-Z]")  # pelantun'Belah Duren'ini


def opens_name(words: Sequence[str], position: int) -> bool:
    """Tell whether a word for a time is somebody's first name: behind a title or first of all, a surname behind it.

    >>> opens_name(["Sekretaris", "Daerah", "Hari", "Prabowo"], 2), opens_name(["Budi", "Rabu", "Siang"], 1)
    (True, False)
    """
    word = words[position]
    if not word[0].isupper():
        return False
    last = words[position - 1].lower() if position else ""
    if last in _ADDRESSES:
        return True
    if last and last not in ROLE_WORDS and not words[position - 1][0].islower():
        return False
    following = words[position + 1] if position + 1 < len(words) else ""
    bare = following.strip(".,").lower()
    return following[:1].isupper() and bare not in TIME_NAMES | STOPPERS | ROLE_WORDS


def is_field(word: str) -> bool:
    """Tell whether a word in small letters is built as the fields of offices are.

    >>> is_field("kedokteran"), is_field("koordinasi"), is_field("setiawan")
    (True, True, False)
    """
    return _FIELD.fullmatch(word) is not None


def name_phrase(text: str) -> str:
    """Return the words up to what ends a name, without those that do.

    >>> name_phrase("Ketua KPUD Muna, Kubais, Senin"), name_phrase("dr. Budi Herdi dalam rapat")
    ('Ketua KPUD Muna', 'dr. Budi Herdi')
    """
    end = 0
    capital = named = False
    last = ""
    for match in _WORD.finditer(text):
        gap, word = text[end : match.start()], match.group()
        low = word.lower().strip("’'‘`")
        if end and gap == ". " and len(last) <= 4 and word[0].isupper():
            gap = " "  # an initial or an abbreviation
        if re.fullmatch(r" \([^()]{1,40}\) ?", gap) and word[0].isupper():
            gap = " "  # the short form of an office: Patroli Jalan Raya (PJR) Tol ...
        if gap == " & " and word[0].isupper() and text.split()[0].lower() in ROLE_WORDS:
            gap = " "  # Co-Founder & CEO
        if gap != " " and not (end == 0 and not gap.strip()):
            if not (gap.startswith(" (") and ")" not in gap):
                break
            continue  # within brackets
        role = last.lower() in ROLE_WORDS or not capital or (not named and is_field(last.lower()))
        following = text[match.end() :].lstrip()[:1]
        numbered = (role or last.isupper()) and following.isupper() and _NUMBER.fullmatch(word)
        if word[0].isdigit() and not numbered:
            break
        within = role and not named and capital and following.isupper()
        joins = within and (low == "dan" or (word[0].islower() and low in _LINKS_OF_OFFICES))
        # Menteri Dalam Negeri, Kanit Laka Lantas Polres
        joins = joins or (
            end > 0 and last[:1].isupper() and word[0].isupper() and following.isupper() and low in STOPPERS
        )
        if end and not capital and _ACTS.fullmatch(word) and word not in ROLE_WORDS and not is_field(last):
            break
        if _GLUED.match(word) or (end and not following.isupper() and not re.search(r"\w", word)):
            break
        behind = _WORD.match(text, match.end() + 1) if text[match.end() : match.end() + 1] == " " else None
        pair = [last, word, behind.group() if behind else ""]
        named_so = low in TIME_NAMES and not named and opens_name(pair if last else pair[1:], 1 if last else 0)
        if not (joins or named_so) and (
            low in STOPPERS
            or low in WEEKDAY_WORDS
            or (
                capital
                and word[0].islower()
                and not word[1:2].isupper()
                and low not in NAME_LINKS | _DEGREES
                and not _ARABIC.match(word)
            )
        ):
            break
        office = low in ROLE_WORDS or (role and is_field(low)) or joins
        named = named or named_so or (word[0].isupper() and not office and not word.isupper())
        capital = capital or word[0].isupper()
        end, last = match.end(), word
        if low in PRONOUNS:
            break
    return text[:end].strip()
