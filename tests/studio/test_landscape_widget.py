"""The landscape widget as a person meets it: mouse, touch, keyboard, links, and what leaves the page."""

import contextlib
import io
import math
import re
from urllib.parse import unquote

import numpy as np
import pytest

import ravine
from ravine.landscapes import landscapes
from ravine.trajectory import best_rate

WIDE = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
RACE = "playground.html#landscape=ravine&rules=sgd,adam&steps=100"

DISTINCT_COLOURS = """
canvas => {
  const small = document.createElement("canvas");
  small.width = small.height = 64;
  const context = small.getContext("2d");
  context.drawImage(canvas, 0, 0, 64, 64);
  return new Set(new Uint32Array(context.getImageData(0, 0, 64, 64).data.buffer)).size;
}
"""

# How many pixels the widget's controls and pictures stand out on its right.
FURTHEST_OVER = """
widget => {
  const shown = [...widget.querySelectorAll("button, input, select, canvas")].filter((e) => e.checkVisibility());
  const right = (element) => element.getBoundingClientRect().right;
  return Math.max(...shown.map(right)) - right(widget);
}
"""


@pytest.fixture
def widget(visit):
    """widget(path, **options): a page whose landscape widget is ready."""

    def open_page(path: str = RACE, **options: object):
        page = visit(path, **{**WIDE, **options})
        page.wait_for_selector("[data-widget=landscape][data-ready]")
        return page

    return open_page


def start_of(page) -> tuple[float, float]:
    x, y = (page.get_by_label(f"Start {axis}", exact=True).input_value() for axis in "xy")
    return float(x), float(y)


def at(page, x: float, y: float) -> tuple[float, float]:
    """Where a point of the plane is on the screen, by the contours' frame, whose margins are 40, 10, 10 and 26 px."""
    box = page.locator(".stage").bounding_box()
    domain = landscapes["ravine"].domain
    u = (x - domain.x[0]) / (domain.x[1] - domain.x[0])
    v = (domain.y[1] - y) / (domain.y[1] - domain.y[0])
    return box["x"] + 40 + u * (box["width"] - 50), box["y"] + 10 + v * (box["height"] - 36)


def clock(page) -> int:
    return int(page.locator(".clock").inner_text().split("/")[0])


def dial(page, rule: str, name: str):
    return page.locator(f'.dial input[type=text][aria-label^="{rule}: {name},"]')


def test_a_click_chooses_the_start(widget):
    page = widget()
    page.mouse.click(*at(page, 2.0, -1.0))
    assert start_of(page) == pytest.approx((2.0, -1.0), abs=0.02)
    page.locator("canvas.ground[aria-label*='start at (2']").wait_for()


def test_the_start_is_dragged_and_the_paths_follow(widget):
    page = widget()
    before = page.locator(".standing").all_inner_texts()
    page.mouse.move(*at(page, -4.0, 1.0))
    page.mouse.down()
    page.mouse.move(*at(page, 0.0, 0.0), steps=5)
    page.mouse.move(*at(page, 3.0, 1.5), steps=5)
    page.mouse.up()
    assert start_of(page) == pytest.approx((3.0, 1.5), abs=0.02)
    assert page.locator(".standing").all_inner_texts() != before


def test_the_arrow_keys_move_the_start(widget):
    page = widget()
    handle = page.get_by_role("button", name=re.compile("^Start at"))
    handle.focus()
    page.keyboard.press("ArrowRight")
    assert start_of(page) == pytest.approx((-4 + 0.09, 1.0))  # a hundredth of the domain
    page.keyboard.press("Shift+ArrowDown")
    assert start_of(page) == pytest.approx((-4 + 0.09, 1.0 - 0.18))
    for _ in range(60):
        page.keyboard.press("Shift+ArrowLeft")
    assert start_of(page)[0] == -4.5  # and no further than the edge


