"""The course: what every lesson has, what a teacher's file can hold, and how a malformed one is refused."""

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ravine.activations import activations
from ravine.errors import RavineError
from ravine.initializers import initializers
from ravine.lessons import course, evidence, lesson, parts
from ravine.lessons.parts import COURSE
from ravine.lessons.review import main_rules, memory, review
from ravine.rules import rules

LESSONS = {each.name: each for each in course()}
FRONT = '+++\ntitle = "T"\nsummary = "S"\nrules = ["sgd"]\n+++\n'
WIDGET = '```widget landscape\nstate = "landscape=bowl&rules=sgd"\ncaption = "C"\n```\n'
TASK = WIDGET.replace("sgd", "sgd&steps=50").replace('"C"', '"C"\ntask = "T"\ndone = "{}"')
CHAIN = '```widget chain\nstate = "{}"\ncaption = "C"\n{}\n```\n'
DRAWN = '```widget network\nstate = "data=moons"\ncaption = "C"\npredict = "P"\nfollows = "F"\ndraw = "{}"\n```\n'
ASKED = 'predict = "P"\nfollows = "F"\n'


class Prose(HTMLParser):
    """The words of a lesson that are read as prose: not formulas, tables, code and what belongs to widgets."""

    LEFT_OUT = ("math", "figure", "table", "pre", "dl", "details")

    def __init__(self, html):
        super().__init__()
        self.depth, self.words = 0, []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.depth += tag in self.LEFT_OUT

    def handle_endtag(self, tag):
        self.depth -= tag in self.LEFT_OUT

    def handle_data(self, data):
        if not self.depth:
            self.words += data.split()


def test_the_lessons_on_optimizers_and_their_order():
    names = "gradient-descent momentum nesterov adagrad rmsprop adadelta adam variants schedules dialects which-one"
    assert [(each.number, each.name) for each in parts()[0].lessons] == list(enumerate(names.split(), 1))


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_short_and_asks_the_learner_to_play(name):
    found = LESSONS[name]
    assert 150 <= len(Prose(found.html).words) <= 400
    assert found.sections
    assert found.widgets
    assert found.tasks


OF_MANY_RULES = ("schedules", "dialects", "which-one")


@pytest.mark.parametrize("name", [name for name, each in LESSONS.items() if each.rules and name not in OF_MANY_RULES])
def test_a_lesson_shows_the_formula_of_its_rule_with_every_symbol_explained(name):
    formulas = re.findall(r'<figure class="formula".*?</figure>', LESSONS[name].html, re.DOTALL)
    assert f'id="formula-{LESSONS[name].rules[0]}"' in "".join(formulas)
    for formula in formulas:
        symbols, explained = formula.split('<dl class="symbols">')
        assert set(re.findall(r'data-symbol="(\w+)"', symbols)) == set(re.findall(r'data-symbol="(\w+)"', explained))
    assert 'class="verdict"' in LESSONS[name].html


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_well_formed(name):
    body = re.sub(r"<(img|hr|br)\b([^>]*)>", r"<\1\2/>", LESSONS[name].html)
    element = ElementTree.fromstring(f"<main>{body}</main>")
    ids = [found.get("id") for found in element.iter() if found.get("id")]
    assert len(ids) == len(set(ids))
    # The policy of the pages allows neither.
    assert not any(found.get("style") or found.tag in ("style", "script") for found in element.iter())
    assert all(image.get("alt") for image in element.iter("img"))


def test_lessons_hold_what_the_formula_of_the_rule_holds():
    # Without dampening, momentum's formula is that of the paper; the shown one is generated from the rule.
    shown = re.search(r'<figure class="formula".*?</math>', lesson("momentum").html, re.DOTALL)[0]
    text = re.sub(r"\s", "", "".join(ElementTree.fromstring(shown[shown.index("<math") :]).itertext()))
    assert text == "gt←∇L(θt−1)vt←μvt−1+gtθt←θt−1−ηvt"


def test_an_unknown_lesson_names_the_nearest():
    with pytest.raises(RavineError, match="did you mean 'adagrad'"):
        lesson("adagrat")


def read(folder, text, name="01-mine.md", part="1-mine"):
    (folder / part).mkdir(exist_ok=True)
    (folder / part / "part.toml").write_text(f'title = "{part}"\nsummary = "S"\n')
    (folder / part / name).write_text(text)
    return course(folder)


