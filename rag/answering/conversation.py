"""What an answer is to the questions after it, fresh from the model or out of the history."""

from __future__ import annotations

from index.storage.repository import Store
from rag.answering.answer import Answer
from rag.query.rewriting import Turn
from rag.retrieval.search_plan import turn_of


def turn_after(answer: Answer, store: Store) -> Turn:
    """Return the turn that an answered question is: the articles it cites, and its words where anything was found.

    >>> turn_after(assistant.ask("Siapa gubernurnya?"), store).articles  # doctest: +SKIP
    ('004.txt',)

    The words of a no are not kept: their "Tidak" would be taken for a name.
    """
    cited = {number for sentence in answer.sentences for number in sentence.citations}
    articles = [source.article_id for source in answer.sources if source.n in cited]
    return turn_of(answer.asked, articles, store, answer.answer if answer.found else "")
