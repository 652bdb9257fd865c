"""The studio in another engine: a lesson, its widget, its quiz and the playground in Firefox, over WebDriver BiDi."""

import subprocess
from pathlib import Path

from tests.conftest import firefox
from tests.studio.conftest import WEB

FLOW = Path(__file__).with_name("firefox_flow.mjs")


def test_the_flow_of_a_learner_in_firefox(bundle, site):
    """`bundle` makes sure of Node and of what `npm ci` installs, puppeteer-core among it."""
    command = ["node", str(FLOW), firefox(), site]
    done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
