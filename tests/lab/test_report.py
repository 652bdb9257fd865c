"""The report holds what the data say, needs nothing but itself, and fits the screen it is read on."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser

import pytest

import ravine
from ravine.charts.scales import fitting
from ravine.errors import RavineError
from ravine.lab.report import page, picture, write
from ravine.palette import looks

from . import made

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Reader(HTMLParser):
    """Tables by their caption, as rows of text; whether tags close in order; everything that could be fetched."""

    def __init__(self):
        super().__init__()
        self.open, self.tables, self.fetched, self.text = [], {}, [], []
        self.cells, self.caption = None, None

    def handle_starttag(self, tag, attributes):
        if tag not in VOID:
            self.open.append(tag)
        self.fetched += [(tag, name) for name, _ in attributes if name in ("src", "href", "srcset", "data", "action")]
        if tag in ("link", "script", "iframe", "object", "embed"):
            self.fetched.append((tag, ""))
        if tag == "table":
            self.cells, self.caption = [], ""
        if tag == "tr":
            self.cells.append([])
        if tag in ("td", "th"):
            self.cells[-1].append("")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        if tag == "table":
            self.tables[self.caption.strip()] = self.cells

    def handle_data(self, data):
        self.text.append(data)
        if "caption" in self.open:
            self.caption += data
        elif "td" in self.open or "th" in self.open:
            self.cells[-1][-1] += data


def read(comparisons):
    reader = Reader()
    reader.feed(page(comparisons))
    assert not reader.open
    return reader


@pytest.fixture(scope="module")
def reader():
    return read([made.three()])


def test_the_recommendation_comes_first(reader):
    text = " ".join(" ".join(reader.text).split())
    comparison = made.three()
    recommendation = comparison.recommendation()
    start = text.index(recommendation[:40])
    assert start < text.index("optimizer best setting")
    for sentence in recommendation.split(". "):
        assert sentence.strip(".") in text


def test_the_page_asks_for_nothing(reader):
    assert reader.fetched == []
    text = page([made.three()])
    assert "url(" not in text
    assert "@import" not in text
    assert not re.search(r"https?:", text)


def test_the_tables_equal_the_data(reader):
    comparison = made.three()
    (rows,) = (rows for caption, rows in reader.tables.items() if caption.startswith("Each optimizer"))
    for summary, row in zip(comparison.summaries, rows[1:], strict=False):
        cells = dict(zip(rows[0], row, strict=True))
        assert cells["optimizer"] == summary.name
        assert cells["test accuracy"] == f"{100 * summary.test_metric:.2f}%"
        assert cells["validation accuracy"] == f"{100 * summary.validation_metric:.2f}%"
        low, high = summary.test_interval
        assert cells["95% bootstrap interval"] == f"{100 * low:.2f} to {100 * high:.2f}%"
    assert [row[-1] for row in rows[1:4]] == ["leads", "not separated", "behind"]
    assert rows[4] == [f"Self-check. {comparison.self_check.sentence}"]


def test_every_chart_has_a_table_with_its_points(reader):
    comparison = made.three()
    curve = reader.tables["Validation accuracy against learning rate"]
    assert curve[0] == ["learning rate (logarithmic)", "momentum", "adam", "sgd"]
    assert [row[0] for row in curve[1:]] == ["0.001", "0.01", "0.1", "1"]
    assert curve[3] == ["0.1", "97.00%", "80.00%", "90.00%"]
    loss = reader.tables["Validation loss against epoch"]
    assert [row[0] for row in loss[1:]] == ["0", "5", "10"]
    assert float(loss[3][1]) == pytest.approx(comparison.runs_of("momentum")[0].validation_loss[-1])
    budget = reader.tables["Best validation accuracy so far against tuning budget"]
    assert budget[3][1] == "97.00%"


def test_charts_are_svg_with_a_title_and_stay_inside_their_frame():
    for text in re.findall(r"<svg.*?</svg>", page([made.three()]), flags=re.DOTALL):
        root = ET.fromstring(text)
        if root.get("role") == "img":
            assert len(root.find("title").text) > 30
        _, _, width, height = map(float, root.get("viewBox").split())
        for path in root.iter("path"):
            if "line" in path.get("class", "").split():
                points = [tuple(map(float, p.split())) for p in path.get("d")[1:].split("L") if "H" not in p]
                assert all(0 <= x <= width and 0 <= y <= height for x, y in points)


def test_what_did_not_happen_is_not_drawn_but_told():
    alone = made.comparison(made.entrant("sgd", {0.1: 0.9}, (0.9,)), target=None)
    reader = read([alone])
    assert not any("learning rate" in caption or "budget" in caption for caption in reader.tables)
    infinite = tuple(replace(run, validation_loss=(2.3, float("inf"), float("inf"))) for run in alone.runs)
    lost = made.comparison(made.Entrant("sgd", "sgd", (), infinite))
    assert "∞" in read([lost]).tables["Validation loss against epoch"][2]


def test_a_rule_without_a_learning_rate_has_a_report():
    runs = tuple(made.run("adadelta", 0, seed, 0.9, 0.9, rho=0.9) for seed in range(3))
    without = tuple(
        replace(run, configuration=replace(run.configuration, hyperparameters=(("rho", 0.9),))) for run in runs
    )
    reader = read([made.comparison(made.Entrant("mine", "mine", (), without))])
    assert not any("learning rate" in caption for caption in reader.tables)


def test_what_is_needed_to_make_the_runs_again_is_told():
    text = " ".join(" ".join(read([replace(made.three(), epochs=1.0)]).text).split())
    assert "Not searched: momentum momentum 0.9" in text
    assert "100 steps, 1 epoch " in text


def test_the_search_has_a_deviation_only_where_settings_were_drawn():
    def tuning(comparison):
        (rows,) = (rows for caption, rows in read([comparison]).tables.items() if caption.startswith("How fast"))
        return rows

    grids = made.three()
    assert not any("search" in heading for heading in tuning(grids)[0])
    assert "fixed grid" in tuning(grids)[-1][0]
    sgd, *others = grids.entrants
    rows = tuning(replace(grids, entrants=(replace(sgd, drawn=True), *others)))
    cells = {row[0]: row[-1] for row in rows}
    assert cells["optimizer"] == "deviation, search (points)"
    assert float(cells["sgd"]) > 0
    assert cells["adam"] == "a fixed grid: none"


def test_names_are_escaped():
    text = page([made.comparison(made.entrant("sgd", {0.1: 0.9, 1.0: 0.5}, (0.9, 0.8), name="<b>&sgd"))])
    assert "<b>" not in text
    assert "&lt;b&gt;&amp;sgd" in text


def test_several_problems_have_a_section_of_their_own():
    one = made.three()
    two = replace(one, problem="other", title="Another problem", entrants=one.entrants[:2])
    reader = read([one, two])
    text = " ".join(reader.text)
    assert "Across the problems" in text
    assert "Another problem" in text
    (means,) = (rows for caption, rows in reader.tables.items() if caption.startswith("Over 2 problems"))
    assert {row[0] for row in means[1:-1]} == {"momentum", "sgd"}
    assert means[-1][0].startswith("Intervals: percentile bootstraps")


def test_a_picture_holds_its_whole_title():
    comparison = replace(made.three(), title="A made-up problem of which the name alone is half a line of text long")
    title = picture.figure(comparison).get_suptitle()
    assert " ".join(title.split()).endswith("momentum with lr 0.1 does best, not clearly ahead of adam")
    figure = picture.figure(comparison)
    figure.draw_without_rendering()
    assert figure.texts[0].get_window_extent().x1 <= figure.bbox.x1


def test_it_is_written_whole_or_not_at_all(tmp_path):
    made.three().to_html(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page([made.three()])
    with pytest.raises(ravine.RavineError, match="no folder"):
        write([made.three()], tmp_path / "missing" / "report.html")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("linear", (0.0, 3.0)),
        ("log", (1e-4, 10.0)),
        ("share", (0.1, 0.998)),
        ("log", (0.2, 0.3)),
        ("count", (1.0, 3.0)),
        ("share", (0.0, 1.0)),
        ("linear", (1.0, 1.0)),
    ],
)
def test_scales_hold_their_values_and_ticks(kind, values):
    scale = fitting(kind, values)
    assert all(0 <= scale.at(value) <= 1 for value in values)
    assert scale.at(values[0]) < scale.at(values[-1]) or values[0] == values[-1]
    places = [scale.at(tick) for tick in scale.ticks]
    assert places == sorted(places)
    assert 2 <= len(places) <= 10
    assert kind != "count" or all(tick == round(tick) for tick in scale.ticks)


def test_an_optimizer_looks_as_on_the_pages_in_every_chart():
    one = made.three()
    two = replace(one, problem="other", title="Another problem", entrants=one.entrants[::-1])
    text = page([one, two])
    for name in ("sgd", "momentum", "adam"):
        (look,) = looks([name])
        assert f".look{look.number} {{ --look: light-dark({look.light}, {look.dark}); }}" in text
        legends = [item for item in text.split("<li>") if item.partition("</li>")[0].endswith(f"</svg>{name}")]
        assert len(legends) >= 8
        assert all(f'class="mark look{look.number}"' in item and look.outline in item for item in legends)


def test_labels_stay_inside_their_charts_in_chromium(page, tmp_path):
    losses = [made.entrant(rule, {0.1: 0.00011, 1.0: 0.00025}, (0.1, 0.2), best=min) for rule in ("sgd", "adam")]
    made.comparison(*losses, metric="loss", target=None).to_html(tmp_path / "report.html")
    page.goto((tmp_path / "report.html").as_uri())
    assert page.locator("figure svg text").count() > 10
    boxes = page.locator("figure svg text").evaluate_all(
        "texts => texts.map(text => [text.getBBox().x, text.textContent])"
    )
    assert [text for x, text in boxes if x < 0] == []


def test_it_fits_a_phone_and_a_projector_in_chromium(page, tmp_path):
    path = tmp_path / "report.html"
    made.three().to_html(path)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for width in (360, 1000, 1600):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert set(asked) == {path.as_uri()}


def test_the_card_says_what_to_use_and_what_it_is_not_separated_from(tmp_path):
    from ravine.lab.report import card

    comparison = replace(made.three(), baseline=("the commonest class", 0.5))
    assert card.is_card(tmp_path / "card.png")
    assert card.is_card(tmp_path / "digits-card.svg")
    assert not card.is_card(tmp_path / "digits.png")
    card.draw(comparison, tmp_path / "card.svg")
    text = (tmp_path / "card.svg").read_text()
    for said in ("momentum with lr 0.1 is among the best", "96.4%, not separated", ">sgd<", "Next: train longer"):
        assert said in text
    card.draw(comparison, tmp_path / "card.png")
    assert (tmp_path / "card.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(RavineError, match="its ending must be one of"):
        card.draw(comparison, tmp_path / "card.gif")
