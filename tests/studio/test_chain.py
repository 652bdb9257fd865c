"""The chain widget: its numbers against Python's, by mouse, keyboard and touch, and malformed states."""

import numpy as np
import pytest

from ravine.activations import activations
from ravine.lessons.chain import Chain
from ravine.studio.pictures import draw
from tests.studio.predictions import skip_predictions

PROGRAM = """
import { pass } from "./src/chain/pass";
import { read } from "./src/chain/state";
const answer = (question) => {
  if (question.query !== undefined) return read(new URLSearchParams(question.query));
  return pass(question).map(({ slope, byInput }) => [slope, byInput]);
};
"""


@pytest.fixture(scope="module")
def ask(conversation):
    return conversation(PROGRAM)


@pytest.mark.parametrize("name", activations)
def test_slopes_and_gradients_are_pythons(ask, name):
    for depth, weight, bias, x in ((1, 1.0, 0.0, 0.0), (8, 1.3, -0.2, 0.7), (20, -2.0, 1.0, -3.0)):
        chain = Chain(name, depth, weight, bias, x)
        found = np.array(ask({"activation": name, "depth": depth, "weight": weight, "bias": bias, "input": x}))
        np.testing.assert_allclose(found[:, 0], chain.slopes(), rtol=1e-9, atol=1e-300)
        np.testing.assert_allclose(found[::-1, 1], chain.gradients()[2::2], rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("depth=0", "depth=0 is left out: a whole number from 1 to 20 is wanted, not 0."),
        ("depth=1e4", "depth=1e4 is left out"),
        ("weight=1e308", "weight=1e308 is left out: a number from −5 to 5"),
        ("input=NaN", "input=NaN is left out"),
        ("activation=__proto__", "activation=__proto__ is left out: there is no such activation."),
        ("dept=3", "dept is left out: there is no such key."),
    ],
)
def test_a_malformed_state_is_left_out_and_named(ask, query, named):
    answer = ask({"query": f"{query}&bias=1"})
    [line] = answer["refused"]
    assert line.replace("−", "-").startswith(named.replace("−", "-"))
    assert answer["state"] == {"depth": 8, "weight": 1, "bias": 1, "input": 1, "activation": "sigmoid"}


def widget(page, place=0):
    skip_predictions(page)
    found = page.locator('[data-widget="chain"]').nth(place)
    found.locator(".chain-stairs").wait_for()
    return found


def test_the_task_is_done_with_the_keyboard(visit):
    page = visit("lessons/vanishing-gradients.html")
    found = widget(page)
    assert "at the input: 5.52e−6" in found.locator(".chain-said").inner_text()
    field = found.get_by_label("layers, how many there are")
    field.fill("4")
    field.press("Enter")
    assert "at the input: 0.002164" in found.locator(".chain-said").inner_text()
    field.fill("8")
    field.press("Enter")
    found.get_by_label("activation").focus()
    page.keyboard.type("tanh")
    page.keyboard.press("Tab")  # what is typed next is another word
    found.get_by_label("activation").focus()
    page.keyboard.type("ReLU")
    page.locator("#widget-1 .task.done").wait_for()
    assert "at the input: 1." in found.locator(".chain-said").inner_text()


def test_the_drawing_follows_the_mouse_and_says_where_layers_stand(visit):
    page = visit("lessons/vanishing-gradients.html")
    found = widget(page, 1)
    slider = found.get_by_role("slider", name="input x")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2)
    assert float(found.get_by_label("input x, what goes into").input_value()) > 3
    label = found.locator(".chain-curves").get_attribute("aria-label")
    assert label.startswith("Sigmoid and its slope. Layer 1: z 1")
    found.get_by_text("The numbers as a table").click()
    found.locator("tbody tr").first.wait_for()  # the table is filled once it is open
    assert found.locator("tbody tr").count() == 8
    page.locator("#widget-2 .task.done").wait_for()


def test_a_wild_number_is_refused_and_the_value_stays(visit):
    page = visit("lessons/vanishing-gradients.html")
    found = widget(page)
    field = found.get_by_label("weight w, what each layer")
    field.fill("1e308")
    field.press("Enter")
    assert "1 stays." in found.get_by_role("alert").filter(has_text="stays").inner_text()
    assert "5.52e−6" in found.locator(".chain-said").inner_text()


def test_a_unit_that_is_off_is_said(visit):
    found = widget(visit("lessons/activations.html"))
    assert "exactly 0: nothing passes it." in found.locator(".chain-said").inner_text()
    assert found.locator(".chain-stairs .none").count() == 4


def test_the_still_picture_says_what_is_left():
    assert "5.5e−06 of the gradient is left" in draw("chain", "activation=sigmoid&depth=8").decode()
    for query in ("activation=relu&bias=-1&input=0", "activation=relu&weight=5&depth=20", "weight=0&depth=1"):
        assert draw("chain", query).startswith(b"<svg ")