def test_a_teacher_adds_a_lesson_by_adding_a_file(tmp_path):
    body = (
        "Text with $\\eta\\lambda$ and **weight**.\n\n## Mine {#own}\n\n::: trap *Care*\nA [link](#own).\n:::\n\n"
        + WIDGET
        + "\n```formula sgd\n```\n\n```verdict sgd\n```\n\n```python\nprint(1 < 2)\n```\n\n<b>raw</b>\n"
    )
    [mine] = read(tmp_path, FRONT + body)
    assert (mine.name, mine.number, mine.title, mine.summary, mine.rules) == ("mine", 1, "T", "S", ("sgd",))
    assert mine.sections == {"own": "Mine"}
    assert "<math" in mine.html
    assert '<aside class="box trap" role="note">\n<p class="box-title">Trap: <em>Care</em></p>' in mine.html
    assert '<a href="#own">' in mine.html
    assert "1 &lt; 2" in mine.html
    assert "&lt;b&gt;raw" in mine.html  # no HTML of its own
    [widget] = mine.widgets
    assert (widget.kind, widget.state.query) == ("landscape", "landscape=bowl&rules=sgd")


def test_the_example_of_the_documentation_is_a_lesson(tmp_path):
    guide = (Path(__file__).parents[2] / "docs" / "studio.md").read_text()
    example = re.search(r"````markdown\n(.*?)````", guide, re.DOTALL)[1]
    example = re.sub(r"(\.\./1-optimizers/)?07-adam\.md(#bias)?", "#fails", example)
    [mine] = read(tmp_path, example)
    assert mine.sections == {"fails": "When it fails"}
    assert [use.kind for use in mine.widgets] == ["landscape"]


def test_punctuation_stays_with_its_formula(tmp_path):
    [mine] = read(tmp_path, FRONT + "A ($x$), $y$'s and $z$.\n")
    glued = re.findall(r'<span class="glued">(.*?)<math.*?</math>(.*?)</span>', mine.html)
    assert glued == [("(", "),"), ("", "’s"), ("", ".")]


def test_quotes_as_typed_become_those_of_print(tmp_path):
    body = "## Adam's \"own\" {#own}\n\n\"It's $v$'s\", and `it's` code.\n"
    [mine] = read(tmp_path, FRONT + body)
    assert mine.sections == {"own": 'Adam\'s "own"'}
    assert "Adam’s “own”" in mine.html
    assert mine.html.count("’s") == 3
    assert "<code>it's</code>" in mine.html


def test_a_widget_links_to_the_playground_with_nothing_hidden(tmp_path):
    [mine] = read(tmp_path, FRONT + WIDGET.replace("rules=sgd", "rules=sgd&hide=rules,share&steps=9"))
    assert 'data-state="landscape=bowl&amp;rules=sgd&amp;hide=rules,share&amp;steps=9"' in mine.html
    assert 'href="../playground.html#landscape=bowl&amp;rules=sgd&amp;steps=9"' in mine.html


STUDY = """\
# Does it *work*?

Made by `python -m studies x`: 3 runs.

## Verdicts

| claim | here | verdict |
| --- | --- | --- |
| a < b | 3 of 3 | **reproduced** |

## Figures
"""


def test_the_labs_findings_are_quoted_where_they_are_at_hand(tmp_path, monkeypatch):
    studies = tmp_path / "studies"
    studies.mkdir()
    monkeypatch.setattr(evidence, "FOLDERS", (studies,))
    assert evidence.evidence("x") == ""  # and a lesson does without
    (studies / "x.md").write_text(STUDY)
    found = ElementTree.fromstring(evidence.evidence("x"))
    assert "".join(found.find("summary").itertext()) == "Tried in Ravine’s lab: Does it work?"
    assert ["".join(cell.itertext()) for cell in found.iter("td")] == ["a < b", "3 of 3", "reproduced"]
    [mine] = read(tmp_path, FRONT + "```evidence x\n```\n")
    assert "3 of 3" in mine.html


