"""The questions: what every lesson has, keys recomputed, PyTorch's word on numbers, and how a wrong file is refused."""

import math
import re
from collections import Counter

import numpy as np
import pytest

from ravine.errors import RavineError
from ravine.lessons import course
from ravine.lessons.checks import batches, checks, networks
from ravine.lessons.mistakes import mistakes
from ravine.lessons.quiz_file import quizzes
from ravine.rules import rules

QUESTIONS = {question.name: question for asked in quizzes().values() for question in asked}
OPTIONS = {
    f"{name}: {option.text or option.formula.name}": (question, option)
    for name, question in QUESTIONS.items()
    for option in question.options
}
NUMBERS = {name: question for name, question in QUESTIONS.items() if question.number}


@pytest.mark.parametrize("lesson", course(), ids=lambda lesson: lesson.name)
def test_every_lesson_has_three_questions_of_two_kinds_at_least(lesson):
    asked = {question.id: question for question in quizzes()[lesson.name]}
    assert len(asked) >= 3  # of more than five the page draws five
    assert len({question.kind for question in asked.values()}) >= 2


@pytest.mark.parametrize("name", [name for name, (_, option) in OPTIONS.items() if option.claim])
def test_an_option_is_right_exactly_where_its_claim_is_computed_to_be_true(name):
    _, option = OPTIONS[name]
    assert option.claim.compute() is option.right


CURES = {f"{name}: {cure.change}": cure for name, question in QUESTIONS.items() for cure in question.cures}


@pytest.mark.parametrize("name", CURES)
def test_a_cure_is_right_exactly_where_it_heals(name):
    assert CURES[name].claim.compute() is CURES[name].right


def test_diagnoses_show_the_run_that_was_computed():
    asked = [question for question in QUESTIONS.values() if question.kind == "diagnose"]
    assert len(asked) >= 3
    for question in asked:
        claims = [each.claim for each in (*question.options, *question.cures)]
        assert {claim.arguments["run"] for claim in claims} == {question.run.query}


def test_few_keys_cannot_be_computed_and_those_say_why():
    taken_on_trust = {question.id: option.unchecked for question, option in OPTIONS.values() if option.claim is None}
    assert set(taken_on_trust) <= {"few-trials", "on-the-border"}
    assert all(len(reason) > 20 for reason in taken_on_trust.values())


def torch_step(name, gradients, settings, then=(), repeat=1, over=1.0):
    """The last step of PyTorch's own optimizer, in float64."""
    torch = pytest.importorskip("torch")
    optimizers = {
        "adam": torch.optim.Adam,
        "rmsprop": torch.optim.RMSprop,
        "adadelta": torch.optim.Adadelta,
        "adagrad": torch.optim.Adagrad,
        "momentum": torch.optim.SGD,
        "sgd": torch.optim.SGD,
    }
    theta = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    optimizer = optimizers[name]([theta], **settings)
    before = 0.0
    for gradient in [*(list(gradients) * int(repeat)), *then]:
        before = theta.item()
        theta.grad = torch.full_like(theta, gradient)
        optimizer.step()
    return abs(theta.item() - before) / over


# Numbers that PyTorch's optimizers can be asked for.
TORCH = ("adam/first-step", "adam/after-silence", "rmsprop/first-step", "adadelta/first-step", "momentum/top-speed")


@pytest.mark.parametrize("name", [name for name in NUMBERS if name.startswith(TORCH)])
def test_pytorch_takes_the_step_that_the_key_says(name):
    facts = {
        "adam/first-step": lambda text: ("adam", text[1], {"lr": text[0]}, {}),
        "adam/after-silence": lambda _: ("adam", 0.0, {"lr": 0.01}, {"repeat": 5000, "then": [1.0], "over": 0.01}),
        "rmsprop/first-step": lambda text: ("rmsprop", text[3], {"lr": text[2], "alpha": text[1]}, {}),
        "adadelta/first-step": lambda text: ("adadelta", text[3], {"rho": text[0], "eps": text[1]}, {}),
        "momentum/top-speed": lambda text: (
            "momentum", 1.0, {"lr": 0.01, "momentum": text[0]}, {"repeat": 300, "over": 0.01},
        ),
    }  # fmt: skip
    question = NUMBERS[name]
    text = re.sub(r"(?:([\d.]+) \\cdot )?10\^\{(-?\d+)\}", lambda power: f"{power[1] or 1}e{power[2]}", question.text)
    read = [float(number) for number in re.findall(r"(?<![\w/])\d+(?:\.\d+)?(?:e-?\d+)?", text)]
    rule, gradient, settings, more = facts[f"{question.lesson}/{question.id}"](read)
    assert torch_step(rule, [gradient], settings, **more) == pytest.approx(question.number.key, rel=1e-9)


