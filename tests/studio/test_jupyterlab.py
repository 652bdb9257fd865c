"""Widgets where they are met: in JupyterLab with a kernel, and in the HTML that nbconvert makes of a notebook."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen

import nbformat
import numpy as np
import pytest

import ravine
from ravine.networks import Training
from tests.kernels import settings, shared

TRIES = 3  # to start a server
WIDE = {"viewport": {"width": 1300, "height": 1000}}
PATIENCE = 120_000  # milliseconds: a kernel and a page share a machine with other tests
IDLE = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"

# Runs code in the notebook's own kernel, as a cell does, and keeps what it printed.
ASK = """
code => {
  const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
  window.said = "";
  window.ended = false;
  const asked = kernel.requestExecute({ code });
  asked.onIOPub = ({ content }) => { window.said += content.text ?? content.evalue ?? ""; };
  void asked.done.then(() => { window.ended = true; });
}
"""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """JupyterLab on localhost; its address, once it answers.

    It looks for a free port, lets go of it, says so, and takes it only then: others may be quicker. So it is asked
    until it answers, and started anew where it ended because somebody else was.
    """
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser", "--allow-root"]
    command += ["--ServerApp.port=0", "--IdentityProvider.token=", f"--LabApp.app_dir={shared() / 'lab'}"]
    command += ["--LabApp.news_url=None", "--ServerApp.open_browser=False"]
    log, environment = folder / "server.log", settings(folder)
    for _ in range(TRIES):
        with log.open("w") as said, subprocess.Popen(command, cwd=folder, env=environment, stderr=said) as server:
            try:
                if address := answering(server, log):
                    yield address
                    return
            finally:
                server.terminate()
        if "already in use" not in log.read_text():
            break
    pytest.fail(f"JupyterLab ended with {server.returncode}: {log.read_text()}")


def answering(server: subprocess.Popen, log: Path) -> str | None:
    """Where it says that it is, once it answers there; None where it ends before. It says so in the log."""
    ends = time.monotonic() + PATIENCE / 1000
    while server.poll() is None and time.monotonic() < ends:
        if found := re.search(r"http://127\.0\.0\.1:\d+/\S*", log.read_text()):
            with suppress(OSError, ValueError), urlopen(urljoin(found[0], "/api"), timeout=PATIENCE / 1000) as answer:
                if "version" in json.load(answer) and server.poll() is None:
                    return found[0]
        time.sleep(0.1)
    return None


def ask(page, code: str) -> str:
    """What the code prints in the notebook's kernel."""
    page.evaluate(ASK, code)
    page.wait_for_function("() => window.ended")
    return page.evaluate("() => window.said").strip()


def asking(page, code: str, wanted: str) -> None:
    """Asks until the answer is as wanted: what is done in the page takes a moment until Python has it."""
    ends = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < ends:
        if (said := ask(page, code)) == wanted:
            return
        page.evaluate("() => new Promise(requestAnimationFrame)")
    pytest.fail(f"{code}: {said}, not {wanted}")


