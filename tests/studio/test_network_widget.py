"""The living network in a browser: what a learner does with it by mouse, touch and keyboard, and what it says."""

import re

import pytest

PAGE = "network.html"
QUICK = "data=moons&activation=relu&init=he_uniform&steps=120&adam.lr=0.01"


def widget(page):
    found = page.locator("[data-widget=network][data-ready]").first
    found.wait_for()
    return found


def at_step(page, step):
    page.wait_for_function(
        "step => document.querySelector('[data-widget=network] .clock').value.startsWith(`step ${step} of`)", arg=step
    )


def summary(found):
    return found.locator("p.unseen[role=status]").inner_text()


def run(page, found, steps):
    found.get_by_role("button", name="Play", exact=True).click()
    at_step(page, steps)
    found.get_by_role("button", name="Play", exact=True).wait_for()
    page.wait_for_function("() => document.querySelector('p.unseen[role=status]').textContent.includes('loss')")


def test_play_step_epoch_and_reset(visit):
    page = visit(f"{PAGE}#{QUICK}")
    found = widget(page)
    at_step(page, 0)
    found.get_by_role("button", name="Step", exact=True).click()
    at_step(page, 1)
    found.get_by_role("button", name="Epoch").click()
    at_step(page, 8)  # 200 examples in batches of 32 are 7 steps
    run(page, found, 120)
    first = summary(found)
    assert re.match(r"Step 120 of 120\. Network: loss [\d.]+ and [\d.]+ held out, accuracy", first)
    found.get_by_role("button", name="Reset").click()
    at_step(page, 0)
    run(page, found, 120)
    assert summary(found) == first  # the same start
    found.get_by_role("button", name="New seed").click()
    at_step(page, 0)
    run(page, found, 120)
    assert summary(found) != first
    page.wait_for_url("**seed=1&adam.lr=0.01&step=120")


def test_the_address_holds_what_is_seen(visit):
    page = visit(f"{PAGE}#{QUICK}&twin.activation=tanh")
    found = widget(page)
    run(page, found, 120)
    page.wait_for_url(f"**#{QUICK}&twin.activation=tanh&step=120")
    before = summary(found)
    assert "Twin: loss" in before
    again = visit(page.url.split("/", 3)[3])
    at_step(again, 120)
    again.wait_for_function("() => document.querySelector('p.unseen[role=status]').textContent.includes('loss')")
    assert summary(widget(again)) == before


def test_a_link_that_is_wrong_says_so(visit):
    page = visit(f"{PAGE}#layers=10000&adam.lr=fast")
    said = widget(page).locator(".message").inner_text()
    assert "layers=10000 is left out: of each hidden layer a whole number from 1 to 256 is wanted" in said
    assert "adam.lr=fast is left out" in said


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("gain=1e308", r"at step 1 the sums of layer 2 are no number any more"),
        (
            "activation=relu&rule=sgd&sgd.lr=1e200&steps=50",
            r"at step \d+ the (sums|weights) of layer \d are no number any more",
        ),
    ],
)
def test_numbers_that_are_none_are_said_and_reset_recovers(visit, state, said):
    page = visit(f"{PAGE}#data=moons&{state}")
    found = widget(page)
    found.get_by_role("button", name="Play", exact=True).click()
    found.locator(".network-key .sick").wait_for()
    assert re.search(said, found.locator(".network-key .sick").inner_text())
    assert "Reset, and take smaller" in found.locator(".message").inner_text()
    found.get_by_role("button", name="Reset").click()
    at_step(page, 0)
    rate = found.get_by_label("times", exact=True)
    rate.fill("1")
    rate.press("Enter")
    if "sgd" in state:
        field = found.get_by_label(re.compile("lr, ")).and_(found.locator("input[type=text]"))
        field.fill("0.1")
        field.press("Enter")
    found.get_by_role("button", name="Epoch").click()
    at_step(page, 7)
    assert found.locator(".network-key .sick").count() == 0
