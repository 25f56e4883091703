"""The archive over HTTP: ``/v1/search``, ``/v1/ask``, ``/v1/quote``, ``/v1/articles/{id}``. This is the one file that
knows FastAPI.

    request → a shape (else 422, one line) → `Operations` → the JSON of the command line

Texts come in bodies only: an address stands in the logs of whatever lies between.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import aclosing, suppress
from typing import Any, TypeVar, cast

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse

from index.errors import InputError, ModelError, StoreError, TanyaError
from rag.serving.access.accounts import Reader
from rag.serving.access.asgi import Application
from rag.serving.access.gate import WHO
from rag.serving.api import shapes
from rag.serving.api.operations import Event, NotThere, Operations, TooMany
from rag.serving.api.reference import CONTENT_POLICY, reference_page
from rag.serving.api.shapes import (
    ArticleRequest,
    AskOverHttp,
    DraftRequest,
    QuoteRequest,
    SearchRequest,
    told_of,
)

_log = logging.getLogger("tanya.api")
OPEN_TO_ALL = ("/livez", "/readyz", "/", "/docs", "/openapi.json")  # they tell nothing of the archive
VERSION = "1"
_STREAM = "text/event-stream"
_STATUS: tuple[tuple[type[TanyaError], int], ...] = (
    (NotThere, 404),
    (TooMany, 429),
    (InputError, 400),
    (StoreError, 503),
    (ModelError, 503),
)
_HUNG_UP = 499  # nobody gets it; as a proxy calls it in its log
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": shapes.Problem, "description": "yang diminta tidak dapat dikerjakan"},
    401: {"model": shapes.Problem, "description": "tanpa token yang berlaku"},
    403: {"description": "dari halaman situs lain, atau untuk nama lain"},
    413: {"model": shapes.Problem, "description": "permintaan terlalu besar"},
    415: {"model": shapes.Problem, "description": "bukan application/json"},
    422: {"model": shapes.Problem, "description": "isian yang salah"},
    429: {"model": shapes.Problem, "description": "terlalu banyak sekaligus"},
    503: {"model": shapes.Problem, "description": "indeks atau model tidak siap"},
}
Done = TypeVar("Done")


def application(operations: Operations) -> Application:
    """Return the service over HTTP, to be put behind its doors."""
    app = FastAPI(
        title="Tanya Arsip",
        version=VERSION,
        description="Jawaban bersitasi dan pemeriksaan kutipan dari arsip redaksi sendiri.",
        docs_url=None,  # FastAPI's own pages fetch their scripts from outside
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        responses=_PROBLEMS,
    )
    _tell_errors(app)
    _add_questions(app, operations)
    _add_quotations(app, operations)
    _add_state(app, operations)
    document = _described(app)
    page = reference_page(document)

    @app.get("/openapi.json", include_in_schema=False)
    async def described() -> Response:
        return JSONResponse(document)

    @app.get("/docs", include_in_schema=False)
    async def reference() -> Response:
        return HTMLResponse(page, headers=CONTENT_POLICY)

    @app.get("/", include_in_schema=False)
    async def root() -> Response:
        return RedirectResponse("/docs")

    return cast(Application, app)


def _add_questions(app: FastAPI, operations: Operations) -> None:
    @app.post("/v1/search", responses=_answer(shapes.Found), summary="Cari bagian artikel")
    async def search(request: Request, asked: SearchRequest) -> Response:
        """Return passages, the best first, as `tanya search --json` prints them."""
        return JSONResponse(await _while_there(request, operations.search(_reader(request), asked)))

    streamed = {**_answer(shapes.Answered)}
    streamed[200]["content"] = {_STREAM: {"schema": {"type": "string"}}}

    @app.post("/v1/ask", responses=streamed, summary="Jawab satu pertanyaan, dengan sumbernya")
    async def ask(request: Request, asked: AskOverHttp) -> Response:
        """Return the answer as `tanya ask --json` prints it; with `stream`, or `Accept: text/event-stream`, as events.

        The events are `waiting` (place in line), `evidence` (sources; once more where reading them changed their
        order), `words` (text as it is copied), and in the end `answer` (the checked answer) or `error`.
        """
        reader = _reader(request)
        if asked.stream or request.headers.get("accept", "").startswith(_STREAM):
            events = operations.events(reader, asked)
            first = await _while_there(request, anext(events))  # so that what is refused at once has its own status
            return StreamingResponse(_lines(first, events), media_type=_STREAM, headers={"cache-control": "no-store"})
        return JSONResponse(await _while_there(request, operations.ask(reader, asked)))


def _add_quotations(app: FastAPI, operations: Operations) -> None:
    @app.post("/v1/quote", responses=_answer(shapes.Quoted), summary="Periksa satu kutipan")
    async def quote(request: Request, asked: QuoteRequest) -> Response:
        """Return the verdict on a quotation as `tanya quote --json` prints it."""
        return JSONResponse(await _while_there(request, operations.quote(_reader(request), asked)))

    @app.post("/v1/quote/draft", responses=_answer(shapes.Draft), summary="Periksa semua kutipan sebuah naskah")
    async def draft(request: Request, asked: DraftRequest) -> Response:
        """Return the verdict on each quotation of a draft as `tanya quote --draft --json` prints it."""
        return JSONResponse(await _while_there(request, operations.draft(_reader(request), asked)))

    @app.get(
        "/v1/articles/{article_id:path}",
        responses={**_answer(shapes.ArticleText), 404: {"model": shapes.Problem, "description": "tidak ada di arsip"}},
        summary="Baca satu artikel",
    )
    async def article(
        request: Request, article_id: str, start: int = 0, max_chars: int = shapes.MAX_ARTICLE_CHARS
    ) -> Response:
        """Return an article; `start` and `max_chars` take a part of its text."""
        asked = shapes.parsed(ArticleRequest, {"article_id": article_id, "start": start, "max_chars": max_chars})
        return JSONResponse(await _while_there(request, operations.article(_reader(request), asked)))


def _add_state(app: FastAPI, operations: Operations) -> None:
    @app.get("/livez", response_model=shapes.Alive, summary="Apakah program ini hidup")
    async def alive() -> Response:
        return JSONResponse({"alive": True})

    @app.get("/readyz", responses=_answer(shapes.Ready), summary="Apakah pertanyaan dapat dijawab")
    async def ready() -> Response:
        is_ready, reason = await asyncio.to_thread(lambda: operations.state)
        return JSONResponse({"ready": is_ready, "reason": reason}, status_code=200 if is_ready else 503)


def _answer(model: type[shapes.Shape]) -> dict[int | str, dict[str, Any]]:
    return {200: {"model": model, "description": "dikerjakan"}}


def _reader(request: Request) -> Reader:
    reader: Reader = request.scope[WHO]  # without a door in front of it nobody is served
    return reader


def _described(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, made once; it says that a token is sent."""
    document = app.openapi()
    document.setdefault("components", {})["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{}, {"token": []}]
    return document


def _tell_errors(app: FastAPI) -> None:
    """Have every error told in one line, and none with what was sent."""

    @app.exception_handler(TanyaError)
    async def known(request: Request, error: TanyaError) -> Response:
        status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
        if status >= 500:
            _log.error("failed", exc_info=error)
        headers = {"retry-after": "2"} if status in (429, 503) else None
        return JSONResponse({"error": str(error)}, status, headers)

    @app.exception_handler(RequestValidationError)
    async def wrong(request: Request, error: RequestValidationError) -> Response:
        if request.method == "POST" and not _is_json(request):
            return JSONResponse({"error": "Kirim application/json; lihat contohnya di /docs."}, 415)
        return JSONResponse({"error": told_of(error.errors())}, 422)

    @app.exception_handler(HTTPException)
    @app.exception_handler(400)
    @app.exception_handler(404)
    @app.exception_handler(405)
    async def refused(request: Request, error: Exception) -> Response:
        status = getattr(error, "status_code", 400)
        told = {404: "Tidak ada alamat ini", 405: "Cara (method) ini tidak dikenal di alamat ini"}
        text = f"{told.get(status, 'Permintaan ini tidak dapat dibaca')}; lihat /docs."
        return JSONResponse({"error": text}, status, getattr(error, "headers", None))

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        _log.error("failed", exc_info=error)
        return JSONResponse({"error": f"Kesalahan tak terduga ({type(error).__name__}); rinciannya di log."}, 500)


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


async def _while_there(request: Request, work: Awaitable[Done]) -> Done:
    """Return what the work gives; where its asker hangs up, it is cancelled."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_hung_up(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return await task
        raise HTTPException(_HUNG_UP)
    finally:
        for one in (task, gone):
            one.cancel()
        with suppress(asyncio.CancelledError):
            await gone
        if not task.done():
            with suppress(asyncio.CancelledError):
                await task


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _lines(first: Event, events: Any) -> AsyncIterator[str]:
    """Yield the events as they go over the wire; who hangs up ends them."""
    async with aclosing(events):
        yield _line(first)
        async for event in events:
            yield _line(event)


def _line(event: Event) -> str:
    if event.kind == "ping":
        return ": \n\n"  # a comment: keeps the connection, tells nothing
    return f"event: {event.kind}\ndata: {json.dumps(event.data, ensure_ascii=False)}\n\n"
