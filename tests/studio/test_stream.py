"""The gradient-stream widget: its numbers against Python's, what a learner does with it, and malformed states."""

from urllib.parse import unquote

import numpy as np
import pytest

from ravine.lessons import course
from ravine.lessons.state import STREAMS, read
from ravine.rules import rules
from ravine.studio.pictures import draw
from ravine.studio.streams import feed, gradients

PROGRAM = """
import { feed } from "./src/stream/feed";
import { STREAMS } from "./src/stream/streams";
import { read, write } from "./src/stream/state";
import { readFileSync } from "node:fs";
(0, eval)(readFileSync(RULES, "utf8").replace("const RAVINE", "globalThis.RAVINE"));
const answer = (question) => {
  if (question.query !== undefined) {
    const found = read(new URLSearchParams(question.query));
    return { ...found, written: write(found.state) };
  }
  const stream = STREAMS[question.stream].gradients(question.steps, question.seed, [2, -0.5, 0.25]);
  if (question.rule === undefined) return { gradients: stream };
  const rule = RAVINE.rules[question.rule];
  const settings = {};
  for (const known of Object.values(rule.hyperparameters)) settings[known.name] = known.default;
  return Object.fromEntries(feed(rule, settings, stream, question.bounds));
};
"""


@pytest.fixture(scope="module")
def ask(conversation, tmp_path_factory):
    from ravine.studio.rules_script import rules_script

    script = tmp_path_factory.mktemp("rules") / "rules.js"
    script.write_text(rules_script())
    return conversation(f"const RULES = {str(script)!r};\n{PROGRAM}")


@pytest.mark.parametrize("stream", STREAMS)
def test_the_streams_are_pythons(ask, stream):
    found = ask({"stream": stream, "steps": 40, "seed": 3})["gradients"]
    np.testing.assert_allclose(found, gradients(stream, 40, 3, [2, -0.5, 0.25]), rtol=1e-12)


@pytest.mark.parametrize("name", [name for name, rule in rules.items() if rule.name == rule.family])
def test_every_number_of_a_rule_is_pythons(ask, name):
    found = ask({"stream": "noisy", "steps": 60, "seed": 1, "rule": name, "bounds": [-1, 1]})
    expected = feed(rules[name], gradients("noisy", 60, 1), (-1.0, 1.0))
    assert found.keys() == expected.keys()
    for line, values in expected.items():
        np.testing.assert_allclose(np.array(found[line], float), values, rtol=1e-10, atol=1e-15, err_msg=line)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("stream=sparce", "stream=sparce is left out: the streams are constant"),
        ("gradients=1,x", "gradients=1,x is left out"),
        ("gradients=" + "1," * 300, "1 to 200 numbers"),
        ("scale=-1", "a number above 0"),
        ("project=1,-1", "low,high is wanted"),
        ("show=<b>", "names with commas between them are wanted"),
        ("rules=adom", "different rules of"),
        ("adam.beta1=2", "a number of at least 0 and below 1 is wanted"),
        ("steps=4000", "a whole number from 1 to 2000"),
        ("steps=1e9", "a whole number from 1"),
        ("bogus=1", "there is no such key"),
    ],
)
def test_a_malformed_state_is_left_out_and_named(ask, query, named):
    answer = ask({"query": f"rules=adam&{query}"})
    [line] = answer["refused"]
    assert named in line
    plain = ask({"query": "rules=adam"})
    assert answer["state"] == plain["state"]


WHOLE = (
    "stream=own&gradients=1,-2e-7&scale=1000&project=-1,1&show=m,step&rules=adam,sgd&adam.beta1=0.5&sgd.lr=0.1"
    "&steps=80&seed=3&step=7"
)


@pytest.mark.parametrize("query", ["stream=constant&rules=adam", "stream=noisy&show=&rules=adam+l2,sgd&seed=9", WHOLE])
def test_what_is_written_is_what_is_read(ask, query):
    answer = ask({"query": query.replace("+", "%2B")})
    assert answer["refused"] == []
    assert unquote(answer["written"]) == query
    read(answer["written"])  # a teacher may put it into a lesson


