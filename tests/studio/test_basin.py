"""The maps, drawn by Chromium's WebGL2 in software, against ravine.descend started at the same points.

Shaders round to 32 bits. Away from borders between basins a run ends where the reference ends; next to one, rounding
decides, and those pixels are left out.
"""

import re

import numpy as np
import pytest

import ravine
from ravine.backends import javascript, spelling, webgl
from ravine.equations import over_tensors, where
from ravine.landscapes import landscapes
from ravine.rules.rule import rule
from ravine.studio.rules_script import rules_script, shown_rules
from ravine.trajectory import best_rate

PROGRAM = """
import { Graphics } from "./src/basin/graphics.ts";
import { runOnProcessor } from "./src/basin/processor.ts";
import { outcomes } from "./src/basin/outcome.ts";
import { shakenBy } from "./src/engine/descent.ts";
import { known } from "./src/engine/landscape.ts";
import { scaleOf } from "./src/engine/settings.ts";

const graphics = new Graphics();
window.map = ({ rule, landscape, settings, steps, side, schedule, noise, seed, rates, up, start, processor }) => {
  const facts = RAVINE.rules[rule];
  const all = Object.fromEntries(
    Object.values(facts.hyperparameters).map((h) => [h.name, settings[h.name] ?? h.default]),
  );
  const land = known(RAVINE.landscapes[landscape]);
  const axis = up && { name: up, at: scaleOf(facts.hyperparameters[up]).toValue };
  const job = {
    rule: facts, landscape: land, settings: all, steps, schedule: schedule ?? "constant",
    shaken: shakenBy(noise ?? 0, seed ?? 0, steps), width: side, height: side,
    over: rates ? { start, rates, up: axis } : "starts",
  };
  const runs = processor ? runOnProcessor(job) : graphics.run(job);
  const { kinds, shares } = outcomes(runs, land, land.minima);
  const list = (numbers) => Array.from(numbers, (value) => (Number.isFinite(value) ? value : null));
  return {
    x: list(runs.x), y: list(runs.y), value: list(runs.value),
    rest: list(runs.rest), divergedAt: list(runs.divergedAt), kinds: Array.from(kinds), shares,
    ups: axis ? Array.from({ length: side }, (_, j) => axis.at((j + 0.5) / side)) : [],
  };
};
"""


@pytest.fixture(scope="module")
def draw(browser, bundle):
    """draw(rule, landscape, …): the runs of a map as arrays of (side, side), the lowest row first."""
    page = browser.new_page()
    page.add_script_tag(content=rules_script())
    page.add_script_tag(content=bundle(PROGRAM))

    def run(rule, landscape, *, side=24, steps=60, **more):
        settings = more.pop("settings", {})
        job = {"rule": rule, "landscape": landscape, "settings": settings, "side": side, "steps": steps, **more}
        said = page.evaluate("job => map(job)", job)
        names = ("x", "y", "value", "rest", "divergedAt", "kinds")
        arrays = {name: np.array(said[name], dtype=float).reshape(side, side) for name in names}
        return {**arrays, "shares": said["shares"], "ups": said["ups"]}

    yield run
    page.close()


def starts(landscape, side):
    """The middle of each pixel, (side * side, 2), the lowest row first."""
    share = (np.arange(side) + 0.5) / side
    x, y = (low + share * (high - low) for low, high in (landscape.domain.x, landscape.domain.y))
    return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)


def calm_rate(rule, landscape):
    return best_rate(rule, landscape, landscapes[landscape].start, 60) / 10


MAIN = [rule for rule in shown_rules() if rule.name == rule.family or "+" not in rule.name]


@pytest.mark.parametrize("name", [rule.name for rule in MAIN])
def test_every_rule_ends_where_the_reference_ends(name, draw):
    # RAdam at beta2 = 0.999 is among them: its bias factors, which 32 bits cannot hold, are given to the shader.
    landscape = landscapes["himmelblau"]
    settings = {"lr": calm_rate(name, landscape.name)}
    normed = over_tensors(ravine.rules[name].equation)  # which graphics cannot
    ours = draw(name, landscape.name, settings=settings, side=16, steps=40, processor=normed)
    theirs = ravine.descend(name, landscape, starts(landscape, 16), 40, **settings).points[:, -1].reshape(16, 16, 2)
    off = np.hypot(ours["x"] - theirs[..., 0], ours["y"] - theirs[..., 1])
    # Next to a ridge rounding grows, and a few of these pixels lie there.
    assert np.median(off) < 1e-5
    assert np.quantile(off, 0.95) < 1e-3


