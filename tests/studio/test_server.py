"""`ravine studio` as a process of its own: what it answers, and how it ends."""

import contextlib
import gzip
import http.client
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest


@pytest.fixture(scope="module")
def start():
    """start(*options) runs the studio; returns the process and (host, port)."""
    running = []

    def run(*options):
        command = [sys.executable, "-m", "ravine.cli", "studio", *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        running.append(process)
        line = process.stdout.readline()
        assert "http://" in line, process.communicate()
        where = urlsplit(next(word for word in line.split() if word.startswith("http://")))
        return process, (where.hostname, where.port)

    yield run
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def place(start):
    return start("--port", "0")[1]


def ask(place, path, method="GET", body=None, **headers):
    connection = http.client.HTTPConnection(*place, timeout=60)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    answer.text = answer.read()
    connection.close()
    return answer


def raw(place, request):
    """What comes back for bytes that no client library would send."""
    with socket.create_connection(place, timeout=60) as connection:
        heard = b""
        with contextlib.suppress(ConnectionError):  # it need not read what it refuses to the end
            connection.sendall(request)
            while part := connection.recv(65536):
                heard += part
        return heard


def test_only_this_machine_can_ask(place):
    assert place[0] == "127.0.0.1"


@pytest.mark.parametrize("path", ["/", "/index.html", "/lessons/", "/lessons/adam.html", "/playground.html?a=b"])
def test_a_page(place, path):
    answer = ask(place, path)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"<h1" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["set-cookie"] is None


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/static/ravine.css", "text/css; charset=utf-8"),
        ("/static/ravine.js", "text/javascript; charset=utf-8"),
        ("/static/rules.js", "text/javascript; charset=utf-8"),
        ("/static/icon.svg", "image/svg+xml; charset=utf-8"),
    ],
)
def test_the_kinds_of_files(place, path, kind):
    assert ask(place, path).headers["content-type"] == kind


def test_head_says_what_get_would(place):
    get, head = ask(place, "/"), ask(place, "/", "HEAD")
    assert head.text == b""
    assert head.headers["content-length"] == str(len(get.text))
    assert head.headers["etag"] == get.headers["etag"]


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("*;q=0, gzip", True),
        ("gzip ; q=1.000", True),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip;q=0.", False),
        ("gzip; q = 0.000, *", False),
        ("*;q=0", False),
        ("gzip;q=nan", False),
        ("gzip;q=", False),
        ("", False),
    ],
)
def test_it_packs_for_who_unpacks(place, accepted, packed):
    answer = ask(place, "/", accept_encoding=accepted)
    assert (answer.headers["content-encoding"] == "gzip") is packed
    text = gzip.decompress(answer.text) if packed else answer.text
    assert text == ask(place, "/").text
    assert answer.headers["vary"] == "accept-encoding"


def test_what_did_not_change_is_not_sent_again(place):
    tag = ask(place, "/").headers["etag"]
    again = ask(place, "/", if_none_match=f'"other", W/{tag}')
    assert (again.status, again.text) == (304, b"")
    assert ask(place, "/", if_none_match='"other"').status == 200


def test_a_folder_without_its_slash(place):
    answer = ask(place, "/lessons")
    assert (answer.status, answer.headers["location"]) == (308, "/lessons/")
    assert ask(place, "/lessons?hide=quiz&x=%2F%0d").headers["location"] == "/lessons/?hide=quiz&x=%2F%0d"


