"""The sources: each is complete, found where it is cited, and every citation of the course leads to one."""

import re

import pytest

from ravine.activations import activations
from ravine.errors import RavineError
from ravine.initializers import initializers
from ravine.landscapes import landscapes
from ravine.lessons import course
from ravine.lessons.references import KINDS, cited, linked, references
from ravine.rules import rules
from tests.lessons.test_lessons import FRONT, read


def test_every_reference_has_an_address_of_its_own():
    found = references().values()
    assert {each.kind for each in found} == set(KINDS)
    addresses = [each.address for each in found]
    assert len(set(addresses)) == len(addresses)
    assert all(address.startswith("https://") for address in addresses)
    assert all(each.title and each.use.endswith(".") for each in found)


def test_a_citation_is_found_with_and_without_brackets():
    text = "By Zeiler (2012), Kingma & Ba 2015 and Polyak 19645."
    assert [text[start:end] for start, end, _ in cited(text)] == ["Zeiler (2012)", "Kingma & Ba 2015"]
    assert linked("Zeiler 2012 < 3", "../") == '<a href="../references.html#zeiler-2012">Zeiler 2012</a> &lt; 3'


def test_a_lesson_links_its_citations_and_leaves_links_alone(tmp_path):
    [mine] = read(
        tmp_path,
        FRONT + "As Zeiler (2012) says, [Zeiler 2012](https://a.example) and [all](../references.html#paper).\n",
    )
    assert re.findall(r'href="([^"]*)"', mine.html) == [
        "../references.html#zeiler-2012", "https://a.example", "../references.html#paper",
    ]  # fmt: skip
    (tmp_path / "other").mkdir()
    with pytest.raises(RavineError, match="unknown reference 'zeiler-2013'; did you mean 'zeiler-2012'"):
        read(tmp_path / "other", FRONT + "[x](../references.html#zeiler-2013)\n")


NAMED = re.compile(r"[A-Z]\w+(?:(?:, [A-Z]\w+)* & [A-Z]\w+| et al\.)? \(?(?:19|20)\d\d\b\)?")
NO_SOURCES = ("After", "TensorFlow")


@pytest.mark.parametrize(
    "text", [*(each.source.read() for each in course()), *(rule.source for rule in rules.values())]
)
def test_whatever_is_cited_is_a_reference(text):
    found = [text[start:end] for start, end, _ in cited(text)]
    for citation in NAMED.findall(" ".join(text.split())):
        assert any(citation in each for each in found) or citation.startswith(NO_SOURCES), citation


def test_every_source_of_a_rule_leads_to_its_reference():
    without = {name for name, rule in rules.items() if not cited(rule.source)}
    assert {rules[name].title for name in without} <= {"RMSprop of TensorFlow 1"}


def test_what_is_cited_is_cited_somewhere():
    texts = [*(each.source.read() for each in course()), *(rule.source for rule in rules.values())]
    texts += [each.source for book in (landscapes, initializers) for each in book.values()]
    texts += [rule.hurts for rule in rules.values()]
    texts += [each.good_at for each in activations.values()]
    used = {reference.key for text in texts for *_, reference in cited(" ".join(text.split()))}
    assert {key for key, each in references().items() if each.cited} <= used
