"""The site as an ASGI application: every answer is prepared when it is first asked for, and then served from memory."""

import gzip
import hashlib
import mimetypes
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from ravine.studio.gate import gate
from ravine.studio.pages import POLICY, missing_page
from ravine.studio.ranges import asked_range

HEADERS = {
    "content-security-policy": f"{POLICY}; frame-ancestors 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}
# A widget's own page may stand in any other page's frame, where it is asked for alone: playground.html?embed
FRAMED = HEADERS | {"content-security-policy": f"{POLICY}; frame-ancestors *"}
EMBED = "embed"
TEXT = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".vtt": "text/vtt"}
MEDIA = (".webm", ".mp4", ".png")  # packed as they are


@dataclass(frozen=True)
class Answer:
    """The responses that one file of the site can have. They hold no state: each is sent many times."""

    plain: Response
    zipped: Response
    unchanged: Response
    tag: str

    def to(self, request: Request) -> Response:
        if self.tag in request.headers.get("if-none-match", ""):
            return self.unchanged
        ranged = "range" in request.headers and request.headers.get("if-range", self.tag) == self.tag
        if ranged and (part := self._part(request.headers["range"])) is not None:
            return part
        return self.zipped if _takes_gzip(request.headers.get("accept-encoding", "")) else self.plain

    def _part(self, header: str) -> Response | None:
        body, headers = bytes(self.plain.body), dict(self.plain.headers)
        headers.pop("content-length")
        try:
            asked = asked_range(header, len(body))
        except ValueError:
            return Response(None, 416, {**HEADERS, "content-range": f"bytes */{len(body)}"})
        if asked is None:
            return None
        first, end = asked
        headers["content-range"] = f"bytes {first}-{end - 1}/{len(body)}"
        return Response(body[first:end], 206, headers)


def create_app(site: Mapping[str, bytes], names: Collection[str] | None = None) -> ASGIApp:
    """The application that serves `site`, files by path, with the headers that browsers honour.

    names: those that it may be asked for by, as in `gate`.
    """
    missing = Response(missing_page(), 404, HEADERS, "text/html; charset=utf-8")

    answers: dict[tuple[str, bool], Answer] = {}

    def prepare(path: str, alone: bool) -> Answer:
        framed = alone and _has_page_of_its_own(path, site[path])
        return _prepare(path, site[path], FRAMED if framed else HEADERS)

    async def answer(request: Request) -> Response:
        path = request.path_params["path"]
        if path == "" or path.endswith("/"):
            path += "index.html"
        if path in site:
            asked = path, EMBED in request.query_params
            if asked not in answers:  # in a thread: a page that is being made keeps none waiting that is there
                answers[asked] = await run_in_threadpool(prepare, *asked)
            return answers[asked].to(request)
        if f"{path}/index.html" in site:
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/{path}/{query}", 308, HEADERS)
        return missing

    async def refuse(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return PlainTextResponse(error.detail, error.status_code, {**HEADERS, **(error.headers or {})})

    return gate(Starlette(routes=[Route("/{path:path}", answer)], exception_handlers={HTTPException: refuse}), names)


def _has_page_of_its_own(path: str, body: bytes) -> bool:
    """Whether the page is a widget's own, whose state stands in the address."""
    return path.endswith(".html") and b" data-shared" in body


def _prepare(path: str, body: bytes, also: Mapping[str, str] = HEADERS) -> Answer:
    suffix = "." + path.rpartition(".")[2]
    kind = f"{TEXT[suffix]}; charset=utf-8" if suffix in TEXT else mimetypes.guess_type(path)[0]
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    headers = {**also, "etag": tag, "cache-control": "no-cache", "vary": "accept-encoding", "accept-ranges": "bytes"}
    packed = body if suffix in MEDIA else gzip.compress(body, mtime=0)
    plain = Response(body, 200, headers, kind)
    worth_it = len(packed) < len(body)
    zipped = Response(packed, 200, {**headers, "content-encoding": "gzip"}, kind) if worth_it else plain
    return Answer(plain, zipped, Response(None, 304, headers), tag)


def _takes_gzip(accepted: str) -> bool:
    """What the header Accept-Encoding says of it: its own weight, else that of anything (RFC 9110, 12.5.3)."""
    weights = {}
    for part in accepted.lower().split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        named = dict(piece.replace(" ", "").partition("=")[::2] for piece in parameters)
        try:
            weights[coding] = float(named.get("q", "1"))
        except ValueError:  # no weight at all
            weights[coding] = 0.0
    return weights.get("gzip", weights.get("*", 0.0)) > 0
