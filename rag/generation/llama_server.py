"""One llama.cpp server (``llama-server``) over HTTP: what it serves, and what may come after a prompt of token ids.

    address → is it there, is it the model → Continuation: the tokens it takes, each with the likeliest beside it

Nothing is sent but numbers and a grammar: no text of an article is tokenised there, so none of it becomes a control
token. Nothing that it says is trusted: sizes, times and numbers are bounded here, and who asks checks that a token was
allowed. Redirects are not followed and no proxy is used: a request goes to the address that was named, or nowhere.
"""

from __future__ import annotations

import http.client
import json
import math
import socket
import threading
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from index.errors import ModelError
from rag.generation.scheduling import Cancelled, Handle

_MOST_BYTES = 8 * 1024**2  # of one reply; 64 tokens with the likeliest beside each are 200 kB
# By hand: above any difference of two logits of one model, and small enough for float32 to keep their order.
_BIAS = 100.0
_NAME_CHARS = 120
_COMPLETION = "/completion"
_FIELDS = "tokens_evaluated truncated completion_probabilities stop stop_type tokens_predicted error".split()
_PROBE_TOP = 16
# Ordinary tokens that spell "<|im_start|>Ibu kota Provinsi Jawa Timur adalah kota", which a server that reads text
# would shorten; and how likely the catalogue's model finds " yang" after them. The bound is set by hand: two builds of
# llama.cpp on one processor found -1.25 and -1.39, other models know other words.
_PROBE = (27, 91, 318, 4906, 91, 29, 40, 19644, 595, 6089, 58329, 31284, 619, 14077, 9354, 324, 37560, 595, 6089)
_PROBE_NEXT, _PROBE_LOG, _PROBE_WITHIN = 10371, -1.25, 0.5


class ServerFault(ModelError):
    """A server cannot be used now: away, busy beyond its time, of another model, or talking nonsense."""


class RequestRefused(ServerFault):
    """A server is there, but does not do what was asked of it."""


@dataclass(frozen=True)
class Timeouts:
    """How long to wait, in seconds: for a connection, for an answer to a short question, for the first token (a prompt
    of 4,000 tokens on a slow processor that others use too), for the next, and for a whole reply. All by hand."""

    connect_s: float = 3.0
    state_s: float = 5.0
    first_s: float = 120.0
    next_s: float = 30.0
    whole_s: float = 300.0


@dataclass(frozen=True)
class Weights:
    """What tells a model from another: how many tokens it knows, how many parameters it has and their bytes."""

    tokens: int
    parameters: int
    size_bytes: int


# As llama.cpp counts them in the catalogue's GGUF file; the digest of that file is in rag.models.registry.
CATALOGUE = Weights(tokens=151_936, parameters=1_777_088_000, size_bytes=1_111_370_240)


@dataclass(frozen=True)
class State:
    """What a server says of itself."""

    weights: Weights
    slots: int
    context_tokens: int
    model: str
    build: str


@dataclass(frozen=True)
class Continuation:
    """What comes next, by one server: the token taken, with its probability's logarithm, and the likeliest of all
    tokens, likeliest first. ``token`` is None where the server ended."""

    token: int | None
    log_probability: float
    top: Mapping[int, float]


