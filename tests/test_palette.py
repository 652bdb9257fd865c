"""Looks: told apart by everyone, legible on every paper, the same for a rule in films, on pages and in reports."""

import re
from importlib.resources import files
from itertools import combinations

import pytest

import ravine
from ravine.film.race import MOST
from ravine.palette import LOOKS, homes, looks

PALETTE = (files("ravine.studio") / "static/css/palette.css").read_text()
REPORT = (files("ravine.charts") / "templates/report.css").read_text()


def papers():
    """What looks are drawn on, by theme: the paper of films and charts, the site's and the report's."""
    light, dark = PALETTE.split("@media screen and (prefers-color-scheme: dark)", 1)
    report = re.search(r"--page: light-dark\((#\w+), (#\w+)\)", REPORT)
    of_site = [re.findall(r"--(?:paper|surface): (#\w+);", sheet) for sheet in (light, dark.split("}")[0])]
    return {"light": {"#ffffff", *of_site[0], report[1]}, "dark": {*of_site[1], report[2]}}


def contrast(one, other):
    """WCAG 2.2: from 1 to 21."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour):
    shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_stands_on_every_paper_with_3_to_1(theme):
    grounds = papers()[theme]
    assert len(grounds) >= 2
    worst = min(
        (contrast(getattr(look, theme), paper), getattr(look, theme), paper) for look in LOOKS for paper in grounds
    )
    assert worst[0] >= 3, worst


def test_two_looks_differ_in_colour_or_dash_and_in_marker_or_dash():
    assert len(LOOKS) == 32 >= MOST
    for one, other in combinations(LOOKS, 2):
        assert (one.light, one.dash) != (other.light, other.dash)
        assert (one.dark, one.dash) != (other.dark, other.dash)
        assert (one.marker, one.dash) != (other.marker, other.dash)


def test_every_family_has_a_look_of_its_own():
    families = {rule.family for rule in ravine.rules.values()}
    assert homes().keys() == families
    assert len(set(looks(sorted(families)))) == len(families)


def test_a_rule_keeps_its_look_and_its_forms_take_what_is_free():
    (adam,) = looks(["adam"])
    assert looks(["adam_keras"]) == looks(["adam+l2"]) == looks(["sgd", "adam"])[1:] == [adam]
    both = looks(["adam_keras", "adam", "sgd"])
    assert len(set(both)) == 3
    assert both[0] == adam
    assert both[2:] == looks(["sgd"])


def test_rules_of_ones_own_take_nobodys_place():
    names = ["mine", "sgd", "mine too", *["adam"] * 10, "momentum", "adagrad_keras"]
    given = looks(names)
    assert len(set(given)) == len(names)
    for name in ("sgd", "momentum", "adagrad_keras"):
        assert given[names.index(name)] == looks([name])[0]
    assert len(set(looks(["mine"] * 40))) == len(LOOKS)  # beyond that looks begin again