def test_a_tap_chooses_the_start_on_a_phone(widget):
    page = widget(**PHONE)
    page.locator(".stage").scroll_into_view_if_needed()
    page.touchscreen.tap(*at(page, 1.0, 0.5))
    assert start_of(page) == pytest.approx((1.0, 0.5), abs=0.05)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_player_by_keyboard_alone(widget):
    page = widget(reduced_motion="reduce")
    assert clock(page) == 100  # nothing moves by itself: the whole race is there to see
    page.get_by_role("button", name="Back to the start").press("Enter")
    assert clock(page) == 0
    for _ in range(3):
        page.get_by_role("button", name="One step forward").press("Space")
    page.get_by_role("button", name="One step back").press("Enter")
    assert clock(page) == 2
    scrub = page.get_by_label("Step", exact=True)
    scrub.focus()
    page.keyboard.press("ArrowRight")
    assert clock(page) == 3
    assert scrub.get_attribute("aria-valuetext") == "step 3 of 100"
    page.keyboard.press("End")
    assert clock(page) == 100


def test_play_runs_to_the_end_and_says_so(widget):
    page = widget()
    page.evaluate("window.done = []; document.addEventListener('ravine:deed', (e) => window.done.push(e.detail))")
    page.get_by_label("Speed").fill("1")
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Play").wait_for()  # it reads Pause while it plays
    assert clock(page) == 100
    assert page.evaluate("window.done") == [{"happened": "played", "of": ""}]
    assert "Step 100 of 100. Gradient descent: height" in page.locator(".landscape-widget .message").inner_text()


def test_pause_holds_the_step(widget):
    page = widget("playground.html#landscape=ravine&rules=sgd,adam&steps=2000")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => parseInt(document.querySelector('.clock').textContent) >= 3")
    page.get_by_role("button", name="Pause").click()
    held = clock(page)
    page.wait_for_timeout(150)
    assert clock(page) == held < 2000


def test_the_heights_follow_the_step(widget):
    page = widget()
    walked = ravine.descend("sgd", "ravine", steps=100, lr=best_rate("sgd", "ravine", (-4.0, 1.0), 100))
    for step in (0, 7, 100):
        page.get_by_label("Step", exact=True).fill(str(step))
        shown = page.locator(".standing").first.inner_text().replace("−", "-")
        assert float(shown) == pytest.approx(walked.values[step], rel=5e-3)


def test_a_slider_and_its_field_turn_a_hyperparameter(widget):
    page = widget()
    page.evaluate("window.done = []; document.addEventListener('ravine:deed', (e) => window.done.push(e.detail))")
    field = dial(page, "Gradient descent", "lr")
    slider = page.get_by_label("Gradient descent: lr", exact=True)
    field.fill("0.11")
    field.press("Enter")
    assert "diverged" not in page.locator(".standing").first.inner_text()
    slider.focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    assert float(field.input_value()) > 0.3
    field.fill("20")
    field.press("Enter")
    assert re.match(r"diverged at step \d+", page.locator(".standing").first.inner_text())
    done = page.evaluate("window.done")
    assert done[0] == {"control": "sgd.lr", "value": 0.11}
    assert done[-1] == {"control": "sgd.lr", "value": 20}
    assert {"happened": "diverged", "of": "sgd"} in done


def test_a_value_out_of_range_is_refused_where_it_was_typed(widget):
    page = widget()
    field = dial(page, "Adam", "beta2")
    field.fill("1.5")
    field.press("Tab")
    said = "Adam: beta2: a number of at least 0 and below 1 is wanted, not 1.5. 0.999 stays."
    assert page.get_by_text(said).is_visible()
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("0.5")
    field.press("Tab")
    assert not page.get_by_text("is wanted").is_visible()


def test_picked_rates_are_those_of_films(widget):
    page = widget("playground.html#landscape=rosenbrock&rules=sgd,momentum,rmsprop,adam,lion&steps=150")
    for row in page.locator(".lanes summary").all():
        row.click()
    for name in ("sgd", "momentum", "rmsprop", "adam", "lion"):
        rate = best_rate(name, "rosenbrock", landscapes["rosenbrock"].start, 150)
        assert float(dial(page, ravine.rules[name].title, "lr").input_value()) == rate
    assert page.locator(".star", has_text="*").count() == 5
    field = dial(page, "Adam", "lr")
    field.fill("0.03")
    field.press("Enter")
    assert page.locator(".star", has_text="*").count() == 4
    page.get_by_role("button", name="Defaults and best rate").click()
    assert page.locator(".star", has_text="*").count() == 5


def test_rules_join_and_leave(widget):
    page = widget()
    page.get_by_label("Momentum", exact=True).check()
    assert page.locator(".lane-title").all_inner_texts() == ["Gradient descent", "Adam", "Momentum"]
    page.get_by_label("Adam", exact=True).uncheck()
    assert page.locator(".lane-title").all_inner_texts() == ["Gradient descent", "Momentum"]