def test_the_noise_of_drawn_batches_falls_as_the_key_says():
    small, large = (batches._drawn(size, batches=20_000).std(axis=0) for size in (16, 144))
    assert np.allclose(small / large, batches.noise_ratio(16, 144), rtol=0.03)


@pytest.mark.parametrize("name", [name for name in NUMBERS if "/start-bound" in name])
def test_pytorch_draws_weights_within_the_bound_that_the_key_says(name):
    torch = pytest.importorskip("torch")
    inputs, outputs = (int(number) for number in re.findall(r"\d+", QUESTIONS[name].text))
    weights = torch.nn.init.xavier_uniform_(torch.empty(outputs, inputs))
    assert 0.99 * NUMBERS[name].number.key < weights.abs().max().item() <= NUMBERS[name].number.key


@pytest.mark.parametrize("name", [name for name in NUMBERS if "/dropout-scale" in name])
def test_pytorch_scales_what_stays_on_as_the_key_says(name):
    torch = pytest.importorskip("torch")
    activation, off = (float(number) for number in re.findall(r"\d+(?:\.\d+)?", QUESTIONS[name].text))
    passed = torch.nn.functional.dropout(torch.full((50,), activation), off)
    assert passed[passed != 0].mean().item() == pytest.approx(NUMBERS[name].number.key)
    assert torch.nn.functional.dropout(torch.ones(50), off, training=False).eq(1).all()


@pytest.mark.parametrize("bound", [0.1, math.sqrt(6 / 100), 1.0])
def test_the_gradients_of_a_chain_are_those_of_pytorch(bound):
    torch = pytest.importorskip("torch")
    signal, weights = networks._chain(bound)
    layers = [torch.tensor(signal)]
    for matrix in weights:
        layers.append(torch.relu(torch.tensor(matrix) @ layers[-1].requires_grad_()))
    loss = layers[-1] @ torch.tensor(np.random.default_rng(2).standard_normal(networks.UNITS))
    sizes = [found.norm().item() for found in torch.autograd.grad(loss, layers[1:])]
    assert networks._gradient_sizes(bound) == pytest.approx(sizes)


def test_hes_bound_is_that_of_pytorch():
    torch = pytest.importorskip("torch")
    [he] = [option for option in QUESTIONS["first-weights/good-start"].options if option.right]
    weights = torch.nn.init.kaiming_uniform_(torch.empty(100, 100), nonlinearity="relu")
    assert 0.99 * he.claim.arguments["bound"] < weights.abs().max().item() <= he.claim.arguments["bound"]


@pytest.mark.parametrize("name", NUMBERS)
def test_no_mistake_is_taken_for_the_key_or_for_another_mistake(name):
    number = NUMBERS[name].number
    values = [number.key, *(mistake.value for mistake in number.mistakes)]
    assert len(values) >= 2
    for place, value in enumerate(values):
        for other in values[:place]:
            assert abs(value - other) > number.tolerance * (abs(value) + abs(other))


def test_the_saddle_question_is_about_the_four_rules_of_the_saddle():
    question = QUESTIONS["adadelta/saddle"]
    assert [option.claim.arguments["rule"] for option in question.options] == [
        "adagrad", "momentum", "nesterov", "adadelta",
    ]  # fmt: skip
    assert question.play.landscape.name == "saddle"
    assert all(option.claim.arguments["state"] == question.play.query for option in question.options)


@pytest.mark.parametrize("name", [name for name, each in QUESTIONS.items() if each.play or each.picture])
def test_what_is_shown_is_what_was_computed(name):
    question = QUESTIONS[name]
    shown = question.play or question.picture
    assert {option.claim.arguments["state"] for option in question.options} == {shown.query}
    for rule in shown.rules:  # else the page would pick a rate, and the check another
        assert "lr" in shown.settings[rule.name]


