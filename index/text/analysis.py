"""Indonesian words as the word index sees them: lower case, no function words, stemmed.

Stems only help to find a text; what is shown and checked is always the text itself.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from index.text.lexicon import lexicon

_WORD = re.compile(r"\w+")
_ACCENTS = re.compile("[\u0300-\u036f]")

_QUESTIONS = lexicon("questions")
# Function words: too common to tell one text from another.
STOP_WORDS = lexicon("function_words").set("stop")
# They tell that a question is in English.
ENGLISH_WORDS = _QUESTIONS.set("english")
# Words that ask: they name the kind of answer and hardly ever stand in the text that answers.
ASKING_WORDS = _QUESTIONS.set("what", "who", "when", "where", "how_many", "why", "how", "request")
QUESTION_WORDS = ENGLISH_WORDS | ASKING_WORDS

# Words that name the kind of answer asked for; the text that gives the answer seldom uses them.
ANSWER_KIND_WORDS = _QUESTIONS.set("answer_kind")

_local = threading.local()  # a Snowball stemmer keeps state and must not be shared by threads


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Return the Indonesian Snowball stem of one lower-case word.

    >>> stem("melayani"), stem("pelayanan")
    ('layan', 'layan')
    """
    if not hasattr(_local, "stemmer"):
        import Stemmer

        _local.stemmer = Stemmer.Stemmer("indonesian")
    return str(_local.stemmer.stemWord(word))


def tokens(text: str) -> list[str]:
    """Return the lower-case words of a text, compatibility characters and accents folded.

    >>> tokens("Rp1,5 triliun, kata Khofifah.")
    ['rp1', '5', 'triliun', 'kata', 'khofifah']
    """
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return _WORD.findall(text.lower())


def index_stems(text: str) -> list[str]:
    """Return the stems a text is found by, in order, repeats kept (BM25 counts them).

    >>> index_stems("Pelayanan yang melayani rakyat")
    ['layan', 'layan', 'rakyat']
    """
    return _stems(tokens(text), STOP_WORDS)


def query_stems(question: str) -> list[str]:
    """Return the stems to look for, question words out, each once, in order.

    >>> query_stems("Siapakah yang melayani rakyat, apa rakyat?")
    ['layan', 'rakyat']

    A question of nothing but function words keeps them, so that it still finds something.
    """
    words = tokens(question)
    stems = _stems(words, STOP_WORDS | QUESTION_WORDS) or _stems(words, frozenset())
    return list(dict.fromkeys(stems))


def topic_stems(question: str) -> list[str]:
    """Return the stems of what a question is about: its query stems without the words for the kind of answer.

    >>> topic_stems("Apa kepanjangan IKI?")
    ['iki']
    """
    kinds = {stem(word) for word in ANSWER_KIND_WORDS}
    stems = query_stems(question)
    return [word for word in stems if word not in kinds] or stems


def query_terms(question: str) -> list[str]:
    """Return the stems to look for, and each two that follow one another as a phrase.

    >>> query_terms("Siapakah yang melayani rakyat kecil?")
    ['layan', 'rakyat', 'kecil', 'layan rakyat', 'rakyat kecil']

    The phrases favour a text that says it in the question's words: +.007 recall@1 on FacQA train (the first rows of
    `scripts/bench/fusion.py`, with and without them here).
    """
    stems = query_stems(question)
    return stems + [f"{one} {next}" for one, next in pairwise(stems)]


def _stems(words: Iterable[str], without: frozenset[str]) -> list[str]:
    return [stem(word) for word in words if word not in without]
