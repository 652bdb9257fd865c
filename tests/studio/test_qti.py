"""The QTI 2.1 packages, read by what others wrote: onyx2moodle, which brings such items into Moodle."""

import io
import zipfile
from collections import Counter
from dataclasses import replace
from itertools import product

import pytest
from lxml import etree
from onyx2moodle.classifier import classify
from onyx2moodle.parser import parse_item
from onyx2moodle.translate import multichoice, shortanswer

from ravine.errors import RavineError
from ravine.studio.qti import ITEM, PACKAGE, identifier, item
from ravine.studio.quizzes import all_questions
from tests.built import built

QUESTIONS = {identifier(question): question for question in all_questions()}
NAMES = {"q": ITEM, "p": PACKAGE}


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The course's package, unpacked."""
    folder = tmp_path_factory.mktemp("qti")
    with zipfile.ZipFile(io.BytesIO(built()["quizzes/course.qti.zip"])) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def read(package):
    return {name: parse_item(package / f"{name}.xml") for name in QUESTIONS}


def test_the_manifest_names_every_question_and_every_file(package):
    manifest = etree.parse(package / "imsmanifest.xml").getroot()
    assert [etree.QName(part).localname for part in manifest] == ["metadata", "organizations", "resources"]
    resources = manifest.findall("p:resources/p:resource", NAMES)
    assert [one.get("identifier") for one in resources] == list(QUESTIONS)
    for one in resources:
        files = [file.get("href") for file in one]
        assert one.get("type") == "imsqti_item_xmlv2p1"
        assert one.get("href") == files[0]
        used = etree.parse(package / files[0]).xpath("//q:img/@src", namespaces=NAMES)
        assert used == files[1:]
    listed = {file.get("href") for file in manifest.iter(f"{{{PACKAGE}}}file")}
    assert listed | {"imsmanifest.xml"} == {path.name for path in package.iterdir()}


def test_a_reader_knows_every_kind(read):
    found = Counter(classify(one).target for one in read.values())
    kinds = Counter(question.kind for question in QUESTIONS.values())
    assert found["shortanswer"] == kinds["number"]
    assert found["multichoice"] == kinds["choice"] + kinds["several"]
    assert found["unknown"] == kinds["diagnose"]  # two choices in one: Moodle has none such


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_reader_finds_options_keys_and_reasons(read, name):
    question, found = QUESTIONS[name], read[name]
    assert (found.identifier, found.title) == (name, question.name)
    whys = (
        *question.options,
        *question.cures,
        *([question.number, *question.number.mistakes] if question.number else ()),
    )
    assert len(found.feedback) == len(whys)
    assert all(one.html.strip() for one in found.feedback)
    declared = found.response_decls["RESPONSE"]
    if question.number:
        assert [one.kind for one in found.interactions] == ["textEntry"]
        assert declared.base_type == "float"
        assert float(declared.correct_values[0]) == pytest.approx(question.number.key, rel=1e-9, abs=0)
        assert "<questiontext" in shortanswer.translate(found)
        return
    asked = {"RESPONSE": question.options, "CURE": question.cures} if question.cures else {"RESPONSE": question.options}
    assert [one.response_identifier for one in found.interactions] == list(asked)
    for interaction, (response, options) in zip(found.interactions, asked.items(), strict=True):
        assert len(interaction.choices) == len(options)
        right = [f"A{n}" for n, option in enumerate(options, start=1) if option.right]
        assert found.response_decls[response].correct_values == right
    if question.kind == "several":
        worth = list(declared.mapping.values())
        assert sum(one for one in worth if one > 0) == pytest.approx(1)
        assert sum(one for one in worth if one < 0) == pytest.approx(-1)
    assert multichoice.translate(found).count("<answer ") == len(question.options)


def scored(xml, **responses):
    """SCORE and FEEDBACK by the response processing of an item, as the information model says."""
    root = etree.fromstring(xml.encode())
    correct = {
        one.get("identifier"): [value.text for value in one.findall("q:correctResponse/q:value", NAMES)]
        for one in root.findall("q:responseDeclaration", NAMES)
    }
    outcomes = {"SCORE": 0.0}

    def value(node):
        kind, name = etree.QName(node).localname, node.get("identifier")
        if kind == "baseValue":
            return float(node.text) if node.get("baseType") == "float" else node.text
        if kind == "mapResponse":
            mapping = root.find("q:responseDeclaration/q:mapping", NAMES)
            worth = {entry.get("mapKey"): float(entry.get("mappedValue")) for entry in mapping}
            total = sum(worth.get(one, 0.0) for one in responses[name])
            return min(max(total, float(mapping.get("lowerBound"))), float(mapping.get("upperBound")))
        return responses[name] if kind == "variable" else correct[name][0]

    def true(node):
        kind, parts = etree.QName(node).localname, list(node)
        if kind == "and":
            return all(map(true, parts))
        one, other = map(value, parts)
        below, above = map(float, (node.get("tolerance") or "0 0").split())
        return one == other if kind == "match" else one - below <= other <= one + above

    def run(rules):
        for rule in rules:
            if etree.QName(rule).localname == "setOutcomeValue":
                outcomes[rule.get("identifier")] = value(rule[0])
            else:
                run(next((branch[1:] for branch in rule if true(branch[0])), []))

    run(root.find("q:responseProcessing", NAMES))
    return outcomes["SCORE"], outcomes.get("FEEDBACK")


def of_kind(kind):
    return [question for question in QUESTIONS.values() if question.kind == kind]


def test_choices_are_judged():
    for question in of_kind("choice"):
        for n, option in enumerate(question.options, start=1):
            assert scored(item(question), RESPONSE=f"A{n}") == (option.right, f"A{n}")


def test_several_are_judged():
    for question in of_kind("several"):
        names = [f"A{n}" for n in range(1, len(question.options) + 1)]
        right = [name for name, option in zip(names, question.options, strict=True) if option.right]
        assert scored(item(question), RESPONSE=right)[0] == pytest.approx(1)
        assert scored(item(question), RESPONSE=names)[0] == pytest.approx(0, abs=1e-6)
        assert 0 <= scored(item(question), RESPONSE=right[:1])[0] < 1 or len(right) == 1


def test_numbers_are_judged():
    for question in of_kind("number"):
        number, xml = question.number, item(question)
        for factor, right in ((1, 1), (1 + 0.9 * number.tolerance, 1), (1 + 1.5 * number.tolerance + 1e-9, 0)):
            close = any(
                abs(factor * number.key - m.value) <= 1.1 * number.tolerance * abs(m.value) for m in number.mistakes
            )
            assert number.key == 0 or close or scored(xml, RESPONSE=factor * number.key)[0] == right
        for n, mistake in enumerate(number.mistakes, start=1):
            assert scored(xml, RESPONSE=mistake.value) == (0, f"MISTAKE{n}")


def test_who_says_illness_and_cure_is_right():
    for question in of_kind("diagnose"):
        pairs = product(enumerate(question.options, start=1), enumerate(question.cures, start=1))
        for (n, illness), (m, cure) in pairs:
            found = scored(item(question), RESPONSE=f"A{n}", CURE=f"A{m}")
            assert found == (illness.right and cure.right, f"A{n}")


def test_what_qti_cannot_carry_is_refused_by_name():
    question = replace(next(iter(QUESTIONS.values())), kind="drawn")
    with pytest.raises(RavineError, match=f"{question.name}: it is of the kind drawn"):
        item(question)
