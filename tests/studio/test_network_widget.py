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


def test_the_numbers_are_pythons_to_the_last_digit_shown(visit):
    """From the page's own scripts to what a person reads: the loss of the twin of this network in Python."""
    from ravine.lessons.network_state import read
    from ravine.networks import Training

    state = f"{QUICK}&dropout=0.25&dropout.inputs=0.1&decay=l2&lambda=0.01&twin.activation=tanh"
    page = visit(f"{PAGE}#{state}")
    found = widget(page)
    run(page, found, 120)
    found.locator("details.numbers > summary").click()
    tables = found.locator("details.numbers table")
    tables.nth(3).wait_for()  # filled once it is open
    assert tables.count() == 4
    for place, recipe in ((0, read(state).recipe), (2, read(state).twin)):
        trained = Training(recipe).train(120)
        train, held_out = trained.score(), trained.score(held_out=True)
        cells = tables.nth(place).locator("tbody tr").last.locator("th, td").all_inner_texts()
        shown = [float(cell.removesuffix(" %").replace("−", "-")) for cell in cells]
        numbers = [
            train.loss,
            held_out.loss,
            100 * train.accuracy,
            100 * held_out.accuracy,
            train.penalty,
            train.objective,
        ]
        assert shown[0] == 120
        for said, number in zip(shown[1:], numbers, strict=True):
            assert said == pytest.approx(number, rel=6e-4)


def test_a_twin_by_keyboard(visit):
    page = visit(f"{PAGE}#{QUICK}")
    found = widget(page)
    differs = found.get_by_label("A second network that differs in")
    differs.focus()
    for letter in "Activ":
        page.keyboard.press(letter)
    assert differs.input_value() == "activation"
    assert found.locator(".answered .drawn:visible").count() == 2
    found.get_by_role("button", name="Play", exact=True).focus()
    page.keyboard.press("Enter")
    at_step(page, 120)
    page.wait_for_url("**twin.activation=**")
    page.keyboard.press("Control+z")
    page.wait_for_function("() => document.querySelectorAll('.answered .drawn:not([hidden])').length === 1")


def test_what_is_refused_changes_nothing(visit):
    page = visit(f"{PAGE}#{QUICK}")
    found = widget(page)
    layers = found.get_by_label("Hidden layers")
    layers.fill("16, 0")
    layers.press("Tab")
    found.get_by_text("of each hidden layer a whole number from 1 to 256").wait_for()
    assert layers.get_attribute("aria-invalid") == "true"
    layers.press("Escape")
    assert layers.input_value() == "16, 16"
    found.get_by_label("Optimizer", exact=True).select_option("adamw")
    found.get_by_label("Weight decay", exact=True).select_option("l2")
    found.get_by_text("AdamW has weight decay of its own.").wait_for()
    assert found.get_by_label("Weight decay", exact=True).input_value() == "none"


