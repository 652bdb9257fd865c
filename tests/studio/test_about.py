"""What the studio says of itself: its licence, what it brings along, where errors go."""

from importlib.metadata import distribution

from ravine.studio.about import project_links
from tests.built import built


def test_every_page_leads_to_it():
    site = built()
    for path in filter(lambda path: path.endswith(".html"), site):
        assert f'href="{"../" * path.count("/")}about.html"' in site[path].decode(), path


def test_licences_are_there_to_read():
    site = built()
    about = site["about.html"].decode()
    for name, says in {
        "ravine": b"Apache License",
        "stix-two-math": b"SIL OPEN FONT LICENSE Version 1.1",
        "uplot": b"MIT License",
        "digits": b"CC BY 4.0",
    }.items():
        assert f'href="licences/{name}.txt"' in about
        assert says in site[f"licences/{name}.txt"]


def test_addresses_are_those_of_the_package_and_none_is_made_up():
    given = distribution("ravine").metadata.get_all("Project-URL") or []
    assert [address for _, address in project_links()] == [line.partition(", ")[2] for line in given]
    outside = [word for word in built()["about.html"].decode().split('"') if word.startswith("http")]
    assert outside == [address for _, address in project_links()]
    if not given:
        assert "names no public repository" in built()["about.html"].decode()