@pytest.mark.parametrize("state", [use.state for each in course() for use in each.widgets if use.kind == "stream"])
def test_the_states_of_the_lessons_survive_a_link(ask, state):
    first = ask({"query": state.query})
    assert first["refused"] == []
    assert ask({"query": first["written"]})["state"] == first["state"]


def widget(page, kind="stream"):
    found = page.locator(f'[data-widget="{kind}"]').first
    found.locator("svg").first.wait_for()
    return found


def column(found, title):
    """A column of the widget's table of numbers."""
    details = found.locator("details.stream-table")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    details.get_by_role("columnheader", name=title, exact=True).wait_for()  # it is filled once it is open
    titles = details.locator("thead th").all_inner_texts()
    rows = details.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.children].map(c => c.textContent))"
    )
    return np.array([float(row[titles.index(title)].replace("−", "-")) for row in rows])


def test_reddis_case_is_seen_and_mended_by_the_learner(visit):
    page = visit("lessons/variants.html")
    found = widget(page)
    assert column(found, "Adam: position")[-1] == 1
    assert column(found, "AMSGrad: position")[-1] == pytest.approx(-1, abs=0.06)
    task = page.locator('.task[data-done*="reached"]')
    assert "done" not in (task.get_attribute("class") or "").split()
    field = found.get_by_label("beta2 of Adam", exact=False).and_(found.locator("input[type=text]"))
    field.fill("0.99")
    field.press("Enter")
    assert column(found, "Adam: position")[-1] == pytest.approx(-1, abs=0.06)
    page.locator(".task.done").wait_for()


def test_a_thousandfold_gradient_leaves_adams_step_alone(visit):
    page = visit("lessons/adam.html")
    found = widget(page)
    before = column(found, "Adam: step")
    found.get_by_label("times").select_option("1000")
    np.testing.assert_allclose(column(found, "Adam: step"), before, rtol=1e-3)
    np.testing.assert_allclose(column(found, "gradient"), 1000)
    page.locator(".task.done").first.wait_for()


def test_the_page_shows_what_python_computes(visit):
    found = widget(visit("lessons/adagrad.html"))
    shown = column(found, "Adagrad: s")
    np.testing.assert_allclose(shown, feed(rules["adagrad"], gradients("sparse", 100), lr=0.1)["s"], rtol=1e-3)


def test_everything_by_keyboard_and_in_words(visit):
    page = visit("lessons/adagrad.html")
    found = widget(page)
    kind = found.get_by_label("Gradients", exact=True)
    kind.focus()
    page.keyboard.press("ArrowUp")  # from sparse to impulse
    assert kind.input_value() == "impulse"
    player = found.get_by_label("Step to read")
    player.focus()
    page.keyboard.press("Home")
    assert found.locator("output").inner_text().startswith("1: gradient 1")
    found.get_by_label("Draw gradient").check()
    labels = found.locator("svg[role=img]").evaluate_all("all => all.map((each) => each.getAttribute('aria-label'))")
    assert len(labels) == 4
    assert all(label.startswith("100 steps. ") for label in labels)
    assert "Adagrad, s: first 1, last 1" in " ".join(labels)


def test_a_learners_own_list_and_a_second_rule(visit):
    found = widget(visit("lessons/adam.html"))
    found.get_by_label("Gradients", exact=True).select_option("own")
    own = found.get_by_label("Your gradients, with commas between them")
    own.fill("1, two")
    own.press("Enter")
    assert own.get_attribute("aria-invalid") == "true"
    own.fill("4, -1")
    own.press("Enter")
    np.testing.assert_allclose(column(found, "gradient")[:4], [4, -1, 4, -1])
    found.get_by_label("Feed another rule").select_option("sgd")
    assert found.locator("fieldset legend").all_inner_texts() == ["Adam", "Gradient descent"]
    np.testing.assert_allclose(column(found, "Gradient descent: step")[:2], [0.004, -0.001])
    found.get_by_label("Take Gradient descent out").click()
    assert found.locator("fieldset legend").all_inner_texts() == ["Adam"]