@pytest.mark.parametrize(
    "path",
    [
        "/lessons/lion.html",
        "/lessons/adam.html/",
        "/../../etc/passwd",
        "/static/../pyproject.toml",
        "/static/%2e%2e/%2e%2e/app.py",
        "/..%2f..%2fetc%2fpasswd",
        "/static/css/base.css",
        "//example.org/",
        "/%00",
        "/%ff%fe",
        "/" + "a" * 8000,
    ],
)
def test_what_is_not_there(place, path):
    answer = ask(place, path)
    assert answer.status == 404
    assert b"There is no such page" in answer.text
    assert b"Traceback" not in answer.text
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "NONSENSE"])
def test_it_is_only_read(place, method):
    answer = ask(place, "/", method, body=b"x" * 1_000_000)
    assert answer.status == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize(
    "request_",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100),
    ],
    ids=lambda request_: repr(request_[:30]),
)
def test_what_is_no_request(place, request_):
    """A 4xx without a trace, and the next one is served."""
    answer = raw(place, request_)
    assert answer.startswith(b"HTTP/1.1 4")
    assert b"Traceback" not in answer
    assert ask(place, "/").status == 200


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost", True),
        ("LOCALHOST.:8400", True),
        ("127.0.0.1", True),
        ("[::1]:8400", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("localhost@evil.example", False),
        ("[::1].evil.example", False),
        ("192.168.0.1:8400", False),
        ("", False),
    ],
)
def test_it_answers_to_its_own_names_alone(place, host, ours):
    """A name that is made to lead here (DNS rebinding) gets nothing to read."""
    answer = ask(place, "/lessons/adam.html", host=host)
    assert answer.status == (200 if ours else 421)
    assert (b"<h1" in answer.text) is ours


def test_others_may_ask_where_it_is_told_so(start):
    assert ask(("127.0.0.1", start("--port", "0", "--host", "0.0.0.0")[1][1]), "/", host="my.lab").status == 200


def test_a_body_that_breaks_off(start):
    process, place = start("--port", "0")
    for method in (b"POST", b"GET"):
        head = method + b" / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        for body in (b"zz\r\nabc\r\n0\r\n\r\n", b"5\r\nab\r\n0\r\n\r\n", b"-1\r\n\r\n", b"f" * 30 + b"\r\n"):
            assert raw(place, head + body).startswith(b"HTTP/1.1 4")
        with socket.create_connection(place, timeout=60) as connection:
            connection.sendall(head + b"5\r\nab")
    assert ask(place, "/").status == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    assert process.stderr.read() == ""


def test_it_ends_though_nobody_reads_its_answers(start):
    process, place = start("--port", "0")
    deaf = []
    for _ in range(20):
        connection = socket.create_connection(place)
        connection.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            for _ in range(300):
                connection.send(b"GET /static/ravine.js HTTP/1.1\r\nHost: localhost\r\n\r\n")
        deaf.append(connection)
    assert ask(place, "/").status == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    assert process.stderr.read() == ""
    for connection in deaf:
        connection.close()


@pytest.mark.parametrize("begin", [b"GET /", b"GET / HTTP/1.1\r\nHost: x\r\nCookie: "])
def test_a_head_without_end_is_cut_off(place, begin):
    """Refused, or the connection reset while the rest was still coming."""
    answer = raw(place, begin + b"a" * 10_000_000)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")
    assert ask(place, "/").status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told(start, number):
    process, place = start("--port", "0")
    idle = http.client.HTTPConnection(*place)
    idle.request("GET", "/")
    idle.getresponse().read()  # and stays open
    process.send_signal(number)
    assert process.wait(timeout=20) == 0
    assert process.stderr.read() == ""


def test_a_port_that_is_taken(place, ravine_command):
    code, out, err = ravine_command("studio", "--port", place[1])
    assert (code, out) == (2, "")
    assert err == f"ravine: port {place[1]} is in use; is the studio running? Else try --port {place[1] + 1}\n"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--host", "no.such.host.invalid"), "unknown host"),
        (("--host", "192.0.2.1"), "cannot listen at 192.0.2.1"),
        (("--port", "70000"), "65535"),
        (("--host", "a..b"), "unknown host"),
        (("--host", "x" * 70 + ".example"), "unknown host"),
        (("--host", "a b"), "unknown host"),
        (("--host", "bücher.invalid"), "unknown host"),
    ],
)
def test_an_address_that_cannot_be_had(options, said, ravine_command):
    code, _, err = ravine_command("studio", "--port", "0", *options)
    assert code == 2
    assert said in err
    assert len(err.splitlines()) == 1


def test_a_thousand_requests_leave_no_trace(start):
    """Memory after many requests of every kind is what it was after a few."""
    process, place = start("--port", "0")

    def held():
        return int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * 4096

    def some(count):
        connection = http.client.HTTPConnection(*place, timeout=60)
        for i in range(count):
            connection.request("GET", ("/", "/lessons/adam.html", f"/none/{i}", "/static/rules.js")[i % 4])
            connection.getresponse().read()
        connection.close()

    some(300)
    before = held()
    some(1000)
    assert held() < before + 1_000_000