def test_a_field_that_refuses_says_which_value_stays_and_shows_it_on_escape(widget):
    page = widget()
    for label, typed, said in [
        ("Steps", "99999", "Steps: a whole number from 1 to 5000 is wanted, not 99999. 100 stays."),
        ("Steps", "many", "Steps: many is no number: write a number, such as 0.05, 5e-2 or 1/20. 100 stays."),
        ("Gradient noise", "-1", "Gradient noise: a number of at least 0 is wanted, not -1. 0 stays."),
        ("Start x", "5", "Start x: a number from -4.5 to 4.5 is wanted, not 5. -4 stays."),
    ]:
        field = page.get_by_label(label, exact=True)
        field.fill(typed)
        field.press("Enter")
        assert page.locator(".complaint:not(:empty)").inner_text() == said
        field.press("Escape")
        assert field.input_value() == said.rpartition(". ")[2].removesuffix(" stays.")
        assert page.locator(".complaint:not(:empty)").count() == 0


def test_a_link_brings_everything_back(widget):
    page = widget()
    page.get_by_label("Landscape", exact=True).select_option("himmelblau")
    page.get_by_label("Start x").fill("0.5")
    page.get_by_label("Start x").press("Tab")
    page.get_by_label("Steps", exact=True).fill("80")
    page.get_by_label("Steps", exact=True).press("Tab")
    page.get_by_label("Gradient noise").fill("0.7")
    page.get_by_label("Gradient noise").press("Tab")
    page.get_by_label("Rate over time").select_option("cosine")
    field = dial(page, "Adam", "lr")
    field.fill("0.25")
    field.press("Tab")
    page.get_by_label("log axis").uncheck()
    page.get_by_label("Step", exact=True).fill("33")
    page.wait_for_function("() => location.hash.includes('step=33')")
    address = page.evaluate("location.hash")
    assert unquote(address) == (
        "#landscape=himmelblau&rules=sgd,adam&adam.lr=0.25&start=0.5,-1&steps=80&noise=0.7&schedule=cosine&step=33&log=0"
    )
    again = widget("playground.html" + address)
    for read in (".lane-title", ".standing", ".clock"):
        assert again.locator(read).all_inner_texts() == page.locator(read).all_inner_texts()
    assert dial(again, "Adam", "lr").input_value() == "0.25"


def test_a_malformed_link_still_opens_and_says_what_it_left_out(widget):
    page = widget(
        "playground.html#landscape=atlantis&rules=sgd,frog&sgd.lr=fast&start=1&steps=-3&__proto__=1&%E0%A4%A=2&hide=x"
    )
    said = page.locator(".landscape-widget .message").inner_text()
    for part in ("landscape=atlantis", "rules=sgd,frog", "sgd.lr=fast", "start=1", "steps=-3", "__proto__", "hide=x"):
        assert part in said
    assert page.locator(".lane-title").all_inner_texts() == ["Gradient descent"]
    assert page.get_by_label("Landscape", exact=True).input_value() == "ravine"


def test_a_start_off_the_landscape_is_put_right(widget):
    page = widget("playground.html#landscape=saddle&rules=sgd&start=9,9")
    assert start_of(page) == landscapes["saddle"].start


def copied(page, button: str) -> str:
    """What a button copies: where the clipboard is closed to the page, it shows the text instead."""
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('closed')); }")
    page.get_by_role("button", name=button).click()
    return page.get_by_label("Text to copy").input_value()


def test_copy_link_is_the_playground_with_this_state(widget, site):
    page = widget(RACE)
    assert copied(page, "Copy link") == site + RACE


COPIED = {
    "plain": "landscape=rosenbrock&rules=sgd,momentum,adam,rmsprop&steps=60",
    "shape": "landscape=ravine&landscape.condition=77&rules=nesterov,adam&start=-2,0.5&steps=40",
    "noise": "landscape=himmelblau&rules=adam,sgd&adam.lr=0.05&sgd.lr=0.005&noise=0.4&seed=9&schedule=cosine&steps=50",
    "formula": "formula=x**4-3*x*y%2Bsin(3*y)**2&domain=-2,2,-3,3&rules=adam&adam.lr=0.05&steps=50",
    "own": "landscape=bowl&rules=lion,adam%2Bl2,amsgrad,adamw,nesterov_lookahead&lion.lr=0.01&steps=40",
}


