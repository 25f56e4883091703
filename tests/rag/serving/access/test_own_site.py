import asyncio
from typing import Any

import pytest

from rag.serving.access.own_site import OwnSite

PORT = 8501


class Page:
    def __init__(self, *given: tuple[bytes, bytes]) -> None:
        self.given = list(given)
        self.reached: list[Any] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.reached.append(scope)
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": self.given})
            await send({"type": "http.response.body", "body": b"ya"})


def asked(
    site: OwnSite, host: str, origin: str | None = None, *, kind: str = "http", method: str = "GET",
    server: tuple[str, int] = ("127.0.0.1", PORT),
) -> list[Any]:  # fmt: skip
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", host.encode())] + ([(b"origin", origin.encode())] if origin else [])
    asyncio.run(
        site({"type": kind, "path": "/", "method": method, "headers": headers, "server": server}, receive, send)
    )
    return sent


def passes(site: OwnSite, host: str, origin: str | None = None, **more: Any) -> bool:
    told = asked(site, host, origin, **more)
    assert not told or told[0].get("status", 200) in (200, 403)
    return not told or told[0].get("status") == 200


def test_loopback_names_hold_with_the_pages_own_port_only() -> None:
    site = OwnSite(Page())
    for host in ("127.0.0.1:8501", "localhost:8501", "[::1]:8501", "LocalHost:8501"):
        assert passes(site, host)
        assert passes(site, host, f"http://{host}", kind="websocket")
    for host in ("127.0.0.1", "localhost:80", "localhost:8502", "jahat.example:8501", "127.0.0.2:8501", ""):
        assert not passes(site, host)
        assert not passes(site, host, f"http://{host}", kind="websocket")


def test_the_address_that_a_request_came_in_by_is_ours_and_no_other() -> None:
    site = OwnSite(Page())  # listens to 0.0.0.0
    there = ("192.168.1.5", PORT)
    assert passes(site, "192.168.1.5:8501", "http://192.168.1.5:8501", server=there)
    assert passes(site, "[fd00::5]:8501", server=("fd00::5", PORT))
    assert passes(site, "192.168.1.5:8501", server=("::ffff:192.168.1.5", PORT))
    assert not passes(site, "192.168.1.6:8501", server=there)
    assert not passes(site, "redaksi:8501", server=there)


def test_a_name_given_at_the_start_holds_with_any_port() -> None:
    site = OwnSite(Page(), names=["Arsip.redaksi.lan", "10.0.0.7:9000", "fd00::7"], secure=True)
    assert passes(site, "arsip.redaksi.lan", "https://arsip.redaksi.lan", kind="websocket")
    assert passes(site, "arsip.redaksi.lan:444", "https://arsip.redaksi.lan:444", method="POST")
    assert passes(site, "10.0.0.7:9000") and passes(site, "[fd00::7]")
    for host in ("10.0.0.7:9001", "x.arsip.redaksi.lan", "arsip.redaksi.lan.jahat.example", "redaksi.lan"):
        assert not passes(site, host)
    assert not passes(site, "arsip.redaksi.lan", "http://arsip.redaksi.lan")  # not by HTTPS


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_what_changes_something_must_tell_where_it_comes_from(method: str) -> None:
    site = OwnSite(Page())
    assert not passes(site, "localhost:8501", method=method)
    assert not passes(site, "localhost:8501", "null", method=method)
    assert passes(site, "localhost:8501", "http://localhost:8501", method=method)


def test_streamlit_never_hears_of_an_origin_and_its_cookies_travel_safely() -> None:
    page = Page(
        (b"set-cookie", b"_streamlit_xsrf=2|x; Path=/"),
        (b"set-cookie", b"a=1; HttpOnly; SameSite=Strict"),
        (b"access-control-allow-origin", b"*"),
        (b"content-security-policy", b"default-src 'none'"),
    )
    told = asked(OwnSite(page, secure=True), "localhost:8501", "https://localhost:8501")
    assert b"origin" not in dict(page.reached[0]["headers"])
    headers = told[0]["headers"]
    cookies = [value for name, value in headers if name == b"set-cookie"]
    assert cookies == [
        b"_streamlit_xsrf=2|x; Path=/; SameSite=Lax; Secure",
        b"a=1; HttpOnly; SameSite=Strict; Secure",
    ]
    assert dict(headers)[b"content-security-policy"] == b"default-src 'none'"
    assert b"access-control-allow-origin" not in dict(headers)


def test_a_refusal_is_one_line_with_safe_headers() -> None:
    told = asked(OwnSite(Page(), policy="connect-src ws://{host}"), "jahat.example")
    assert told[0]["status"] == 403
    assert told[1]["body"].count(b"\n") == 1
    headers = dict(told[0]["headers"])
    assert headers[b"content-security-policy"] == b"connect-src ws://"  # no word of theirs
    assert headers[b"referrer-policy"] == b"no-referrer"


def test_a_program_may_write_without_an_origin_and_no_page_of_another_site_may() -> None:
    site = OwnSite(Page(), for_programs=True, refused="Bukan untuk Anda.")
    own = "127.0.0.1:8501"
    assert passes(site, own, method="POST")
    assert passes(site, own, f"http://{own}", method="POST")
    for origin in ("http://jahat.example", "null", "http://127.0.0.1:8502", f"https://{own}"):
        assert not passes(site, own, origin, method="POST")
    assert not passes(site, "jahat.example:8501", method="POST")
    assert asked(site, "jahat.example:8501", method="POST")[1]["body"] == b"Bukan untuk Anda."
    assert not passes(OwnSite(Page()), own, method="POST")  # the page's own forms always tell
