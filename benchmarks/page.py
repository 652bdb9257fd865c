"""Whether the studio's pages keep their budgets in a browser: `python benchmarks/page.py`.

Opens pages of the site in headless Chromium (RAVINE_CHROMIUM, or the first of the usual names) and prints, beside the
budget of each: the kB of script that a page asks for (gzip), how long until all its widgets answer, frames a second
while a race plays, what axe finds, and the share of a processor that a page takes when nobody touches it, and when
another tab hides it. The load says how far to believe the times: what else runs takes its share of them.
"""

import argparse
import gzip
import os
import shutil
import statistics
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

import ravine

PAGES = (
    "index.html",
    "lessons/momentum.html",
    "lessons/adam.html",
    "lessons/dropout.html",
    "lessons/learning-by-heart.html",
    "playground.html",
    "stream.html",
    "network.html",
    "review.html",
    "quiz.html",
)
RACES = {
    "contours": "playground.html#landscape=himmelblau&rules=sgd,momentum,adam&steps=2000&step=0&map=basin",
    "surface": "playground.html#landscape=himmelblau&rules=sgd,momentum,adam&steps=2000&step=0&view=surface",
}
AXE = Path(ravine.__file__).parent / "studio/web/node_modules/axe-core/axe.min.js"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# When every widget in sight has begun; one behind a prediction waits for the learner.
READY = """() => document.readyState === 'complete' &&
  [...document.querySelectorAll('[data-widget]:not([data-locked])')].every((each) => !each.querySelector('.still'))
"""


def scripts(page: Any, path: str, site: str) -> list[str]:
    """The addresses of the scripts that the page asks for, from its first byte until nothing moves."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.resource_type == "script" else None)
    page.goto(site + path)
    page.wait_for_load_state("networkidle")
    return asked


def kilobytes(address: str) -> float:
    with urlopen(address) as answer:
        return len(gzip.compress(answer.read(), 9)) / 1000


def until_ready(context: Any, address: str) -> float:
    """Seconds from asking for a page until its widgets answer."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_function(READY)
    seconds: float = page.evaluate("performance.now() / 1000")
    page.close()
    return seconds


def frames(context: Any, address: str, seconds: float) -> tuple[float, float]:
    """Frames a second by the median gap, and by the longest, while a race plays."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("[data-widget=landscape][data-ready]")
    page.locator("[data-widget=landscape]").get_by_role("button", name="Play").click()
    times = page.evaluate(
        """(seconds) => new Promise((done) => {
          const times = [];
          const next = (now) => {
            times.push(now);
            if (now - times[0] < 1000 * seconds) requestAnimationFrame(next);
            else done(times);
          };
          requestAnimationFrame(next);
        })""",
        seconds,
    )
    page.close()
    gaps = [later - sooner for sooner, later in pairwise(times)]
    return 1000 / statistics.median(gaps), 1000 / max(gaps)


def busy(page: Any, seconds: float) -> float:
    """The share of a processor that the page's own thread takes, in percent."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def worked() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(float(each["value"]) for each in metrics if each["name"] == "TaskDuration")

    before = worked()
    page.wait_for_timeout(1000 * seconds)
    share = 100 * (worked() - before) / seconds
    session.detach()
    return share


def idle(context: Any, address: str, seconds: float) -> tuple[float, float]:
    """Of the page in sight, and behind another tab."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_function(READY)
    page.wait_for_timeout(3000)  # what a page does once, when it has come
    seen = busy(page, seconds)
    other = context.new_page()
    other.bring_to_front()
    page.wait_for_timeout(1000)
    hidden = busy(page, seconds)
    other.close()
    page.close()
    return seen, hidden


def violations(browser: Any, address: str) -> int:
    context = browser.new_context(bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    page.wait_for_function(READY)
    page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    found = len(page.evaluate("axe.run()")["violations"])
    context.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5, help="that each look at a page takes (default 5)")
    parser.add_argument("--times", type=int, default=5, help="how often each page is opened (default 5)")
    options = parser.parse_args()
    chromium = os.environ.get("RAVINE_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if chromium is None:
        sys.exit("no Chromium was found: install it, or name it in RAVINE_CHROMIUM")
    command = [sys.executable, "-m", "ravine.cli", "studio", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        site = next(word for word in server.stdout.readline().split() if word.startswith("http"))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--enable-unsafe-swiftshader"]
            )
            report(browser, site, options.times, options.seconds)
            browser.close()
    finally:
        server.terminate()
        server.wait(10)


def report(browser: Any, site: str, times: int, seconds: float) -> None:
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"{'':32} {'script kB':>10} {'ready s':>8} {'axe':>4} {'idle %':>7} {'hidden %':>9}")
    print(f"{'budget':32} {'150':>10} {'1':>8} {'0':>4} {'0':>7} {'0':>9}")
    for path in PAGES:
        context = browser.new_context()
        weight = sum(map(kilobytes, scripts(context.new_page(), path, site)))
        ready = statistics.median(until_ready(context, site + path) for _ in range(times))
        seen, hidden = idle(context, site + path, seconds)
        context.close()
        found = violations(browser, site + path)
        print(f"{path:32} {weight:10.0f} {ready:8.2f} {found:4} {seen:7.1f} {hidden:9.1f}", flush=True)
    for name, path in RACES.items():
        context = browser.new_context()
        usual, least = frames(context, site + path, seconds)
        context.close()
        print(f"a race plays, {name}: {usual:.0f} frames a second, {least:.0f} at the longest gap (budget 60)")


if __name__ == "__main__":
    main()
