"""What the theme leaves out for readers who hear a page, or use no mouse: put in once the pages are written."""

from pathlib import Path

from sphinx.application import Sphinx

LEFT_OUT = {
    '<p class="caption" role="heading">': '<p class="caption" role="heading" aria-level="2">',
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="Pages">',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="On this page">',
    "<pre>": '<pre tabindex="0">',  # it may be wider than the screen, and is scrolled by keyboard then
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    '<th class="head"><p></p></th>': "<td></td>",
}


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("build-finished", _put_in)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _put_in(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for without, with_it in LEFT_OUT.items():
            text = text.replace(without, with_it)
        page.write_text(text, encoding="utf-8")