class LlamaServer:
    """A server at one address. Safe to share by threads.

    >>> LlamaServer("http://127.0.0.1:8080/").address
    'http://127.0.0.1:8080'
    """

    def __init__(self, address: str, timeouts: Timeouts | None = None) -> None:
        self.address = address.rstrip("/")
        self._parts = urlsplit(self.address)
        self._timeouts = timeouts or Timeouts()

    def state(self, handle: Handle | None = None) -> State:
        """Return what the server says of itself. Raises ServerFault where it is not ready."""
        handle = handle or Handle()
        self._json("GET", "/health", None, handle)
        props = self._json("GET", "/props", None, handle)
        models = self._json("GET", "/v1/models", None, handle)
        try:
            meta = models["data"][0]["meta"]
            numbers = (meta["n_vocab"], meta["n_params"], meta["size"], props["total_slots"],
                       props["default_generation_settings"]["n_ctx"])  # fmt: skip
            tokens, parameters, size, slots, context = (_natural(number) for number in numbers)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise self._fault("bukan server llama.cpp yang dikenal (tidak menyebut modelnya)") from error
        name, build = _name(props.get("model_alias") or props.get("model_path")), _name(props.get("build_info"))
        return State(Weights(tokens, parameters, size), slots, context, name, build)

    def check(self, state: State, expected: Weights | None, context_tokens: int) -> None:
        """Raise ServerFault unless this is the model that is expected, with room for its prompts."""
        if expected is not None and state.weights != expected:
            raise self._fault(
                f"memuat model lain ({state.model}: {state.weights.parameters} parameter, {state.weights.size_bytes} "
                f"byte; seharusnya {expected.parameters} dan {expected.size_bytes})"
            )
        if state.context_tokens < context_tokens:
            raise self._fault(
                f"hanya memberi ruang {state.context_tokens} token per slot, perlu {context_tokens}; "
                "jalankan llama-server dengan -c yang lebih besar"
            )

    def probe(self, handle: Handle | None = None) -> None:
        """Raise ServerFault unless token ids are taken as they are and followed as the catalogue's model would."""
        found = self.next(_PROBE, (), _PROBE_TOP, handle or Handle())
        if abs(found.top.get(_PROBE_NEXT, -math.inf) - _PROBE_LOG) > _PROBE_WITHIN:
            raise self._fault("bukan model yang diharapkan, atau tidak menerima prompt berupa id token")

    def read(self, prompt: Sequence[int], handle: Handle | None = None) -> None:
        """Have a prompt computed, so that one that begins like it need not wait."""
        with closing(self._completion(prompt, {"n_predict": 0}, handle or Handle())) as events:
            for _ in events:
                pass

    def next(self, prompt: Sequence[int], among: Iterable[int], top: int, handle: Handle) -> Continuation:
        """Return the likeliest token ``among`` some, of all tokens where there are none."""
        bias = [[token, _BIAS] for token in sorted(among)]
        wanted = {"n_predict": 1, "n_probs": top, "logit_bias": bias}
        body = self._body(prompt, wanted)
        with self._exchange("POST", _COMPLETION, body, handle, first_s=self._timeouts.first_s) as lines:
            found = self._told(self._object(b"\n".join(lines)), prompt)
        if not found:
            raise self._fault("tidak menyebut peluang tokennya")
        return found[0]  # more of them where the first was half a character

    def run(
        self, prompt: Sequence[int], grammar: str, max_tokens: int, top: int, handle: Handle
    ) -> Generator[Continuation]:
        """Yield the likeliest tokens within a grammar, until it ends; nothing more where the limit is reached.

        It also ends where the server holds a token back: half a character is not told until it is whole.
        """
        wanted = {"n_predict": max_tokens, "n_probs": top, "grammar": grammar}
        with closing(self._completion(prompt, wanted, handle)) as events:
            for event in events:
                yield from event

    def _completion(
        self, prompt: Sequence[int], wanted: Mapping[str, Any], handle: Handle
    ) -> Generator[list[Continuation]]:
        """Yield what each event of a completion holds; the end of an answer is a token None."""
        told = 0
        body = {**self._body(prompt, wanted), "stream": True}
        with self._exchange("POST", _COMPLETION, body, handle, first_s=self._timeouts.first_s) as lines:
            for line in lines:
                if line.startswith(b"error:"):
                    raise RequestRefused(f"{self.address} menjawab dengan kesalahan")
                if not line.startswith(b"data:"):
                    continue  # a comment that keeps the connection alive, or the space between two events
                event = self._object(line[5:])
                found = self._told(event, prompt)
                told += len(found)
                if event.get("stop"):
                    yield [*found, Continuation(None, -math.inf, {})] if event.get("stop_type") == "eos" else found
                    return
                if found and event.get("tokens_predicted", told) != told:
                    return
                yield found
        raise self._fault("memutus sambungan di tengah jawaban")

    def _body(self, prompt: Sequence[int], wanted: Mapping[str, Any]) -> dict[str, Any]:
        """Return the request for a greedy completion; no sampler of the server's own plays a part."""
        greedy = {"temperature": 0.0, "samplers": ["temperature"], "repeat_penalty": 1.0, "cache_prompt": True}
        return {"prompt": list(prompt), "response_fields": _FIELDS, **greedy, **wanted}

    def _told(self, event: Mapping[str, Any], prompt: Sequence[int]) -> list[Continuation]:
        if "error" in event:
            raise RequestRefused(f"{self.address} menjawab dengan kesalahan")
        if event.get("tokens_evaluated") != len(prompt) or event.get("truncated"):
            raise self._fault("tidak menerima prompt berupa id token")
        told = event.get("completion_probabilities") or ()
        if not isinstance(told, (list, tuple)):
            raise self._fault("tidak menyebut peluang tokennya")
        return [self._continuation(one) for one in told]

    def _continuation(self, told: Any) -> Continuation:
        try:
            top = {_natural(one["id"]): _logarithm(one["logprob"]) for one in told["top_logprobs"]}
            token, log = _natural(told["id"]), _logarithm(told["logprob"])
        except (KeyError, TypeError, ValueError) as error:
            raise self._fault("tidak menyebut peluang tokennya") from error
        return Continuation(token, log, top)

    def _json(self, method: str, path: str, body: Any, handle: Handle) -> dict[str, Any]:
        with self._exchange(method, path, body, handle, first_s=self._timeouts.state_s) as lines:
            return self._object(b"\n".join(lines))

    def _object(self, content: bytes) -> dict[str, Any]:
        try:
            found = json.loads(content)
        except (ValueError, RecursionError) as error:
            raise self._fault("menjawab sesuatu yang bukan JSON") from error
        if not isinstance(found, dict):
            raise self._fault("menjawab sesuatu yang bukan objek JSON")
        return found

    @contextmanager
    def _exchange(self, method: str, path: str, body: Any, handle: Handle, first_s: float) -> Iterator[Iterator[bytes]]:
        """Send a request and give the lines of the reply. What goes wrong is a ServerFault, or Cancelled."""
        times = self._timeouts
        make = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        connection = make(self._parts.hostname or "", self._parts.port, timeout=times.connect_s)
        late = threading.Event()
        sock: socket.socket | None = None

        def end() -> None:
            late.set()
            _shut(sock)

        whole = threading.Timer(times.whole_s, end)
        whole.daemon = True
        try:
            if handle.cancelled:
                raise Cancelled
            connection.connect()
            sock = connection.sock
            whole.start()
            with handle.cancelling(lambda: _shut(sock)):
                sock.settimeout(first_s)
                content = None if body is None else json.dumps(body).encode("ascii")
                headers = {"Connection": "close", "Content-Type": "application/json"}
                connection.request(method, self._parts.path + path, content, headers)
                response = connection.getresponse()
                if response.status == http.client.BAD_REQUEST:
                    raise RequestRefused(f"{self.address} menolak permintaan (HTTP 400)")
                if response.status != http.client.OK:
                    raise self._fault(_status(response.status))
                yield self._lines(response, sock)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if handle.cancelled:
                raise Cancelled from error
            raise self._fault(_reason(error, late=late.is_set())) from error
        except ServerFault:
            if handle.cancelled:
                raise Cancelled from None
            raise
        finally:
            whole.cancel()
            _shut(sock)
            connection.close()

    def _lines(self, response: http.client.HTTPResponse, sock: socket.socket) -> Iterator[bytes]:
        """Yield the lines of a reply as they come."""
        rest, size = b"", 0
        while chunk := response.read1(65536):
            sock.settimeout(self._timeouts.next_s)
            size += len(chunk)
            if size > _MOST_BYTES:
                raise self._fault("menjawab terlalu panjang")
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines
        if rest:
            yield rest

    def _fault(self, what: str) -> ServerFault:
        return ServerFault(f"{self.address} {what}")


