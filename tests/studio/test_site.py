"""The site as files: what holds for every page, before a browser sees it."""

import gzip
import re
from html.parser import HTMLParser
from posixpath import dirname, join, normpath

import pytest

from ravine.lessons import course
from ravine.lessons.script import scripts
from ravine.studio.pages import OWN_SCRIPTS
from ravine.studio.site import build
from tests.built import built

SITE = built()
PAGES = sorted(path for path in SITE if path.endswith(".html"))
SCRIPTS = 150_000  # bytes, packed, of all scripts of a page together
OF_A_WIDGET = 60_000  # of the living network's


class Elements(HTMLParser):
    """Every element of a page: (name, attributes)."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def elements(path):
    return Elements(SITE[path].decode()).found


def test_every_lesson_is_a_page():
    names = {f"lessons/{lesson.name}.html" for lesson in course()}
    names |= {f"videos/{script.board.name}.html" for script in scripts()}
    names |= {f"sheets/{lesson.name}{kind}.html" for lesson in course() for kind in ("", "-answers")}
    assert names | {
        "index.html",
        "about.html",
        "references.html",
        "teachers.html",
        "lessons/index.html",
        "videos/index.html",
        "playground.html",
        "stream.html",
        "network.html",
        "review.html",
        "quiz.html",
    } == set(PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_every_link_leads_to_a_file_of_the_site_and_a_place_in_it(path):
    for _, attributes in elements(path):
        for name in ("href", "src"):
            target = attributes.get(name)
            if target is None or re.match(r"https://", target):
                continue
            assert not target.startswith("/"), f"{target} works at the root of a server only"
            file, _, anchor = target.partition("#")
            found = normpath(join(dirname(path), file)) if file else path
            assert found in SITE, target
            if anchor and found.endswith(".html") and "=" not in anchor:
                assert anchor in {attributes.get("id") for _, attributes in elements(found)}, target


@pytest.mark.parametrize("path", PAGES)
def test_nothing_of_another_host_is_loaded(path):
    for tag, attributes in elements(path):
        if tag in {"script", "link", "img", "iframe", "source", "video", "audio", "object", "embed"}:
            assert "//" not in (attributes.get("src") or attributes.get("href") or "")
    assert "url(http" not in SITE["static/ravine.css"].decode()


@pytest.mark.parametrize("path", PAGES)
def test_no_inline_style_script_or_handler(path):
    """The content security policy forbids them."""
    for tag, attributes in elements(path):
        assert "style" not in attributes
        assert tag != "style"
        assert tag != "script" or "src" in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert not (attributes.get("href") or "").startswith("javascript:")


@pytest.mark.parametrize("path", PAGES)
def test_each_identifier_once_and_one_title(path):
    found = elements(path)
    identifiers = [attributes["id"] for _, attributes in found if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    assert [tag for tag, _ in found].count("h1") == 1
    assert re.search(r"<title>[^<]+ · Ravine</title>", SITE[path].decode())


def test_titles_differ():
    titles = [re.search(r"<title>(.*?)</title>", SITE[path].decode())[1] for path in PAGES]
    assert len(titles) == len(set(titles))


def test_the_scripts_of_a_page_are_light():
    packed = {path: len(gzip.compress(SITE[path])) for path in SITE if path.endswith(".js")}
    own = {f"static/{name}" for names in OWN_SCRIPTS.values() for name in names}
    for path in PAGES:
        sources = [attributes["src"] for tag, attributes in elements(path) if tag == "script"]
        loaded = {normpath(join(dirname(path), source)) for source in sources}
        assert sum(packed[name] for name in loaded) <= SCRIPTS, path
        kinds = set(re.findall('data-widget="([a-z]+)"', SITE[path].decode())) & set(OWN_SCRIPTS)
        assert loaded & own == {f"static/{name}" for kind in kinds for name in OWN_SCRIPTS[kind]}
    assert packed["static/network.js"] <= OF_A_WIDGET


def test_it_is_the_same_every_time():
    again = build()
    assert [path for path in SITE if SITE[path] != again[path]] == []