def test_rules_with_norms_are_mapped_on_the_processor_and_the_page_says_so(visit):
    normed = [rule.name for rule in MAIN if over_tensors(rule.equation)]
    assert {"lars", "lamb", "stableadamw"} <= {*normed}
    page = visit("playground.html#landscape=wells&rules=lars&steps=60")
    without = page.evaluate("Object.values(RAVINE.rules).filter(rule => rule.pixel === null).map(rule => rule.name)")
    assert {*normed} <= {*without}
    page.locator(".map-canvas").scroll_into_view_if_needed()
    page.wait_for_selector("table.map-legend tbody tr")
    assert "takes a norm of x and y together" in page.locator(".map-note").text_content()


CASES = [
    ("sgd", "six_hump_camel", 0.02),
    ("momentum", "himmelblau", 0.003),
    ("adam", "wells", 0.05),
    ("nadam", "six_hump_camel", 0.05),
    ("rmsprop", "three_hump_camel", 0.02),
    ("nesterov_lookahead", "styblinski_tang", 0.005),
    ("momentum", "saddle", 0.05),
    ("sgd", "rosenbrock", 0.004),
]


@pytest.mark.parametrize(("rule", "landscape", "lr"), CASES)
def test_outcomes_and_shares_are_those_of_the_reference(rule, landscape, lr, draw):
    side, steps = 48, 200
    ours = draw(rule, landscape, settings={"lr": lr}, side=side, steps=steps)
    land = landscapes[landscape]
    run = ravine.descend(rule, land, starts(land, side), steps, lr=lr)
    kinds = reference_kinds(run, land).reshape(side, side)
    inner = kinds[1:-1, 1:-1]
    sides = (kinds[:-2, 1:-1], kinds[2:, 1:-1], kinds[1:-1, :-2], kinds[1:-1, 2:])
    calm = np.all([inner == beside for beside in sides], axis=0)
    assert calm.mean() > 0.5
    assert np.mean(ours["kinds"][1:-1, 1:-1][calm] == inner[calm]) > 0.995
    shares = {share["outcome"]: share["part"] for share in ours["shares"]}
    for kind in np.unique(kinds):
        assert shares.get(int(kind), 0) == pytest.approx(np.mean(kinds == kind), abs=0.02)
    assert sum(shares.values()) == pytest.approx(1)


def reference_kinds(run, land):
    """Which minimum, or -1 diverged, -2 outside the picture, -3 elsewhere in it; distances in shares of its sides."""
    low, high = np.array([land.domain.x, land.domain.y]).T
    sides, middle = high - low, (low + high) / 2
    with np.errstate(invalid="ignore"):
        lost = ~(np.abs(run.points - middle) <= 1000 * sides).all(axis=-1)
    last = run.points[:, -1]
    kinds = np.where(((last >= low) & (last <= high)).all(axis=-1), -3, -2)
    minima = np.array(land.minima).reshape(-1, 2) / sides
    gaps = [np.hypot(*(a - b)) for i, a in enumerate(minima) for b in minima[:i]]
    near = min([0.03, *(0.4 * gap for gap in gaps)])
    for k, minimum in reversed(list(enumerate(minima))):
        kinds[np.hypot(*(last / sides - minimum).T) <= near] = k
    kinds[lost.any(axis=-1)] = -1
    return kinds


def test_the_step_of_rest_is_the_references(draw):
    land, side, steps = landscapes["himmelblau"], 24, 120
    ours = draw("momentum", "himmelblau", settings={"lr": 0.002}, side=side, steps=steps)
    run = ravine.descend("momentum", land, starts(land, side), steps, lr=0.002)
    sides = np.array([np.ptp(land.domain.x), np.ptp(land.domain.y)])
    rest = np.zeros(side * side)
    anchor = run.points[:, 0].copy()
    for t in range(1, steps + 1):
        left = ~(np.hypot(*((run.points[:, t] - anchor) / sides).T) <= 0.01)
        anchor[left] = run.points[left, t]
        rest[left] = t
    assert np.mean(np.abs(ours["rest"].ravel() - rest) <= 1) > 0.97


def test_noise_and_schedule_are_the_races(draw):
    land, side, steps = landscapes["wells"], 16, 50
    more = {"noise": 0.3, "seed": 5, "schedule": "cosine"}
    ours = draw("adam", "wells", settings={"lr": 0.05}, side=side, steps=steps, **more)
    theirs = ravine.descend("adam", land, starts(land, side), steps, lr=0.05, **more).points[:, -1]
    off = np.hypot(ours["x"].ravel() - theirs[:, 0], ours["y"].ravel() - theirs[:, 1])
    assert np.quantile(off, 0.95) < 1e-3


