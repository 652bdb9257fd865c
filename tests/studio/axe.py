"""axe-core on a page: what of WCAG 2.2 AA a program can check."""

from typing import Any

from tests.studio.conftest import WEB

AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ASK = """([within, standards]) => axe.run(within, { runOnly: standards }).then(({ violations }) => violations.flatMap(
  ({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.any[0]?.message}`)))"""


def put_axe(page: Any) -> None:
    """Loads axe into the page, for `assert_accessible`."""
    page.evaluate(AXE.read_text())


def assert_accessible(page: Any, within: str = "html") -> None:
    """axe finds nothing in that part of the page, on light and on dark paper."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert page.evaluate(ASK, [within, STANDARDS]) == [], scheme
