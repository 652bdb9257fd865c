"""The mask widget: the masks that Python draws, what they come to, the two readings of p, and malformed states."""

import numpy as np
import pytest

from ravine.networks.threefry import Stream, uniform
from ravine.studio.mask_picture import UNITS
from ravine.studio.pictures import draw
from tests.studio.predictions import skip_predictions

PROGRAM = """
import { Layer, UNITS } from "./src/mask/layer";
import { read } from "./src/mask/state";
const answer = ({ query, draws, scaled }) => {
  const { state, refused } = read(new URLSearchParams(query));
  state.scaled = scaled ?? true;
  const layer = new Layer(state);
  layer.draw(draws ?? 0);
  return { state, refused, units: UNITS, ...layer.last, mean: layer.mean(), whole: layer.evaluated().output };
};
"""


@pytest.fixture(scope="module")
def ask(conversation):
    return conversation(PROGRAM)


@pytest.mark.parametrize(("query", "dropped"), [("p=0.5", 0.5), ("p=0.2&seed=7", 0.2), ("p=0.8&meaning=keep", 0.2)])
def test_the_masks_are_pythons_forward_and_back(ask, query, dropped):
    seed = 7 if "seed" in query else 1
    for draws in (1, 4):
        answer = ask({"query": query, "draws": draws})
        on = uniform(seed, Stream.DROPOUT, draws, len(UNITS)) >= dropped
        assert answer["mask"] == on.tolist()
        np.testing.assert_allclose(answer["output"], on * np.array(UNITS) / (1 - dropped))
        np.testing.assert_allclose(answer["gradient"], on / (1 - dropped))
    assert answer["units"] == answer["whole"] == list(UNITS)


@pytest.mark.parametrize(("scaled", "share"), [(True, 1.0), (False, 0.7)])
def test_many_masks_come_to_evaluation_only_if_what_stays_is_scaled(ask, scaled, share):
    answer = ask({"query": "p=0.3", "draws": 4000, "scaled": scaled})
    np.testing.assert_allclose(answer["mean"], share * np.array(UNITS), rtol=0.06)


def test_nothing_is_kept_or_nothing_dropped(ask):
    assert ask({"query": "p=1", "draws": 3})["output"] == [0] * 12
    assert ask({"query": "p=0", "draws": 3})["output"] == list(UNITS)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("p=1.5", "p=1.5 is left out: a number from 0 to 1"),
        ("meaning=off", "meaning=off is left out: drop or keep is wanted."),
        ("seed=-1", "seed=-1 is left out"),
        ("q=0.5", "q is left out: there is no such key."),
    ],
)
def test_a_malformed_state_is_left_out_and_named(ask, query, named):
    answer = ask({"query": query})
    [line] = answer["refused"]
    assert line.startswith(named)
    assert answer["state"] == ask({"query": ""})["state"]


def widget(page, place=0):
    skip_predictions(page)
    found = page.locator('[data-widget="mask"]').nth(place)
    found.locator(".mask-rows rect").first.wait_for()
    return found


def mean(found):
    return float(found.locator(".mask-said").inner_text().split("the mean is ")[1].split(" ")[0])


def test_a_learner_takes_the_factor_away(visit):
    page = visit("lessons/dropout.html")
    found = widget(page)
    found.get_by_role("button", name="Draw 1,000").click()
    assert mean(found) == pytest.approx(1, abs=0.03)
    found.get_by_label("multiply what is kept").uncheck()
    found.get_by_role("button", name="Draw 1,000").click()
    assert mean(found) == pytest.approx(0.5, abs=0.02)
    assert "Over 1,001 masks" in found.locator(".mask-said").inner_text()
    page.locator("#widget-1 .task.done").wait_for()
    found.get_by_label("evaluate: no mask").check()
    assert "every unit goes on as it is" in found.locator(".mask-said").inner_text()
    assert found.get_by_role("button", name="Draw a mask").is_disabled()
    assert found.locator(".dropped").count() == 0


def test_the_two_readings_by_keyboard_and_by_touch(visit):
    page = visit("lessons/dropout.html", has_touch=True, viewport={"width": 360, "height": 740})
    found = widget(page, 1)
    assert "a chance of 0.8." in found.locator(".mask-said").inner_text()
    found.get_by_label("p is the chance to").focus()
    page.keyboard.press("ArrowUp")
    assert "a chance of 0.2." in found.locator(".mask-said").inner_text()
    before = found.locator(".mask-rows").inner_html()
    found.get_by_role("button", name="Draw a mask").tap()
    page.locator("#widget-3 .task.done").wait_for()
    assert found.locator(".mask-rows").inner_html() != before
    field = found.get_by_label("p, a probability")
    field.fill("1")
    field.press("Enter")
    assert "Nothing goes on" in found.locator(".mask-said").inner_text()
    field.fill("2")
    field.press("Enter")
    assert found.get_by_role("alert").filter(has_text="1 stays.").is_visible()


def test_the_still_picture_is_the_first_mask():
    on = uniform(1, Stream.DROPOUT, 1, len(UNITS)) >= 0.5
    assert f"{on.sum()} of 12 are kept" in draw("mask", "p=0.5&seed=1").decode()
    assert draw("mask", "p=1").startswith(b"<svg ")