def test_links_between_lessons_and_to_pages(tmp_path):
    (tmp_path / "1-mine").mkdir()
    (tmp_path / "1-mine" / "01-one.md").write_text(
        FRONT + "[a](02-two.md#there) [b](../review.html#adam) [c](https://arxiv.org/)\n"
    )
    one, _ = read(tmp_path, FRONT + "## There\n", "02-two.md")
    assert re.findall(r'href="([^"]*)"', one.html) == ["two.html#there", "../review.html#adam", "https://arxiv.org/"]


def write_parts(folder, **lessons):
    """Two parts; a lesson as in one__01_a="text"."""
    for part in ("1-one", "2-two", "3-waiting"):
        (folder / part).mkdir()
        (folder / part / "part.toml").write_text(f'title = "{part}"\nsummary = "S"\n')
    for place, text in lessons.items():
        part, _, name = place.partition("__")
        number = {"one": 1, "two": 2}[part]
        (folder / f"{number}-{part}" / f"{name.replace('_', '-')}.md").write_text(FRONT + text)


def test_the_course_has_parts_each_with_its_own_numbers(tmp_path):
    write_parts(tmp_path, one__01_a="", one__02_b="", two__01_c="[back](../1-one/02-b.md#x) [here](01-c.md)\n")
    (tmp_path / "1-one" / "02-b.md").write_text(FRONT + "## X\n")
    found = parts(tmp_path)
    assert [(part.name, part.title) for part in found] == [("one", "1-one"), ("two", "2-two")]  # no lesson, no part
    assert [[(each.name, each.part, each.number) for each in part.lessons] for part in found] == [
        [("a", "one", 1), ("b", "one", 2)],
        [("c", "two", 1)],
    ]
    assert course(tmp_path) == found[0].lessons + found[1].lessons
    assert re.findall(r'href="([^"]*)"', found[1].lessons[0].html) == ["b.html#x", "c.html"]


@pytest.mark.parametrize(
    ("lessons", "message"),
    [
        ({"one__01_a": "", "two__01_a": ""}, "1-one/01-a.md: 2-two/01-a.md has the same name"),
        ({"one__01_a": "", "two__02_c": ""}, "02-c.md: the lessons of a part are numbered 01, 02"),
        ({"one__01_a": "", "two__01_c": "[x](01-a.md)\n"}, "01-c.md, line 6: 01-a.md is not where a stands"),
        ({"one__01_a": "", "two__01_c": "[x](../1-one/03-a.md)\n"}, "line 6: ../1-one/03-a.md is not where a stands"),
    ],
)
def test_what_does_not_fit_together_is_refused(tmp_path, lessons, message):
    write_parts(tmp_path, **lessons)
    with pytest.raises(RavineError, match=re.escape(message)):
        course(tmp_path)


@pytest.mark.parametrize(
    ("folder", "facts", "message"),
    [
        ("first", 'title = "T"\nsummary = "S"\n', "first: a part's folder is named as in 1-optimizers"),
        ("1-first", 'title = "T"\n', "part.toml, line 1: summary is missing here"),
        ("1-first", 'title = "T"\nsumary = "S"\n', "part.toml, line 2: unknown key 'sumary'; did you mean 'summary'"),
    ],
)
def test_a_malformed_part_is_refused(tmp_path, folder, facts, message):
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "part.toml").write_text(facts)
    with pytest.raises(RavineError, match=re.escape(message)):
        course(tmp_path)