def test_the_right_option_stands_anywhere():
    places = Counter(
        next(place for place, option in enumerate(question.options) if option.right)
        for question in QUESTIONS.values()
        if question.kind == "choice"
    )
    assert max(places.values()) < 0.55 * places.total()
    assert len(places) >= 3


def test_the_right_option_is_not_told_by_its_length():
    asked = [question for question in QUESTIONS.values() if question.kind == "choice" and question.options[0].text]
    longest = [max(question.options, key=lambda option: len(option.text)).right for question in asked]
    assert sum(longest) <= len(longest) / 2


def test_every_check_and_every_mistake_is_used():
    claims = [option.claim for _, option in OPTIONS.values() if option.claim]
    files = "".join(lesson.source.path.with_suffix(".quiz.toml").read_text() for lesson in course())
    files += 'check = "ails" check = "heals"' * ('kind = "diagnose"' in files)  # which go without saying
    unused = {name for name in checks() if f'check = "{name}"' not in files}
    assert unused <= {"pull", "agreement_gains", "span_of", "left_after"}  # which other checks are made of
    assert {name for name in mistakes if f'"{name}"' not in files} == set()
    assert claims


def test_mistakes_are_no_rules_and_each_differs_from_its_rule():
    assert not set(mistakes) & set(rules)
    for name in mistakes:
        family = "momentum_averaged" if name == "momentum_added" else name.partition("_")[0]
        if family in rules:
            assert not checks()["same_steps"](rule=family, shown=name)


LESSON = '+++\ntitle = "T"\nsummary = "S"\nrules = ["sgd"]\n+++\n\n## One {#one}\n\nText.\n'
HEAD = '[[question]]\nid = "q"\nkind = "choice"\nsection = "one"\ntext = "Q?"\nunchecked = "a definition"\n'
YES = '[[question.option]]\ntext = "yes"\nright = true\nwhy = "W"\n'
NO = '[[question.option]]\ntext = "no"\nwhy = "W"\n'
NUMBER = """\
[[question]]
id = "n"
kind = "number"
section = "one"
text = "Twice {x}?"
draw = { x = [1, 3] }
check = "value"
with = { of = "2 * x", x = "{x}" }
why = "Twice {x} is {key}."
"""


SICK = HEAD.replace("choice", "diagnose") + 'run = "data=xor&init=zeros&steps=50"\n'
CURED = '[[question.cure]]\ntext = "He"\nchange = "init=he_uniform"\nright = true\nwhy = "W"\n'
WORSE = '[[question.cure]]\ntext = "seed"\nchange = "seed=1"\nwhy = "W"\n'


@pytest.fixture
def ask(tmp_path):
    def read(text, name="01-t.quiz.toml"):
        (tmp_path / "1-p").mkdir()
        (tmp_path / "1-p" / "part.toml").write_text('title = "P"\nsummary = "S"\n')
        (tmp_path / "1-p" / "01-t.md").write_text(LESSON)
        (tmp_path / "1-p" / name).write_text(text)
        return quizzes(tmp_path)["t"]

    return read


def test_a_teachers_question_is_read(ask):
    (question,) = ask(HEAD + YES + NO)
    assert question.name == "t/q"
    assert [option.right for option in question.options] == [True, False]


def test_numbers_are_drawn_and_their_keys_computed(ask):
    asked = ask(
        NUMBER + '[[question.mistake]]\ncheck = "value"\nwith = { of = "x", x = "{x}" }\nwhy = "Only {wrong}."\n'
    )
    assert [question.name for question in asked] == ["t/n", "t/n/2"]
    assert [question.text for question in asked] == ["Twice 1?", "Twice 3?"]
    assert [question.number.key for question in asked] == [2.0, 6.0]
    assert [question.number.why for question in asked] == ["Twice 1 is 2.", "Twice 3 is 6."]
    assert [question.number.mistakes[0].why for question in asked] == ["Only 1.", "Only 3."]


