"""A llama.cpp server without weights, over real HTTP on 127.0.0.1. What it says is chosen from the logits of a few
whole answers (`AnswersModel`), as a real server chooses: greedily, with its biases, within the grammar that was sent.

A prompt ends with the token `PROMPT_END`, what follows it was said. `mode` is what it does wrong, from the completion
that `fails_from` names on, and in a stream from the token that `fails_at` names on.
"""

import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
from scripted_chat import Answers, AnswersModel, WordEncoder

from rag.generation.chat_template import Message

PROMPT_END = 90_000
MODEL = {"n_vocab": 512, "n_params": 1000, "size": 4000}
PROBE_ANSWER = {10371: -1.26, 84885: -1.67}


class PromptEncoder(WordEncoder):
    """Prompts of bytes: what never changes, then the rest."""

    def parts(self, messages: Sequence[Message]) -> list[list[int]]:
        contents = ["\n".join(message["content"] for message in part) for part in (messages[:-1], messages[-1:])]
        first, last = (list(content.encode()) for content in contents)
        return [part for part in (first, [*last, PROMPT_END]) if part]


class FakeLlamaServer:
    """Serves one model; as a context it runs and its `address` can be asked.

    >>> with FakeLlamaServer({"Surabaya": 1.0}, PromptEncoder(["di Surabaya"])) as server:
    ...     server.address.startswith("http://127.0.0.1:")
    True
    """

    def __init__(self, answers: Answers, encoder: WordEncoder, *, slots: int = 1, port: int = 0) -> None:
        self.answers, self.encoder, self.slots = answers, encoder, slots
        self.model: dict[str, int] = dict(MODEL)
        self.context = 4096
        self.mode, self.fails_from, self.fails_at = "", 0, 0
        self.only_streams = False
        self.token_s = 0.0
        self.requests: list[dict[str, Any]] = []  # the bodies of completions
        self.paths: list[str] = []
        self.told = 0  # tokens that were sent
        self.hung_up = threading.Event()
        self.released = threading.Event()
        self.at_once = self.most_at_once = 0
        self._changed = threading.Lock()
        handler = type("Handler", (_Handler,), {"fake": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._http.daemon_threads = True
        self.port = self._http.server_port
        self.address = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "FakeLlamaServer":
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.released.set()
        self._http.shutdown()
        self._http.server_close()

    def busy(self, change: int) -> None:
        with self._changed:
            self.at_once += change
            self.most_at_once = max(self.most_at_once, self.at_once)

    def scores(self, said: Sequence[int]) -> Any:
        model = AnswersModel(self.answers, self.encoder, lambda: None)
        for token in said:
            model.step(token)
        logits = model.logits().astype(np.float64)
        return logits - np.log(np.exp(logits).sum())


class _Handler(BaseHTTPRequestHandler):
    fake: FakeLlamaServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *told: object) -> None:
        pass

    def do_GET(self) -> None:
        fake = self.fake
        fake.paths.append(self.path)
        if fake.mode == "loading":
            self._send(503, {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}})
        elif self.path == "/health":
            self._send(200, {"status": "ok"})
        elif self.path == "/props":
            settings = {"n_ctx": fake.context}
            self._send(200, {"total_slots": fake.slots, "default_generation_settings": settings, "model_alias": "uji"})
        elif self.path == "/v1/models":
            self._send(200, {"data": [{"id": "uji", "meta": None if fake.mode == "no meta" else fake.model}]})
        else:
            self._send(404, {"error": "no such path"})

    def do_POST(self) -> None:
        fake = self.fake
        fake.paths.append(self.path)
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fake.requests.append(body)
        failing = fake.mode if len(fake.requests) > fake.fails_from else ""
        self._busy = True
        fake.busy(1)
        try:
            stream = body.get("stream", False)
            if failing and (not stream or fake.fails_at == 0) and (stream or not fake.only_streams):
                self._fail(failing, body)
            else:
                self._complete(body, failing)
        except OSError:
            fake.hung_up.set()
        finally:
            self._free()

    def _free(self) -> None:
        if self._busy:
            self._busy = False
            self.fake.busy(-1)

    def _complete(self, body: dict[str, Any], failing: str) -> None:
        prompt, stream = body["prompt"], body.get("stream", False)
        assert all(isinstance(token, int) for token in prompt), "a prompt of anything but ids"
        told = list(self._tokens(body))
        ended = bool(told) and told[-1]["id"] == 0
        if not stream:
            self._free()  # before whoever asked knows
            self._send(200, self._event(prompt, told, len(told), stop="limit"))
            return
        self._begin("text/event-stream")
        for number, one in enumerate(told, start=1):
            if failing and number > self.fake.fails_at:
                self._fail(failing, body, begun=True)
                return
            time.sleep(self.fake.token_s)
            if number == len(told):
                self._free()
            self._data(self._event(prompt, [one], number))
            self.fake.told += 1
        self._free()
        self._data(self._event(prompt, [], len(told), stop="eos" if ended else "limit"))
        self._chunk(b"")

    def _tokens(self, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        fake, prompt = self.fake, body["prompt"]
        if PROMPT_END not in prompt:  # the probe, or what is read ahead
            if body["n_predict"]:
                top = [{"id": token, "logprob": log} for token, log in PROBE_ANSWER.items()]
                yield {"id": 10371, "logprob": -1.26, "top_logprobs": top}
            return
        said = prompt[prompt.index(PROMPT_END) + 1 :]
        bias = dict(body.get("logit_bias", ()))
        allowed = language(body["grammar"]) if "grammar" in body else set()
        spelled = b""
        for _ in range(body["n_predict"]):
            logs = fake.scores(said)
            biased = logs.copy()
            for token, more in bias.items():
                biased[token] += more
            for token in range(len(biased)) if "grammar" in body else ():
                if token == 0:
                    fits = spelled in allowed
                else:
                    fits = any(text.startswith(spelled + fake.encoder.bytes_of(token)) for text in allowed)
                biased[token] = biased[token] if fits else -np.inf
            token = int(np.argmax(biased))
            top = [{"id": int(one), "logprob": float(logs[one])} for one in np.argsort(-logs, kind="stable")]
            yield {"id": token, "logprob": float(logs[token]), "top_logprobs": top[: body["n_probs"]]}
            if token == 0:
                return
            said = [*said, token]
            spelled += fake.encoder.bytes_of(token)

    def _event(
        self, prompt: Sequence[int], told: Sequence[dict[str, Any]], count: int, stop: str = ""
    ) -> dict[str, Any]:
        event = {"tokens_evaluated": len(prompt), "tokens_predicted": count, "stop": bool(stop), "truncated": False}
        chances = {"completion_probabilities": list(told)} if told else {}
        return event | chances | ({"stop_type": stop} if stop else {})

    def _fail(self, mode: str, body: dict[str, Any], *, begun: bool = False) -> None:
        fake, prompt = self.fake, body["prompt"]
        wrong = {"id": 3, "logprob": -0.5, "top_logprobs": [{"id": 3, "logprob": -0.5}]}
        replies: dict[str, Any] = {
            "text": self._event(prompt[:-1], [wrong], 1, "limit"),  # it counted the tokens of its own
            "wrong token": self._event(prompt, [{**wrong, "id": 9_999_999}], 1, "limit"),
            "negative": self._event(prompt, [{**wrong, "id": -4}], 1, "limit"),
            "certain": self._event(prompt, [{**wrong, "logprob": 3.0}], 1, "limit"),
            "nan": self._event(prompt, [{**wrong, "logprob": float("nan")}], 1, "limit"),
            "no chances": self._event(prompt, [], 1, "limit"),
            "error": {"error": {"code": 400, "message": "Failed to parse grammar"}},
            "list": [1, 2, 3],
        }
        if mode == "hang":
            fake.released.wait(20)
        elif mode == "cut":
            self.connection.shutdown(2)
        elif mode == "400":
            self._send(400, {"error": {"code": 400, "message": "Failed to parse grammar"}})
        elif mode == "500":
            self._send(500, {"error": {"code": 500, "message": "a secret of the server", "type": "server_error"}})
        elif mode == "redirect":
            self.send_response(307)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif mode == "not http":
            self.wfile.write(b"\x00\x01 hello\r\n\r\n")
            self.close_connection = True
        elif mode == "garbage":
            self._send(200, b"<html>" * 50)
        elif mode == "deep":
            self._send(200, b"[" * 200_000)
        elif mode == "long":
            self._begin("application/json")
            for _ in range(9):
                self._chunk(b"x" * 1024**2)
            self._chunk(b"")
        elif mode == "drip":
            self._begin("application/json")
            while not fake.released.wait(0.02):
                self._chunk(b" ")
        elif begun:
            self._data(replies[mode])
            self._chunk(b"")
        else:
            content = json.dumps(replies[mode]).encode()
            self._send(200, b"data: " + content + b"\n\n" if body.get("stream") else content)

    def _begin(self, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def _data(self, event: Any) -> None:
        self._chunk(b"data: " + json.dumps(event).encode() + b"\n\n")

    def _chunk(self, content: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))

    def _send(self, status: int, content: Any) -> None:
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)


