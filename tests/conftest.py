"""Settings and engines that tests share: Node, Chromium without a window, the studio on localhost, the command line."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import settings

# Before anything imports Keras: it reads its backend once.
os.environ.setdefault("KERAS_BACKEND", "torch")

# Before anything imports torch: its threads wait in busy loops, for each other and for those of a test beside them.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# The same examples in every run, so that a red run can be repeated anywhere.
settings.register_profile("ravine", derandomize=True, database=None, deadline=None)
settings.load_profile("ravine")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The address bar would load two pages of its own for each window that a test opens: half of what opening one takes.
# Chromium hears the last such list alone, so it begins with what Playwright leaves out.
LEFT_OUT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup"
)
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",  # WebGL2 in software
    f"--disable-features={LEFT_OUT}",
]


@pytest.fixture(scope="module")
def float64_in_jax():
    """jax computes in float32 unless told otherwise."""
    import jax  # here, since most tests do without

    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def _missing(what: str) -> NoReturn:
    if os.environ.get("RAVINE_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{what} is required here (RAVINE_REQUIRE_BROWSER=1)")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="session")
def node() -> Callable[[str], str]:
    """Runs a program in Node and returns what it printed."""
    found = shutil.which("node")
    if found is None:
        _missing("Node")

    def run(program: str) -> str:
        done = subprocess.run([found, "-"], input=program, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return run


def chromium() -> str:
    """Where Chromium is."""
    found = os.environ.get("RAVINE_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        _missing("Chromium")
    return found


def firefox() -> str:
    """Where Firefox is."""
    found = os.environ.get("RAVINE_FIREFOX") or next(filter(None, map(shutil.which, ("firefox-esr", "firefox"))), None)
    if found is None:
        _missing("Firefox")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium. A test opens its own context in it: browser.new_context(color_scheme="dark", …)."""
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def page(browser: Any) -> Any:
    """A blank page."""
    return browser.new_page()


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The studio on localhost, in a process of its own as a user starts it; its address, which ends in a slash."""
    command = [sys.executable, "-m", "ravine.cli", "studio", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as studio:
        assert studio.stdout
        said = studio.stdout.readline()  # once it answers
        yield next(word for word in said.split() if word.startswith("http://"))
        studio.terminate()


@contextmanager
def visiting(browser: Any, site: str) -> Iterator[Callable[..., Any]]:
    """Gives visit("lessons/adam.html", color_scheme="dark", …): a page of the site, in a context of its own.

    `first` is JavaScript that runs before anything of the page. In the end it fails if a page logged an error, broke
    its content security policy or asked another host.
    """
    contexts, faults = [], []

    def visit(path: str = "index.html", first: str = "", **options: Any) -> Any:
        context = browser.new_context(**options)
        context.add_init_script(first)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: None if _own(request.url, site) else faults.append(request.url))
        page.goto(site + path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def visit(browser: Any, site: str) -> Iterator[Callable[..., Any]]:
    """visit(path, …) opens a page of the site for this test; see `visiting`."""
    with visiting(browser, site) as open_page:
        yield open_page


def _own(address: str, site: str) -> bool:
    return address.startswith((site, "blob:", "data:"))


@pytest.fixture(params=["limit", "tmpfs"] if hasattr(os, "geteuid") and os.geteuid() == 0 else ["limit"])
def small_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """small_disk(bytes): a folder in which that is all that can be written, for this test.

    A file system of that size, which only root may mount; or a limit on the size of each file, as it is for everyone.
    """
    resource = pytest.importorskip("resource")
    folder = tmp_path / "disk"
    folder.mkdir()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def shrink(size: int) -> Path:
        if request.param == "limit":
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        elif subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False).returncode:
            pytest.skip("root may not mount a file system here")
        return folder

    yield shrink
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    if request.param == "tmpfs":
        subprocess.run(["umount", folder], check=False)


@pytest.fixture
def ravine_command(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., tuple[object, str, str]]]:
    """Runs the command line in this process; gives exit code, standard output and standard error."""
    from ravine.cli import main

    before = signal.getsignal(signal.SIGTERM)

    def command(*arguments: object) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    yield command
    signal.signal(signal.SIGTERM, before)
