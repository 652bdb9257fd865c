"""How Sphinx makes the site of these pages. Nothing is fetched, neither by the build nor by a reader."""

import sys
from pathlib import Path

from ravine.version import __version__

sys.path.insert(0, str(Path(__file__).parent / "_site"))

project = "Ravine"
copyright = "the authors of Ravine, Apache-2.0"
release = version = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "generated", "accessible"]
exclude_patterns = ["_site"]

html_theme = "furo"
html_title = "Ravine"
html_show_sphinx = False
html_static_path = ["_site/static"]
html_css_files = ["site.css"]
html_copy_source = False
pygments_style, pygments_dark_style = "a11y-high-contrast-light", "a11y-high-contrast-dark"

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
default_role = "code"  # what docstrings write in single backticks
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
linkcheck_timeout = 20
