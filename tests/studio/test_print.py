"""On paper, from a dark screen: light, nothing cut off, folds open, every question, no label without its control."""

import pytest

from ravine.lessons import course
from ravine.lessons.parts import parts
from ravine.lessons.quiz_file import quizzes

FIRST = [f"lessons/{part.lessons[0].name}.html" for part in parts()]
PAGES = [*FIRST, "lessons/adam.html", "playground.html", "stream.html", "network.html", "quiz.html", "review.html"]
A4 = 680  # pixels between margins of 15 mm

# After the last drawing for the screen nothing is drawn for the paper's width: a printer does not wait for it.
STILL = """
const frames = window.requestAnimationFrame;
window.requestAnimationFrame = (then) => (window.still ? 0 : frames.call(window, then));
window.ResizeObserver = class extends ResizeObserver {
  constructor(heard) { super((...news) => window.still || heard(...news)); }
};
"""
WIDE = """width => [...document.querySelectorAll("main *")].filter((element) => {
  const { left, right, width: own } = element.getBoundingClientRect();
  const cut = element.closest("math, svg, .unseen, .contours, .hero-picture");
  return own > 0 && !cut && element.checkVisibility() && (right > width + 1 || left < -1);
}).map((element) => element.outerHTML.slice(0, 150))"""
DARK = """() => [...document.querySelectorAll("main canvas")].filter((each) => each.checkVisibility() && each.width)
 .map((canvas) => {
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [24, 24];
  const context = copy.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, 24, 24);
  context.drawImage(canvas, 0, 0, 24, 24);
  const { data } = context.getImageData(0, 0, 24, 24);
  return [canvas.className, data.reduce((sum, value) => sum + value, 0) / data.length];
}).filter(([name, brightness]) => brightness < (name === "map-canvas" ? 100 : 150))"""
SHUT = """() => [...document.querySelectorAll("main details:not([open])")].filter((fold) => fold.checkVisibility())
  .map((fold) => fold.outerHTML.slice(0, 150))"""
DANGLING = """() => [...document.querySelectorAll("main label[for]")].filter((label) => label.checkVisibility()
  && !document.getElementById(label.htmlFor)?.checkVisibility()).map((label) => label.outerHTML)"""

NAMELESS = """() => [...document.querySelectorAll("main label[for]")].filter((label) => !label.checkVisibility()
  && document.getElementById(label.htmlFor)?.checkVisibility()).map((label) => label.outerHTML)"""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_on_paper(path, browser, site):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="dark", reduced_motion="reduce")
    context.add_init_script(STILL)
    page = context.new_page()
    page.goto(site + path)
    page.wait_for_function("() => [...document.querySelectorAll('canvas.ground')].every((e) => e.ariaLabel)")
    page.wait_for_timeout(500)
    page.evaluate("window.still = true; dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": A4, "height": 900})
    assert page.evaluate(WIDE, A4) == []
    assert page.evaluate(DARK) == []
    assert page.evaluate(SHUT) == []
    assert page.evaluate(DANGLING) == []
    assert page.evaluate(NAMELESS) == [], "a number says whose it is"
    colours = page.evaluate(
        "['--paper', '--ink', '--good'].map((e) => getComputedStyle(document.body).getPropertyValue(e))"
    )
    assert colours == ["#fff", "#000", "#00694e"]
    asked = page.locator("article.question:visible").count()
    questions = quizzes()
    lesson = path.removeprefix("lessons/").removesuffix(".html")
    if lesson in questions:
        assert asked == len({question.id for question in questions[lesson]})
    if path == "quiz.html":
        assert asked == sum(len({question.id for question in questions[lesson.name]}) for lesson in course())
    page.evaluate("window.still = false; dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen", color_scheme="dark")
    assert page.locator("article.question").count() == 0
    assert page.evaluate("document.documentElement.className") == "scripted"
    context.close()


def test_a_browser_that_prints_does_all_that(visit):
    page = visit("lessons/adam.html", color_scheme="dark", reduced_motion="reduce")
    page.evaluate(
        "addEventListener('beforeprint', () => (window.printed = ["
        "document.querySelectorAll('article.question:not([hidden])').length, "
        "document.querySelectorAll('main > details:not([open])').length]))"
    )
    folds = page.locator("main details:not([open])").count()
    assert page.pdf(format="Letter").startswith(b"%PDF")
    assert page.evaluate("window.printed") == [len({question.id for question in quizzes()["adam"]}), 0]
    assert page.locator("main details:not([open])").count() == folds
