"""Jinja's environment for a page: a package's own templates, and the style that all pages share."""

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from ravine.shown import filled


def environment(package: str) -> Environment:
    """Templates of `package`, and report.css; what is filled in is escaped."""
    return Environment(
        loader=ChoiceLoader([PackageLoader(package, "templates"), PackageLoader("ravine.charts", "templates")]),
        autoescape=True,
        finalize=filled,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
