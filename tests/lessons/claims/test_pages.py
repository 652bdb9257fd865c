"""The claims of the pages around the lessons: home, quiz, review and the rest."""

import inspect
import re

import pytest

from ravine.dialect_tables import FORMS
from ravine.lessons import lesson
from ravine.lessons.review import main_rules, review
from ravine.rules import rules
from ravine.studio.streams import feed, gradients
from tests.built import built
from tests.lessons.claims.ledger import claims, elsewhere, excused


@claims(
    "AdamW with a rate of 0.001 and a weight decay of 0.01, PyTorch’s defaults: why.",
    "A schedule: up during the first twentieth of the steps, then down along a cosine: why.",
)
def test_the_advice_of_the_home_page_is_that_of_the_loop_to_copy():
    defaults = dict(FORMS["torch"]["adamw"].settings.values())
    assert (defaults["lr"], defaults["weight_decay"]) == (0.001, 0.01)
    loop = lesson("which-one").source.read()
    assert "AdamW(model.parameters(), lr=lr, weight_decay=0.01)" in loop
    assert "lr=1e-3" in loop
    assert "warmup = max(1, steps // 20)" in loop
    assert "math.cos" in loop


@claims(
    "Your framework offers a dozen optimizers and says little about them.",
)
def test_frameworks_offer_about_a_dozen_optimizers():
    torch = pytest.importorskip("torch")
    offered = [
        each for each in vars(torch.optim).values()
        if inspect.isclass(each) and issubclass(each, torch.optim.Optimizer) and each is not torch.optim.Optimizer
    ]  # fmt: skip
    assert 10 <= len(offered) <= 16


@claims(
    "Ravine {{ version }}: write an optimizer once, as its equation, and get the lesson, the picture, the PyTorch optimizer and the fair experiment.",
    "Every formula and every path on these pages is generated from the rules that it trains with.",
    "☰ Review All rules side by side: formula, settings, what each is good at and where it hurts.",
)
def test_the_review_holds_every_rule_with_its_formula():
    page = review()
    assert re.findall(r'<section class="rule-card" id="(\w+)"', page) == [rule.name for rule in main_rules()]
    assert page.count('aria-label="Formula of ') >= len(main_rules())


@claims(
    "One parameter, and gradients that do not depend on where it stands: every number that a rule makes of them.",
)
def test_a_stream_does_not_depend_on_where_the_parameter_stands():
    assert "theta" not in inspect.signature(gradients).parameters
    one, far = (feed(rules["adam"], gradients("noisy", 20), lr=lr)["m"] for lr in (0.1, 100.0))
    assert one == pytest.approx(far)  # wherever the steps lead, the gradients stay


@claims(
    "This copy names no public repository.",
    "Ravine is free software under the Apache License 2.0.",
    "STIX Two Math, the font of the formulas, under the SIL Open Font License 1.1",
    "There is no such page",
)
def test_the_pages_named_are_there():
    site = built()
    for path in ("index.html", "playground.html", "stream.html", "review.html", "quiz.html", "about.html"):
        assert path in site
    assert "licences/ravine.txt" in site
    assert "Apache License" in site["licences/ravine.txt"].decode()
    assert (
        "Open Font License" in site["licences/stix-two-math.txt"].decode()
        or "OFL" in site["licences/stix-two-math.txt"].decode()
    )


excused(
    "road sign",
    "What turns gradients into steps: one rule after another, each an answer to what the last one could not do.",
    "Whether a gradient reaches every layer: activations, dead units and the first weights.",
    "That was the last lesson of “{{ part.title }}”.",
    "Review: all rules side by side",
    "The sheet without answers The answers , the lesson, all sheets.",
    "For two parameters and a landscape: Playground.",
)

excused(
    "instruction",
    "The rate is what to tune first, by validation data: a loop to copy, and how.",
)

elsewhere(
    "tests/studio/test_quiz_page.py::test_the_final_quiz_is_fixed_by_its_seed",
    "Final quiz Ten questions drawn over all lessons, with the reason for every answer.",
    "Ten questions, drawn over all lessons.",
    "With JavaScript this page asks ten of these questions, one at a time.",
)

elsewhere(
    "tests/studio/test_quiz_page.py::test_questions_can_be_read_without_script",
    "Without, here are all of them.",
)

elsewhere(
    "tests/studio/test_quiz_page.py::test_a_teacher_finds_the_files",
    "Every question with its feedback, as GIFT for Moodle’s question bank, as JSON for jupyterquiz, and as a QTI 2.1 "
    "package for OpenOlat, ONYX, TAO and others that read it.",
    "Every question with its feedback, as GIFT, as JSON and as a QTI 2.1 package: on the page of the final quiz.",
)

elsewhere(
    "tests/studio/test_scorm.py::test_the_manifest_is_as_the_content_aggregation_model_says",
    "A SCORM 1.2 package: add it to a course of Moodle, ILIAS, OpenOlat or another platform as one SCORM activity.",
)

elsewhere(
    "tests/studio/test_scorm.py::test_a_learner_comes_back_to_where_she_was",
    "The platform keeps where each learner is and what she has done, and gets a score: nothing from who only looks, 0 "
    "from who has begun, then the mean of the best results of all quizzes, out of 100.",
    "It is completed once every lesson was visited and the final quiz taken.",
)

elsewhere(
    "tests/studio/test_scorm.py::test_it_is_the_site_and_what_starts_it",
    "Without JavaScript no progress is kept.",
)

elsewhere(
    "tests/studio/test_course.py::test_it_goes_on_where_one_left_and_forgets_when_told",
    "You can leave at any time: this browser remembers where you were, and nobody else does.",
)

elsewhere(
    "tests/studio/test_network_engine.py::test_it_ends_at_pytorchs_parameters",
    "It trains here, in your browser, as PyTorch would: the same numbers from the same start.",
)

elsewhere(
    "tests/studio/test_network_widget.py::test_the_address_holds_what_is_seen",
    "The address always holds what you see: copy it to share it.",
)

elsewhere(
    "tests/studio/test_stream.py::test_the_address_holds_what_is_seen",
    "The address in your browser always holds what you see: copy it to share it.",
    "The address in your browser always holds what you see.",
)

elsewhere(
    "tests/studio/test_about.py::test_licences_are_there_to_read",
    "Kaynak, under CC BY 4.0",
)

elsewhere(
    "tests/studio/test_network_state.py::test_the_experiments_show_what_they_say",
    "Here stands what it does in {{ numbers[-1].step }} steps; to train it yourself takes JavaScript.",
)
