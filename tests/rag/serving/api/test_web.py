"""`tanya serve` as programs use it: real requests to a real server on this machine, with models without weights."""

import http.client
import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from browser import ROOT
from quick_hashes import QUICK
from served_api import ANSWERS, BRIDGE, COFFEE, PASSWORD, QUOTE, Service, archive, command, served

pytest.importorskip("fastapi", reason="the extra `api` is not installed")
from index.storage.database import Database
from index.storage.history import DONE, STOPPED, History
from rag.serving.access.accounts import EDITOR, LOCAL, READER, Accounts
from rag.serving.access.tokens import Tokens
from rag.serving.api import shapes
from rag.serving.api.operations import MAX_AT_ONCE
from rag.serving.api.start import MAX_BODY_BYTES
from rag.serving.loading import STORE_FILE

ASKED = {"question": "Berapa panjang Jembatan Kalirejo?"}
DRAFT = f"Budi gembira. “{QUOTE},” kata Budi.\n“Harga kopi naik tiga kali lipat,” kata Sari Dewi."


def ready(service: Service) -> Service:
    for _ in range(600):
        if service.ask("GET", "/readyz")[0] == 200:
            return service
        time.sleep(0.1)
    raise AssertionError("never ready")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with served(archive(tmp_path_factory.mktemp("layanan") / "data")) as service:
        yield ready(service)


