"""Connections that say nothing, or too little, are cut; those of patient readers are not."""

import asyncio
import resource
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from rag.serving.connections import Connections, Limits, _Page, _Patient, raise_descriptors

LIMITS = Limits(first_s=0.2, head_s=0.6, idle_s=0.8, unfinished=5, connections=12, in_all=20)
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n"
UPGRADE = (
    b"GET /%d HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
PAGES: list[str] = []  # the websockets that reached the application
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def app(scope: Any, receive: Any, send: Any) -> None:
    body = b""
    while True:
        message = await receive()
        if message["type"] == "websocket.connect":
            PAGES.append(scope["path"])
            await send({"type": "websocket.accept"})
            continue
        if message["type"] != "http.request":
            return
        if scope["path"] == "/penuh":
            break
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"%02d" % len(body)})


def served(work: Callable[[Callable[[], Awaitable[Streams]]], Awaitable[None]], limits: Limits = LIMITS) -> None:
    async def main() -> None:
        ones, state = Connections(limits), ServerState()
        page: Any = partial(_Page, open_ones=ones)
        config = uvicorn.Config(app, lifespan="off", log_config=None, ws=page)
        config.load()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: _Patient(config=config, server_state=state, app_state={}, open_ones=ones), "127.0.0.1", 0
        )
        port = server.sockets[0].getsockname()[1]
        links: list[Streams] = []

        async def link() -> Streams:
            links.append(await asyncio.open_connection("127.0.0.1", port))
            return links[-1]

        try:
            await work(link)
        finally:
            for _, writer in links:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
            server.close()
            await server.wait_closed()
            until = loop.time() + 10
            while (ones._open, ones._unfinished) != ({}, {}) and loop.time() < until:
                await asyncio.sleep(0.02)
        assert (ones._open, ones._unfinished) == ({}, {})  # nothing is counted that is gone

    asyncio.run(main())


async def first_line(reader: asyncio.StreamReader) -> bytes:
    with suppress(OSError):
        return await asyncio.wait_for(reader.readline(), 10)
    return b""


def test_half_a_head_is_cut_and_no_word_prolongs_it() -> None:
    async def work(link: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await link()
        silent, _ = await link()
        for _ in range(8):
            with suppress(OSError):
                writer.write(b"G")
                await writer.drain()
            await asyncio.sleep(0.15)
        assert await first_line(reader) == await first_line(silent) == b""

    served(work)


def test_a_body_that_trickles_is_cut_and_one_that_comes_is_taken() -> None:
    async def work(link: Callable[[], Awaitable[Streams]]) -> None:
        (slow, slow_writer), (fast, fast_writer) = await link(), await link()
        slow_writer.write(HEAD)
        fast_writer.write(HEAD)
        for _ in range(10):
            with suppress(OSError):
                slow_writer.write(b"x")
                await slow_writer.drain()
            await asyncio.sleep(0.15)
        fast_writer.write(b"x" * 20)
        assert await first_line(slow) == b""
        assert await first_line(fast) == b""  # it said nothing for longer than is waited
        reader, writer = await link()
        writer.write(HEAD + b"x" * 12)
        await asyncio.sleep(0.3)
        writer.write(b"x" * 8)
        assert await first_line(reader) == b"HTTP/1.1 200 OK\r\n"
        assert b"20" in await reader.readuntil(b"20")

    served(work)


def test_the_oldest_of_too_many_unfinished_gives_way_to_a_whole_request() -> None:
    async def work(link: Callable[[], Awaitable[Streams]]) -> None:
        half = [await link() for _ in range(8)]
        for _, writer in half:
            writer.write(b"GET / HT")
        reader, writer = await link()
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await first_line(reader) == b"HTTP/1.1 200 OK\r\n"
        assert await first_line(half[0][0]) == b""  # the oldest of eight
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(half[-1][0].readline(), 0.3)

    served(work, Limits(first_s=0.2, head_s=30, unfinished=5))


def test_none_is_pushed_out_before_it_had_time_to_speak() -> None:
    async def work(link: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await link()
        for _ in range(30):
            (await link())[1].write(b"GET / HT")
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await first_line(reader) == b"HTTP/1.1 200 OK\r\n"

    served(work, Limits(first_s=20, head_s=30, unfinished=5))


def test_an_upload_that_was_refused_early_has_its_time_to_end() -> None:
    async def work(link: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await link()
        writer.write(HEAD.replace(b"/", b"/penuh", 1) + b"x")
        assert await reader.readuntil(b"\r\n\r\n00") == b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n00"
        await asyncio.sleep(0.8)  # longer than a head has until it counts as awaited
        writer.write(b"x" * 19 + b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await first_line(reader) == b"HTTP/1.1 200 OK\r\n"

    served(work, Limits(first_s=0.3, head_s=30, idle_s=30))


def test_a_page_too_many_does_not_reach_the_application() -> None:
    PAGES.clear()

    async def work(link: Callable[[], Awaitable[Streams]]) -> None:
        lines = []
        for number in range(3):
            reader, writer = await link()
            writer.write(UPGRADE % number)
            lines.append(await first_line(reader))
        await asyncio.sleep(0.2)
        assert [line.split()[1] for line in lines] == [b"101", b"101", b"503"]
        assert PAGES == ["/0", "/1"]

    served(work, Limits(pages=2))


def test_no_address_holds_more_than_its_share() -> None:
    async def work(link: Callable[[], Awaitable[Streams]]) -> None:
        lines = []
        for _ in range(5):
            reader, writer = await link()
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            lines.append(await first_line(reader))
        assert lines.count(b"HTTP/1.1 200 OK\r\n") == 3
        assert all(b"503" in line or not line for line in lines[3:])

    served(work, Limits(connections=3))


def test_what_is_no_http_is_a_bad_request_with_safe_headers() -> None:
    async def work(link: Callable[[], Awaitable[Streams]]) -> None:
        reader, writer = await link()
        writer.write(b"\x16\x03\x01\x02\x00\x01\r\n\r\n")
        told = await asyncio.wait_for(reader.read(), 10)
        assert told.startswith(b"HTTP/1.1 400 ") and b"nosniff" in told and b"no-referrer" in told

    served(work)


def test_descriptors_are_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda which: (1024, 524_288))
    monkeypatch.setattr(resource, "setrlimit", lambda which, limits: asked.append(limits))
    assert raise_descriptors() == 16_384
    assert asked == [(16_384, 524_288)]
    monkeypatch.setattr(resource, "getrlimit", lambda which: (1024, 1024))
    assert raise_descriptors() == 1024
    assert len(asked) == 1
