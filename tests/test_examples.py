"""The example notebooks from top to bottom in a kernel, and what a study does there when the kernel is interrupted."""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

from tests.kernels import settings

EXAMPLES = sorted((Path(__file__).parents[1] / "examples").glob("*.ipynb"))
# What their sentences build on: what a cell shows, the first of code being 0.
SHOWN = {
    ("choose-an-optimizer", 3): r"adam.*not separate it from .*24 test examples",
    ("choose-an-optimizer", 4): r"best at epoch \d+ of 20.*overfits",
    ("choose-an-optimizer", 5): r"torch\.optim\.\w+\(.*ravine\.optim\.\w+\(",
    ("teach-a-class", 2): r"limit is 0\.1\n50% of it: from height 18 to 0\.0.*\n110% of it: from height 18 to \S+e\+",
    ("teach-a-class", 7): r"zeros +loss 0\.693, accuracy 50%\nhe_uniform +loss 0\.\d+, accuracy 9\d%",
    ("why-it-does-not-train", 1): r"2\.3\d+ lately.*1\. Gradients vanish on the way",
    ("why-it-does-not-train", 3): r"0\.[45]\d+ lately.*Nothing is wrong that could be seen",
    ("why-it-does-not-train", 4): r"1\. The step is too big.*100% of the 32 units of layer 0 .* and of one more layer",
    ("why-it-does-not-train", 5): r"2\.\d+ at first, 2\.[2-9]\d+ lately.*1\. No zero_grad",
    ("write-a-rule", 1): r"line \d+: a loop is outside the language",
    ("write-a-rule", 4): r"gradient descent, largest difference: 0\.0\nmomentum, largest difference: \d\.\d+e-1[4-9]",
    ("write-a-rule", 5): r"0 0\.1\d+.*1000 0\.00\d+",
}
STUDY = """
import torch, ravine
x = torch.randn(64, 4)
y = (x.sum(dim=1) > 0).long()
def study(**more):
    return ravine.compare(model=lambda: torch.nn.Linear(4, 2), train=(x[:40], y[:40]), validation=(x[40:], y[40:]),
        loss=torch.nn.functional.cross_entropy, optimizers=["sgd", "adam"], lrs="1e-3:1:4", stack=1, workers=1, **more)
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KernelManager]:
    """A kernel for all of them: PyTorch is imported once."""
    folder = tmp_path_factory.mktemp("jupyter")
    environment = settings(folder)
    specs = KernelSpecManager(kernel_dirs=[str(folder / "data" / "kernels")])
    manager = KernelManager(kernel_name="python3", kernel_spec_manager=specs)
    manager.start_kernel(env=environment, cwd=str(folder))
    yield manager
    manager.shutdown_kernel(now=True)


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_from_top_to_bottom(kernel, path):
    """Committed without outputs: what it shows is what it finds. Names of the one before are gone."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in code)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
    NotebookClient(notebook, km=kernel, timeout=300).execute()
    outputs = [output for cell in code for output in cell.outputs]
    assert not [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"]
    shown = "".join(output.data["text/html"] for output in outputs if "text/html" in output.get("data", {}))
    assert 'src="http' not in shown
    assert "<style" not in re.sub(r'srcdoc="[^"]*"', "", shown)  # nothing of it leaks into the notebook
    for (name, number), words in SHOWN.items():
        if name == path.stem:
            assert re.search(words, "".join(map(_text, code[number].outputs)), re.DOTALL), (number, words)


def _text(output) -> str:
    return output.text if output.output_type == "stream" else output.data.get("text/html", "")


def test_the_examples_are_these():
    assert [path.stem for path in EXAMPLES] == [
        "choose-an-optimizer",
        "teach-a-class",
        "why-it-does-not-train",
        "write-a-rule",
    ]


@pytest.mark.slow
def test_an_interrupted_study_gives_what_was_trained(kernel):
    client = kernel.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    client.execute_interactive(STUDY, timeout=120, output_hook=lambda message: None)
    pages, errors, streams = [], [], []

    def hear(message):
        content = message["content"]
        if message["msg_type"] in ("display_data", "update_display_data"):
            pages.append(content["data"]["text/html"])
            done = re.search(r"(\d+) of \d+ runs", pages[-1])
            if done and int(done[1]) >= 2 and not errors:
                kernel.interrupt_kernel()
        elif message["msg_type"] == "error":
            errors.append(content)
        elif message["msg_type"] == "stream":
            streams.append(content["text"])

    client.execute_interactive("study(steps=300)", timeout=120, output_hook=hear)
    assert [error["ename"] for error in errors] == ["KeyboardInterrupt"]
    assert "steps of one network, about" in pages[0]  # the cost comes first
    assert "<progress" not in pages[0]
    said = re.search(r"Stopped: (\d+) runs are finished and kept in (ravine-runs-\w+)", pages[-1])
    assert said is not None, pages[-1]
    assert "<td" in pages[-1]  # what they say so far
    assert streams == []  # no line but this output

    errors.append("no second interrupt")
    reply = client.execute_interactive(f"study(steps=300, store={said[2]!r})", timeout=120, output_hook=hear)
    assert reply["content"]["status"] == "ok"
    assert any(f"{said[1]} of them in the store" in page for page in pages)
    client.stop_channels()
