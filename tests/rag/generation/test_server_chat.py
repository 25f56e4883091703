"""Answers from servers elsewhere: the same as at hand, whatever one of the servers does."""

import random
import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from fake_llama_server import MODEL, FakeLlamaServer, PromptEncoder
from scripted_chat import Answers, AnswersModel

from index.errors import ModelError
from rag.generation.decoder import Decoder, Trace, heard
from rag.generation.llama_server import LlamaServer, Timeouts, Weights
from rag.generation.scheduling import Handle
from rag.generation.server_chat import ServerChat

TEXTS = ["Tanah di Grahadi, Surabaya", "Tiket 2.500 rupiah dijual di Bali", "“Kopi” 12 kg — Tidak dijual"]
REFUSAL = "Tidak ditemukan"
ANSWERS = {"di Grahadi": 0.6, "Tanah di Grahadi": 0.3, REFUSAL: 0.1}
QUICK = Timeouts(connect_s=3, state_s=3, first_s=1.0, next_s=1.0, whole_s=5.0)
MESSAGES = [{"role": "system", "content": "Salin."}, {"role": "user", "content": "Di mana?"}]
ENCODER = PromptEncoder([*TEXTS, REFUSAL])


def at_hand(answers: Answers, encoder: PromptEncoder, refusal: str = "", **how: Any) -> tuple[str, Trace]:
    model = AnswersModel(answers, encoder, lambda: None)
    return heard(Decoder(encoder, model.step, model.back, Handle(), refusal).answer(model.begin(), 64, **how))


def chat(*fakes: FakeLlamaServer, times: Timeouts | None = None, encoder: Any = ENCODER, **how: Any) -> ServerChat:
    return ServerChat("uji", encoder, [LlamaServer(fake.address, times) for fake in fakes], **how)


def traced(model: ServerChat, handle: Handle | None = None, refusal: str = "") -> tuple[str, Trace]:
    return heard(model.stream(MESSAGES, 64, handle, copy_from=TEXTS, refusal=refusal))


def said(model: ServerChat, handle: Handle | None = None) -> str:
    return traced(model, handle)[0]


@pytest.fixture
def one() -> Iterator[FakeLlamaServer]:
    with FakeLlamaServer(ANSWERS, ENCODER) as server:
        yield server


@pytest.fixture
def two() -> Iterator[FakeLlamaServer]:
    with FakeLlamaServer(ANSWERS, ENCODER) as server:
        yield server


def test_the_same_answers_and_chances_as_at_hand() -> None:
    """Whole answers of all sorts: near and far from the texts, refusals, numbers that must be held, half characters."""
    candidates = [
        "di Grahadi", "Tanah di Grahadi", "Tanah", "Tidak dijual", REFUSAL, "2.500 rupiah", "12 kg", "“Kopi”", "Kopi",
        "Surabaya", "dijual di Bali", "kosong",
    ]  # fmt: skip
    differ = set()
    for seed in range(60):
        chance = random.Random(seed)
        letters = seed % 3 == 0
        encoder = PromptEncoder([*TEXTS, REFUSAL], letters=letters)
        answers = {answer: chance.random() + 0.01 for answer in chance.sample(candidates, chance.randint(1, 4))}
        must_hold = re.compile(r"\d+") if seed % 4 == 1 else None
        refusal = REFUSAL if seed % 5 else ""
        wanted, local = at_hand(answers, encoder, refusal, copy_from=TEXTS, must_hold=must_hold)
        with FakeLlamaServer(answers, encoder) as fake:
            model = chat(fake, encoder=encoder)
            stream = model.stream(MESSAGES, 64, copy_from=TEXTS, must_hold=must_hold, refusal=refusal)
            found, remote = heard(stream)
        assert found == wanted, (seed, answers)
        assert remote.words == pytest.approx(local.words, abs=1e-4), seed
        assert remote.refusal == pytest.approx(local.refusal, abs=1e-4)
        assert remote.begin == pytest.approx(local.begin, abs=1e-4)
        differ.add(found)
    assert len(differ) > 8


def test_free_writing_is_the_same(one: FakeLlamaServer) -> None:
    assert "".join(chat(one).stream(MESSAGES, 64)) == at_hand(ANSWERS, ENCODER)[0] == "di Grahadi"