def test_the_parts_of_the_course_and_those_that_wait_for_lessons():
    shown = [part.name for part in parts()]
    assert shown[0] == "optimizers"
    waiting = {path.parent.name.partition("-")[2] for path in COURSE.glob("*/part.toml")} - set(shown)
    assert waiting <= {"networks-that-can-learn", "networks-that-generalise"}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("no front matter\n", 1, "begins with its front matter"),
        ('+++\ntitle = "T"\n+++\n', 2, 'summary is missing here: write summary = "…"'),
        ('+++\ntitle = "T"\nsumary = "S"\nrules = ["sgd"]\n+++\n', 3, "did you mean 'summary'"),
        ('+++\ntitle = T\n+++\n', 2, "not TOML"),
        ('+++\ntitle = "T"\nsummary = 3\nrules = ["sgd"]\n+++\n', 3, "summary must be a text in quotes"),
        ('+++\ntitle = "T"\nsummary = "S"\nrules = ["adom"]\n+++\n', 4, "unknown rule 'adom'"),
        (FRONT + "\n```widgte landscape\n```\n", 7, "unknown block 'widgte'; did you mean 'widget'"),
        (FRONT + "\n```widget landscpe\n```\n", 7, "unknown widget 'landscpe'; did you mean 'landscape'"),
        (FRONT + '```widget landscape\ncaption = "C"\n```\n', 7, "state is missing"),
        (FRONT + '```widget landscape\nstate = "rules=sgd"\ncaption = "C"\ntsk = "T"\n```\n', 9, "unknown key 'tsk'"),
        (FRONT + WIDGET.replace("bowl", "bowel"), 6, "unknown landscape 'bowel'; did you mean 'bowl'"),
        (FRONT + WIDGET.replace("sgd", "sgd&sgd.lr=-1"), 6, "sgd: lr must be in"),
        (FRONT + WIDGET.replace("sgd", "sgd&sgd.rate=1"), 6, "unknown hyperparameter of sgd"),
        (FRONT + WIDGET.replace("sgd", "sgd&stepps=1"), 6, "unknown key of a state 'stepps'; did you mean 'steps'"),
        (FRONT + WIDGET.replace("sgd", "sgd&start=1"), 6, "start wants 2 numbers, as in start=-1,0.5"),
        (FRONT + WIDGET.replace("sgd", "sgd&hide=playr"), 6, "unknown panel 'playr'; did you mean 'player'"),
        (FRONT + WIDGET.replace("sgd", "adam&show=m_hut"), 6, "these rules 'm_hut'; did you mean 'm_hat'"),
        (FRONT + WIDGET.replace("sgd", "sgd&view=side"), 6, "unknown view 'side'"),
        (FRONT + WIDGET.replace('"C"', '"C"\ndone = "changed"'), 6, "add the task"),
        (FRONT + TASK.format("playd"), 6, "did you mean 'played'"),
        (FRONT + TASK.format("adam.lr > 1"), 6, "unknown control or event of this widget 'adam.lr'"),
        (FRONT + TASK.format("sgd.beta > 1"), 6, "unknown hyperparameter of sgd 'beta'"),
        (FRONT + TASK.format("sgd.lr >= -1"), 6, "sgd.lr cannot be -1"),
        (FRONT + TASK.format("sgd.lr <= 0.5 then played").replace("sgd&", "sgd&sgd.lr=0.1&"), 6, "from the beginning"),
        (FRONT + TASK.format("sgd.lr > 1").replace("sgd&", "sgd&hide=settings&"), 6, "hide=settings takes its control"),
        (FRONT + TASK.format("diverged > 1"), 6, "diverged is written alone, or with its rule"),
        (FRONT + TASK.format("sgd.lr => 1"), 6, "what is done is written as in adam.lr >= 0.1"),
        (FRONT + CHAIN.format("depth=21", ""), 6, "depth must be a whole number from 1 to 20, not 21"),
        (FRONT + CHAIN.format("depth=2.5", ""), 6, "depth must be a whole number"),
        (FRONT + CHAIN.format("weight=1e308", ""), 6, "weight must be a number from -5 to 5"),
        (FRONT + CHAIN.format("activation=rleu", ""), 6, "unknown activation 'rleu'; did you mean 'relu'"),
        (FRONT + CHAIN.format("p=2", ""), 6, "p must be a number from 0 to 1"),
        (FRONT + CHAIN.format("depth=2", 'task = "T"\ndone = "p > 0"'), 6, "control or event of this widget 'p'"),
        (FRONT + CHAIN.format("depth=2", 'predict = "P"\nfollows = "F"'), 6, "either options with right, or answer"),
        (FRONT + CHAIN.format("depth=2", ASKED + 'draw = "loss"'), 6, "draw belongs in a network's block"),
        (FRONT + DRAWN.format("los"), 6, "unknown curve to draw 'los'; did you mean 'loss'"),
        (FRONT + DRAWN.format("loss"), 6, "give its two ends, as in range = [0.1, 2.0]"),
        (FRONT + DRAWN.format('loss"\nrange = [2.0, 0.1]\n#"'), 6, "give its two ends"),
        (FRONT + DRAWN.format('loss"\nrange = ["a", 1]\n#"'), 6, "give its two ends"),
        (FRONT + DRAWN.format('accuracy"\nrange = [0, 1]\n#"'), 6, "leave range out"),
        (FRONT + DRAWN.format('accuracy"\nanswer = 2.0\n#"'), 6, "or answer, a number, or draw"),
        (FRONT + CHAIN.format("depth=2", ASKED + 'options = ["a", "b"]\nright = 3'), 6, "the number of one"),
        (FRONT + CHAIN.format("depth=2", ASKED + 'options = ["a"]\nright = 1'), 6, "two options or more"),
        (FRONT + CHAIN.format("depth=2", ASKED + "answer = 0"), 6, "answer is a number above 0"),
        (FRONT + CHAIN.format("depth=2", ASKED + 'answer = "x"'), 11, "answer must be a number"),
        (FRONT + "```starts relu he_unifrom\n```\n", 6, "unknown initializer 'he_unifrom'"),
        (FRONT + "```starts rleu\n```\n", 6, "unknown activation 'rleu'"),
        (FRONT + "```formula adam\n```\n", 6, 'say what m means in Adam: write m = "…" in this block'),
        (FRONT + "```formula sgd lr=x\n```\n", 6, "a setting is written as in dampening=0"),
        (FRONT + '```formula sgd\nm = "momentum"\n```\n', 7, "unknown key 'm'"),
        (FRONT + "```dialects adamm\n```\n", 6, "unknown optimizer of torch"),
        (FRONT + "::: tarp\nx\n:::\n", 6, "unknown box 'tarp'; did you mean 'trap'"),
        (FRONT + "::: trap\nx\n", 6, "this box has no end"),
        (FRONT + "# Title\n", 6, "sections begin with ## or ###"),
        (FRONT + "## A\n\n## A\n", 8, "two sections have the anchor 'a'"),
        (FRONT + "x\n\n[a](#nowhere)\n", 8, "unknown section of mine 'nowhere'"),
        (FRONT + "[a](02-other.md)\n", 6, "unknown lesson 'other'"),
        (FRONT + "[a](../reviw.html)\n", 6, "unknown page 'reviw'; did you mean 'review'"),
        (FRONT + "[a](../playground.html#rules=adom)\n", 6, "unknown rule 'adom'"),
        (FRONT + "[a](http://example.org)\n", 6, "a link goes to https://…"),
        (FRONT + "![p](p.png)\n", 6, "pictures are drawn by widgets"),
    ],
)  # fmt: skip
def test_a_malformed_lesson_is_refused_with_file_and_line(tmp_path, text, line, message):
    with pytest.raises(RavineError) as raised:
        read(tmp_path, text)
    assert str(raised.value).startswith(f"01-mine.md, line {line}: ")
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "message"), [("mine.md", "named as in 02-momentum.md"), ("02-mine.md", "numbered 01, 02")]
)
def test_a_file_of_the_wrong_name_is_refused(tmp_path, name, message):
    with pytest.raises(RavineError, match=message):
        read(tmp_path, FRONT, name)


