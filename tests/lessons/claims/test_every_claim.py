"""Every sentence that could be false is recomputed by a test of this folder or carries its source."""

import importlib
import pkgutil
from functools import cache

import pytest

import tests.lessons.claims as folder
from ravine.lessons import course
from ravine.lessons.quiz_file import quizzes
from ravine.lessons.references import cited
from tests.lessons.claims import ledger
from tests.lessons.claims.prose import sentences, split

PLACES = sorted({sentence.place for sentence in sentences()})


@cache
def listed() -> set[str]:
    """Every sentence that the files of this folder name."""
    for module in pkgutil.iter_modules(folder.__path__):
        if module.name != __name__.rpartition(".")[2]:
            importlib.import_module(f"{folder.__name__}.{module.name}")
    return {*ledger.BACKED, *ledger.SOURCED, *ledger.EXCUSED}


@pytest.mark.parametrize("place", PLACES)
def test_every_claim_is_recomputed_or_carries_its_source(place):
    known = listed()
    bare = [
        sentence.text
        for sentence in sentences()
        if sentence.place == place
        and ledger.is_claim(sentence.text)
        and sentence.text not in known
        and not cited(sentence.text)
    ]
    assert not bare, "neither @claims on a test nor a source (CONTRIBUTING.md says how):\n" + "\n".join(bare)


def test_no_sentence_is_listed_that_nobody_reads():
    written = {sentence.text for sentence in sentences()}
    assert not sorted(listed() - written), "listed, and written nowhere: changed since? Recompute it, then list it anew"


def test_what_learners_are_told_after_they_acted_is_read():
    read = {" ".join(sentence.text.split()) for sentence in sentences()}
    told = [exercise.prediction.follows for lesson in course() for exercise in lesson.exercises if exercise.prediction]
    for asked in quizzes().values():
        told += [answer.why for question in asked for answer in (*question.options, *question.cures)]
    assert len(told) > 200
    assert not [text for text in told for part in split(text) if part not in read]


def test_a_source_is_cited_where_the_sentence_stands():
    listed()
    by_text = {sentence.text: sentence for sentence in sentences()}
    for text, keys in ledger.SOURCED.items():
        beside = {reference.key for *_, reference in cited(by_text[text].around)}
        assert set(keys) <= beside, f"not cited beside it: {text}"


def test_a_sentence_has_one_kind_of_backing():
    listed()
    assert not set(ledger.EXCUSED) & {*ledger.BACKED, *ledger.SOURCED}


def test_what_counts_as_a_claim():
    claims = ("It takes 34 steps.", "Adam is never slower.", "Keras has it inside.", "Half of it is gone.")
    for text in claims:
        assert ledger.is_claim(text), text
    for text in ("Who leaves first?", "Change the landscape, and play.", "See [Adam](07-adam.md#bias2)."):
        assert not ledger.is_claim(text), text


def test_sentences_are_parted_and_formulas_are_not():
    assert split("It is $a. B$ long. $x$ too, by Kim et al. 2015. **No.** `a. B` is.") == [
        "It is $a. B$ long.",
        "$x$ too, by Kim et al. 2015.",
        "**No.**",
        "`a. B` is.",
    ]
