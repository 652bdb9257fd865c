"""A teacher may hide any part of a widget: whatever is hidden, no heading stays without what belongs to it."""

import random

import pytest

from ravine.lessons.state import PANELS

SHOWN = """
import { landscape } from "./src/landscape/widget";
Object.assign(window, {
  left(hide: string, whole: boolean) {
    const root = document.createElement("div");
    if (whole) root.dataset.shared = "";
    document.body.replaceChildren(root);
    landscape(root, new URLSearchParams(`rules=sgd&steps=5&noise=1&hide=${hide}`));
    const shown = (part: Element) => part.closest("[hidden]") === null;
    const parts = "input, select, button, canvas, table, .note";
    const filled = (box: Element) =>
      [...box.querySelectorAll(parts)].some((part) => shown(part) && part.closest("summary") === null);
    // Tables, and what is folded for a class, are made once they are opened.
    const later = ".numbers, .picked, details[data-panel=share], .own .fields, .guest *, .map-panel *";
    const boxes = [
      ...root.querySelectorAll("details, .panel, .world, .side, .turned, .share, .folded, .fields"),
    ].filter((box) => shown(box) && !box.matches(later));
    return boxes.filter((box) => !filled(box)).map((box) => box.outerHTML.slice(0, 120));
  },
});
"""

SUBSETS = [
    *([panel] for panel in PANELS),
    *([other for other in PANELS if other != panel] for panel in PANELS),
    list(PANELS),
    *(random.Random(seed).sample(PANELS, 2 + seed % (len(PANELS) - 2)) for seed in range(24)),
]


@pytest.mark.parametrize("whole", [False, True], ids=["in a lesson", "on its own page"])
def test_no_heading_stays_without_what_belongs_to_it(whole, browser, bundle, site):
    page = browser.new_page(bypass_csp=True)
    page.goto(site + "about.html")  # an address, which the widget may write
    page.add_script_tag(content=bundle(SHOWN))
    # All in one go: none is drawn, which is most of the work and nothing of what is asked.
    hides = [",".join(hidden) for hidden in SUBSETS]
    found = page.evaluate("([hides, whole]) => hides.map((hide) => left(hide, whole))", [hides, whole])
    assert dict(zip(hides, found, strict=True)) == {hide: [] for hide in hides}
    page.close()


def test_a_hidden_map_takes_its_heading_along(visit):
    heading = "Where does each start end?"
    for hide, count in (("", 1), ("&hide=map", 0)):
        page = visit(f"playground.html#landscape=bowl&rules=sgd{hide}", reduced_motion="reduce")
        page.wait_for_selector("[data-widget=basin][data-ready]", state="attached")
        assert page.get_by_role("heading", name=heading).count() == count


@pytest.mark.parametrize(
    ("page_", "part", "hide"),
    [
        ("playground.html#landscape=bowl&rules=sgd&steps=5", ".player", "player"),
        ("network.html#data=xor&layers=4&steps=5", ".network-curves, .curve", "curves"),
    ],
)
def test_a_second_link_hides_what_it_names_and_no_more(page_, part, hide, visit):
    page = visit(page_)
    for path, hidden in ((f"{page_}&hide={hide}", True), (page_, False)):  # typed over the first, and Back
        page.goto(page.url.partition("#")[0] + "#" + path.partition("#")[2])
        page.wait_for_function(
            "([part, hidden]) => document.querySelector('[data-ready]') &&"
            " ![...document.querySelectorAll(part)].some((each) => each.checkVisibility()) === hidden",
            arg=[part, hidden],
        )
    page.go_back()
    page.wait_for_function("part => ![...document.querySelectorAll(part)].some((e) => e.checkVisibility())", arg=part)