def test_digits_by_touch_on_a_phone(visit):
    page = visit(PAGE, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    found = widget(page)
    assert not page.evaluate("'RAVINE_DIGITS' in globalThis")  # asked for only once it is wanted
    page.get_by_role("link", name="Learned by heart").tap()
    page.wait_for_function("() => document.querySelector('.drawn-title').textContent.includes('digits')")
    page.wait_for_function("() => 'RAVINE_DIGITS' in globalThis")
    found.get_by_role("button", name="Epoch").tap()
    at_step(page, 10)
    found.get_by_role("button", name="Reset").tap()
    at_step(page, 0)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


AWAY = {
    "out of sight": (
        "() => { document.querySelector('main').style.paddingTop = '5000px'; scrollTo(0, 0); }",
        "() => { document.querySelector('main').style.paddingTop = ''; }",
    ),
    "in a hidden tab": (
        "() => { Object.defineProperty(document, 'hidden', { value: true, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        "() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')); }",
    ),
}


@pytest.mark.parametrize("away", AWAY)
def test_nothing_is_done_while_nobody_looks(visit, away):
    """No step, no frame asked for, and the main thread has next to no work; once it is seen it goes on."""
    leave, come_back = AWAY[away]
    page = visit(f"{PAGE}#{QUICK.replace('steps=120', 'steps=20000')}")
    found = widget(page)
    at_step(page, 0)
    page.evaluate(
        "() => { window.asked = 0; const ask = requestAnimationFrame.bind(window);"
        " window.requestAnimationFrame = (run) => { asked++; return ask(run); }; }"
    )
    network = page.context.new_cdp_session(page)
    network.send("Performance.enable")

    def now():
        step = page.evaluate("() => document.querySelector('[data-widget=network] .clock').value.split(' ')[1]")
        metrics = {each["name"]: each["value"] for each in network.send("Performance.getMetrics")["metrics"]}
        return int(step), page.evaluate("() => asked"), metrics["TaskDuration"]

    found.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("() => asked > 5")
    page.evaluate(leave)
    page.wait_for_timeout(500)
    before = now()
    page.wait_for_timeout(500)
    after = now()
    assert after[:2] == before[:2]
    assert after[2] - before[2] < 0.1  # of half a second; while it plays it is more than half
    assert found.get_by_role("button", name="Pause", exact=True).count() == 1
    page.evaluate(come_back)
    page.wait_for_function("before => asked > before", arg=before[1])
    page.wait_for_function(
        "before => Number(document.querySelector('[data-widget=network] .clock').value.split(' ')[1]) > before",
        arg=before[0],
    )
    found.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_timeout(600)
    before = now()
    page.wait_for_timeout(300)
    assert now()[:2] == before[:2]


def test_runs_before_stay_until_they_are_cleared(visit):
    page = visit(f"{PAGE}#{QUICK}")
    found = widget(page)
    run(page, found, 120)
    before = found.locator(".network-earlier")
    assert before.locator("li").count() == 0
    found.get_by_role("button", name="Reset").click()
    at_step(page, 0)
    assert before.locator("li").all_inner_texts() == ["A the same, to step 120"]
    found.get_by_role("button", name="Epoch").click()
    at_step(page, 7)
    found.get_by_label("Activation", exact=True).select_option("tanh")
    assert before.locator("li").all_inner_texts() == ["A Activation ReLU, to step 120"]  # the longer of the two
    run(page, found, 120)
    found.get_by_role("button", name="New seed").click()
    assert before.locator("li").all_inner_texts() == [
        "A Activation ReLU, Seed 0, to step 120",
        "B Seed 0, to step 120",
    ]
    for _ in range(4):  # the last four are kept
        found.get_by_role("button", name="Epoch").click()
        at_step(page, 7)
        found.get_by_role("button", name="New seed").click()
    assert [line[:8] for line in before.locator("li").all_inner_texts()] == [
        f"{letter} Seed {seed}" for letter, seed in zip("ABCD", (1, 2, 3, 4), strict=True)
    ]
    found.get_by_role("button", name="Clear them").click()
    assert before.locator("li").count() == 0
    assert page.evaluate("document.activeElement.className") == "network-scene"


def test_what_makes_no_difference_says_why(visit):
    page = visit(f"{PAGE}#{QUICK}")
    found = widget(page)
    strength = found.get_by_label("λ", exact=True)
    assert strength.is_disabled()
    found.get_by_text("Choose a weight decay first.").wait_for()
    found.get_by_label("Weight decay", exact=True).select_option("l2")
    assert strength.is_enabled()
    found.get_by_label("Weight decay", exact=True).select_option("none")
    assert strength.is_disabled()
    found.get_by_label("A second network that differs in").select_option("decay")
    assert strength.is_enabled()  # its twin has one
    hidden = found.get_by_label("Hidden layers")
    hidden.fill("")
    hidden.press("Enter")
    assert found.get_by_label("Dropout of hidden units").is_disabled()
    assert found.get_by_label("Activation", exact=True).is_disabled()


def test_without_script_a_picture_and_the_table(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + PAGE)
    picture = page.locator("[data-widget=network] img")
    assert picture.is_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth") == 720
    rows = page.locator("[data-widget=network] tbody tr")
    assert rows.count() > 5
    assert re.match(r"400\s+0\.\d+\s+0\.\d+\s+9\d\.\d %", rows.last.inner_text())
    context.close()


def test_from_a_file(browser, tmp_path):
    from ravine.studio.export import export
    from tests.built import built

    export(built(), tmp_path / "site")
    page = browser.new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((tmp_path / "site" / PAGE).as_uri() + "#data=digits&examples=50&steps=20")
    found = widget(page)
    run(page, found, 20)
    assert "held out" in summary(found)
    assert faults == []
    page.close()


def test_on_paper_is_what_is_seen_and_nothing_to_turn(visit):
    page = visit(f"{PAGE}#{QUICK}")
    found = widget(page)
    run(page, found, 120)
    page.emulate_media(media="print")
    assert found.locator("canvas.answers:visible").count() == 1
    assert found.locator("button:visible, select:visible, input[type=range]:visible").count() == 0


def test_save_picture(visit):
    page = visit(f"{PAGE}#{QUICK}")
    found = widget(page)
    run(page, found, 120)
    with page.expect_download() as saved:
        found.get_by_role("button", name="Save picture").click()
    assert saved.value.suggested_filename == "ravine-network-moons.png"
    assert saved.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_sick_run_is_diagnosed_and_cured(visit):
    """The question of the lesson's quiz: the illness, then the cure, which runs beside the sick network."""
    page = visit("lessons/first-weights.html", reduced_motion="reduce")
    quiz = page.locator("#quiz [data-widget=quiz]")
    for _ in range(6):
        if quiz.locator(".ward").count():
            break
        if quiz.locator("form.number").count():
            quiz.locator("form.number input").fill("1")
            quiz.get_by_role("button", name="Check").click()
        elif quiz.locator("input[type=checkbox]").count():
            quiz.locator("input[type=checkbox]").first.check()
            quiz.get_by_role("button", name="Check").click()
        else:
            quiz.locator("button.option").first.click()
        quiz.get_by_role("button", name="Next").or_(quiz.get_by_role("button", name="Submit")).click()
    quiz.locator(".ward").scroll_into_view_if_needed()
    at_step(page, 300)
    assert quiz.locator(".ward .network-world").is_hidden()
    quiz.get_by_role("button", name="copies of one another").click()
    quiz.get_by_role("button", name="Glorot’s start").click()
    assert quiz.locator(".verdict").inner_text().startswith("Correct.")
    page.wait_for_function("() => document.querySelector('.ward .of-twin')?.textContent.includes('100 %')")


def test_while_it_learns_each_picture_is_of_a_finished_look(visit):
    """A look takes several slices: what is drawn meanwhile is the look before, not a part of this one."""
    page = visit(f"{PAGE}#data=moons&examples=2000&layers=128,128&activation=relu&steps=600&batch=4")
    found = widget(page)
    found.get_by_role("button", name="Step", exact=True).click()
    at_step(page, 1)
    page.wait_for_function("() => document.querySelector('canvas.small').ariaLabel.includes('from')")
    page.evaluate(
        "() => { window.unfinished = []; window.drawn = 0; const look = (all) => all.forEach(({ target }) => {"
        " if (!target.ariaLabel.startsWith('Activations')) return; drawn++;"
        " if (target.ariaLabel.includes('none')) unfinished.push(target.ariaLabel); });"
        " new MutationObserver(look).observe(document.querySelector('.layers'), { subtree: true, attributes: true }); }"
    )
    found.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("() => drawn > 12")
    assert page.evaluate("() => unfinished") == []


def test_it_says_what_is_wrong_once_and_nothing_of_what_is_sound(visit):
    """In the monitor's words (test_network_findings.py); the title while it learns, numbers and advice at rest."""
    page = visit(f"{PAGE}#data=moons&activation=relu&bias=-10&adam.lr=0.01&steps=150&twin.bias=0")
    found = widget(page)
    line = found.locator(".findings[role=status] p:visible")
    assert line.count() == 0
    page.evaluate(
        "() => { window.said = new Set(); const line = document.querySelector('.findings');"
        " new MutationObserver(() => said.add(line.textContent)).observe(line, { subtree: true, childList: true }); }"
    )
    run(page, found, 150)
    assert line.all_inner_texts() == [line.first.inner_text()]  # of the sick one alone
    assert re.fullmatch(
        r"Network: Units are dead from the start: .* 100% of the 16 units of layer 1 \(Linear 2→16\) were off .*"
        r"Try: a bias of 0 and weights from He et al\. 2015.*",
        line.inner_text(),
    )
    assert page.evaluate("() => said.size") <= 3  # not at each frame
    found.get_by_role("button", name="Reset").click()
    at_step(page, 0)
    assert line.count() == 0


@pytest.mark.parametrize(("steps", "said"), [(354, True), (1500, False)])
def test_a_run_that_pauses_is_not_said_to_have_ended(visit, steps, said):
    page = visit(f"{PAGE}#data=spiral&activation=relu&init=he_uniform&adam.lr=0.01&steps={steps}&step=354")
    found = widget(page)
    at_step(page, 354)
    page.wait_for_function("() => document.querySelector('p.unseen[role=status]').textContent.includes('loss')")
    page.wait_for_function("() => document.querySelector('.network-key p').textContent.includes('loss')")
    line = found.locator(".findings").get_by_text("the budget is too small")
    if said:
        line.wait_for()
    assert line.count() == said