@pytest.mark.parametrize("state", COPIED.values(), ids=COPIED)
def test_copied_python_runs_and_ends_where_the_page_does(state, widget):
    page = widget(f"playground.html#{state}")
    program = copied(page, "Copy as Python")
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(program, names)
    page.get_by_text("The numbers", exact=True).click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as CSV").click()
    rows = [line.split(",") for line in open(saved.value.path()).read().splitlines()[1:]]  # noqa: SIM115, PTH123
    for name, path in names["paths"].items():
        shown = np.array([[float(x), float(y)] for rule, _, x, y, _ in rows if rule == name])
        assert shown == pytest.approx(path.points, rel=1e-9, abs=1e-11)


def test_the_copied_line_of_pytorch_trains_alike(widget):
    torch = pytest.importorskip("torch")
    page = widget("playground.html#landscape=bowl&rules=sgd,momentum,nesterov,rmsprop,adam,amsgrad,adamw,lion&steps=30")
    program = copied(page, "Copy as Python")
    names: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(program, names)
    lines = dict(re.findall(r"^# (\w+): ((?:torch|ravine)\..*)$", program, re.MULTILINE))
    assert list(lines) == list(names["paths"])
    for name, line in lines.items():
        walked = names["paths"][name]
        theta = torch.tensor(walked.points[0], requires_grad=True)
        model = type("Model", (), {"parameters": lambda self, theta=theta: [theta]})()
        optimizer = eval(line, {"torch": torch, "ravine": ravine, "model": model})
        for _ in range(30):
            theta.grad = torch.tensor(walked.landscape.gradient(*theta.tolist()), dtype=torch.float64)
            optimizer.step()
        assert theta.tolist() == pytest.approx(walked.points[-1].tolist(), rel=1e-9, abs=1e-12), line


def test_a_formula_of_ones_own_and_its_mistake(widget):
    page = widget()
    page.get_by_label("Landscape", exact=True).select_option("formula")
    formula = page.get_by_label("f(x, y) =")
    formula.fill("x**2 + 3*y**2")
    assert page.locator("canvas.ground").get_attribute("aria-label") is not None
    formula.fill("x**2 + 3*z")
    trouble = page.locator(".trouble").first
    assert re.match(r"Column 10: .*'z'", trouble.inner_text())
    assert formula.get_attribute("aria-invalid") == "true"
    formula.fill("x**2 + 3*y**4")
    assert trouble.inner_text() == ""
    page.wait_for_function("() => decodeURIComponent(location.hash).includes('formula=x**2 + 3*y**4')")


def test_a_teacher_hides_what_distracts(widget):
    page = widget(RACE + "&hide=rules,noise,schedule,share,view")
    for label in ("Steps", "Gradient noise", "Rate over time"):
        assert not page.get_by_label(label, exact=True).is_visible()
    for text in ("Which rules run", "Copy link", "3-D"):
        assert not page.get_by_text(text, exact=True).is_visible()
    assert page.get_by_role("button", name="Play").is_visible()


def test_the_surface_is_drawn_and_turned_by_keyboard(widget):
    page = widget()
    page.get_by_role("button", name="3-D").click()
    surface = page.locator("canvas.surface")
    surface.wait_for(state="visible")
    assert surface.evaluate(DISTINCT_COLOURS) > 200  # shaded, not flat
    picture = "c => c.toDataURL()"
    before = surface.evaluate(picture)
    page.get_by_role("button", name="Turn left").press("Enter")
    page.wait_for_function("before => document.querySelector('canvas.surface').toDataURL() !== before", arg=before)
    page.locator("canvas.ground[aria-label*='as a surface']").wait_for()
    page.get_by_role("button", name="Contours").click()
    surface.wait_for(state="hidden")


def test_a_drag_turns_the_surface_and_a_click_on_it_starts_there(widget):
    page = widget(RACE + "&view=surface")
    page.locator("canvas.surface").wait_for(state="visible")
    box = page.locator(".stage").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    begun = start_of(page)
    page.mouse.move(middle[0] + 60, middle[1])
    page.mouse.down()
    page.mouse.move(middle[0] + 160, middle[1] + 20, steps=5)
    page.mouse.up()
    assert start_of(page) == begun
    page.mouse.click(*middle)
    x, y = start_of(page)
    assert math.hypot(x / 4.5, y / 1.8) < 0.4  # the middle of the picture is about the middle of the landscape


