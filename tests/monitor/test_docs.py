"""What docs/monitor.md tells is what is so: its output, and its table of faults."""

from pathlib import Path

import torch

from ravine.symptoms import symptoms
from tests.monitor.sick import adam_rate_of_1

DOC = (Path(__file__).parents[2] / "docs" / "monitor.md").read_text(encoding="utf-8")


def test_the_sick_training_says_what_the_page_shows():
    torch.manual_seed(0)
    shown = DOC.partition("## A sick training")[2].split("```")[1].strip().splitlines()
    said = str(adam_rate_of_1.run()).splitlines()
    assert said[1:] == shown[1:]  # how often it looked depends on the clock, on a busy machine


def test_each_fault_is_in_the_table_with_its_source():
    rows = [line for line in DOC.splitlines() if line.startswith("| ")]
    for known in symptoms.values():
        assert f"| {known.title} | {known.silent} | {known.source} |" in rows
