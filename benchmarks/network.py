"""How fast the living network trains in a page, and how little it disturbs: `python benchmarks/network.py`.

Opens network.html in headless Chromium (RAVINE_CHROMIUM, or the first of the usual names) with digits, 64-32-10, batch
32 and Adam, and prints steps a second while it plays, frames a second, how long a frame's callback took, and how many
it asked for while it was paused and while it was out of sight; then the same for a twin and larger networks.
The load says how far to believe it: what else runs takes its share of every number here.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
from itertools import pairwise
from typing import Any

from playwright.sync_api import sync_playwright

NETWORKS = {
    "64-32-10": "data=digits&examples=1437&layers=32&activation=relu&steps=20000",
    "64-32-10, with a twin": "data=digits&examples=1437&layers=32&activation=relu&steps=20000&twin.activation=tanh",
    "ten layers of 32": f"data=digits&examples=1437&layers={','.join(['32'] * 10)}&activation=relu&steps=20000",
    "64-256-256-10": "data=digits&examples=1437&layers=256,256&activation=relu&steps=20000",
}

# Before any script of the page: how long each callback of a frame takes, and when it began.
WATCH = """
window.frames_ = [];
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (callback) => ask((now) => {
  const begun = performance.now();
  callback(now);
  frames_.push([begun, performance.now() - begun]);
});
"""
STEP = "Number(document.querySelector('[data-widget=network] .clock').value.match(/[0-9]+/)[0])"


def measure(page: Any, seconds: float) -> dict[str, float]:
    """The rate in windows of half a second: their median, and the best, which others disturbed least."""
    page.evaluate("frames_.length = 0")
    rates = []
    for _ in range(int(2 * seconds)):
        first, begun = page.evaluate(f"[{STEP}, performance.now()]")
        page.wait_for_timeout(500)
        last, ended = page.evaluate(f"[{STEP}, performance.now()]")
        rates.append(1000 * (last - first) / (ended - begun))
    frames = page.evaluate("frames_")
    gaps = [after[0] - before[0] for before, after in pairwise(frames)]
    lengths = sorted(length for _, length in frames)
    return {
        "steps a second": statistics.median(rates),
        "at best": max(rates),
        "frames a second": 1000 / statistics.median(gaps),
        "a frame's work, median ms": statistics.median(lengths),
        "99 of 100 ms": lengths[int(0.99 * (len(lengths) - 1))],
        "longest ms": lengths[-1],
    }


def frames_in(page: Any, seconds: float = 1.0) -> int:
    page.wait_for_timeout(300)
    page.evaluate("frames_.length = 0")
    page.wait_for_timeout(1000 * seconds)
    return int(page.evaluate("frames_.length"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0)
    options = parser.parse_args()
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    chromium = os.environ.get("RAVINE_CHROMIUM") or next(filter(None, map(shutil.which, names)))
    command = [sys.executable, "-m", "ravine.cli", "studio", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = next(word for word in server.stdout.readline().split() if word.startswith("http"))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for name, state in NETWORKS.items():
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                page.add_init_script(WATCH)
                page.goto(f"{address.rstrip('/')}/network.html#{state}")
                page.locator("[data-widget=network][data-ready]").wait_for()
                ready = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
                page.wait_for_timeout(1000)  # the digits arrive
                page.get_by_role("button", name="Play").click()
                page.wait_for_timeout(500)
                found = measure(page, options.seconds)
                print(f"{name}: " + ", ".join(f"{key} {value:.3g}" for key, value in found.items()))
                page.evaluate("scrollTo(0, document.body.scrollHeight); document.body.style.paddingTop = '4000px'")
                out_of_sight = frames_in(page)
                page.evaluate("document.body.style.paddingTop = ''; scrollTo(0, 0)")
                page.get_by_role("button", name="Pause").click()
                paused = frames_in(page)
                print(f"  ready after {ready:.0f} ms; frames paused {paused}, out of sight {out_of_sight}")
                page.close()
            browser.close()
        print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    finally:
        server.terminate()


if __name__ == "__main__":
    main()
