"""`ravine rules`: the rules, or one of them."""

from typing import Annotated, Any

import typer
from rich.table import Table

from ravine.cli import completion
from ravine.cli.terminal import AsJson, bold, end_with_the_reader, out, print_json
from ravine.equations import over_tensors
from ravine.rules import Rule, find_rule, rules
from ravine.rules.forms import FORMS


def show_rules(
    name: Annotated[
        str | None,
        typer.Argument(
            help="One rule: its equation, hyperparameters and forms; or a .py file of your own.",
            autocompletion=completion.rule,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the rules, or show one: equation, hyperparameters, source, dialects.

    adam+l2, adam+decoupled, adam+scheduled and adam+cautious_decay are Adam with weight decay; adam+cautious steps only
    where its update agrees with the gradient. So for every rule, and both together: adam+decoupled+cautious.
    """
    end_with_the_reader()
    if name is not None:
        rule = find_rule(name)
        print_json(_rule_facts(rule)) if as_json else _print_rule(rule)
    elif as_json:
        print_json([_rule_facts(rule) for rule in _by_year()])
    else:
        _print_rules()


def _by_year() -> list[Rule]:
    """The main form of each rule in order of publication, each followed by its other forms."""
    years = {rule.family: rule.published for rule in rules.values()}
    years |= {rule.name: rule.published for rule in rules.values() if rule.name == rule.family}
    return sorted(rules.values(), key=lambda rule: (years[rule.family], rule.family, rule.name != rule.family))


def _rule_facts(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "title": rule.title,
        "source": rule.source,
        "dialect": rule.dialect,
        "form_of": rule.family,
        "hyperparameters": {
            known.name: {"default": known.default, "range": str(known.range), "meaning": known.meaning}
            for known in rule.hyperparameters.values()
        },
        "state": dict(rule.state),
        "good_at": rule.good_at,
        "hurts": rule.hurts,
        "python": rule.python(),
        "latex": rule.latex(),
        "mathml": rule.mathml(),
        "javascript": None if rule.of_matrices else rule.javascript(),
        "glsl": None if over_tensors(rule.equation) else rule.glsl(),
    }


def _print_rules() -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("rule", no_wrap=True)
    for heading in ("year", "title", "as in"):
        table.add_column(heading)
    for rule in _by_year():
        main = rule.name == rule.family
        table.add_row(rule.name if main else f"  {rule.name}", str(rule.year or ""), rule.title, rule.dialect)
    out.print(table)
    out.say(
        "\nOne of them: ",
        bold("ravine rules adam"),
        ". With weight decay: adam+l2, adam+decoupled,\n"
        "adam+scheduled, adam+cautious_decay; with caution: adam+cautious; for every rule.\n"
        f"Of matrices alone: {', '.join(rules.of_matrices)} (ravine.optim.Muon gives vectors to AdamW).",
    )


def _print_rule(rule: Rule) -> None:
    sources = [rule.source, *(f"{FORMS[form].title}: {FORMS[form].source}" for form in rule.forms if rule.origin)]
    out.say(bold(rule.title), "\n" + "\n".join(sources), f"\nas in: {rule.dialect}\n")
    out.print(rule.python(), soft_wrap=True)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("hyperparameter", "default", "range", "what it does"):
        table.add_column(heading)
    for known in rule.hyperparameters.values():
        table.add_row(known.name, f"{known.default:g}", str(known.range), known.meaning)
    out.print(table)
    for unsaid in rule.lacks:
        out.say(bold("it does not say", "yellow"), f" {unsaid}")
    if rule.good_at or rule.hurts:
        out.say("\n", bold("good at"), f"  {rule.good_at}\n", bold("hurts"), f"    {rule.hurts}")
    forms = [
        form
        for form in (*rules.values(), *rules.of_matrices.values())
        if form.family == rule.family and form.name != rule.name
    ]
    if forms:
        out.say("\n", bold("other forms"), "  " + ", ".join(f"{form.name} ({form.dialect})" for form in forms))
