"""The site as files, for every test that reads some: what one test had made, the next does not make again."""

from functools import cache

from ravine.studio.site import Site, build


@cache
def built() -> Site:
    """What `build` gives, of which each file is made once in this process."""
    return build()
