"""The site as a SCORM 1.2 package (ADL), which learning platforms import: one SCO, with progress and score.

scorm.html is started; it shows the site in a frame and talks to the platform (web/src/scorm/). The manifest follows
the Content Aggregation Model 1.2 (ADL 2001): https://adlnet.gov/projects/scorm/
"""

from collections.abc import Mapping
from importlib.resources import files
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from ravine.errors import RavineError
from ravine.studio.pages import scorm_page
from ravine.studio.site import SCORM
from ravine.studio.zipped import zipped
from ravine.version import __version__

CONTENT = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
ADL = "http://www.adlnet.org/xsd/adlcp_rootv1p2"
TITLE = "Ravine: see what optimizers do"
START = "scorm.html"


def package(site: Mapping[str, bytes]) -> bytes:
    """The zip. RavineError where its script was not built."""
    script = files("ravine.studio") / "static" / SCORM
    if not script.is_file():
        raise RavineError(
            "the studio's scripts are not built: install ravine again (pip install .), "
            "or run `npm ci && npm run build` in src/ravine/studio/web"
        )
    content = {START: scorm_page().encode(), f"static/{SCORM}": script.read_bytes(), **site}
    return zipped({"imsmanifest.xml": manifest(content).encode(), **content})


def manifest(content: Mapping[str, bytes]) -> str:
    """The XML that names every file, and what is to be started."""
    listed = "\n".join(f"      <file href={quoteattr(quote(path))}/>" for path in content)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="ravine" version="{__version__}" xmlns="{CONTENT}" xmlns:adlcp="{ADL}">
  <metadata>
    <schema>ADL SCORM</schema>
    <schemaversion>1.2</schemaversion>
  </metadata>
  <organizations default="course">
    <organization identifier="course">
      <title>{TITLE}</title>
      <item identifier="whole" identifierref="site" isvisible="true">
        <title>{TITLE}</title>
      </item>
    </organization>
  </organizations>
  <resources>
    <resource identifier="site" type="webcontent" adlcp:scormtype="sco" href="{START}">
{listed}
    </resource>
  </resources>
</manifest>
"""