def test_a_control_token_in_a_text_is_bytes(one: FakeLlamaServer) -> None:
    messages = [MESSAGES[0], {"role": "user", "content": "<|im_start|>"}]
    assert "".join(chat(one).stream(messages, 64, copy_from=TEXTS)) == "di Grahadi"
    prompt = one.requests[-1]["prompt"]
    assert bytes(prompt[: len("Salin.<|im_start|>")]).decode() == "Salin.<|im_start|>"
    assert all(isinstance(token, int) for request in one.requests for token in request["prompt"])


def test_an_answer_takes_few_requests(one: FakeLlamaServer) -> None:
    one.answers = {"Tanah di Grahadi, Surabaya": 1.0}
    assert said(chat(one)) == "Tanah di Grahadi, Surabaya"
    assert [bool(request.get("stream")) for request in one.requests] == [False, True]
    assert one.paths[:3] == ["/health", "/props", "/v1/models"]


def test_one_that_is_killed_in_the_middle_leaves_the_answer_to_the_next(
    one: FakeLlamaServer, two: FakeLlamaServer
) -> None:
    one.answers = two.answers = {"Tanah di Grahadi, Surabaya": 1.0}
    one.mode, one.fails_from, one.fails_at = "cut", 1, 2
    model = chat(one, two)
    words, trace = traced(model)
    assert words == "Tanah di Grahadi, Surabaya"
    assert len(trace.words) == 4
    assert two.requests[0]["prompt"][-3:] == ENCODER.plain("Tanah di Grahadi,")  # no word is said twice
    asked = len(one.requests)
    assert said(model) == "Tanah di Grahadi, Surabaya"
    assert len(one.requests) == asked  # it rests


@pytest.mark.parametrize(
    "mode", ["text", "wrong token", "nan", "500", "redirect", "not http", "garbage", "long", "hang"]
)
def test_whatever_one_does_wrong_the_next_answers(one: FakeLlamaServer, two: FakeLlamaServer, mode: str) -> None:
    one.mode = mode
    words, trace = traced(chat(one, two, times=QUICK), refusal=REFUSAL)
    assert words == "di Grahadi"
    assert trace.words[0] == pytest.approx(-0.51, abs=0.01)


@pytest.mark.parametrize("mode", ["wrong token", "no chances"])
def test_a_run_ahead_that_goes_wrong_changes_no_answer(one: FakeLlamaServer, mode: str) -> None:
    one.mode, one.only_streams, one.fails_at = mode, True, 1
    one.answers = {"Tanah di Grahadi, Surabaya": 1.0}
    words, trace = traced(chat(one))
    assert words == "Tanah di Grahadi, Surabaya"
    assert trace.words == pytest.approx([0.0] * len(trace.words), abs=0.01)


@pytest.mark.parametrize("mode", ["400", "error"])
def test_one_that_takes_no_grammar_is_asked_token_by_token(one: FakeLlamaServer, mode: str) -> None:
    one.mode, one.only_streams = mode, True
    one.answers = {"Tanah di Grahadi, Surabaya": 1.0}
    assert said(chat(one)) == "Tanah di Grahadi, Surabaya"
    assert [bool(request.get("stream")) for request in one.requests].count(True) == 1


def test_a_token_beyond_the_vocabulary_is_a_fault(one: FakeLlamaServer) -> None:
    one.mode = "wrong token"
    with pytest.raises(ModelError, match="menjawab token yang tidak diminta"):
        list(chat(one, expected=Weights(*MODEL.values())).stream(MESSAGES, 3))


def test_another_model_is_refused_in_one_line(one: FakeLlamaServer) -> None:
    model = chat(one, expected=Weights(512, 2000, 4000))
    with pytest.raises(ModelError) as found:
        said(model)
    assert "memuat model lain (uji: 1000 parameter" in str(found.value)
    assert "\n" not in str(found.value)
    assert one.requests == []  # nothing of a question was sent to it


def test_a_server_that_reads_no_ids_gets_no_question(one: FakeLlamaServer) -> None:
    one.mode = "text"
    with pytest.raises(ModelError, match="tidak menerima prompt berupa id token"):
        said(chat(one, probed=True, expected=Weights(*MODEL.values())))
    assert [request["prompt"][:2] for request in one.requests] == [[27, 91]]


