"""What stands before the answers: a request that is there as a whole, and asks for a name that is this server's."""

import re
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_HOST = re.compile(r"(\[(?P<address>[^]]+)\]|(?P<name>[^:]+?)\.?)(:\d*)?")
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def gate(app: ASGIApp, names: Collection[str] | None) -> ASGIApp:
    """The application, for requests whose header Host is one of these names, or any (None); without a port.

    A page elsewhere whose name is made to lead to this machine (DNS rebinding) so gets nothing to read.
    A request is read to its end first: one that breaks off in its body is the server's to refuse, not an answer's.
    """

    async def through(scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        while message["type"] == "http.request" and message.get("more_body"):
            message = await receive()
        if message["type"] == "http.disconnect":
            return
        host = _name(Headers(scope=scope).get("host", ""))
        if names is None or host in names:
            await app(scope, receive, send)
            return
        said = f"The studio answers to {', '.join(sorted(names))} alone; ravine studio --host 0.0.0.0 lets others in.\n"
        await PlainTextResponse(said, 421)(scope, receive, send)

    return through


def _name(host: str) -> str:
    """The name in a header Host: example.org of Example.org.:8400, ::1 of [::1]:8400; nothing where there is none."""
    found = _HOST.fullmatch(host)
    return "" if found is None else (found["address"] or found["name"]).lower()
