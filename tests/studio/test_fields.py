"""Every field for a number, in every widget and quiz: one validator reads them all, and says what it refuses."""

import re

import pytest

from tests.built import built

PAGES = sorted(path for path in built() if path.endswith(".html"))
FIELDS = "input[inputmode=decimal]"
# Lists, and what may be a word; the numbers in them are read by the same validator (test_network_state.py).
OTHER_TEXTS = "[readonly], .formula, [aria-label^='Your gradients'], .network-settings .typed"

# Pages on which every kind of field stands open, among them each panel of the playground and the map of a lesson.
OPEN = {
    "own formula": "playground.html#formula=x**2%2By**2&rules=sgd,adam,adadelta,lion&noise=1",
    "shape": "playground.html#landscape=ravine&rules=momentum,rmsprop,radam",
    "stream": "stream.html#stream=own&rules=adam,amsgrad",
    "network": "network.html#data=xor&steps=5&adam.lr=0.01&decay=l2",
    "maps in a lesson": "lessons/momentum.html",
}

# What is typed, and the number that it means; None where it may mean another, or none.
TYPED = {
    "0.5": 0.5,
    "0,5": 0.5,
    "1/4": 0.25,
    "25 %": 0.25,
    "5e-1": 0.5,
    "10⁻³": 0.001,
    "−0.5": -0.5,
    "2": 2,
    "123456.789": 123456.789,
    "1e9": 1e9,
    "16,000": None,
    "16 000": None,
    "1.234,5": None,
    "0x10": None,
    "": None,
    "ten": None,
    "1e999": None,
    "Infinity": None,
    "NaN": None,
}

# Types into every field of the page in turn, and tells of each what it then shows and says.
TYPE = """
([selector, text]) => [...document.querySelectorAll(selector)].filter((e) => e.isConnected).map((field) => {
  const before = field.value;
  field.focus();
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  const said = document.getElementById(field.getAttribute("aria-describedby")).textContent;
  const found = { label: field.getAttribute("aria-label") ?? field.labels[0].textContent, before, said,
                  shown: field.value, invalid: field.getAttribute("aria-invalid") === "true" };
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  return { ...found, held: field.value, calm: field.getAttribute("aria-invalid") === null };
})
"""


@pytest.mark.parametrize("path", OPEN.values(), ids=OPEN)
def test_every_field_takes_what_is_certain_and_says_why_it_refuses_the_rest(visit, path):
    page = visit(path, reduced_motion="reduce")
    page.wait_for_selector(f"[data-widget] {FIELDS}", state="attached")
    refused_ranges = set()
    for text, number in TYPED.items():
        for field in page.evaluate(TYPE, [f"[data-widget]:not(.quiz) {FIELDS}", text]):
            case = (field["label"], text, field["said"])
            if not field["invalid"]:  # taken: the number, and it is shown as it is used
                assert number is not None, case
                assert float(field["shown"]) == number, case
                assert field["held"] == field["shown"], case
                assert field["said"] == "", case
                continue
            assert field["shown"] == text, case  # to be mended
            assert field["said"].endswith(f"{field['held']} stays."), case
            assert field["held"] == field["before"], case  # and nothing was brought into the range
            assert field["calm"], case
            if number is not None:
                assert re.search(r"is wanted, not|it has no minimum|no count|no height|too little", field["said"]), case
                refused_ranges.add(field["label"])
    assert refused_ranges


@pytest.mark.parametrize("path", PAGES)
def test_no_field_reads_numbers_in_a_way_of_its_own(visit, path):
    page = visit(path, reduced_motion="reduce")
    page.locator(".scripted").wait_for(state="attached")
    others = f"input:not([type=range], [type=checkbox], [type=radio], [inputmode=decimal]):not({OTHER_TEXTS})"
    assert page.locator(others).count() == 0


def test_what_a_field_shows_is_in_the_link(visit):
    page = visit("playground.html#landscape=ravine&rules=momentum", reduced_motion="reduce")
    for label, typed, pair in [
        ("Steps", "1e2", "steps=100"),
        ("Gradient noise", "0,5", "noise=0.5"),
        ("Seed", "7", "seed=7"),
        ("Start x", "−1/4", "start=-0.25,1"),
        ("condition, of Ravine", "40", "landscape.condition=40"),
        ("Momentum: momentum, ", "95 %", "momentum.momentum=0.95"),
    ]:
        field = page.get_by_label(re.compile(f"^{label}")).and_(page.locator(FIELDS))
        field.fill(typed)
        field.press("Enter")
        page.wait_for_function("pair => location.hash.split(/[#&]/).includes(pair)", arg=pair)


def test_a_new_domain_may_begin_with_either_end(visit):
    page = visit(OPEN["own formula"], reduced_motion="reduce")
    for label, typed in [("x from", "5"), ("x to", "10")]:
        field = page.get_by_label(label, exact=True)
        field.fill(typed)
        field.press("Tab")
        if label == "x from":
            said = "x from: a number of at least -1000000 and below 2 is wanted, not 5. -2 stays."
            assert page.locator(".complaint:not(:empty)").inner_text() == said
    page.wait_for_function("() => location.hash.includes('domain=5,10,-2,2')")
    assert page.get_by_label("x from", exact=True).input_value() == "5"
    assert page.locator(".complaint:not(:empty)").count() == 0


def test_a_list_of_gradients_and_its_commas(visit):
    page = visit("stream.html#stream=own&rules=adam", reduced_motion="reduce")
    field = page.get_by_label("Your gradients")
    for typed, shown in [("0,5; −1", "0.5, -1"), ("1,-1,2", "1, -1, 2"), ("0,5, 1/4", "0.5, 0.25")]:
        field.fill(typed)
        field.press("Enter")
        assert field.input_value() == shown
    field.fill("1,5")
    field.press("Enter")
    complaint = page.locator(".complaint:not(:empty)")
    assert complaint.inner_text() == (
        "Your gradients: 1,5 may be one number or two: write 1, 5 with a space, or 1.5. 0.5, 0.25 stay."
    )


def test_a_quiz_takes_the_same_numbers_and_shows_what_was_typed(visit):
    page = visit("lessons/momentum.html", reduced_motion="reduce")
    box = page.get_by_label("Your answer")
    for text, said in {
        "": "Write a number",
        "16,000": "16,000 may mean",
        "0x10": "0x10 is written for machines",
    }.items():
        box.fill(text)
        box.press("Enter")
        assert page.locator(".quiz").get_by_role("alert").inner_text().startswith(said)
    box.fill("123456.789")
    box.press("Enter")
    assert page.locator(".quiz .settled .content").first.inner_text() == "123456.789, your answer"


def test_nothing_chosen_is_no_answer(visit):
    page = visit("lessons/dialects.html", reduced_motion="reduce")
    page.get_by_role("button", name="Check").click()
    assert page.locator(".quiz").get_by_role("alert").inner_text() == "Choose at least one."
    assert page.locator(".verdict b").count() == 0