def test_it_is_back_by_itself(one: FakeLlamaServer) -> None:
    model = chat(one)
    assert said(model) == "di Grahadi"
    one.__exit__()
    with pytest.raises(ModelError, match=r"tidak dapat dipakai: .*tidak berjalan.* Buktinya tetap dapat dibaca"):
        said(model)
    with FakeLlamaServer(ANSWERS, ENCODER, port=one.port):
        assert said(model) == "di Grahadi"
    one = FakeLlamaServer({}, ENCODER)
    one.__enter__()


def test_another_model_after_a_restart_is_seen(one: FakeLlamaServer) -> None:
    model = chat(one, expected=Weights(*MODEL.values()))
    assert said(model) == "di Grahadi"
    one.__exit__()
    with pytest.raises(ModelError):
        said(model)
    with FakeLlamaServer(ANSWERS, ENCODER, port=one.port) as other:
        other.model["n_params"] = 7
        with pytest.raises(ModelError, match="memuat model lain"):
            said(model)
        other.model["n_params"] = 1000
        assert said(model) == "di Grahadi"


def together(model: ServerChat, count: int, handles: list[Handle] | None = None) -> list[str]:
    found = [""] * count

    def ask(number: int) -> None:
        found[number] = said(model, handles[number] if handles else None)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return found


@pytest.mark.parametrize("slots", [1, 3])
def test_as_many_at_once_as_there_are_slots(slots: int) -> None:
    with FakeLlamaServer(ANSWERS, ENCODER, slots=slots) as fake:
        model = chat(fake)
        assert said(model) == "di Grahadi"
        fake.token_s = 0.1 if slots > 1 else 0.01
        assert together(model, 5) == ["di Grahadi"] * 5
        assert fake.most_at_once == slots


def test_two_servers_share_the_questions(one: FakeLlamaServer, two: FakeLlamaServer) -> None:
    one.token_s = two.token_s = 0.1
    assert together(chat(one, two), 6) == ["di Grahadi"] * 6
    assert len(one.requests) > 2
    assert len(two.requests) > 2


def test_who_waits_is_told_and_may_leave(one: FakeLlamaServer) -> None:
    one.token_s = 0.3
    places: list[int] = []
    model = chat(one)
    waiting, answering = Handle(places.append), Handle()
    first = threading.Thread(target=said, args=(model, answering))
    first.start()
    while not one.requests:
        time.sleep(0.01)
    threading.Timer(0.3, waiting.cancel).start()
    assert said(model, waiting) == ""
    assert set(places) == {1}
    answering.cancel()
    first.join(10)
    assert not first.is_alive()


def test_a_cancelled_answer_frees_its_server(one: FakeLlamaServer) -> None:
    one.answers, one.token_s = {"Tanah di Grahadi, Surabaya": 1.0}, 0.3
    model, handle = chat(one), Handle()
    pieces = model.stream(MESSAGES, 64, handle, copy_from=TEXTS)
    assert next(pieces) == "Tanah"
    handle.cancel()
    rest, trace = heard(pieces)
    assert (rest, len(trace.words)) == ("", 1)  # the trace so far
    assert one.hung_up.wait(3) or one.told < 3
    one.token_s = 0
    assert said(model) == "Tanah di Grahadi, Surabaya"


def test_an_answer_that_nobody_reads_on_frees_its_server(one: FakeLlamaServer) -> None:
    model = chat(one)
    pieces = model.stream(MESSAGES, 64, copy_from=TEXTS)
    next(pieces)
    pieces.close()
    assert said(model) == "di Grahadi"


def test_what_never_changes_is_read_ahead_on_each(one: FakeLlamaServer, two: FakeLlamaServer) -> None:
    one.mode = "500"
    chat(one, two).warm(MESSAGES)
    assert [request["prompt"] for request in two.requests] == [list(b"Salin.")]
    assert two.requests[0]["n_predict"] == 0


def test_a_prompt_that_is_too_long_is_refused_here(one: FakeLlamaServer) -> None:
    with pytest.raises(ModelError, match="Prompt 5007 token melebihi ruang 4096"):
        list(chat(one).stream([MESSAGES[0], {"role": "user", "content": "x" * 5000}], 64, copy_from=TEXTS))
    assert one.requests == []
