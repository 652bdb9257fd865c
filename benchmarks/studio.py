"""How fast the studio answers, and whether it grows: `python benchmarks/studio.py`.

Starts `ravine studio`, asks it for pages over a few kept connections from this process (one core for the server, one
for the questions), and prints requests a second, the same for each second that the server had a processor (what an idle
machine would show), and the server's memory as it goes.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

PAGES = ("index.html", "lessons/momentum.html", "lessons/adam.html", "review.html", "quiz.html")
KINDS = {"gzip": "Accept-Encoding: gzip\r\n", "plain": "", "head": ""}


async def ask(host: str, port: int, requests: list[bytes], waits: list[float]) -> None:
    """Sends the requests one after the other over one connection; every answer must be a 200."""
    reader, writer = await asyncio.open_connection(host, port)
    for request in requests:
        begun = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        size = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        if not request.startswith(b"HEAD"):
            await reader.readexactly(size)
        waits.append(time.perf_counter() - begun)
    writer.close()


def load(address: str, kind: str, count: int, connections: int) -> tuple[float, list[float]]:
    """(requests a second, seconds that each took)."""
    where = urlsplit(address)
    method = "HEAD" if kind == "head" else "GET"
    questions = [f"{method} /{page} HTTP/1.1\r\nHost: {where.netloc}\r\n{KINDS[kind]}\r\n".encode() for page in PAGES]
    share = [questions[i % len(questions)] for i in range(count // connections)]
    waits: list[float] = []

    async def all_at_once() -> None:
        await asyncio.gather(*(ask(where.hostname or "", where.port or 0, share, waits) for _ in range(connections)))

    begun = time.perf_counter()
    asyncio.run(all_at_once())
    return len(waits) / (time.perf_counter() - begun), waits


def megabytes(process: int) -> float:
    """The memory that the process holds (Linux)."""
    line = next(line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def processor(process: int) -> float:
    """The seconds of processor time that the process has used (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--connections", type=int, default=8)
    options = parser.parse_args()
    command = [sys.executable, "-m", "ravine.cli", "studio", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = next(word for word in server.stdout.readline().split() if word.startswith("http"))
        for kind in KINDS:
            load(address, kind, 2000, options.connections)  # caches and allocator settle
            used = processor(server.pid)
            rate, waits = load(address, kind, 10_000, options.connections)
            alone = len(waits) / (processor(server.pid) - used)
            cuts = statistics.quantiles(waits, n=100)
            print(
                f"{kind:6} {rate:7.0f} requests/s, {alone:7.0f} a second of processor time   "
                f"median {1e3 * cuts[49]:.2f} ms   99 % {1e3 * cuts[98]:.2f} ms"
            )
        print(f"memory {megabytes(server.pid):7.1f} MB")
        for tenth in range(1, 11):
            load(address, "gzip", options.requests // 10, options.connections)
            print(f"       {megabytes(server.pid):7.1f} MB after {tenth * options.requests // 10} more requests")
    finally:
        server.terminate()
        print(f"the server ended with exit code {server.wait(10)}")


if __name__ == "__main__":
    main()
