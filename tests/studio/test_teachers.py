"""For teachers: widgets in other pages' frames, links with parts hidden, lessons of one's own, sheets to print."""

import functools
import http.server
import re
import threading
from html import unescape
from urllib.parse import parse_qsl

import pytest

from ravine.lessons import course
from ravine.lessons.markdown import inline
from ravine.lessons.quiz_file import quizzes
from ravine.lessons.state import PANELS, read
from ravine.studio import site
from tests.built import built

LESSON = """\
+++
title = "My rule"
summary = "One plain line."
+++

As in [Adam](07-adam.md#bias).

## Where it fails {#fails}

```widget landscape
state = "landscape=ravine&rules=sgd,adam"
caption = "What is to be seen."
task = "Turn it up."
```
"""
QUIZ = """\
[[question]]
id = "which"
kind = "choice"
section = "fails"
text = "Which one?"
unchecked = "a matter of taste"
[[question.option]]
text = "This"
right = true
why = "It is."
[[question.option]]
text = "That"
why = "It is not."
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def elsewhere(tmp_path):
    """elsewhere(html): the address of a page of another site that holds it."""
    handler = functools.partial(Quiet, directory=tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()

        def page(html):
            (tmp_path / "page.html").write_text(f"<!doctype html><title>A course</title>{html}")
            return f"http://127.0.0.1:{server.server_port}/page.html"

        yield page
        server.shutdown()


def test_a_widget_stands_alone_in_another_sites_frame(browser, site, elsewhere):
    state = "landscape=rosenbrock&rules=adam&steps=50&hide=share"
    address = elsewhere(f'<iframe src="{site}playground.html?embed#{state}" width="900" height="900"></iframe>')
    page = browser.new_page()
    page.goto(address)
    framed = page.frame_locator("iframe")
    framed.locator("[data-widget=landscape][data-ready]").wait_for()
    for whole in (".head", ".foot", "main > h2", "[data-widget=basin]"):
        assert not framed.locator(whole).first.is_visible(), whole
    assert framed.locator(".clock").inner_text() == "50 / 50"
    entries = page.evaluate("history.length")
    framed.get_by_label("Landscape", exact=True).select_option("saddle")
    link = framed.get_by_role("link", name="Open in Ravine")
    page.wait_for_timeout(500)  # for the address to be written
    link.focus()
    assert "embed" not in link.get_attribute("href")
    assert "landscape=saddle" in link.get_attribute("href")
    assert page.evaluate("history.length") == entries, "Back is that of the page around"
    page.close()


def test_a_map_stands_in_the_frame_where_the_link_names_one(visit):
    page = visit("playground.html?embed#landscape=himmelblau&rules=sgd&map=basin")
    page.wait_for_selector("[data-widget=basin][data-ready]")
    assert page.locator(".map-canvas").is_visible()


@pytest.mark.parametrize("path", ["playground.html", "lessons/adam.html?embed", "quiz.html?embed", "?embed"])
def test_no_other_page_can_be_framed(path, browser, site, elsewhere):
    page = browser.new_page()
    page.goto(elsewhere(f'<iframe src="{site}{path}"></iframe>'))
    page.wait_for_timeout(300)
    assert page.frames[1].locator(".brand, [data-widget]").count() == 0
    page.close()


def test_a_class_gets_a_link_a_frame_and_a_lessons_block(visit):
    page = visit("playground.html#formula=x**2%2By**2&rules=sgd,adam%2Bl2&sgd.lr=0.1")
    page.wait_for_selector("[data-widget=landscape][data-ready]")
    page.get_by_text("For a class").click()
    for words in ("player", "rate over time"):
        page.get_by_label(f"Hide: {words}", exact=True).check()
    shown = page.locator("[data-panel=share] textarea").last
    said = {}
    for name in ("Copy class link", "Copy frame", "Copy lesson block"):
        page.get_by_role("button", name=name).click()
        page.wait_for_function(
            "before => [...document.querySelectorAll('textarea')].at(-1).value !== before", arg=said.get("last", "")
        )
        said[name] = said["last"] = shown.input_value()
    assert page.locator(".player").is_visible(), "here nothing is hidden"
    state = dict(parse_qsl(said["Copy class link"].partition("#")[2]))
    assert state["hide"] == "schedule,player"
    framed = re.search(r'src="([^"]*)"', said["Copy frame"])[1]
    assert unescape(framed) == said["Copy class link"].replace("playground.html#", "playground.html?embed#")
    block = re.search(r'^state = "(.*)"$', said["Copy lesson block"], re.MULTILINE)[1]
    assert [rule.name for rule in read(block).rules] == ["sgd", "adam+l2"]
    assert read(block).landscape(1, 2) == 5
    page.goto(said["Copy class link"])  # the open page builds itself anew, without what the link hides
    page.locator(".player").wait_for(state="hidden")
    page.wait_for_selector("[data-widget=landscape][data-ready]")
    assert not page.locator(".player").is_visible()


def test_what_can_be_hidden_is_the_same_in_lessons_and_links(conversation):
    ask = conversation('import { PANELS } from "./src/engine/state.ts";\nconst answer = () => PANELS;\n')
    assert set(ask(None)) == set(PANELS)


@pytest.fixture
def own(tmp_path):
    """Writes a lesson of one's own; afterwards the course is what it was."""
    from ravine.lessons import own

    def write(name="my-rule.md", text=LESSON, quiz=QUIZ):
        path = tmp_path / name
        path.write_text(text)
        if quiz:
            path.with_suffix(".quiz.toml").write_text(quiz)
        return path

    yield write
    own.own_files.clear()
    own.include([])