def test_the_address_holds_what_is_seen(visit):
    page = visit("stream.html")
    found = widget(page)
    found.get_by_label("Gradients", exact=True).select_option("own")
    own = found.get_by_label("Your gradients, with commas between them")
    own.fill("4, -1")
    own.press("Enter")
    found.get_by_label("Take Gradient descent out").click()
    field = found.get_by_label("beta1 of Adam", exact=False).and_(found.locator("input[type=text]"))
    field.fill("0.5")
    field.press("Enter")
    found.get_by_label("Draw m", exact=True).check()
    found.get_by_label("Step to read").focus()
    page.keyboard.press("Home")
    page.wait_for_url(
        "**#stream=own&gradients=4,-1&show=gradient,m,step,position&rules=adam&adam.beta1=0.5&steps=100&step=1"
    )
    before = column(found, "Adam: m")
    again = visit(page.url.split("/", 3)[3])
    np.testing.assert_allclose(column(widget(again), "Adam: m"), before)
    assert widget(again).locator("output").inner_text().startswith("1: gradient 4")


def test_a_link_that_is_followed_and_one_that_is_broken(visit):
    page = visit("stream.html#stream=sparse&rules=adagrad")
    found = widget(page)
    assert found.locator("fieldset legend").all_inner_texts() == ["Adagrad"]
    page.evaluate("location.hash = 'stream=reddi&rules=adam,amsgrad&scale=none'")
    found.get_by_text("scale=none is left out: a number above 0 is wanted.").wait_for()
    assert found.locator("fieldset legend").all_inner_texts() == ["Adam", "AMSGrad"]
    np.testing.assert_allclose(column(found, "gradient")[:3], [3, -1, -1])


def test_a_lessons_stream_leads_to_its_own_page(visit):
    page = visit("lessons/rmsprop.html")
    found = widget(page)
    steps = found.get_by_label("Steps", exact=True)
    steps.fill("30")
    steps.press("Enter")
    assert "#" not in page.url  # a lesson's address belongs to its sections
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    found.get_by_role("button", name="Copy link").click()
    found.get_by_text("Link copied.").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.endswith(
        "stream.html#stream=impulse&show=s,step&rules=rmsprop&rmsprop.alpha=0.9&rmsprop.lr=0.001&steps=30"
    )
    page.locator("figure", has=found).get_by_role("link", name="Open on a page of its own").click()
    page.wait_for_url("**/stream.html#stream=impulse**steps=60")
    assert len(column(widget(page), "RMSprop: s")) == 60


def test_symbols_of_a_formula_are_explained_by_keyboard(visit):
    page = visit("lessons/adam.html")
    figure = page.locator("#formula-adam")
    first = figure.locator(".equations [tabindex='0']")
    first.focus()
    tip = figure.locator("[role=tooltip]")
    assert tip.inner_text() == "gradient of the loss, on the batch at hand"
    assert first.get_attribute("aria-describedby") == tip.get_attribute("id")
    page.keyboard.press("End")
    assert "finite" in tip.inner_text()  # the last symbol is eps
    assert figure.locator("dl .marked").get_attribute("data-symbol") == "eps"
    page.keyboard.press("Escape")
    assert tip.is_hidden()


def test_a_symbol_is_explained_under_the_pointer(visit):
    page = visit("lessons/adam.html")
    figure = page.locator("#formula-adam")
    figure.locator(".equations [data-symbol=v_hat]").first.hover()
    assert figure.locator("[role=tooltip]").inner_text() == "v, corrected for its start at zero"
    assert figure.locator(".equations .marked").count() == 2  # where it is made and where it is used


def test_still_pictures_are_small_and_hold_what_they_show():
    from ravine.studio.pictures import pictures

    drawn = [draw_picture() for draw_picture in pictures().values()]
    assert len(drawn) >= 10
    assert max(map(len, drawn)) < 60_000
    assert all(picture.startswith(b"<svg ") for picture in drawn)
    stream = draw("stream", "stream=constant&rules=adam&show=m,m_hat,step").decode()
    assert "Adam" in stream
    assert stream.count('class="run r0') == 3
