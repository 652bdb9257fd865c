"""The font of formulas: it is shipped, it is what formulas are drawn with, and it may be."""

import pytest

from ravine.studio.export import export
from tests.built import built

FONT = "STIX Two Math"
LARGEST = 70_000  # bytes: every visitor of a page with a formula loads it

PAGES = [path for path in built() if path.startswith("lessons/") and path != "lessons/index.html"] + ["review.html"]


# Opens all that is folded or hidden, and marks one sign of each kind.
MARK = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  for (const hidden of document.querySelectorAll("[hidden]")) hidden.hidden = false;
  const met = new Set();
  for (const leaf of document.querySelectorAll(":is(mi, mo, mn, mtext):not(:has(*))")) {
    const kind = `${leaf.localName} ${leaf.textContent}`;
    if (leaf.textContent.trim() !== "" && !met.has(kind)) leaf.setAttribute("data-sign", "");
    met.add(kind);
  }
  return document.fonts.ready.then(() => undefined);
}"""


def fonts(page) -> dict[str, int]:
    """The fonts that the page's formulas are drawn with, and how many kinds of signs each draws."""
    page.evaluate(MARK)
    session = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        session.send(f"{domain}.enable")
    document = session.send("DOM.getDocument", {"depth": -1})["root"]["nodeId"]
    found: dict[str, int] = {}
    for node in session.send("DOM.querySelectorAll", {"nodeId": document, "selector": "[data-sign]"})["nodeIds"]:
        for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]:
            assert font["isCustomFont"] or font["familyName"] != FONT, "the shipped one, not this machine's"
            found[font["familyName"]] = found.get(font["familyName"], 0) + 1
    return found


@pytest.mark.parametrize("path", PAGES)
def test_every_sign_of_every_formula_is_drawn_with_it(path, visit):
    found = fonts(visit(path))
    assert set(found) <= {FONT}
    assert found or path == "lessons/which-one.html"


def test_it_works_from_the_disk(tmp_path, browser):
    """Where a policy or a browser's rule about files kept the font away, formulas would be drawn with another."""
    export(built(), tmp_path / "site")
    page = browser.new_page()
    page.goto(f"file://{tmp_path}/site/lessons/adam.html")
    assert set(fonts(page)) == {FONT}
    page.close()


def test_it_is_small_and_comes_with_its_licence():
    site = built()
    assert len(site["static/stix-two-math.woff2"]) < LARGEST
    assert b"SIL OPEN FONT LICENSE Version 1.1" in site["licences/stix-two-math.txt"]
