"""Activations and first weights side by side, written from their books: for the review page and for lessons."""

from collections.abc import Iterable, Mapping

from ravine.activations import Activation, activations
from ravine.initializers import Initializer, initializers
from ravine.lessons.curves import activation_curves, initializer_curve
from ravine.lessons.references import linked
from ravine.shown import marked_up


def networks_review() -> str:
    """The part of the review page below the rules."""
    return (
        '<h2 id="activations">Activations</h2>\n'
        '<p class="soft">Each from −4 to 4: what it gives, unbroken, and its slope, dashed.</p>\n'
        f"{activation_cards(by_year())}"
        '<h2 id="initializers">The first weights</h2>\n'
        '<p class="soft">How densely they lie from −0.4 to 0.4, in a layer of 100 inputs and 100 units.</p>\n'
        f"{_cards(map(_initializer, in_order()))}"
    )


def by_year() -> list[Activation]:
    """The main form of each activation, the oldest first."""
    mains = (each for each in activations.values() if each.name == each.family)
    return sorted(mains, key=lambda each: (each.published, each.name))


def in_order() -> list[Initializer]:
    """The main form of each start; those that are only to be seen fail come last."""
    mains = (each for each in initializers.values() if each.name == each.family)
    return sorted(mains, key=lambda each: (not each.dialect, each.name))


def activation_cards(shown: Iterable[Activation]) -> str:
    return _cards(map(_activation, shown))


def _activation(activation: Activation) -> str:
    others = [each for each in activations.values() if each.family == activation.family and each is not activation]
    facts = {
        "Source": linked(activation.source, ""),
        "Good at": linked(activation.good_at, ""),
        "Where it hurts": marked_up(activation.hurts),
        "In PyTorch": f"<code>{marked_up(activation.torch_call())}</code>" if activation.in_torch else "",
        "Other forms": _forms(others),
    }
    return _card("activation", activation, activation_curves(activation), facts)


def _initializer(initializer: Initializer) -> str:
    others = [each for each in initializers.values() if each.family == initializer.family and each is not initializer]
    facts = {
        "Source": linked(initializer.source, ""),
        "Good at": marked_up(initializer.good_at),
        "Where it hurts": marked_up(initializer.hurts),
        "Other forms": _forms(others),
    }
    return _card("initializer", initializer, initializer_curve(initializer), facts)


def _forms(others: Iterable[Activation | Initializer]) -> str:
    return marked_up(", ".join(f"{each.name} ({each.dialect})" for each in others))


def _card(kind: str, known: Activation | Initializer, curve: str, facts: Mapping[str, str]) -> str:
    listed = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>\n" for name, value in facts.items() if value)
    title, place = marked_up(known.title), f"{kind}-{known.name}"
    return (
        f'<section class="rule-card" id="{place}" aria-labelledby="{place}-title">\n'
        f'<h3 id="{place}-title">{title}</h3>\n'
        f'<div class="curve-and-formula">{curve}<div class="equations" tabindex="0" role="group"'
        f' aria-label="Formula of {title}">{known.mathml()}</div></div>\n<dl>\n{listed}</dl>\n</section>\n'
    )


def _cards(cards: Iterable[str]) -> str:
    return f'<div class="rule-cards">\n{"".join(cards)}</div>\n'
