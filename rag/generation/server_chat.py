"""The language model on llama.cpp servers elsewhere (``TANYA_LLM=http://…``): the same words as from the model at hand.

    messages → token ids, made here → a server → what may come next → the decoder, here, which chooses

The vocabulary is read from the model's file; its weights are not loaded. The decoder is the one of the model at hand:
it asks for the likeliest of the tokens that may come. After the first of them a grammar lets a server run ahead, so an
answer takes two or three requests; where it ran another way than the decoder goes, it is asked anew from there.

A server that fails leaves the answer to the next, in the middle of it too, since a prompt and what was said so far are
all there is to know. One that failed is tried again when the others have failed as well, or after a rest.
"""

from __future__ import annotations

import logging
import math
import re
import threading
import time
from collections.abc import Callable, Generator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import ExitStack, closing
from typing import Protocol, TypeVar

from index.errors import ModelError
from rag.generation.chat_template import Message
from rag.generation.constrained_decoding import CopyGuide
from rag.generation.copy_grammar import copy_grammar
from rag.generation.decoder import Decoder, Stream, TokenEncoder
from rag.generation.llama_server import (
    Continuation,
    LlamaServer,
    RequestRefused,
    ServerFault,
    State,
    Weights,
)
from rag.generation.protocol import CONTEXT_TOKENS, check_room
from rag.generation.scheduling import Cancelled, Handle, Turns

# A server that failed is tried after the others for so long, twice as long after each failure, at most the second: one
# that only swallows packets costs a question three seconds.
_REST_S, _MOST_REST_S = 5.0, 120.0
_CHECKED_S = 30.0  # a server is asked again what it is after so long
_TOP_FIRST = 256  # the refusal's first token is among so many, or is asked for by itself
_TOP = 16
_log = logging.getLogger("tanya.model")
Result = TypeVar("Result")


class PromptEncoder(TokenEncoder, Protocol):
    """What is needed of a vocabulary: also the tokens of a prompt, in its parts."""

    def parts(self, messages: Sequence[Message]) -> list[list[int]]: ...


class _Member:
    """One server, its line and how it was last found."""

    def __init__(self, server: LlamaServer) -> None:
        self.server = server
        self.turns = Turns()
        self.fault = ""
        self._failures = 0  # since it was last well
        self._failed_at = -math.inf
        self._checked_at = -math.inf
        self._proved: State | None = None
        self._checking = threading.Lock()

    @property
    def rests(self) -> bool:
        """Whether it failed just now."""
        rest_s = min(_MOST_REST_S, _REST_S * 2 ** min(self._failures - 1, 10))
        return self._failures > 0 and time.monotonic() - self._failed_at < rest_s

    @property
    def load(self) -> float:
        """How many are in its line, by slots."""
        return self.turns.taken / self.turns.at_once

    def ensure(self, expected: Weights | None, probed: bool, handle: Handle) -> None:
        """Raise ServerFault unless it is there and is the model that is expected, as of a moment ago."""
        with self._checking:
            if time.monotonic() - self._checked_at < _CHECKED_S:
                return
            state = self.server.state(handle)
            self.server.check(state, expected, CONTEXT_TOKENS)
            if state != self._proved and probed:
                self.server.probe(handle)
            if self.fault:
                _log.info("back: %s", self.server.address)
            self.fault, self._proved, self._checked_at, self._failures = "", state, time.monotonic(), 0
            self.turns.at_once = max(1, state.slots)

    def fail(self, error: ServerFault) -> None:
        """It failed: it is asked what it is before it is used again."""
        self.fault, self._failed_at, self._checked_at, self._proved = str(error), time.monotonic(), -math.inf, None
        self._failures += 1
        _log.warning("failed: %s", error)


