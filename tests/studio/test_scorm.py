"""The SCORM 1.2 package: its manifest, and a learner's way through it on a platform that others wrote (scorm-again)."""

import io
import re
import zipfile
from urllib.parse import unquote

import pytest
from lxml import etree

from ravine.errors import RavineError
from ravine.lessons import course
from ravine.lessons.quiz_file import quizzes
from ravine.studio.scorm import ADL, CONTENT, START, package
from ravine.studio.zipped import zipped
from tests.built import built
from tests.studio.axe import WEB, assert_accessible, put_axe
from tests.studio.test_quiz_page import answer, onward

PLATFORM = WEB / "node_modules" / "scorm-again" / "dist" / "scorm12.min.js"
NAMES = {"c": CONTENT}
TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
HOME = "http://platform.test/"
# Frames within frames, as platforms have them; the settings say what a platform keeps and hands back.
FRAMES = '<!doctype html><title>Platform</title><iframe src="player.html" width="1200" height="800"></iframe>'
PLAYER = f'<!doctype html><title>Player</title><iframe src="content/{START}" width="1180" height="780"></iframe>'


@pytest.fixture(scope="module")
def files():
    with zipfile.ZipFile(io.BytesIO(package(built()))) as archive:
        assert archive.testzip() is None
        return {path: archive.read(path) for path in archive.namelist()}


def test_the_manifest_is_as_the_content_aggregation_model_says(files):
    root = etree.fromstring(files["imsmanifest.xml"])
    assert root.tag == f"{{{CONTENT}}}manifest"
    assert [etree.QName(part).localname for part in root] == ["metadata", "organizations", "resources"]
    assert root.findtext("c:metadata/c:schema", namespaces=NAMES) == "ADL SCORM"
    assert root.findtext("c:metadata/c:schemaversion", namespaces=NAMES) == "1.2"
    organizations, resources = root[1], root[2]
    (organization,), (resource,) = organizations, resources
    assert organizations.get("default") == organization.get("identifier")
    assert [etree.QName(part).localname for part in organization] == ["title", "item"]
    (item,) = organization.findall("c:item", NAMES)
    assert item.get("identifierref") == resource.get("identifier")
    assert item.findtext("c:title", namespaces=NAMES)
    assert resource.get("type") == "webcontent"
    assert resource.get(f"{{{ADL}}}scormtype") == "sco"
    assert resource.get("href") == START
    listed = [unquote(file.get("href")) for file in resource]
    assert len(set(listed)) == len(listed)
    assert set(listed) == set(files) - {"imsmanifest.xml"}
    identifiers = [one.get("identifier") for one in root.iter() if one.get("identifier")]
    assert len(set(identifiers)) == len(identifiers)


def test_it_is_the_site_and_what_starts_it(files):
    assert set(files) == {*built(), "imsmanifest.xml", START, "static/scorm.js"}
    some = {path: files[path] for path in (START, "index.html")}
    assert zipped(some) == zipped(some)


def test_the_largest_progress_of_the_course_fits(conversation):
    """Everything visited, done and answered, without the lines that were drawn."""
    suspend = conversation('import { suspend } from "./src/scorm/suspended";\nconst answer = suspend;\n')
    names = [lesson.name for lesson in course()]
    done = [f"{lesson.name}#widget-{n}" for lesson in course() for n, _ in enumerate(lesson.widgets, start=1)]
    scores = {name: {"right": 10, "of": 10} for name in [*quizzes(), "final"]}
    progress = {"forgotten": 0, "visited": [*names, "review"], "done": done, "scores": scores, "drawn": {}}
    kept = suspend(progress)
    assert len(kept) <= 4096
    assert all(name in kept for name in names)


class Platform:
    """A page that plays the package, with scorm-again as its API; `kept` is what the platform would store."""

    def __init__(self, page, files, kept=None, start="frames.html", frames=FRAMES):
        self.page, self.kept = page, kept
        pages = {"frames.html": frames, "player.html": PLAYER, "left.html": "<!doctype html><title>Left</title>"}

        def serve(route):
            path = route.request.url.removeprefix(HOME).partition("#")[0].partition("?")[0]
            body = pages.get(path) or files.get(path.removeprefix("content/"))
            if body is None:
                route.fulfill(status=404, body="")
            else:
                route.fulfill(status=200, body=body, content_type=TYPES.get(path.rpartition(".")[2], "font/woff2"))

        page.context.route(f"{HOME}**", serve)  # also of windows that it opens
        page.goto(f"{HOME}left.html")
        page.goto(f"{HOME}{start}", wait_until="commit") if start != "frames.html" else self.open()

    def open(self):
        """The platform's page sets up its API before any frame asks for it."""
        kept = "undefined" if self.kept is None else self.kept
        script = (
            f"if (window === top && location.pathname === '/frames.html') {{ {PLATFORM.read_text(encoding='utf-8')};\n"
            "window.API = new Scorm12API({ autocommit: false, logLevel: 5 });\n"
            "window.told = []; window.API.on('LMSFinish', () => window.told.push('LMSFinish'));\n"
            "const { API } = window, set = API.LMSSetValue; window.said = {};\n"
            "API.LMSSetValue = (name, value) => (window.said[name] = value, set.call(API, name, value));\n"
            f"if ({kept}) window.API.loadFromJSON({kept}, ''); }}"
        )
        self.page.add_init_script(script)
        self.page.goto(f"{HOME}frames.html")

    @property
    def site(self):
        return self.page.frame_locator("iframe").frame_locator("iframe").frame_locator("iframe")

    def value(self, name):
        return self.page.evaluate(f"API.cmi.{name}")

    def said(self, name):
        """What was last set, of what a platform lets nobody read."""
        return self.page.evaluate(f"said['cmi.{name}']")

    def leave(self):
        """Closes the player, as a platform does; gives what it keeps."""
        self.site.locator("main").first.wait_for()
        self.page.evaluate("document.querySelector('iframe').src = 'left.html'")
        self.page.wait_for_function("() => window.told.includes('LMSFinish')")
        return self.page.evaluate("JSON.stringify(API.cmi)")


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    yield page
    assert page.faults == []
    page.close()


