"""The docs' own examples pass `mypy --strict`, and what the code refuses does not."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WRONG = """
import torch
import ravine

model = torch.nn.Linear(2, 2)
ravine.optim.Adam(model.parameters(), lr="1e-3")
ravine.optim.SGD(model.parameters(), rounding="up")
ravine.optim.AdamW(model.parameters(), decoupled_weight_decay="l2")
ravine.optim.from_rule("lion")(model.parameters(), lr=torch.tensor(1e-3)).step(7)
"""


def examples(name: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / name).read_text(), re.DOTALL)


@pytest.mark.slow
def test_the_examples_pass_and_mistakes_do_not(tmp_path: Path) -> None:
    written = {f"readme_{number}": code for number, code in enumerate(examples("README.md"))}
    written["optim_docs"] = "\n".join(examples("docs/optim.md"))  # one goes on where the last ended
    for name, code in written.items():
        # An equation is read and never run: it has no types.
        untyped = "# mypy: allow-untyped-defs\n" if re.search(r"@(ravine\.)?rule\(", code) else ""
        (tmp_path / f"{name}.py").write_text(untyped + code)
    (tmp_path / "wrong.py").write_text(WRONG)
    files = sorted(map(str, tmp_path.glob("*.py")))
    assert len(files) > 4
    # The project's own settings are strict; with them, and from here, what `mypy` knows of torch is used again.
    for _ in range(2):  # what mypy reads from its cache, it takes otherwise in places
        ran = subprocess.run([sys.executable, "-m", "mypy", *files], capture_output=True, text=True, cwd=ROOT)
        for file in files:
            with Path(file).open("a") as changed:
                changed.write("# read again\n")
    told = [line for line in ran.stdout.splitlines() if " error: " in line]
    # PyTorch's own `backward` has no types.
    found = [Path(line.partition(" error: ")[0]).name for line in told if '"backward"' not in line]
    assert found == [f"wrong.py:{line}:" for line in (6, 7, 8, 9)], ran.stdout + ran.stderr