class ServerChat:
    """A chat model on one or more servers. Safe to share by threads; each server answers as many as it has slots.

    ``expected`` is what the model must be (None: any), and with ``probed`` it must also speak like the catalogue's.
    Nothing is asked of a server before it is needed. Raises ModelError from a stream that no server could end.
    """

    def __init__(
        self,
        name: str,
        encoder: PromptEncoder,
        servers: Sequence[LlamaServer],
        expected: Weights | None = None,
        *,
        probed: bool = False,
    ) -> None:
        self.name = name
        self.encoder = encoder
        self.give_way: Callable[[], None] = lambda: None  # it computes elsewhere: never called
        self._members = [_Member(server) for server in servers]
        self._expected = expected
        self._probed = probed

    def count_tokens(self, text: str) -> int:
        return len(self.encoder.plain(text))

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
        prompt = [token for part in self.encoder.parts(messages) for token in part]
        check_room(len(prompt), max_tokens)
        with closing(_Asking(self, handle, prompt, max_tokens)) as asking:
            decoder = Decoder(self.encoder, asking.step, asking.back, handle, refusal)
            return (yield from decoder.answer(asking.scores(), max_tokens, copy_from, must_hold))

    def knows(self, token: int | None) -> bool:
        """Tell whether this may be a token of the model."""
        return token is not None and (self._expected is None or token < self._expected.tokens)

    def warm(self, messages: Sequence[Message]) -> None:
        """Have each server compute what prompts begin with; one that cannot is left out."""
        _ = self.encoder.vocabulary_bytes  # takes a second the first time
        first = self.encoder.parts(messages)[0]
        for member in self._members:
            try:
                self.ensure(member, Handle())
                member.server.read(first)
            except ServerFault as error:
                member.fail(error)

    def ensure(self, member: _Member, handle: Handle) -> None:
        """Raise ServerFault unless a server can be asked."""
        member.ensure(self._expected, self._probed, handle)

    def order(self) -> list[_Member]:
        """Return the servers as they are to be tried: those that are well and least busy first."""
        return sorted(self._members, key=lambda member: (member.rests, member.load))


class _Asking:
    """One answer in the making: the prompt, the tokens said so far, and the server that goes on with it."""

    def __init__(self, chat: ServerChat, handle: Handle, prompt: Sequence[int], max_tokens: int) -> None:
        self._chat = chat
        self._handle = handle
        self._prompt = list(prompt)
        self._said: list[int] = []
        self._max_tokens = max_tokens
        self._member: _Member | None = None
        self._failed: dict[_Member, str] = {}  # for this answer, and why
        self._turn = ExitStack()
        self._step_by_step = False
        self._run: Generator[Continuation] | None = None
        self._run_at: list[int] = []  # what was said where the run goes on

    def close(self) -> None:
        """Hang up and leave the line."""
        self._end_run()
        self._turn.close()

    def scores(self) -> _Scores:
        """Return the scores of what comes next."""
        return _Scores(self, tuple(self._said))

    def step(self, token: int) -> _Scores:
        self._said.append(token)
        return self.scores()

    def back(self) -> None:
        self._said.pop()

    def one(self, said: Sequence[int], among: AbstractSet[int], top: int) -> Continuation:
        """Return the likeliest token among some, after what was said."""
        self._end_run()

        def ask(server: LlamaServer) -> Continuation:
            found = server.next([*self._prompt, *said], among, top, self._handle)
            if found.token not in among if among else not self._chat.knows(found.token):
                raise ServerFault(f"{server.address} menjawab token yang tidak diminta")
            return found

        return self._on_a_server(ask)

    def ahead(self, said: Sequence[int], guide: CopyGuide) -> Continuation | None:
        """Return what a run ahead tells of what comes next; None where it does not tell."""
        found = None
        if self._run is not None and self._run_at == list(said):
            assert self._member is not None
            try:
                found = next(self._run, None)
            except ServerFault as error:  # who asks goes on at another server
                self._give_up(self._member, error)
        else:
            self._end_run()
            found = self._begin_run(said, guide)
        if found is None or found.token is None:
            self._end_run()
        else:
            self._run_at = [*said, found.token]
        return found

    def _begin_run(self, said: Sequence[int], guide: CopyGuide) -> Continuation | None:
        grammar, left = copy_grammar(guide), self._max_tokens - len(said)
        if grammar is None or left < 1 or self._step_by_step:
            return None

        def begin(server: LlamaServer) -> Continuation | None:
            self._run = server.run([*self._prompt, *said], grammar, left, _TOP, self._handle)
            try:
                return next(self._run, None)
            except RequestRefused as error:  # one that takes no grammar can still be asked for each token
                _log.warning("no grammar: %s", error)
                self._step_by_step = True
                return None

        return self._on_a_server(begin)

    def _end_run(self) -> None:
        if self._run is not None:
            self._run.close()
            self._run = None

    def _on_a_server(self, ask: Callable[[LlamaServer], Result]) -> Result:
        """Return what a server answers; the next is asked where one fails."""
        while True:
            member = self._member or self._take()
            try:
                return ask(member.server)
            except ServerFault as error:
                self._give_up(member, error)

    def _take(self) -> _Member:
        """Wait in the line of a server that has not failed this answer, and see that it is well."""
        for member in self._chat.order():
            if member in self._failed:
                continue
            mine = self._turn.enter_context(member.turns.turn(lambda: self._handle.cancelled, self._handle.on_wait))
            if not mine:
                raise Cancelled
            self._handle.on_wait(0)
            self._member = member
            try:
                self._chat.ensure(member, self._handle)
                return member
            except ServerFault as error:
                self._give_up(member, error)
        why = "; ".join(self._failed.values())
        raise ModelError(f"Server model bahasa tidak dapat dipakai: {why}. Buktinya tetap dapat dibaca.")

    def _give_up(self, member: _Member, error: ServerFault) -> None:
        member.fail(error)
        self._failed[member] = str(error)
        self._end_run()
        self._member = None
        self._turn.close()


