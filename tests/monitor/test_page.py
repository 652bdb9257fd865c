"""The monitor's page: in one file, for everyone."""

import re

import pytest
import torch

import ravine
from tests.monitor.sick import adam_rate_of_1
from tests.studio.axe import assert_accessible, put_axe


@pytest.fixture(scope="module")
def monitor():
    torch.manual_seed(0)
    return adam_rate_of_1.run()


def test_the_page_says_what_the_terminal_says_and_asks_for_nothing(monitor, tmp_path):
    monitor.to_html(tmp_path / "run.html")
    text = (tmp_path / "run.html").read_text()
    for finding in monitor.findings:
        assert finding.title in text
    assert "2 Linear" not in text
    assert "0 (Linear 64→32)" in text
    assert not re.search(r"(src|href|url\()", text)
    assert "<script" not in text


def test_it_is_accessible_light_and_dark_and_fits_a_phone(monitor, tmp_path, browser):
    monitor.to_html(tmp_path / "run.html")
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto((tmp_path / "run.html").as_uri())
    put_axe(page)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()


def test_a_path_that_cannot_be_written(monitor, tmp_path):
    with pytest.raises(ravine.RavineError, match="there is no folder"):
        monitor.to_html(tmp_path / "nowhere" / "run.html")


def test_the_curves(monitor):
    curves = monitor.curves
    assert {"loss", "validation loss", "learning rate", "gradient norm", "update ratio"} <= set(curves)
    assert [step for step, _ in curves["loss"]] == list(range(1, 301))
    assert {rate for _, rate in curves["learning rate"]} == {1.0}