def test_without_webgl_the_contours_stay(visit):
    page = visit("index.html", **WIDE)
    page.add_init_script(
        "HTMLCanvasElement.prototype.getContext = (get => function (kind, ...more) {"
        " return kind === 'webgl2' ? null : get.call(this, kind, ...more); })"
        "(HTMLCanvasElement.prototype.getContext)"
    )
    page.goto(page.url.replace("index.html", RACE))
    page.get_by_role("button", name="3-D").click()
    assert "does not draw in 3-D" in page.locator(".landscape-widget .message").inner_text()
    assert page.locator("canvas.surface").is_hidden()
    assert page.get_by_role("button", name="3-D").get_attribute("aria-pressed") == "false"
    assert page.get_by_role("button", name="Contours").get_attribute("aria-pressed") == "true"


def test_the_numbers_are_there_as_a_table(widget):
    page = widget()
    page.get_by_text("The numbers", exact=True).click()
    table = page.locator(".numbers table")
    assert table.locator("thead th").first.inner_text() == "Step"
    assert table.locator("tbody tr").count() == 51
    first = [cell.replace("−", "-") for cell in table.locator("tbody tr").first.locator("td").all_inner_texts()]
    assert [float(cell) for cell in first] == pytest.approx([-4, 1, 18, -4, 1, 18])


def test_a_picture_is_saved(widget):
    page = widget()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save picture").click()
    assert saved.value.suggested_filename == "ravine-ravine-sgd-adam.png"
    from matplotlib.image import imread

    pixels = imread(saved.value.path())
    assert pixels.shape[:2] == (720, 1280)
    assert len(np.unique(pixels.reshape(-1, pixels.shape[2]), axis=0)) > 500


def test_a_video_is_recorded(widget):
    page = widget("playground.html#landscape=ravine&rules=sgd,adam&steps=20")
    page.get_by_label("Speed").fill("0.6")
    with page.expect_download(timeout=30_000) as saved:
        page.get_by_role("button", name="Record video").click()
    assert saved.value.suggested_filename == "ravine-ravine-sgd-adam.webm"
    with open(saved.value.path(), "rb") as file:  # noqa: PTH123
        content = file.read()
    assert content[:4] == b"\x1a\x45\xdf\xa3"  # the mark of Matroska and WebM
    assert len(content) > 10_000


def test_reset_takes_everything_back(widget):
    page = widget("lessons/gradient-descent.html")
    first = page.locator("[data-widget=landscape]").first
    before = first.locator(".standing").all_inner_texts()
    field = first.locator(".dial input[type=text]").first
    field.fill("0.09")
    field.press("Enter")
    assert first.locator(".standing").all_inner_texts() != before
    first.get_by_role("button", name="Reset").click()
    assert first.locator(".standing").all_inner_texts() == before


OVERPRINTED = """
list => {
  const boxes = [...list.querySelectorAll("label span")].map((span) => {
    const range = document.createRange();
    range.selectNodeContents(span);
    return [span.textContent, range.getBoundingClientRect()];
  });
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const inside = list.getBoundingClientRect();
  return boxes.flatMap(([name, box], i) => [
    ...boxes.slice(0, i).filter(([, other]) => meet(box, other)).map(([other]) => `${name} over ${other}`),
    ...(box.right > inside.right + 1 ? [`${name} over the edge`] : []),
  ]);
}
"""


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_no_name_of_a_rule_covers_another(width, widget):
    page = widget(viewport={"width": width, "height": 900})
    page.get_by_text("Other forms", exact=False).click()
    for rules in page.locator(".rule-list").all():
        assert rules.evaluate(OVERPRINTED) == []


@pytest.mark.parametrize("width", [360, 800, 1600, 2560])
def test_nothing_runs_over_the_edge(width, widget):
    page = widget(viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("[data-widget=landscape]").evaluate(FURTHEST_OVER) <= 1


def test_the_widget_follows_a_window_that_narrows(widget):
    page = widget(viewport={"width": 1280, "height": 900})
    for width in (768, 360):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)  # for the observers of size to have drawn
        assert page.locator("[data-widget=landscape]").evaluate(FURTHEST_OVER) <= 1