def test_final_heights_over_rate_and_momentum_are_the_references(draw):
    land, side, steps = landscapes["ravine"], 12, 40
    low, high = 1e-3, 0.05
    more = {"rates": [low, high], "up": "momentum", "start": list(land.start)}
    ours = draw("momentum", "ravine", side=side, steps=steps, **more)
    for i in range(side):
        for j in range(0, side, 3):
            settings = {"lr": low * (high / low) ** ((i + 0.5) / side), "momentum": ours["ups"][j]}
            run = ravine.descend("momentum", land, steps=steps, **settings)
            assert ours["value"][j, i] == pytest.approx(run.values[-1], rel=2e-3, abs=1e-6)


def test_rates_that_diverge_are_marked(draw):
    more = {"rates": [1e-3, 10.0], "up": None, "start": [-4, 1]}
    ours = draw("sgd", "ravine", side=32, steps=200, **more)
    rate = 1e-3 * 1e4 ** ((np.arange(32) + 0.5) / 32)
    assert (ours["divergedAt"][0] > 0).tolist() == (rate > 2 / 20 * 1.03).tolist()  # beyond 2 / (largest curvature)


def test_without_graphics_the_processor_draws_the_same(draw):
    settings = {"lr": 0.05}
    ours = draw("adam", "wells", settings=settings, side=12, processor=True)
    theirs = draw("adam", "wells", settings=settings, side=12)
    assert np.mean(ours["kinds"] == theirs["kinds"]) > 0.97
    assert np.quantile(np.abs(ours["x"] - theirs["x"]), 0.97) < 1e-3


def test_a_shader_holds_no_setting(bundle, blank):
    """Dragging a slider must not compile: two maps that differ in settings have one text."""
    page = blank(
        """
        import { fragment } from "./src/basin/shader.ts";
        import { known } from "./src/engine/landscape.ts";
        const job = (condition) => ({
          rule: RAVINE.rules.adam, landscape: known(RAVINE.landscapes.ravine, { condition }), schedule: "constant",
          shaken: null, over: "starts",
        });
        window.texts = [fragment(job(20)), fragment(job(50))];
        """
    )
    first, second = page.evaluate("texts")
    assert first == second
    assert "pow(" not in first.split("void main()")[1]  # no bias correction is left to the pixels


@pytest.fixture
def widget(visit):
    page = visit("playground.html#landscape=six_hump_camel&rules=momentum,adam&map=basin")
    page.wait_for_selector("[data-widget=basin][data-ready]")
    page.locator(".map-canvas").scroll_into_view_if_needed()
    page.wait_for_selector("table.map-legend tbody tr")
    return page


def test_the_legend_gives_the_share_of_every_outcome(widget):
    texts = widget.locator("table.map-legend tbody tr td:nth-child(3)").all_text_contents()
    assert sum(float(text.removesuffix("\u00a0%")) for text in texts) == pytest.approx(100, abs=1)
    said = widget.locator(".map-canvas").get_attribute("aria-label")
    assert "Momentum" in said
    assert "minimum 1 at (−0.0898, 0.713)" in said


def test_a_click_sets_the_start_of_the_race(widget):
    box = widget.locator(".map-canvas").bounding_box()
    widget.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.25 * box["height"])
    widget.wait_for_url("**start=**")
    assert "comes to minimum" in widget.locator(".map-picture .message").text_content()
    assert "momentum.lr=" in widget.url  # the rate that was picked is kept, so that the map stays as it was


def test_a_start_is_chosen_by_keyboard(widget):
    cursor = widget.get_by_role("button", name="Cursor at")
    assert not widget.locator(".map-cursor:focus-visible").count()
    cursor.focus()
    place = cursor.bounding_box()
    widget.keyboard.press("Shift+ArrowRight")
    widget.keyboard.press("ArrowUp")
    moved = cursor.bounding_box()
    canvas = widget.locator(".map-canvas").bounding_box()
    assert moved["x"] - place["x"] == pytest.approx(0.05 * (canvas["width"] - 72), abs=1)  # less its margins
    assert place["y"] - moved["y"] == pytest.approx(0.01 * (canvas["height"] - 36), abs=1)
    assert cursor.evaluate("each => getComputedStyle(each).opacity") == "1"
    said = widget.locator(".map-picture [role=status]")
    under = re.fullmatch(r"\((.+), (.+)\): minimum (\d)", said.text_content())
    assert under.group() in cursor.get_attribute("aria-label")
    assert "start=" not in widget.url  # nothing is chosen before Enter
    widget.keyboard.press("Enter")
    widget.wait_for_url("**start=**")
    start = re.search(r"start=([^&]+)", widget.url)[1]
    assert start == f"{under[1]},{under[2]}".replace("−", "-")
    assert f"it comes to minimum {under[3]}" in said.text_content()
    for _ in range(30):
        widget.keyboard.press("Shift+ArrowLeft")  # no further than the edge
    assert said.text_content().startswith("(−2.2, ")