def test_who_only_looks_has_no_score(page, files):
    platform = Platform(page, files)
    kept = platform.leave()
    assert platform.value("core.lesson_status") == "incomplete"
    assert platform.value("core.score.raw") == ""
    assert platform.value("suspend_data") == ""
    assert platform.value("core.lesson_location") == "index.html"
    assert re.fullmatch(r"\d{4}:\d\d:\d\d\.\d\d", platform.said("core.session_time"))
    assert "lesson_location" in kept


def test_a_learner_comes_back_to_where_she_was(page, browser, files):
    platform = Platform(page, files)
    platform.site.locator("a[data-start]").click()
    platform.site.locator("h1", has_text=course()[0].title).wait_for()
    page.wait_for_function("() => String(API.cmi.core.score.raw) === '0'")
    answered = 0
    while platform.site.locator(".quiz-position").count() and answered < 12:
        answer(platform.site, True)
        onward(platform.site).click()
        answered += 1
        if platform.site.locator(".quiz .stem").count() == 0:
            break
    page.wait_for_function("() => Number(API.cmi.core.score.raw) > 0")
    share = 100 / (1 + len([lesson for lesson in course() if quizzes().get(lesson.name)]))
    assert float(platform.value("core.score.raw")) == pytest.approx(share, abs=0.01)
    assert platform.value("core.lesson_status") == "incomplete"
    kept = platform.leave()
    assert platform.said("core.exit") == "suspend"
    assert platform.value("core.lesson_location") == f"lessons/{course()[0].name}.html"
    later = browser.new_page(viewport={"width": 1280, "height": 900})
    again = Platform(later, files, kept)
    again.site.locator("h1", has_text=course()[0].title).wait_for()
    again.site.get_by_role("link", name="Lessons").click()
    again.site.locator(".course-state", has_text="✓ Visited").first.wait_for()
    again.site.locator(".course-state", has_text="quiz").first.wait_for()
    assert later.evaluate("Object.keys(localStorage)") == []
    later.close()


@pytest.mark.parametrize("opens", ["window", "window.frames[0]"], ids=["opener", "frame of the opener"])
def test_a_window_of_its_own_finds_the_platform_that_opened_it(page, files, opens):
    platform = Platform(page, files, frames='<!doctype html><title>Platform</title><iframe src="left.html"></iframe>')
    with page.expect_popup() as opened:
        page.evaluate(f"void {opens}.open('content/{START}')")
    window = opened.value
    site = window.frame_locator("iframe")
    site.get_by_text("your learning platform remembers where you were").wait_for()
    site.locator("a[data-start]").click()
    page.wait_for_function("() => String(API.cmi.core.score.raw) === '0'")
    assert window.locator("[role=status]").is_hidden()
    window.evaluate("() => window.close()")
    page.wait_for_function("() => window.told.includes('LMSFinish')")
    assert platform.value("core.lesson_location") == f"lessons/{course()[0].name}.html"


def test_without_a_platform_it_says_so_and_works(page, files):
    Platform(page, files, start=f"content/{START}")
    site = page.frame_locator("iframe")
    site.locator("h1").wait_for()
    assert "No learning platform was found" in page.locator("[role=status]").inner_text()
    site.get_by_text("this browser remembers where you were, and nobody else does").wait_for()
    site.locator("a[data-start]").click()
    site.locator("h1", has_text=course()[0].title).wait_for()
    page.wait_for_function("() => (localStorage.getItem('ravine') ?? '').includes('visited')")
    put_axe(page)
    assert_accessible(page)


def test_without_its_script_it_is_refused(monkeypatch):
    monkeypatch.setattr("ravine.studio.scorm.SCORM", "missing.js")
    with pytest.raises(RavineError, match="scripts are not built"):
        package({})
