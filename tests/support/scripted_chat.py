"""Chat models without weights. What they say is chosen by the real decoder, from the logits of a small vocabulary: so
they copy where copying is asked, hold what must be held, end at the limit of tokens and tell how sure they were.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np

from rag.generation.chat_template import Message
from rag.generation.decoder import ArrayScores, Decoder, Logits, Stream, Trace
from rag.generation.prompts import NOT_FOUND
from rag.generation.scheduling import Handle, Turns

Answers = Mapping[str, float]  # what may be said, with how likely each is
_WORD = re.compile(r"\s*\S+|\s+")
_OTHERWISE = 1e-6  # the probability of each token that no answer goes on with


class WordEncoder:
    """The words of some texts, each with the space before it, and all single bytes; token 0 ends an answer.

    With ``letters`` there are only the bytes.

    >>> encoder = WordEncoder(["40 pedagang"])
    >>> encoder.plain("40 pedagang"), encoder.bytes_of(2), len(encoder.plain(" kios"))
    ([1, 2], b' pedagang', 5)
    """

    stops = frozenset({0})

    def __init__(self, texts: Sequence[str], *, letters: bool = False) -> None:
        spelled = [] if letters else [_bytes(word) for text in texts for word in _WORD.findall(text)]
        ordered = dict.fromkeys([*spelled, *(bytes([one]) for one in range(256))])
        self.vocabulary_bytes = {word: token for token, word in enumerate(ordered, start=1)}
        self._spelling = [b"", *ordered]

    def __len__(self) -> int:
        return len(self._spelling)

    def plain(self, text: str) -> list[int]:
        return [token for word in _WORD.findall(text) for token in self._tokens(_bytes(word))]

    def bytes_of(self, token: int) -> bytes:
        return self._spelling[token]

    def _tokens(self, word: bytes) -> list[int]:
        known = self.vocabulary_bytes
        return [known[word]] if word in known else [known[bytes([one])] for one in word]


class AnswersModel:
    """A language model of a few whole answers: each token is as likely as the answers that go on with it.

    Where none of them goes on from what was said, all tokens are alike: the decoder takes the lowest that may come, and
    ends where it may.
    """

    def __init__(self, answers: Answers, encoder: WordEncoder, before_step: Callable[[], None]) -> None:
        self._answers = answers
        self._encoder = encoder
        self._before_step = before_step
        self._said: list[int] = []

    def begin(self) -> ArrayScores:
        self._before_step()
        return ArrayScores(self.logits())

    def step(self, token: int) -> ArrayScores:
        self._before_step()
        self._said.append(token)
        return ArrayScores(self.logits())

    def back(self) -> None:
        self._said.pop()

    def logits(self) -> Logits:
        said = b"".join(map(self._encoder.bytes_of, self._said))
        rest = {answer[len(said) :]: share for answer, share in self._spelled().items() if answer.startswith(said)}
        chances = np.full(len(self._encoder), _OTHERWISE, np.float32)
        for answer, share in rest.items():
            following = self._encoder.plain(answer.decode("utf-8", "replace"))
            chances[following[0] if following else 0] += share / sum(rest.values())
        return np.log(chances)

    def _spelled(self) -> dict[bytes, float]:
        return {_bytes(answer): share for answer, share in self._answers.items()}


class Chooses(Protocol):
    def __call__(self, messages: Sequence[Message], /) -> Answers:
        """Return what may be said to these messages."""


class DecodedChat:
    """A chat model that would say what ``choose`` returns, one turn at a time, as the real one; it keeps what it was
    asked. ``piece_s`` is the time a token takes; words are its tokens, with ``letters`` single bytes.
    """

    def __init__(self, choose: Chooses, *, piece_s: float = 0.0, name: str = "scripted", letters: bool = False) -> None:
        self.name = name
        self.asked: list[Sequence[Message]] = []
        self.copied_from: list[Sequence[str]] = []
        self.give_way: Callable[[], None] = lambda: None
        self._choose = choose
        self._piece_s = piece_s
        self._letters = letters
        self._turns = Turns()

    def count_tokens(self, text: str) -> int:
        return len(_WORD.findall(text))

    def stream(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        handle: Handle | None = None,
        *,
        copy_from: Sequence[str] = (),
        must_hold: re.Pattern[str] | None = None,
        refusal: str = "",
    ) -> Stream:
        handle = handle or Handle()
        self.asked.append(messages)
        self.copied_from.append(copy_from)
        with self._turns.turn(lambda: handle.cancelled, handle.on_wait) as mine:
            if not mine:
                return Trace()
            handle.on_wait(0)
            answers = self._choose(messages)
            encoder = WordEncoder([refusal, *answers, *copy_from], letters=self._letters)
            model = AnswersModel(answers, encoder, self._before_step)
            decoder = Decoder(encoder, model.step, model.back, handle, refusal)
            return (yield from decoder.answer(model.begin(), max_tokens, copy_from, must_hold))

    def _before_step(self) -> None:
        self.give_way()
        time.sleep(self._piece_s)


class ScriptedChat(DecodedChat):
    """Would say the answers it is given, one after another; one that is an error is raised.

    >>> "".join(ScriptedChat("40 pedagang").stream([], 9, copy_from=["Ada 40 pedagang."]))
    '40 pedagang'
    >>> "".join(ScriptedChat({"90 kios": 0.8, "40 pedagang": 0.2}).stream([], 9, copy_from=["Ada 40 pedagang."]))
    '40 pedagang'
    """

    def __init__(self, *answers: str | Answers | BaseException, name: str = "scripted", letters: bool = False) -> None:
        super().__init__(self._next, name=name, letters=letters)
        self._answers = list(answers)

    def _next(self, messages: Sequence[Message]) -> Answers:
        assert self._answers, "asked more often than answers were given"
        answer = self._answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return {answer: 1.0} if isinstance(answer, str) else answer


class KnowingChat(DecodedChat):
    """Would say an answer for each of some words in what it is asked, and the refusal where none is in it."""

    def __init__(self, answers: Mapping[str, str], piece_s: float = 0.0) -> None:
        super().__init__(self._known, piece_s=piece_s)
        self._answers = answers

    def _known(self, messages: Sequence[Message]) -> Answers:
        asked = messages[-1]["content"]
        return {next((said for word, said in self._answers.items() if word in asked), NOT_FOUND): 1.0}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
