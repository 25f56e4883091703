"""Eight readers, one of them hostile: drafts, uploads, clear_cache, half-open connections. The others' evidence comes.

Takes minutes: only by way of `scripts/attack readers`, which sets ATTACK_LONG, and ATTACK_SECONDS where it is short.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from statistics import quantiles

import pytest
from attack import Target, attacked, drawn, half_open, rerun, widget_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import ClientConnection

from rag.serving.access.accounts import READER, Accounts

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif("ATTACK_LONG" not in os.environ, reason="takes minutes; run scripts/attack"),
]
SECRET = "padi menguning di sawah"
QUIET, SECONDS, P95_S = 7, int(os.environ.get("ATTACK_SECONDS", "60")), 2.0
LETTERS = " ".join(f"“{chr(97 + at % 26)}” kata." for at in range(1000))
DRAFT = "\n".join(
    f"“Jembatan Kalirejo dibangun sepanjang {at} meter bagi warga,” kata Budi Santoso." for at in range(300)
)


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    data = tmp_path_factory.mktemp("delapan") / "data"
    for number in range(QUIET):
        Accounts(data).add(f"pembaca{number}", SECRET, READER)
    Accounts(data).add("jahat", SECRET, READER)
    with attacked(data, door="sandi") as target:
        yield target


def asked(page: ClientConnection, box: str, session: str) -> float:
    """Ask; return the seconds until the first source stands on the page."""
    message = BackMsg()
    message.rerun_script.query_string = f"sesi={session}"
    state = message.rerun_script.widget_states.widgets.add()
    state.id = box
    state.chat_input_value.data = "Berapa panjang Jembatan Kalirejo?"
    began = time.monotonic()
    page.send(message.SerializeToString())
    while True:
        answer = ForwardMsg()
        answer.ParseFromString(page.recv(timeout=60))  # type: ignore[arg-type]
        if "ta-source" in str(answer):
            return time.monotonic() - began


def quiet(target: Target, number: int, stop: threading.Event, took: list[float]) -> None:
    cookie, asking = target.log_in(f"pembaca{number}", SECRET), 0
    while not stop.is_set():
        asking += 1
        session = f"s{number}x{asking}"  # a conversation of its own each time
        with target.page(cookie=cookie) as page:
            rerun(page, query=f"sesi={session}")
            told, _ = drawn(page, "Tanyakan sesuatu")
            took.append(asked(page, widget_id(told, "chat_input"), session))
        stop.wait(3)


def checks(target: Target, cookie: str, text: str) -> None:
    """Send a draft, as the form on the page does."""
    with target.page(cookie=cookie) as page:
        rerun(page, "kutipan")
        told, _ = drawn(page, "Narasumber")
        message = BackMsg()
        message.rerun_script.page_name = "kutipan"
        states = message.rerun_script.widget_states.widgets
        area, button = states.add(), states.add()
        area.id, area.string_value = widget_id(told, "text_area"), text
        button.id, button.trigger_value = (
            "$$ID-" + told.split("is_form_submitter")[0].rsplit('id: "$$ID-', 1)[1].split('"')[0],
            True,
        )
        page.send(message.SerializeToString())
        drawn(page, "Naskah dengan", timeout_s=90)


def clears(target: Target, cookie: str) -> None:
    with target.page(cookie=cookie) as page:
        rerun(page)
        for _ in range(50):
            message = BackMsg()
            message.clear_cache = True
            page.send(message.SerializeToString())
            time.sleep(0.02)


def uploads(target: Target, cookie: str) -> None:
    for _ in range(20):
        target.ask("PUT", "/_stcore/upload_file/a/b", b"x" * 4_000_000, cookie=cookie, origin=target.origin)


def holds(target: Target, cookie: str) -> None:
    with half_open(target.port, 400):
        time.sleep(2)


def test_the_others_get_their_evidence(target: Target) -> None:
    stop, took, done = threading.Event(), [], []  # type: ignore[var-annotated]
    cookie = target.log_in("jahat", SECRET)
    attacks: list[Callable[[], None]] = [
        lambda: checks(target, cookie, LETTERS), lambda: checks(target, cookie, DRAFT), lambda: clears(target, cookie),
        lambda: uploads(target, cookie), lambda: holds(target, cookie),
    ]  # fmt: skip

    def hostile(attack: Callable[[], None], number: int) -> None:
        while not stop.is_set():
            with suppress(OSError, TimeoutError, EOFError, InvalidHandshake, ConnectionClosed):
                attack()
                done.append(number)

    threads = [threading.Thread(target=quiet, args=(target, number, stop, took)) for number in range(QUIET)]
    threads += [threading.Thread(target=hostile, args=(attack, number)) for number, attack in enumerate(attacks)]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS)
    stop.set()
    for thread in threads:
        thread.join(120)
    assert len(took) >= 3 * QUIET
    assert set(done) == set(range(len(attacks)))  # each has got through its work
    p95 = quantiles(took, n=20)[-1]
    print(f"{len(took)} questions, {len(done)} attacks; evidence p50 {quantiles(took, n=2)[0]:.2f} s, p95 {p95:.2f} s")
    resident = next(line for line in Path(f"/proc/{target.pid}/status").read_text().splitlines() if "VmRSS" in line)
    print(resident)
    assert p95 <= P95_S