def language(grammar: str) -> set[bytes]:
    """Return all that a grammar of literals, names, alternatives and `( … )?` may spell.

    >>> sorted(language('root ::= "a" b | "c"\\nb ::= ("d" c)?\\nc ::= ""'))
    [b'a', b'ad', b'c']
    """
    rules = dict(line.split(" ::= ", 1) for line in grammar.splitlines())
    known: dict[str, set[bytes]] = {}

    def of(name: str) -> set[bytes]:
        if name not in known:
            known[name] = {text for choice in _choices(rules[name]) for text in sequence(choice)}
        return known[name]

    def sequence(choice: str) -> set[bytes]:
        found = {b""}
        optional = choice.startswith("(") and choice.endswith(")?")
        for literal, name in _PART.findall(choice[1:-2] if optional else choice):
            following = of(name) if name else {_unescaped(literal).encode()}
            found = {before + after for before in found for after in following}
        return found | ({b""} if optional else set())

    return of("root")


_PART = re.compile(r'"((?:[^"\\]|\\.)*)"|(\w+)')
_CHOICE = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^"|])+')


def _choices(rule: str) -> list[str]:
    return [choice.strip() for choice in _CHOICE.findall(rule)]


def _unescaped(literal: str) -> str:
    escapes = {"n": "\n", "r": "\r", "t": "\t"}
    return re.sub(
        r"\\(x([0-9A-F]{2})|.)", lambda one: chr(int(one[2], 16)) if one[2] else escapes.get(one[1], one[1]), literal
    )
