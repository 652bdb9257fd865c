"""Serves the site on this machine until it is told to stop."""

import asyncio
import errno
import ipaddress
import signal
import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from ravine.errors import RavineError
from ravine.studio.app import create_app
from ravine.studio.gate import LOCAL
from ravine.studio.site import build

GRACE = 3  # seconds that open connections have to end


def serve(
    host: str, port: int, started: Callable[[str], None], open_browser: bool = False, videos: Path | None = None
) -> None:
    """Serves the site at `host` and `port` (0: any free one) until SIGINT or SIGTERM, then ends the open answers.

    started: called with the address once it answers. videos: as in `build`.
    Raises RavineError where the address cannot be had.
    """
    listening = _listen(host, port)
    with listening:
        config = uvicorn.Config(
            create_app(build(videos), _names(host, listening.getsockname()[0])),
            access_log=False,
            lifespan="off",
            log_level="error",  # what clients do wrong, they are told
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=2 * GRACE,
            ws="none",
        )
        address = _address(host, listening.getsockname()[1])

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                started(address)
                if open_browser:
                    webbrowser.open(address)

            async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
                patience = asyncio.get_running_loop().call_later(GRACE, self.hang_up)
                await super().shutdown(sockets)
                patience.cancel()

            def hang_up(self) -> None:
                """On who does not read the answer that was asked for."""
                for connection in list(self.server_state.connections):
                    if (transport := getattr(connection, "transport", None)) is not None:
                        transport.abort()

        server = Server(config)
        # After a graceful stop uvicorn raises the signal again for whoever handled it before: that is the end, too.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: setattr(server, "should_exit", True))
        server.run([listening])


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(where)
        except OSError:
            listening.close()
            raise
    except (socket.gaierror, UnicodeError, ValueError):  # also a name that no host can have
        raise RavineError(
            f"unknown host {host!r}; this machine alone is 127.0.0.1, every network it is on 0.0.0.0"
        ) from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < 65535 else 0
            raise RavineError(f"port {port} is in use; is the studio running? Else try --port {other}") from None
        raise RavineError(f"cannot listen at {host}, port {port}: {error.strerror}; try --port 0") from None
    return listening


def _names(host: str, address: str) -> frozenset[str] | None:
    """The names by which a server at a loopback address is asked for; None, any, for one that others reach."""
    return LOCAL | {host.lower(), address} if ipaddress.ip_address(address).is_loopback else None


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
