"""What stands behind each sentence: the test that recomputes it, or the source that it carries."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Test = TypeVar("Test", bound=Callable)

# What makes a sentence a claim: a number, an order or a comparison, or somebody who is said to say or do so.
NUMBER = (
    r"\d|%|\b(?:half|halves?|twice|double[ds]?|two|three|four|five|six|seven|ten|twelve|dozen"
    r"|third|tenths?|(?:hundred|thousand|million)(?:s|ths?)?)\b"
)
ORDER = (
    r"\b(?:first|last|never|always|only|every|all|none|no|nobody|nothing|most|mostly|best|better|worse|worst"
    r"|more|less|least|(?:fast|slow|larg|bigg|small|long|short|high|low|few|strong|weak|earli|lat|soon|wid|steep|flatt"
    r"|quick|great|calm|deep|near|clos|old)(?:er|est))\b"
)
WHO = (
    r"\b(?:paper|study|studies|slides?|PyTorch|Keras|optax|TensorFlow|Google|Hinton|Polyak|Newton"
    r"|Zeiler|Wilson|Choi|Reddi|Zhang|Sutskever|Goh|Vaswani|Glorot|Zinkevich|Devlin)\b"
)
CLAIM = re.compile("|".join((NUMBER, ORDER, WHO)), re.IGNORECASE)

# Why a sentence with such a word may say nothing that could be false.
REASONS = ("definition", "example", "instruction", "misconception", "road sign")

BACKED: dict[str, list[str]] = {}  # sentence → the tests that recompute it
SOURCED: dict[str, list[str]] = {}  # sentence → keys of the References page
EXCUSED: dict[str, str] = {}  # sentence → the reason


def is_claim(text: str) -> bool:
    """Whether a sentence has to be backed: a table always, a question never. Addresses do not count."""
    if text.startswith("|"):
        return True
    return not text.rstrip('*”")').endswith("?") and CLAIM.search(re.sub(r"\]\([^)]*\)", "]", text)) is not None


def claims(*sentences: str) -> Callable[[Test], Test]:
    """Marks the test that recomputes these sentences, each as it is written in its file, in one line."""

    def mark(test: Test) -> Test:
        for sentence in sentences:
            BACKED.setdefault(sentence, []).append(f"{test.__module__}.{test.__name__}")
        return test

    return mark


def sourced(key: str, *sentences: str) -> None:
    """These sentences are what a source says; it is cited in their paragraph or, for a quiz, in its lesson."""
    for sentence in sentences:
        SOURCED.setdefault(sentence, []).append(key)


def excused(reason: str, *sentences: str) -> None:
    assert reason in REASONS, reason
    EXCUSED.update(dict.fromkeys(sentences, reason))


def elsewhere(test: str, *sentences: str) -> None:
    """These sentences are tested outside of this folder, as in "tests/studio/test_course.py::test_…"."""
    path, _, name = test.partition("::")
    assert f"def {name}(" in (Path(__file__).parents[3] / path).read_text(encoding="utf-8"), test
    for sentence in sentences:
        BACKED.setdefault(sentence, []).append(test)
