"""The documentation site: built strictly, complete, whole without a network, readable by everyone."""

import importlib
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
import typer
from sphinx.util.inventory import InventoryFile

from ravine.cli import app
from tests.studio.axe import assert_accessible, put_axe

DOCS = Path(__file__).parents[2] / "docs"
ROOMS = ("ravine", "ravine.optim", "ravine.lab", "ravine.networks", "ravine.film")
LOADED = re.compile(r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"([^\"]+)\"|<link\b[^>]*\bhref=\"([^\"]+)\"")
LINKED = re.compile(r"<a\b[^>]*\bhref=\"([^\"]+)\"")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The site, from a build in which a warning is an error: also of each link between pages."""
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-d", str(folder / "read"), str(DOCS), str(folder / "site")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    return folder / "site"


def test_every_public_name_is_in_the_reference(built):
    inventory = InventoryFile.loads((built / "objects.inv").read_bytes(), uri="")
    there = {name for kind in inventory.data.values() for name in kind}
    for room in ROOMS:
        assert {f"{room}.{name}" for name in importlib.import_module(room).__all__} <= there
    assert {
        "ravine.widget",
        "ravine.monitor.HuggingFace",
        "ravine.monitor.Lightning",
        "ravine.dialects.convert",
    } <= there


def test_every_command_is_in_the_reference_with_its_options(built):
    text = (built / "reference" / "commands.html").read_text()
    for name, command in typer.main.get_command(app).commands.items():
        assert f"<h2>ravine {name}<" in text
        for option in (option for parameter in command.params for option in parameter.opts if option[0] == "-"):
            assert option == "--help" or f">{option}<" in text, (name, option)


def test_nothing_is_fetched_and_every_link_leads_somewhere(built):
    """Scripts, styles and pictures are the site's own; so is each page that a page leads to, with its section."""
    pages = {path: path.read_text() for path in built.rglob("*.html")}
    assert len(pages) > 25
    for path, text in pages.items():
        for address in (first or second for first, second in LOADED.findall(text)):
            assert (path.parent / urldefrag(address).url.partition("?")[0]).exists(), (path.name, address)
        for address in LINKED.findall(text):
            if address.startswith(("https://", "http://", "mailto:")):
                continue
            file, section = urldefrag(unquote(address))
            target = (path.parent / file).resolve() if file else path
            assert target.exists(), (path.name, address)
            assert not section or target not in pages or f'id="{section}"' in pages[target], (path.name, address)
    for sheet in built.rglob("*.css"):
        assert not re.search(r"url\([\"']?https?:|@import", sheet.read_text()), sheet


@pytest.mark.parametrize("page", ["index", "start/lab", "reference/commands", "reference/ravine", "lab"])
def test_a_page_fits_and_is_accessible(built, browser, page):
    asked = []
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        opened = context.new_page()
        opened.on("request", lambda request: asked.append(request.url))
        opened.goto((built / f"{page}.html").as_uri())
        assert all(address.startswith("file:") for address in asked)
        wider = "() => document.documentElement.scrollWidth - innerWidth"
        for width in (360, 768, 1280):
            opened.set_viewport_size({"width": width, "height": 800})
            assert opened.evaluate(wider) <= 0, width
        put_axe(opened)
        assert_accessible(opened)