@pytest.mark.parametrize(("drawn", "tex"), [("1e-6", "10^{-6}"), ("2.5e-7", r"2.5 \cdot 10^{-7}"), ("0.001", "0.001")])
def test_a_drawn_number_is_tex_within_a_formula_alone(ask, drawn, tex):
    (question,) = ask(NUMBER.replace("[1, 3]", f"[{drawn}]").replace("Twice {x}?", "Twice {x}, $x = {x}$, $x_{1}$?"))
    assert question.text == f"Twice {drawn}, $x = {tex}$, $x_{{1}}$?"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("x = 1\n", r"holds \[\[question\]\] tables and nothing else"),
        ("question = 1\n", "tables and nothing else"),
        ("[[question]\n", "cannot be read"),
        (HEAD + YES, r"question 1 \(q\): a choice needs at least two options"),
        (HEAD + NO + NO, "has one right option, not 0"),
        (HEAD + YES + YES, "has one right option, not 2.*the kind is several"),
        (HEAD.replace("choice", "several") + NO + NO, "no option is right"),
        (HEAD.replace("choice", "chioce") + YES + NO, "unknown kind 'chioce'; did you mean 'choice'"),
        (HEAD.replace('"one"', '"two"') + YES + NO, "unknown section of t 'two'"),
        (HEAD.replace('"q"', '"Q 1"') + YES + NO, "an id is lower case"),
        (HEAD + YES + NO + HEAD + YES + NO, r"question 2 \(q\): another question has this id"),
        (HEAD + YES + NO.replace("why", "wy"), "option 2: unknown key 'wy'; did you mean 'why'"),
        (HEAD + YES + NO.replace('why = "W"', ""), "option 2: why is missing"),
        (HEAD + YES + NO.replace('why = "W"', 'why = ""'), "why must be a text"),
        (HEAD + YES.replace("true", '"true"') + NO, "right must be true or false"),
        (HEAD + YES.replace('text = "yes"', ""), "give it a text or a formula"),
        (HEAD + YES.replace('text = "yes"', 'formula = "adma"') + NO, "unknown rule 'adma'; did you mean 'adamax'"),
        (HEAD.replace("unchecked", "#") + YES + NO, r"say how it is checked \(check = …\), or why it cannot be"),
        (HEAD.replace('unchecked = "a definition"', 'check = "vlaue"') + YES + NO, "unknown check 'vlaue'"),
        (HEAD.replace('unchecked = "a definition"', 'check = "value"') + YES + NO, "missing a required argument: 'of'"),
        (HEAD + 'play = "landscape=nowhere"\n' + YES + NO, "unknown landscape 'nowhere'"),
        (HEAD + "option = 3\n", "option must be a list"),
        (HEAD.replace("choice", "diagnose") + YES + NO, "run is missing: the state of a network"),
        (
            SICK.replace("zeros", "zeroes") + YES + NO + CURED + WORSE,
            "unknown initializer 'zeroes'; did you mean 'zeros'",
        ),
        (SICK + YES + NO + CURED, "has two cures at least, and one that is right"),
        (SICK + YES + NO + CURED + CURED, "has two cures at least, and one that is right"),
        (
            SICK + YES + NO + CURED + WORSE.replace("seed=1", "sede=1"),
            "cure 2: unknown key of a network's state 'sede'",
        ),
        (SICK + YES + NO + WORSE.replace("change", "chnge"), "cure 1: unknown key 'chnge'; did you mean 'change'"),
        (NUMBER.replace('why = "Twice {x} is {key}."', ""), "why is missing"),
        (NUMBER.replace("[1, 3]", "[]"), "draw.x must be a list of numbers"),
        (NUMBER.replace("[1, 3]", str(list(range(13)))), "13 combinations to draw from; at most 12"),
        (NUMBER.replace("2 * x", "2 * y"), "unknown name 'y'"),
        (
            NUMBER + '[[question.mistake]]\ncheck = "value"\nwith = { of = "x + 1", x = "{x}" }\nwhy = "W"\n',
            "mistake 1 cannot be told from another answer, 2, for x = 1",
        ),
    ],
)
def test_a_malformed_file_is_refused_with_its_name_and_the_question(ask, text, complaint):
    with pytest.raises(RavineError, match=r"01-t\.quiz\.toml") as refused:
        ask(text)
    assert re.search(complaint, str(refused.value))
    assert "\n" not in str(refused.value)


def test_questions_without_their_lesson_are_refused(ask):
    with pytest.raises(RavineError, match=r"02-u\.quiz\.toml: there is no lesson 02-u\.md beside it"):
        ask(HEAD + YES + NO, name="02-u.quiz.toml")