def test_the_review_has_every_main_rule_with_its_memory():
    page = ElementTree.fromstring(f"<main>{review()}</main>")
    found = [card.get("id") for card in page.iter("section")]
    cards, others = found[: len(main_rules())], found[len(main_rules()) :]
    assert cards == [rule.name for rule in main_rules()]
    assert {*others} == {
        *(f"activation-{name}" for name, each in activations.items() if each.family == name),
        *(f"initializer-{name}" for name, each in initializers.items() if each.family == name),
    }
    assert set(cards) == {rule.family for rule in rules.values()}
    years = [rules[name].year for name in cards]
    assert years == sorted(years)
    # NAdam's product of momenta is one number for all parameters.
    known = {"sgd": 0, "momentum": 1, "adagrad": 1, "rmsprop": 1, "adadelta": 2, "adam": 2, "nadam": 2, "amsgrad": 3}
    assert {name: memory(rules[name]) for name in known} == known


def test_what_adam_remembers_is_what_torch_keeps():
    torch = pytest.importorskip("torch")
    for name, make in {
        "adam": torch.optim.Adam,
        "adadelta": torch.optim.Adadelta,
        "rmsprop": torch.optim.RMSprop,
    }.items():
        weight = torch.nn.Parameter(torch.zeros(7))
        optimizer = make([weight])
        weight.grad = torch.ones(7)
        optimizer.step()
        kept = [value for value in optimizer.state[weight].values() if value.shape == weight.shape]
        assert memory(rules[name]) == len(kept)