def test_a_setting_is_chosen_by_keyboard(widget):
    widget.get_by_label("Map", exact=True).select_option("rates")
    widget.wait_for_selector(".map-ramp")
    cursor = widget.get_by_role("button", name="Cursor at lr = ")
    cursor.focus()
    widget.keyboard.press("Shift+ArrowRight")
    said = widget.locator(".map-picture [role=status]").text_content()
    rate, other = re.fullmatch(r"lr = (.+), (\w+ = .+): (?:final height .+|diverged)", said).groups()
    widget.keyboard.press("Enter")
    widget.wait_for_url(f"**momentum.lr={rate}**")
    assert f"Momentum now has lr = {rate}, {other}." in widget.locator(".map-picture [role=status]").text_content()


def test_the_map_of_rates_names_its_best_setting(widget):
    widget.get_by_label("Map", exact=True).select_option("rates")
    widget.wait_for_selector(".map-ramp")
    widget.get_by_label("Against").select_option("dampening")
    widget.locator(".map-axis", has_text="dampening").wait_for()
    widget.wait_for_url("**map=rates**")
    assert "Ring: the lowest" in widget.locator(".map-legend").text_content()
    widget.get_by_text("As a table", exact=True).locator("visible=true").last.click()
    widget.locator(".map-body table td").first.wait_for()


def test_without_webgl_the_page_says_so_and_draws_a_coarse_map(visit):
    page = visit("index.html")
    page.add_init_script(
        "const ask = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...more) {"
        "  return kind === 'webgl2' ? null : ask.call(this, kind, ...more); };"
    )
    page.goto(page.url.replace("index.html", "playground.html#landscape=wells&rules=momentum&steps=60"))
    page.locator(".map-canvas").scroll_into_view_if_needed()
    page.wait_for_selector("table.map-legend tbody tr")
    assert "no WebGL2" in page.locator(".map-note").text_content()


@rule(
    title="Awkward",
    source="written for this test in 2026",
    hyperparameters=dict.fromkeys(("size", "first", "low"), ("[0, 1)", "some number")),
)
def awkward(g, theta, table=0.0, at="first", *, t, lr=0.1, size=0.5, first=0.2, low=0.1):
    # Names that the shader might want for itself, t read by each element, and a state that another setting starts.
    g = where(t > 3, g, size * g + 0.001 * t * theta)
    table = low * table + g
    at = size * at
    return lr * (table + at * theta), table, at


def test_a_rule_of_tomorrow_may_use_any_name(browser, bundle):
    parts = webgl.write(awkward.equation)
    facts = {
        "functionName": spelling.function("awkward"),
        "looksAhead": False,
        "hyperparameters": {
            name: {"name": name, "default": it.default} for name, it in awkward.hyperparameters.items()
        },
        "pixel": {
            "glsl": parts.pixel,
            "names": parts.names,
            "varying": parts.varying,
            "state": parts.state,
            "stepState": parts.step_state,
            "parameters": parts.parameters,
        },
    }
    page = browser.new_page()
    page.add_script_tag(content=rules_script())
    page.add_script_tag(content=f"{javascript.PRELUDE}{parts.once}")
    page.add_script_tag(content=bundle(PROGRAM))
    page.evaluate("facts => { RAVINE.rules.awkward = facts; facts.pixel.once = f_awkward_Once; }", facts)
    job = {"rule": "awkward", "landscape": "himmelblau", "settings": {"lr": 0.002}, "steps": 30, "side": 8}
    said = page.evaluate("job => map(job)", job)
    page.close()
    land = landscapes["himmelblau"]
    theirs = ravine.descend(awkward, land, starts(land, 8), 30, lr=0.002).points[:, -1]
    assert said["x"] == pytest.approx(theirs[:, 0], abs=1e-4)
    assert said["y"] == pytest.approx(theirs[:, 1], abs=1e-4)
