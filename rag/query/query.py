"""A question, read once: what the search, the choice of evidence and the checks ask of its words.

What makes a question stand alone, its time words and its spelling come before it (``rag.retrieval.search_plan``);
nothing behind it splits the question's string again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from index.text import analysis
from index.text.numbers import numbers
from rag.query import abbreviations, answer_type, parts
from rag.query.answer_type import Kind
from rag.query.intent import Intent, intent
from rag.query.names import names_in


@dataclass(frozen=True)
class Query:
    """A question as it is searched with. What is asked of it is worked out when first needed, and only once.

    >>> query = Query("Siapakah yang memimpin Forum itu?")
    >>> query.content_words, query.topic, query.kind
    (('memimpin', 'forum'), ('pimpin', 'forum'), <Kind.NAME: 4>)

    How rare its words are depends on the archive: those weights stand beside it (``SearchPlan.topic``).
    """

    text: str

    def reworded(self, text: str) -> Query:
        """Return the question in other words; itself where they are the same, with all that is known of it."""
        return self if text == self.text else Query(text)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """Its words in order, lower case (``index.text.analysis.tokens``)."""
        return tuple(analysis.tokens(self.text))

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words, lower case."""
        return frozenset(self.tokens)

    @cached_property
    def content_words(self) -> tuple[str, ...]:
        """Its words as they are written, lower case, without function and question words."""
        without = analysis.STOP_WORDS | analysis.QUESTION_WORDS
        return tuple(word for word in self.tokens if word not in without)

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The stems to look for, each once (``index.text.analysis.query_stems``)."""
        return tuple(analysis.query_stems(self.text))

    @cached_property
    def all_stems(self) -> frozenset[str]:
        """The stems of all its words but function words, those that ask included."""
        return frozenset(analysis.index_stems(self.text))

    @cached_property
    def topic(self) -> tuple[str, ...]:
        """The stems of what it is about (``index.text.analysis.topic_stems``)."""
        return tuple(analysis.topic_stems(self.text))

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """What to ask the word index for: stems, phrases of two, and the other forms of short forms."""
        return *analysis.query_terms(self.text), *(swap.other.stems for swap in self._swaps)

    @cached_property
    def numbers(self) -> frozenset[Decimal]:
        """The numbers in it."""
        return frozenset(numbers(self.text))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names in it, told by their capitals (``rag.query.names``)."""
        return tuple(name.text for name in names_in(self.text))

    def named_in(self, text: str) -> float:
        """Return the share of its names whose words a text holds, 1 where it has no names.

        >>> Query("Siapa Bupati Pati saat Banjir Juwana?").named_in("Banjir di Kali Juwana, kata bupati Rembang.")
        0.5
        """
        held = set(analysis.index_stems(self.read_as_asked(text)))
        shares = [
            sum(stem in held for stem in stems) / len(stems)
            for stems in (analysis.index_stems(name) for name in self.names)
            if stems
        ]
        return sum(shares) / len(shares) if shares else 1.0

    @cached_property
    def kind(self) -> Kind:
        """The kind of answer it asks for."""
        return answer_type.answer_kind(self.text)

    @cached_property
    def abbreviation(self) -> str | None:
        """The abbreviation whose meaning it asks for, None where it asks for none."""
        return answer_type.asked_abbreviation(self.text)

    @cached_property
    def asks_reason(self) -> bool:
        """Whether it asks why."""
        return answer_type.asks_reason(self.text)

    @cached_property
    def asks_way(self) -> bool:
        """Whether it asks how something was done or happened."""
        return answer_type.asks_way(self.text)

    @cached_property
    def asks_who_is(self) -> bool:
        """Whether it asks who somebody is, by name."""
        return answer_type.asks_who_is(self.text)

    @cached_property
    def intent(self) -> Intent:
        """What it wants done."""
        return intent(self.text)

    @cached_property
    def parts(self) -> tuple[parts.Part, ...]:
        """The questions it asks, one where it asks one thing."""
        return parts.question_parts(self.text, self.intent.wanted)

    @cached_property
    def is_english(self) -> bool:
        """Whether it asks in English: its words then tell little of an Indonesian text."""
        return not analysis.ENGLISH_WORDS.isdisjoint(self.words)

    @cached_property
    def _swaps(self) -> tuple[abbreviations.Swap, ...]:
        # Asked what an abbreviation means, the long form is the answer.
        return () if self.abbreviation else abbreviations.swaps_for(self.text)

    def read_as_asked(self, text: str) -> str:
        """Return a text with short and long forms as the question has them.

        >>> Query("Apa nama bandara di Medan?").read_as_asked("Pesawat mendarat di Bandar Udara Polonia.")
        'Pesawat mendarat di bandara Polonia.'

        A question for what an abbreviation means changes nothing, as the long form is then the answer.
        """
        for swap in self._swaps:
            text = swap.in_text(text)
        return text

    def stems_as_asked(self, stems: str) -> str:
        """Do the same in a text's stems, with spaces between.

        >>> Query("Apa nama bandara di Medan?").stems_as_asked("darat bandar udara polonia")
        'darat bandara polonia'
        """
        for swap in self._swaps:
            stems = swap.in_stems(stems)
        return stems

    def answer_form(self, texts: Sequence[str] = ()) -> re.Pattern[str]:
        """Return what must stand in an answer that is copied from ``texts`` (``rag.query.answer_type``)."""
        return answer_type.answer_form(self.kind, self.abbreviation, self.words, texts)