def _shut(sock: socket.socket | None) -> None:
    """Hang up, so that whoever reads is told at once."""
    if sock is not None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def _status(status: int) -> str:
    """Return what an HTTP status means to the reader.

    >>> _status(503), _status(418)
    ('masih memuat modelnya (HTTP 503)', 'menjawab HTTP 418')
    """
    known = {401: "menolak tanpa kunci API", 404: "bukan server llama.cpp", 503: "masih memuat modelnya"}
    return f"{known[status]} (HTTP {status})" if status in known else f"menjawab HTTP {status}"


def _reason(error: Exception, *, late: bool) -> str:
    if late or isinstance(error, TimeoutError):
        return "tidak menjawab pada waktunya"
    if isinstance(error, ConnectionRefusedError):
        return "tidak berjalan (sambungan ditolak)"
    if isinstance(error, OSError) and error.strerror:
        return f"tidak dapat dihubungi ({error.strerror})"
    return f"menjawab bukan menurut HTTP ({type(error).__name__})"


def _name(value: Any) -> str:
    """Return what a server calls something, fit to be shown."""
    return "".join(letter for letter in str(value or "") if letter.isprintable())[:_NAME_CHARS]


def _natural(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(value)
    return value


def _logarithm(value: Any) -> float:
    """Return the logarithm of a probability."""
    if not isinstance(value, (int, float)) or not math.isfinite(value) or value > 1e-3:
        raise ValueError(value)
    return float(value)