@pytest.mark.slow
def test_a_race_and_a_network_are_played_and_read_back_in_jupyterlab(browser, tmp_path):
    cells = [
        "import ravine\nrace = ravine.widget('landscape', rules=['sgd', 'adam'], start=(-4, 1))\nrace",
        "network = ravine.widget('network', data='moons', widths=[6], steps=60, seed=3)\nnetwork",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python", "language": "python"}
    nbformat.write(notebook, tmp_path / "one.ipynb")
    context = browser.new_context(**WIDE)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    others = []
    with serving(tmp_path) as address:
        own = (urljoin(address, "/"), "blob:", "data:", "about:")
        page.on("request", lambda one: None if one.url.startswith(own) else others.append(one.url))
        page.goto(f"{address}/tree/one.ipynb")
        page.wait_for_function(IDLE)
        page.evaluate("() => void jupyterapp.commands.execute('notebook:run-all-cells')")
        frames = [page.frame_locator("iframe[data-ravine]").nth(number) for number in (0, 1)]
        for frame in frames:
            frame.locator("[data-ready]").wait_for()

        # what is dragged there is read here
        asking(page, "print(race.start)", "(-4.0, 1.0)")
        frames[0].locator(".stage").scroll_into_view_if_needed()
        handle = frames[0].locator(".start-handle").bounding_box()
        x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 200, y + 40, steps=5)
        page.mouse.up()
        x, y = (float(frames[0].get_by_label(f"Start {axis}", exact=True).input_value()) for axis in "xy")
        assert x > -3
        assert y < 1
        asking(page, "print(race.start)", str((x, y)))

        # what is set here is seen there, and undone there
        ask(page, "race.change(start=(-1.5, 0.5), steps=60, rates={'adam': 0.3})")
        frames[0].get_by_text("60 / 60").wait_for()
        assert frames[0].get_by_label("Start x", exact=True).input_value() == "-1.5"
        frames[0].get_by_role("button", name="Undo", exact=True).click()
        asking(page, "print(race.start)", str((x, y)))

        # the network learns in the page, and its weights are NumPy's
        frames[1].get_by_role("button", name="Play").click()
        asking(page, "print([result.step for result in network.results])", "[60]")
        told = ask(page, "print(*map(repr, map(float, network.results[0].parameters)))")
        recipe = ravine.widget("network", data="moons", widths=[6], steps=60, seed=3).recipe
        np.testing.assert_allclose(np.array(told.split(), float), Training(recipe).train(60).parameters, rtol=1e-9)

        # as dark as the notebook, whose own style stays as it was
        page.evaluate("() => jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Dark' })")
        page.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")
        ground = "widget => getComputedStyle(widget).backgroundColor"
        frames[0].locator("html[style*=dark]").wait_for()
        assert frames[0].locator("[data-widget]").evaluate(ground) == "rgb(27, 33, 40)"
        assert page.evaluate("() => getComputedStyle(document.documentElement).getPropertyValue('--surface')") == ""
    context.close()
    assert others == []


@pytest.mark.slow
def test_in_nbconverts_page_both_still_play_and_fetch_nothing(browser, tmp_path):
    race = ravine.widget("landscape", rules=["sgd"], start=(-4, 1), steps=40)
    network = ravine.widget("network", data="moons", widths=[4], steps=20)
    shown = [nbformat.v4.new_output("execute_result", one._repr_mimebundle_()) for one in (race, network)]
    cells = [nbformat.v4.new_code_cell("widget", outputs=[output]) for output in shown]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "one.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "one.ipynb"]
    subprocess.run(command, cwd=tmp_path, env=settings(tmp_path), check=True, capture_output=True)
    context = browser.new_context(**WIDE)
    context.route("http*://**", lambda route: route.abort())  # nbconvert's page itself asks for MathJax and RequireJS
    asked = []
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("request", lambda one: None if one.frame is page.main_frame else asked.append(one.url))
    page.goto((tmp_path / "one.html").as_uri())
    frames = [page.frame_locator("iframe[data-ravine]").nth(number) for number in (0, 1)]
    for frame in frames:
        frame.locator("[data-ready]").wait_for()
    assert page.locator("img[alt^=Ravine]").count() == 0  # the pictures have made room
    frames[1].get_by_role("button", name="Play").click()
    frames[1].get_by_text("20 / 20").or_(frames[1].get_by_text("Step 20 of 20")).first.wait_for()
    frames[0].get_by_role("button", name="3-D").click()
    frames[0].locator("button[aria-pressed=true]", has_text="3-D").wait_for()
    height = page.locator("iframe").first.evaluate("frame => frame.getBoundingClientRect().height")
    assert height == pytest.approx(
        frames[0].locator("body").evaluate("body => body.getBoundingClientRect().height"), abs=1
    )
    context.close()
    assert [url for url in asked if not url.startswith(("about:", "data:", "blob:"))] == []
