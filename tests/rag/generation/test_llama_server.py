"""One server over real HTTP: what it may say, and what becomes of all it may do wrong."""

import math
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from fake_llama_server import MODEL, PROMPT_END, FakeLlamaServer, PromptEncoder

from rag.generation.llama_server import LlamaServer, ServerFault, Timeouts, Weights
from rag.generation.scheduling import Cancelled, Handle

ENCODER = PromptEncoder(["di Surabaya timur"])
DI, SURABAYA, TIMUR = ENCODER.plain("di Surabaya timur")
QUICK = Timeouts(connect_s=1, state_s=1, first_s=0.5, next_s=0.3, whole_s=2.0)
PROMPT = [5, 6, PROMPT_END]


@pytest.fixture
def fake() -> Iterator[FakeLlamaServer]:
    with FakeLlamaServer({"di Surabaya": 0.75, "di Surabaya timur": 0.25}, ENCODER) as server:
        yield server


def test_the_likeliest_of_some_tokens_with_its_own_chance(fake: FakeLlamaServer) -> None:
    server = LlamaServer(fake.address)
    found = server.next([*PROMPT, DI, SURABAYA], {TIMUR, DI}, 3, Handle())
    assert found.token == TIMUR
    assert math.exp(found.log_probability) == pytest.approx(0.25, abs=1e-3)
    assert [round(math.exp(log), 2) for log in found.top.values()] == [0.75, 0.25, 0.0]
    assert fake.requests[0]["prompt"] == [*PROMPT, DI, SURABAYA]
    assert fake.requests[0]["temperature"] == 0


def test_a_grammar_is_followed_to_its_end(fake: FakeLlamaServer) -> None:
    told = list(LlamaServer(fake.address).run(PROMPT, 'root ::= "di" (" Surabaya")?', 9, 2, Handle()))
    assert [one.token for one in told] == [DI, SURABAYA, 0, None]
    told = list(LlamaServer(fake.address).run(PROMPT, 'root ::= "di Surabaya timur"', 2, 2, Handle()))
    assert [one.token for one in told] == [DI, SURABAYA]


def test_what_it_is(fake: FakeLlamaServer) -> None:
    server = LlamaServer(fake.address)
    state = server.state()
    assert (state.weights, state.slots, state.context_tokens) == (Weights(*MODEL.values()), 1, 4096)
    server.check(state, Weights(*MODEL.values()), 4096)
    with pytest.raises(ServerFault, match=r"memuat model lain \(uji: 1000 parameter, 4000 byte; seharusnya 7 dan 4000"):
        server.check(state, Weights(512, 7, 4000), 4096)
    with pytest.raises(ServerFault, match="hanya memberi ruang 4096 token per slot, perlu 5000"):
        server.check(state, None, 5000)


def test_the_probe_knows_the_catalogue_s_model(fake: FakeLlamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    LlamaServer(fake.address).probe()
    assert fake.requests[0]["prompt"][:6] == [27, 91, 318, 4906, 91, 29]
    monkeypatch.setattr("fake_llama_server.PROBE_ANSWER", {10371: -2.0, 84885: -1.1})
    with pytest.raises(ServerFault, match="bukan model yang diharapkan"):
        LlamaServer(fake.address).probe()


@pytest.mark.parametrize(
    ("mode", "told"),
    [
        ("text", "tidak menerima prompt berupa id token"),
        ("negative", "tidak menyebut peluang"),
        ("certain", "tidak menyebut peluang"),
        ("nan", "tidak menyebut peluang"),
        ("no chances", "tidak menyebut peluang"),
        ("error", "menjawab dengan kesalahan"),
        ("list", "bukan objek JSON"),
        ("500", "menjawab HTTP 500"),
        ("redirect", "menjawab HTTP 307"),
        ("not http", "menjawab bukan menurut HTTP"),
        ("garbage", "bukan JSON"),
        ("deep", "bukan JSON"),
        ("long", "terlalu panjang"),
        ("cut", "menjawab bukan menurut HTTP|tidak dapat dihubungi"),
        ("hang", "tidak menjawab pada waktunya"),
        ("drip", "tidak menjawab pada waktunya"),
    ],
)
def test_what_it_does_wrong_is_one_line(fake: FakeLlamaServer, mode: str, told: str) -> None:
    fake.mode = mode
    began = time.monotonic()
    with pytest.raises(ServerFault, match=told) as found:
        LlamaServer(fake.address, QUICK).next(PROMPT, {DI}, 3, Handle())
    assert time.monotonic() - began < 5
    assert str(found.value).startswith(fake.address)
    assert "secret" not in str(found.value)


@pytest.mark.parametrize("mode", ["cut", "text", "error", "hang", "drip", "garbage", "no chances"])
def test_a_stream_that_goes_wrong_in_the_middle(fake: FakeLlamaServer, mode: str) -> None:
    fake.mode, fake.fails_at = mode, 1
    told = []
    with pytest.raises(ServerFault):
        for one in LlamaServer(fake.address, QUICK).run(PROMPT, 'root ::= "di Surabaya timur"', 3, 2, Handle()):
            told.append(one.token)
        assert mode == "no chances" and told == [DI]  # it said that it is at its limit
        raise ServerFault("")
    assert told == [DI]


def test_nobody_there_and_not_ready(fake: FakeLlamaServer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(ServerFault, match=r"tidak berjalan \(sambungan ditolak\)"):
            LlamaServer(address).state()
    fake.mode = "loading"
    with pytest.raises(ServerFault, match="masih memuat modelnya"):
        LlamaServer(fake.address).state()
    fake.mode = "no meta"
    with pytest.raises(ServerFault, match="tidak menyebut modelnya"):
        LlamaServer(fake.address).state()
    with pytest.raises(ServerFault, match=r"bukan server llama\.cpp"):
        LlamaServer(fake.address + "/elsewhere").state()


def test_cancelling_hangs_up(fake: FakeLlamaServer) -> None:
    handle = Handle()
    fake.mode = "hang"
    threading.Timer(0.2, handle.cancel).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        LlamaServer(fake.address).next(PROMPT, {DI}, 3, handle)
    assert time.monotonic() - began < 2
    with pytest.raises(Cancelled):
        LlamaServer(fake.address).next(PROMPT, {DI}, 3, handle)
    assert len(fake.requests) == 1


def test_a_stream_that_is_closed_hangs_up(fake: FakeLlamaServer) -> None:
    fake.answers, fake.token_s = {"di Surabaya timur": 1.0}, 0.15
    letters = 'root ::= "di Surabaya timur"'
    stream = LlamaServer(fake.address).run(PROMPT, letters, 3, 2, Handle())
    assert next(stream).token == DI
    stream.close()
    assert fake.hung_up.wait(3)
    assert fake.told < 3


def test_no_proxy_is_used(fake: FakeLlamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert LlamaServer(fake.address).state().slots == 1