class _Scores:
    """How likely each token is to come next, asked for when it is needed."""

    def __init__(self, asking: _Asking, said: Sequence[int]) -> None:
        self._asking = asking
        self._said = said
        self._top: dict[int, float] = {}  # the likeliest of all tokens, likeliest first
        self._known: dict[int, float] = {}  # others

    def likeliest(self) -> int:
        return self._likeliest_of(frozenset(), _TOP)

    def choose(self, guide: CopyGuide, stops: AbstractSet[int]) -> int | None:
        allowed = guide.allowed()
        if not allowed:
            return None
        wanted = allowed | stops if guide.may_end else allowed
        if self._said and not self._top:
            found = self._asking.ahead(self._said, guide)
            if found is not None and found.token is None and guide.may_end:
                return None
            if found is not None and found.token in wanted:
                self._keep(found)
                # subtle: the grammar may allow less than the guide; the likeliest that is known decides.
                token = self._first_of(wanted)
                return _unless_end(found.token if token is None else token, stops)
        token = self._first_of(wanted)
        return _unless_end(self._likeliest_of(wanted, _TOP_FIRST) if token is None else token, stops)

    def best(self, tokens: AbstractSet[int]) -> int | None:
        if not tokens:
            return None
        found = self._first_of(tokens)
        return self._likeliest_of(tokens, _TOP) if found is None else found

    def log_probability(self, token: int) -> float:
        if token not in self._top and token not in self._known:
            self._likeliest_of(frozenset({token}), _TOP)
        return self._top.get(token, self._known.get(token, -math.inf))

    def _first_of(self, tokens: AbstractSet[int]) -> int | None:
        return next((token for token in self._top if token in tokens), None)

    def _likeliest_of(self, tokens: AbstractSet[int], top: int) -> int:
        found = self._asking.one(self._said, tokens, top)
        self._keep(found)
        assert found.token is not None
        return found.token

    def _keep(self, found: Continuation) -> None:
        if len(found.top) > len(self._top):
            self._top = dict(sorted(found.top.items(), key=lambda pair: (-pair[1], pair[0])))
        if found.token is not None:
            self._known[found.token] = found.log_probability


def _unless_end(token: int, stops: AbstractSet[int]) -> int | None:
    return None if token in stops else token