# Of the site what tells of it, which each must be there: the whole takes ten seconds.
WITH_A_LESSON = (
    "lessons/index.html",
    "lessons/my-rule.html",
    "quizzes/my-rule.gift.txt",
    "sheets/my-rule.html",
    "static/pictures/my-rule-1.svg",
)


def test_a_lesson_of_ones_own_follows_the_course(own, ravine_command, tmp_path, monkeypatch):
    whole = site.build
    monkeypatch.setattr(site, "build", lambda *given: {path: whole(*given)[path] for path in WITH_A_LESSON})
    code, _, err = ravine_command("export", tmp_path / "site", "--lesson", own())
    assert (code, err) == (0, "")
    page = (tmp_path / "site" / "lessons" / "my-rule.html").read_text()
    assert "<h1>My rule</h1>" in page
    assert 'href="adam.html#bias"' in page
    assert 'data-question="my-rule/which"' in page
    assert "my-rule.html" in (tmp_path / "site" / "lessons" / "index.html").read_text()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"text": LESSON.replace("ravine&", "ravin&")}, "my-rule.md, line 10: unknown landscape 'ravin'"),
        ({"text": LESSON.replace("07-adam", "07-adm")}, "my-rule.md, line 6: unknown lesson 'adm'"),
        ({"text": LESSON + "\nAs $x^$.\n"}, "my-rule.md, line 16: $x^$ is no formula: missing super"),
        ({"text": LESSON + "\n| a |\n|---|\n| $\\frac{1$ |\n"}, "$\\frac{1$ has a brace too many or too few"),
        (
            {"text": LESSON.replace('"Turn it up."', "'Turn $\\foo$.'")},
            "line 10: $\\foo$ has a command that is not known",
        ),
        (
            {"quiz": QUIZ.replace('"It is."', "'$\\sqrt$.'")},
            "quiz.toml, question 1 (which): option 1: $\\sqrt$ is no form",
        ),
        ({"name": "adam.md"}, "has the same name"),
        ({"name": "My Rule.md"}, "named as in my-rule.md"),
        ({"name": "my-rule.txt"}, "named as in my-rule.md"),
        ({"quiz": QUIZ.replace("right = true", "")}, "my-rule.quiz.toml, question 1 (which): a choice has one right"),
    ],
    ids=[
        "state",
        "link",
        "formula",
        "brace",
        "command",
        "formula of a quiz",
        "a name that is taken",
        "a name for no address",
        "no Markdown",
        "quiz",
    ],
)
def test_what_is_wrong_with_it_is_one_line_and_nothing_is_written(facts, said, own, ravine_command, tmp_path):
    code, out, err = ravine_command("export", tmp_path / "site", "--lesson", own(**facts))
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert not (tmp_path / "site").exists()
    assert "own" not in [lesson.part for lesson in course()]


def test_a_lesson_that_is_not_there(ravine_command, tmp_path):
    code, _, err = ravine_command("export", tmp_path / "site", "--lesson", tmp_path / "none.md")
    assert code == 2
    assert "none.md: cannot be read" in err


@pytest.mark.parametrize("lesson", course(), ids=lambda lesson: lesson.name)
def test_a_sheet_asks_and_its_answers_answer(lesson):
    sheet, answers = (built()[f"sheets/{lesson.name}{kind}.html"].decode() for kind in ("", "-answers"))
    asked = [question for question in quizzes().get(lesson.name, ()) if question.variant == 1]
    # What the lesson's page asks before a figure is opened, and what it asks to be done there.
    predicted = lesson.html.count('data-widget="predict"')
    only_done = len(re.findall(r'<figure class="widget-frame"[^>]*>\n<p class="task"', lesson.html))
    choices = len(re.findall(r'<div class="predict"[^>]*>\n<p>.*</p>\n<ol class="options"', lesson.html))
    lists = [found for question in asked for found in (question.options, question.cures) if found]
    for page in (sheet, answers):
        assert page.count('class="sheet-task"') == predicted + only_done
        assert page.count('class="sheet-options"') == choices + len(lists)
        assert page.count('class="sketch"') == lesson.html.count('class="sketch"')  # axes to draw on
    assert sheet.count("What I expect, and why") == predicted + only_done
    assert "☒" not in sheet
    assert "Right." not in sheet
    assert answers.count("☒") == choices + sum(option.right for found in lists for option in found)


def test_a_sheet_does_not_show_what_is_to_be_predicted():
    """The picture of a figure that opens after a prediction, and what follows from it, are among the answers alone."""
    for lesson in course():
        sheet, answers = (unescape(built()[f"sheets/{lesson.name}{kind}.html"].decode()) for kind in ("", "-answers"))
        for exercise in lesson.exercises:
            if exercise.prediction:
                asked, task, follows = (
                    unescape(inline(text))
                    for text in (exercise.prediction.question, exercise.task, exercise.prediction.follows)
                )
                assert asked in sheet
                assert task in sheet
                assert exercise.picture == "" or exercise.picture not in sheet
                assert exercise.picture in answers
                assert follows in answers
                assert follows not in sheet


def test_a_sheet_on_paper_is_the_sheet_alone(visit):
    page = visit("sheets/momentum.html", color_scheme="dark")
    page.emulate_media(media="print")
    for hidden in (".head", ".foot", ".not-printed"):
        assert not page.locator(hidden).first.is_visible()
    assert page.locator(".sheet-line").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