def told_by_the_command_line(service: Service, *arguments: object) -> Any:
    done = subprocess.run(
        command(*arguments, "--json", "--data", service.data), capture_output=True, text=True, check=True, cwd=ROOT
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_what_is_searched_asked_and_checked_is_the_json_of_the_command_line(service: Service, tmp_path: Path) -> None:
    status, _, found = service.ask("POST", "/v1/search", {**ASKED, "top": 1})
    assert status == 200
    assert [result["article_id"] for result in found["results"]] == ["jembatan.txt"]
    assert found == told_by_the_command_line(service, "search", ASKED["question"], "--top", 1)
    status, _, answer = service.ask("POST", "/v1/ask", ASKED)
    assert (status, answer["answer"], answer["found"]) == (200, "120 meter. [1]", True)
    other = told_by_the_command_line(service, "ask", ASKED["question"])
    assert answer.pop("timings_ms").keys() == other.pop("timings_ms").keys()
    assert answer == other
    status, _, quoted = service.ask("POST", "/v1/quote", {"quote": QUOTE, "speaker": "Budi"})
    assert (status, quoted["verdict"], quoted["speaker"]["agrees"]) == (200, "exact", True)
    assert quoted == told_by_the_command_line(service, "quote", QUOTE, "--speaker", "Budi")
    (tmp_path / "naskah.txt").write_text(DRAFT, "utf-8")
    status, _, draft = service.ask("POST", "/v1/quote/draft", {"draft": DRAFT})
    assert status == 200
    assert [quote["verdict"] for quote in draft["quotes"]] == ["exact", "not_found"]
    assert [DRAFT[quote["start"] : quote["end"]] for quote in draft["quotes"]] == [
        f"{QUOTE},",
        "Harga kopi naik tiga kali lipat,",
    ]
    by_command = told_by_the_command_line(service, "quote", "--draft", tmp_path / "naskah.txt")
    assert draft == by_command


def test_a_whole_number_may_be_written_either_way(service: Service) -> None:
    assert len(service.ask("POST", "/v1/search", b'{"question": "Jembatan kopi", "top": 1.0}')[2]["results"]) == 1
    for wrong in (b"1.5", b"1e999", b'"1"', b"true", b"null"):
        status, _, told = service.ask("POST", "/v1/search", b'{"question": "Jembatan kopi", "top": %s}' % wrong)
        assert (status, told["error"]) == (422, "Isian 'top' bukan bilangan bulat; perbaiki permintaannya.")


def test_filters_hold(service: Service) -> None:
    def ids(**asked: object) -> list[str]:
        status, _, found = service.ask("POST", "/v1/search", {"question": "Jembatan kopi Jember", **asked})
        assert status == 200, found
        return sorted(result["article_id"] for result in found["results"])

    assert ids() == ["jembatan.txt", "kopi.txt"]
    assert ids(date_from="2022-01-01") == ["kopi.txt"]
    assert ids(date_to="2022-01-01") == ["jembatan.txt"]
    assert ids(publisher="Tiada") == []
    _, _, quoted = service.ask("POST", "/v1/quote", {"quote": QUOTE, "date_from": "2022-01-01"})
    assert (quoted["verdict"], quoted["searched"]) == ("not_found", {"articles": 1})


def test_an_answer_comes_as_events(service: Service) -> None:
    events = service.events(ASKED)
    kinds = [kind for kind, _ in events]
    assert kinds[0] == "evidence" and kinds[-1] == "answer" and set(kinds[1:-1]) == {"words"}
    assert events[0][1]["sources"][0]["article_id"] == "jembatan.txt"
    assert "".join(data["text"] for kind, data in events if kind == "words").strip() == "120 meter"
    answer = events[-1][1]
    assert answer["answer"] == "120 meter. [1]"
    assert answer["sources"] == events[0][1]["sources"]
    plain = service.ask("POST", "/v1/ask", ASKED)[2]
    assert {**answer, "timings_ms": None} == {**plain, "timings_ms": None}
    status, headers, _ = service.ask("POST", "/v1/ask", ASKED, accept="text/event-stream")
    assert (status, headers["content-type"], headers["cache-control"]) == (
        200,
        "text/event-stream; charset=utf-8",
        "no-store",
    )


def test_what_comes_back_has_the_shape_that_is_told(service: Service) -> None:
    for path, asked, shape in (
        ("/v1/search", ASKED, shapes.Found),
        ("/v1/ask", ASKED, shapes.Answered),
        ("/v1/quote", {"quote": QUOTE.replace("senang", "sedih")}, shapes.Quoted),
        ("/v1/quote/draft", {"draft": DRAFT}, shapes.Draft),
    ):
        told = service.ask("POST", path, asked)[2]
        assert shape.model_validate(told, strict=True).model_dump() == told
    article = service.ask("GET", "/v1/articles/kopi.txt")[2]
    assert shapes.ArticleText.model_validate(article, strict=True).model_dump() == article


def test_an_article_is_read_whole_or_in_part(service: Service) -> None:
    status, _, article = service.ask("GET", "/v1/articles/kopi.txt")
    assert (status, article["title"], article["date"]) == (200, "Festival Kopi", "2023-06-05")
    assert article["text"].endswith(COFFEE)
    assert (article["start"], article["end"], article["chars"]) == (0, len(article["text"]), len(article["text"]))
    status, _, part = service.ask("GET", "/v1/articles/kopi.txt?start=3&max_chars=8")
    assert (status, part["text"], part["start"], part["end"]) == (200, article["text"][3:11], 3, 11)
    _, _, beyond = service.ask("GET", "/v1/articles/kopi.txt?start=99999")
    assert (beyond["text"], beyond["start"], beyond["end"]) == ("", article["chars"], article["chars"])
    for id in ("tiada.txt", "..%2F..%2Fpembaca.json", "%2Fetc%2Fpasswd", "kopi.txt%00", "%ff"):
        status, _, told = service.ask("GET", f"/v1/articles/{id}")
        assert (status, told) == (
            404,
            {"error": "Artikel itu tidak ada di arsip; pakai article_id dari hasil pencarian."},
        )


@pytest.mark.parametrize(
    ("path", "body", "status", "told"),
    [
        ("/v1/search", {}, 422, "Isian 'question' belum ada; perbaiki permintaannya."),
        ("/v1/search", {"question": " \n"}, 422, "Isian 'question' bukan bentuk yang diminta; perbaiki permintaannya."),
        ("/v1/search", {**ASKED, "top": 0}, 422, "Isian 'top' terlalu kecil, paling sedikit 1; perbaiki"),
        ("/v1/search", {**ASKED, "top": "9"}, 422, "Isian 'top' bukan bilangan bulat; perbaiki permintaannya."),
        ("/v1/search", {**ASKED, "lagi": 1}, 422, "Isian 'lagi' tidak dikenal; perbaiki permintaannya."),
        ("/v1/ask", {**ASKED, "date_to": "2021-02-30"}, 422, "Isian 'date_to' bukan tanggal yang ada"),
        ("/v1/ask", {"question": "x" * 501}, 422, "Isian 'question' terlalu panjang, paling banyak 500 huruf"),
        ("/v1/ask", {**ASKED, "conversation": "a b"}, 422, "Isian 'conversation' bukan bentuk yang diminta"),
        ("/v1/ask", {**ASKED, "stream": "ya"}, 422, "Isian 'stream' bukan true atau false"),
        ("/v1/quote", {"quote": "x" * 10_001}, 422, "Isian 'quote' terlalu panjang, paling banyak 10000 huruf"),
        ("/v1/quote", {"quote": "..."}, 400, "Kutipan '...' tidak berisi kata"),
        ("/v1/quote", b'{"quote": "\\ud800 kata"}', 422, "Isian 'quote' bukan teks yang sah"),
        ("/v1/quote", b"[" * 100_000, 400, "Permintaan ini tidak dapat dibaca"),
        ("/v1/quote", b"\xff\xfe", 422, "Isi permintaan bukan objek JSON yang diminta"),
        ("/v1/quote", b"", 422, "Isi permintaan bukan objek JSON yang diminta"),
        ("/v1/quote", [QUOTE], 422, "Isi permintaan bukan objek JSON yang diminta"),
        ("/v1/tiada", {}, 404, "Tidak ada alamat ini"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_one_line(service: Service, path: str, body: Any, status: int, told: str) -> None:
    got, headers, answer = service.ask("POST", path, body)
    assert (got, headers["content-type"]) == (status, "application/json"), answer
    assert answer.keys() == {"error"}
    assert answer["error"].startswith(told) and "\n" not in answer["error"]


def test_other_kinds_of_requests_are_refused(service: Service) -> None:
    assert service.ask("PUT", "/v1/search", ASKED)[0] == 405
    assert service.ask("GET", "/v1/search")[0] == 405
    body = json.dumps(ASKED).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        status, _, told = service.ask("POST", "/v1/search", body, content_type=kind)
        assert (status, told["error"]) == (415, "Kirim application/json; lihat contohnya di /docs.")
    status, _, told = service.ask("POST", "/v1/quote", b"{", content_length=str(MAX_BODY_BYTES + 1))
    assert (status, told["error"][:30]) == (413, "Permintaan terlalu besar, pali")


def test_no_page_of_another_site_and_no_other_name_gets_an_answer(service: Service) -> None:
    """A browser is made to ask this machine by a stranger's page: by a form, a script, a name that points here."""
    for headers in (
        {"host": "jahat.example"},
        {"host": f"jahat.example:{service.port}"},
        {"host": f"127.0.0.1:{service.port + 1}"},
        {"origin": "http://jahat.example"},
        {"origin": "null"},
        {"origin": f"http://localhost:{service.port}"},  # another name than that of the Host
        {"sec_fetch_site": "cross-site"},
        {"host": "jahat.example", "origin": "http://jahat.example"},
    ):
        for method, path, body in (("POST", "/v1/ask", ASKED), ("GET", "/v1/articles/kopi.txt", None)):
            status, answered, told = service.ask(method, path, body, **headers)
            assert status == 403, (headers, told)
            assert "tanya serve --name NAMA" in told and "Festival" not in told
            assert "access-control-allow-origin" not in answered
    assert service.ask("POST", "/v1/search", ASKED, origin=f"http://{service.host}")[0] == 200
    assert service.ask("OPTIONS", "/v1/search", origin="http://jahat.example")[0] == 403


def test_answers_carry_safe_headers(service: Service) -> None:
    for path in ("/livez", "/docs", "/openapi.json", "/v1/articles/kopi.txt", "/tiada"):
        _, headers, _ = service.ask("GET", path)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in headers


def test_the_reference_names_every_address_and_nothing_from_outside(service: Service) -> None:
    assert service.ask("GET", "/")[1]["location"] == "/docs"
    status, _, page = service.ask("GET", "/docs")
    assert status == 200
    document = service.ask("GET", "/openapi.json")[2]
    assert set(document["paths"]) == {
        "/v1/search", "/v1/ask", "/v1/quote", "/v1/quote/draft", "/v1/articles/{article_id}", "/livez", "/readyz",
    }  # fmt: skip
    assert [path for path in document["paths"] if path not in page] == []
    assert re.findall(r"https?://|<script|<link|<img|src=", page) == []
    assert re.findall(r"https?://", json.dumps(document)) == []
    assert document["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}


def kept(service: Service) -> list[tuple[str, str]]:
    database = Database(service.data / STORE_FILE)
    try:
        return [(entry.question, entry.state) for entry in reversed(History(database).search(LOCAL.name))]
    finally:
        database.close()


def test_a_conversation_is_kept_and_leaned_on_and_a_lone_question_is_neither(service: Service) -> None:
    before = kept(service)
    service.ask("POST", "/v1/ask", ASKED)
    assert kept(service) == before
    named = {"conversation": "obrolan1"}
    service.ask("POST", "/v1/ask", {**ASKED, **named})
    follow = {"question": "Berapa panjangnya?"}
    _, _, answer = service.ask("POST", "/v1/ask", {**follow, **named})
    assert answer["rewritten"]["question"] != follow["question"] and "Kalirejo" in answer["rewritten"]["question"]
    assert service.ask("POST", "/v1/ask", follow)[2]["rewritten"] is None
    assert kept(service) == [*before, (ASKED["question"], DONE), (follow["question"], DONE)]


def test_no_word_of_a_question_or_a_quotation_is_in_the_log(service: Service) -> None:
    secret = "Rahasiakanlah"
    service.ask("POST", "/v1/ask", {"question": f"Berapa panjang {secret}?"})
    service.ask("POST", "/v1/quote", {"quote": f"{secret} ini baik-baik saja"})
    service.ask("POST", "/v1/quote", {"quote": 5, secret: 1})
    log = (service.data / "log" / "tanya.log").read_text("utf-8")
    assert "part=api event=quote" in log and "part=answer event=done" in log
    assert secret not in log


def test_half_a_second_is_enough_for_help() -> None:
    began = time.monotonic()
    done = subprocess.run(
        [command()[0], "-X", "importtime", "-m", "rag.cli", "serve", "--help"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert time.monotonic() - began < 20  # however busy the machine is
    assert not re.search(r"\| +(fastapi|mcp|pydantic|uvicorn|starlette|numpy)\b", done.stderr)


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose model takes a tenth of a second for each word, with readers and their tokens."""
    data = archive(tmp_path_factory.mktemp("lambat") / "data")
    Accounts(data, QUICK).add("ani", PASSWORD, READER)
    Accounts(data, QUICK).add("budi", PASSWORD, EDITOR)
    with served(data, piece_s=0.4) as service:
        yield ready(service)


def token(service: Service, name: str) -> str:
    return Tokens(service.data).make(name)[1]


def begun(service: Service, asked: dict[str, Any], token: str) -> tuple[http.client.HTTPConnection, Any]:
    """Ask and read until the evidence is there; return the connection and the answer that goes on."""
    link = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    link.request("POST", "/v1/ask", json.dumps({**asked, "stream": True}), headers)
    answer = link.getresponse()
    assert answer.readline() == b"event: evidence\n"
    return link, answer


def awaited(service: Service, conversation: str, *wanted: str) -> list[str]:
    """The states of what ani asked in a conversation, as soon as they are the wanted one."""
    with closing(Database(service.data / STORE_FILE)) as database:
        for _ in range(200):
            states = [entry.state for entry in History(database).session("ani", conversation)]
            if len(states) == 1 and states[0] in wanted:
                break
            time.sleep(0.05)
    return states


def test_who_hangs_up_stops_the_answer(slow: Service) -> None:
    link, _ = begun(slow, {**ASKED, "conversation": "putus"}, token(slow, "ani"))
    link.sock.shutdown(2)
    link.close()
    assert awaited(slow, "putus", STOPPED) == [STOPPED]


def test_who_hangs_up_on_a_plain_answer_stops_it_too(slow: Service) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", slow.port, timeout=60)) as link:
        headers = {"content-type": "application/json", "authorization": f"Bearer {token(slow, 'ani')}"}
        link.request("POST", "/v1/ask", json.dumps({**ASKED, "conversation": "lepas"}), headers)
        states = awaited(slow, "lepas", "berjalan")
    assert states == ["berjalan"]
    assert awaited(slow, "lepas", STOPPED, "gagal") in ([STOPPED], ["gagal"])


def test_nobody_comes_in_without_a_token_once_there_are_readers(slow: Service) -> None:
    for path in ("/v1/search", "/v1/ask", "/v1/quote", "/v1/quote/draft"):
        for given in ("", "tanya_salah"):
            status, headers, told = slow.ask("POST", path, ASKED, token=given)
            assert (status, headers["www-authenticate"]) == (401, "Bearer")
            assert "tanya readers token NAMA" in told["error"]
    assert slow.ask("GET", "/v1/articles/kopi.txt")[0] == 401
    assert [slow.ask("GET", path)[0] for path in ("/livez", "/readyz", "/docs", "/openapi.json")] == [200] * 4


def test_a_reader_is_told_no_folder_of_the_server_and_an_editor_is(slow: Service) -> None:
    folder = str(slow.data.parent)
    for path, asked in (("/v1/search", ASKED), ("/v1/quote", {"quote": QUOTE}), ("/v1/quote/draft", {"draft": DRAFT})):
        _, _, for_reader = slow.ask("POST", path, asked, token=token(slow, "ani"))
        _, _, for_editor = slow.ask("POST", path, asked, token=token(slow, "budi"))
        assert folder in json.dumps(for_editor)
        assert folder not in json.dumps(for_reader)
    events = slow.events(ASKED, token(slow, "ani"))
    assert folder not in json.dumps(events) and events[-1][1]["sources"][0]["path"] == "jembatan.txt"
    article = slow.ask("GET", "/v1/articles/kopi.txt", token=token(slow, "ani"))[2]
    assert (article["path"], article["provenance"]["file"], article["provenance"]["folder"]) == (
        "kopi.txt",
        "kopi.txt",
        None,
    )


def tanya_readers(service: Service, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
    done = subprocess.run(
        [command()[0], "-m", "rag.cli", "readers", *arguments, "--data", str(service.data)],
        capture_output=True, text=True, check=False, cwd=ROOT, input=stdin,
    )  # fmt: skip
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def test_a_token_is_made_listed_and_revoked_on_the_command_line_while_the_service_runs(slow: Service) -> None:
    tanya_readers(slow, "add", "cici", stdin=PASSWORD)
    code, secret, told = tanya_readers(slow, "token", "cici")
    assert code == 0
    number = re.fullmatch(r"Token nomor (\w{8}) untuk cici; hanya ditampilkan sekali ini:", told)
    assert number is not None
    assert slow.ask("POST", "/v1/search", ASKED, token=secret)[0] == 200
    _, listed, _ = tanya_readers(slow, "token", "cici", "--list")
    assert re.fullmatch(rf"{number[1]} cici, dibuat \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d", listed)
    assert secret not in listed
    link, _ = begun(slow, ASKED, secret)
    code, ended, _ = tanya_readers(slow, "token", "--revoke", number[1])
    assert (code, ended) == (0, f"Token {number[1]} milik cici dicabut.")
    assert slow.ask("POST", "/v1/search", ASKED, token=secret)[0] == 401
    link.close()
    _, second, _ = tanya_readers(slow, "token", "cici")
    assert slow.ask("POST", "/v1/search", ASKED, token=second)[0] == 200
    tanya_readers(slow, "add", "cici", stdin=PASSWORD + "!")  # another password
    assert slow.ask("POST", "/v1/search", ASKED, token=second)[0] == 401
    assert tanya_readers(slow, "token", "cici", "--list")[1].endswith("(berakhir)")
    assert tanya_readers(slow, "token", "tiada")[::2] == (
        1,
        "tanya: Pembaca 'tiada' tidak ada; buat dahulu: tanya readers add tiada",
    )
    assert tanya_readers(slow, "token")[0] == 1


def test_one_readers_flood_is_bounded_and_another_is_answered(slow: Service) -> None:
    ani, budi = token(slow, "ani"), token(slow, "budi")
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(slow.ask("POST", "/v1/ask", ASKED, token=ani)[0])

    threads = [threading.Thread(target=ask) for _ in range(MAX_AT_ONCE + 8)]
    for thread in threads:
        thread.start()
    while len(statuses) < 8:  # those beyond the bound are told at once
        time.sleep(0.05)
    assert statuses == [429] * 8
    assert slow.ask("POST", "/v1/search", ASKED, token=ani)[0] == 429
    status, _, found = slow.ask("POST", "/v1/search", ASKED, token=budi)
    assert (status, found["results"][0]["article_id"]) == (200, "jembatan.txt")
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * MAX_AT_ONCE + [429] * 8
    assert slow.ask("POST", "/v1/search", ASKED, token=ani)[0] == 200


def test_a_conversation_is_its_readers_alone(slow: Service) -> None:
    ani, budi = token(slow, "ani"), token(slow, "budi")
    slow.ask("POST", "/v1/ask", {**ASKED, "conversation": "sama"}, token=ani)
    follow = {"question": "Berapa panjangnya?", "conversation": "sama"}
    assert slow.ask("POST", "/v1/ask", follow, token=budi)[2]["rewritten"] is None
    assert "Kalirejo" in slow.ask("POST", "/v1/ask", follow, token=ani)[2]["rewritten"]["question"]


def test_a_service_that_is_stopped_ends_in_peace_with_an_answer_in_the_making(tmp_path: Path) -> None:
    data = archive(tmp_path / "data")
    with served(data, piece_s=5.0) as service:
        ready(service)
        link, _ = begun(service, ASKED, "")
        os.kill(service.pid, signal.SIGTERM)
        for _ in range(150):
            try:
                service.ask("GET", "/livez")
            except OSError:
                break
            time.sleep(0.1)
        else:
            pytest.fail("it still answers")
        link.close()


def test_without_a_model_quotations_are_still_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOAD_ERROR", "Model x belum ada; jalankan: tanya models fetch.")
    with served(archive(tmp_path / "data")) as service:
        for _ in range(100):
            status, _, told = service.ask("GET", "/readyz")
            if told["reason"] == "model tidak dapat dimuat":
                break
            time.sleep(0.1)
        assert (status, told) == (503, {"ready": False, "reason": "model tidak dapat dimuat"})
        assert service.ask("POST", "/v1/quote", {"quote": QUOTE})[2]["verdict"] == "exact"
        assert service.ask("POST", "/v1/search", ASKED)[0] == 200
        status, headers, told = service.ask("POST", "/v1/ask", ASKED)
        assert (status, told["error"]) == (503, "Model x belum ada; jalankan: tanya models fetch.")
        assert headers["retry-after"] == "2"
        assert service.events(ASKED) == [("error", {"error": "Model x belum ada; jalankan: tanya models fetch."})]


def test_the_answers_of_the_page_go_on_when_a_service_starts_beside_it(tmp_path: Path) -> None:
    data = archive(tmp_path / "data")
    database = Database(data / STORE_FILE)
    with closing(database):
        id = History(database).begin("ani", "s1", "tanya", "Masih ditulis?")
        with served(data) as service:
            assert service.ask("GET", "/livez")[0] == 200
            entry = History(database).entry("ani", id)
            assert entry is not None and entry.state == "berjalan"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--address", "0.0.0.0"), "Di alamat 0.0.0.0 layanan hanya dibuka dengan token; buat dahulu: tanya"),
        (("--name", "arsip.lan"), "Di alamat 127.0.0.1 dengan nama lain atau proksi layanan hanya dibuka dengan token"),
        (("--address", "kantor"), "Alamat 'kantor' bukan alamat IP"),
    ],
)  # fmt: skip
def test_no_service_on_a_network_without_readers(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    data = archive(tmp_path / "data")
    done = subprocess.run(
        command("serve", *arguments, "--data", data), capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"tanya: {told}")


def test_the_articles_are_those_of_this_test() -> None:
    assert BRIDGE.count(QUOTE) == 1 and set(ANSWERS) == {"panjang", "kota"}
