"""A problem of one's own: read from Python objects or a file, and refused in one line that says what to do."""

import pickle
import subprocess
import sys
from dataclasses import replace

import cloudpickle
import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
)

from ravine.errors import RavineError
from ravine.lab import compare, study_of
from ravine.lab.engine import calibrate, train_chunk
from ravine.lab.problems import find_problem
from ravine.lab.problems.own.own_problem import own_problem
from tests.lab.configurations import configured

X, Y = torch.randn(60, 4, generator=torch.Generator().manual_seed(1)), torch.arange(60) % 3
PAIR = X, Y


def linear():
    return nn.Linear(4, 3)


def problem(**changed):
    given = {"model": linear, "train": PAIR, "validation": PAIR, "test": PAIR, "loss": functional.cross_entropy}
    return own_problem(**{**given, **changed})


class Rows(Dataset):
    def __len__(self):
        return len(X)

    def __getitem__(self, index):
        return X[index], int(Y[index])


class Stream(IterableDataset):
    def __iter__(self):
        return iter(zip(X, Y, strict=True))


def to_tensors(examples):
    inputs, targets = zip(*examples, strict=True)
    return torch.stack(inputs), torch.tensor(targets)


EXAMPLES = {
    "tensors": PAIR,
    "arrays": (X.numpy(), Y.numpy()),
    "lists": (X.tolist(), Y.tolist()),
    "a data set": TensorDataset(X, Y),
    "one's own data set": Rows(),
    "a loader that shuffles": DataLoader(Rows(), batch_size=7, shuffle=True, drop_last=True),
    "a loader that collates": DataLoader(Rows(), batch_size=7, collate_fn=to_tensors),
    "a stream": DataLoader(Stream(), batch_size=7),
}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_examples_are_read_in_their_order(kind):
    read = problem(train=EXAMPLES[kind]).data().train
    torch.testing.assert_close(read.inputs.float(), X)
    torch.testing.assert_close(read.targets, Y)


def test_the_batch_size_is_the_loaders():
    assert problem(train=EXAMPLES["a stream"]).batch_size == 7
    assert problem(train=EXAMPLES["a stream"], batch_size=5).batch_size == 5
    assert problem().batch_size == 32
    assert problem(batch_size=1000).batch_size == 60


HALF = range(1, 60, 2)
ODD = {
    "a subset": {"batch_size": 7, "sampler": SubsetRandomSampler(HALF)},
    "a list of indices": {"batch_size": 7, "sampler": list(HALF)},
    "batches of a subset": {"batch_sampler": BatchSampler(SubsetRandomSampler(HALF), 7, drop_last=True)},
    "batches of one's own": {"batch_sampler": [HALF[:7], HALF[7:]]},
}


@pytest.mark.parametrize("kind", ODD)
def test_a_sampler_says_which_examples(kind):
    for _ in range(2):  # the same order each time, or the fingerprint would be another
        made = problem(train=DataLoader(Rows(), **ODD[kind]))
        assert torch.equal(made.data().train.inputs, X[1::2])
        assert torch.equal(made.data().train.targets, Y[1::2])
        assert made.batch_size == (30 if kind == "batches of one's own" else 7)


def test_a_sampler_that_draws_is_used_as_it_is():
    weights = WeightedRandomSampler((Y == 2).double(), 40)
    made = problem(train=DataLoader(Rows(), batch_size=7, sampler=weights))
    train = made.data().train
    assert (len(train), train.steps, made.evaluate_every) == (40, 6, 6)
    assert "since its sampler draws other examples in each epoch" in made.preprocessing
    first, again, other = ([batch.inputs for batch in train.epoch(seed)] for seed in (0, 0, 1))
    assert all(map(torch.equal, first, again))
    assert not all(map(torch.equal, first, other))
    assert all((batch.targets == 2).all() for batch in train.epoch(2))
    some = RandomSampler(Rows(), num_samples=12)
    assert len(problem(train=DataLoader(Rows(), sampler=some, batch_size=4)).data().train) == 12


def test_without_test_examples_half_of_the_validation_is_kept_for_it():
    made = problem(test=None)
    data = made.data()
    halves = torch.cat((data.validation.inputs, data.test.inputs))
    assert (len(data.validation), len(data.test)) == (30, 30)
    assert sorted(map(tuple, halves.tolist())) == sorted(map(tuple, X.tolist()))
    assert "half of those given to validate" in made.preprocessing


def test_the_metric_follows_from_outputs_and_targets():
    assert problem().metric == "accuracy"
    assert problem(metric="loss").metric == "loss"
    wanted = X @ torch.ones(4, 1)
    regression = {"train": (X, wanted), "validation": (X, wanted), "test": (X, wanted)}
    made = problem(**regression, model=lambda: nn.Linear(4, 1), loss=functional.mse_loss, name="regression")
    assert made.metric == "loss"
    (run,) = train_chunk(made, [configured(made, "sgd", lr=0.1)])
    assert run.validation_metric == run.validation_loss
    assert run.test_loss < 0.01


NAN = torch.full((60, 4), float("nan"))


class Ragged(Dataset):
    def __len__(self):
        return 2

    def __getitem__(self, index):
        return torch.zeros(3 + index), 0


def in_batches_of_their_own(examples):
    return torch.stack([x for x, _ in examples[-1:]]), torch.tensor([0])


class Empty(Dataset):
    def __len__(self):
        return 0


class Frozen(nn.Linear):
    def __init__(self):
        super().__init__(4, 3)
        self.requires_grad_(False)


class Broken(Rows):
    def __getitem__(self, index):
        raise OSError("no such file: image7.png")


class Rooted(nn.Linear):
    def forward(self, x):
        return (super().forward(x) - 1e9).sqrt()


NET, SHARED = nn.Linear(4, 3), nn.Linear(4, 4)


def from_numpy():
    layer = nn.Linear(4, 3)
    layer.weight.data = torch.tensor(np.random.randn(3, 4), dtype=torch.float32)
    return layer


ONES = torch.ones(60, 4)
SPLITS = ("train", "validation", "test")
WIDE = dict.fromkeys(SPLITS, (ONES, X[:, 0]))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"model": lambda: NET}, "model() gave the same parameters twice, so each run would go on where the last one"),
        ({"model": lambda: nn.Sequential(SHARED, nn.Linear(4, 3))}, "model() gave the same parameters twice"),
        ({"model": from_numpy}, "other weights under the same seed; draw them with torch's functions"),
        ({"model": lambda: nn.LazyLinear(3)}, "lazy layers, whose sizes are not known"),
        (
            {"validation": (X[:, :3], Y)},
            "validation: the network, given inputs (32, 3) of float32, raised",
        ),
        ({"test": (X[:, :3], Y)}, "test: the network, given inputs (32, 3) of float32, raised RuntimeError"),
        ({"validation": (X, Y.float())}, "validation: the loss, given outputs (32, 3) and targets (32,) of float32"),
        ({"validation": (X, Y + 1)}, "targets run from 0 to 3"),
        (
            dict.fromkeys(SPLITS, (X, Y + 1)),
            "targets run from 1 to 3, and classes count from 0: shift them, as",
        ),
        (dict.fromkeys(SPLITS, (X, 2 * (Y > 0) - 1)), "targets are -1 and 1, and classes count from 0: give them as 0"),
        ({"train": (X.double().numpy(), Y)}, "; the network is of float32, so use float32 data, as in x.astype('float"),
        (
            {"loss": nn.CrossEntropyLoss},
            "loss is the class CrossEntropyLoss; make one of it: loss = Cross",
        ),
        ({**WIDE, "model": lambda: nn.Linear(4, 1), "loss": nn.MSELoss()}, "outputs (32, 1) and targets (32,) differ"),
        ({**WIDE, "metric": "accuracy"}, "accuracy needs outputs (n, classes) and targets (n,) of whole numbers"),
        ({"model": nn.Linear(4, 3)}, "model must give a new network each time: a class, or a function"),
        ({"model": "net"}, "model must give a new network"),
        ({"model": lambda: nn.Linear(4)}, "model() raised TypeError: "),
        ({"model": lambda: functional.relu}, "model() must return a torch.nn.Module, not function"),
        ({"model": nn.ReLU}, "no parameters to train"),
        ({"model": Frozen}, "no parameters to train"),
        ({"model": lambda: nn.Linear(5, 3)}, "given inputs (32, 4) of float32, raised RuntimeError: "),
        ({"model": lambda: nn.LSTM(4, 3)}, "the loss, given outputs ((32, 3), ((1, 3), (1, 3))) and targets"),
        ({"model": lambda: nn.Linear(4, 2)}, "returns 2 scores, and targets run from 0 to 2; classes count from 0, so"),
        ({"model": lambda: nn.Linear(4, 1), "metric": "accuracy", "train": (X, X)}, "or choose metric 'loss'"),
        ({"model": lambda: nn.Sequential(nn.Linear(4, 3), nn.Flatten(0))}, "the loss, given outputs (96,) and targets"),
        ({"loss": lambda outputs, y: functional.cross_entropy(outputs, y, reduction="none")}, "(32,); take the mean"),
        ({"loss": lambda outputs, y: 1.0}, "must be one number for a batch, not float"),
        ({"loss": lambda outputs, y: functional.cross_entropy(outputs.detach(), y)}, "does not depend on the network"),
        ({"loss": None}, "there is no loss: define loss, or step"),
        ({"loss": 3}, "loss must be a function of outputs and targets"),
        ({"model": lambda: Rooted(4, 3)}, "the loss is nan at step 0, before any training; look at"),
        ({"train": (NAN, Y)}, "train: the inputs hold numbers that are not finite"),
        ({"validation": (X, Y[:5])}, "validation: inputs and targets must have a row for each example; they have"),
        ({"train": (X[:0], Y[:0])}, "train: there are no examples"),
        ({"test": Empty()}, "test: there are no examples"),
        ({"train": X}, "train: must be a pair (inputs, targets), a Dataset or a DataLoader of pairs, not Tensor"),
        ({"train": (X, Y, Y)}, "not 3 parts"),
        ({"train": (["a", "b"], [0, 1])}, "train: inputs must be a tensor, or numbers in an array, not list"),
        ({"train": Broken()}, "train: reading it failed: OSError: no such file: image7.png"),
        ({"train": Ragged()}, "reading it failed: RuntimeError: stack expects each tensor to be equal size"),
        ({"validation": PAIR, "test": None, "train": PAIR, "batch_size": 0}, "batch_size must be a whole number"),
        ({"epochs": 1.5}, "epochs must be a whole number"),
        ({"metric": "f1"}, "unknown metric 'f1'; choose from: accuracy, auc, iou"),
        ({"validation": (X[:1], Y[:1]), "test": None}, "give test examples"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(changed, says):
    with pytest.raises(RavineError) as caught:
        problem(**changed)
    assert says in str(caught.value)
    assert str(caught.value).startswith("own: ")
    assert "\n" not in str(caught.value)


def test_a_loss_that_mends_the_shapes_itself_is_let_pass():
    def squeezed(outputs, targets):
        return functional.mse_loss(outputs.squeeze(1), targets)

    def chosen(outputs, targets):
        return functional.mse_loss(outputs[:, 0], targets)

    for loss in (squeezed, chosen):
        assert problem(**WIDE, model=lambda: nn.Linear(4, 1), loss=loss).metric == "loss"


def test_networks_may_share_what_is_not_trained():
    body = nn.Linear(4, 4).requires_grad_(False)
    made = problem(model=lambda: nn.Sequential(body, nn.Linear(4, 3)))
    assert made.network == "Sequential, 15 parameters"


class Fragile(nn.Linear):
    """Which the first batch does not show."""

    def forward(self, x):
        if x.eq(X[-1]).all(dim=-1).any():
            raise ValueError("this row is too much")
        return super().forward(x)


def test_what_fails_later_is_recorded_and_told_in_a_line_too():
    made = replace(problem(), name="fragile", model=lambda: Fragile(4, 3))
    (run,) = train_chunk(made, [configured(made, "sgd", lr=0.1)])
    assert run.failed == "fragile: evaluating it on validation data failed: ValueError: this row is too much"
    with pytest.raises(RavineError, match="fragile: training it failed: ValueError: this row is too much"):
        calibrate(made)


class Strict(nn.Linear):
    """As torch.distributions does: it refuses what no sound training gives it."""

    def forward(self, x):
        if self.weight.abs().max() > 1e3:
            raise ValueError("this weight is too much")
        return super().forward(x)


@pytest.mark.parametrize("stack", [1, 4])
def test_a_run_that_raises_fails_alone(stack, tmp_path):
    asked = {"optimizers": ["sgd"], "lrs": [0.1, 1e5], "tuning_seeds": 2, "seeds": 2, "epochs": 2}
    own = {"model": lambda: Strict(4, 3), "train": (X, Y), "validation": (X, Y), "loss": functional.cross_entropy}
    comparison = compare(**own, **asked, store=tmp_path, stack=stack)
    assert [run.configuration.lr for _, run in comparison.failures] == [1e5, 1e5]
    assert comparison.summaries[0].setting == {"lr": 0.1}
    said = comparison.recommendation()
    assert "2 of 6 runs failed and count as diverged, the first sgd with" in said
    assert "lr 1e+05, seed 0: own: " in said
    assert "ValueError: this weight is too much" in said
    again = compare(**own, **asked, store=tmp_path, stack=stack)
    assert again.failures == comparison.failures
    with pytest.raises(RavineError, match="ValueError: this weight is too much; so did all 2 runs"):
        compare(**own, **{**asked, "lrs": [1e5]}, stack=stack)


BACKBONE = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6)).requires_grad_(False)


def test_a_shared_backbone_carries_nothing_from_one_run_to_the_next():
    before = BACKBONE[1].running_mean.clone()
    made = problem(model=lambda: nn.Sequential(BACKBONE, nn.Linear(6, 3)))
    one, other = (configured(made, rule, lr=0.01) for rule in ("sgd", "adam"))
    forwards = [train_chunk(made, [chosen])[0] for chosen in (one, other)]
    backwards = [train_chunk(made, [chosen])[0] for chosen in (other, one)]
    assert forwards == backwards[::-1]
    assert torch.equal(BACKBONE[1].running_mean, before)


def test_a_loss_with_a_state_of_its_own_begins_anew_in_each_run():
    class Warming:
        def __init__(self):
            self.calls = 0

        def __call__(self, outputs, targets):
            self.calls += 1
            return functional.cross_entropy(outputs, targets) * min(1.0, self.calls / 50)

    made = problem(loss=Warming())
    first, again = (train_chunk(made, [configured(made, "sgd", lr=0.1)])[0] for _ in range(2))
    assert first == again


def seeding():
    torch.manual_seed(42)
    return nn.Linear(4, 3)


def test_a_network_that_seeds_torch_itself_is_refused():
    with pytest.raises(RavineError, match=r"model\(\) sets torch's seed, so that all seeds would be one"):
        problem(model=seeding)
    same = problem(model=of_its_own_generator)  # which may be meant, as of weights that are loaded, and is said
    assert same.network == "Linear, 15 parameters; the same first weights for every seed"


def of_its_own_generator():
    layer = nn.Linear(4, 3)
    nn.init.normal_(layer.weight, generator=torch.Generator().manual_seed(0))
    nn.init.zeros_(layer.bias)
    return layer


class Greedy(nn.Linear):
    """Which wants 256 TiB as soon as it is trained."""

    def forward(self, x):
        return super().forward(x) + (torch.empty(1 << 46).sum() if self.training else 0)


def test_a_machine_without_memory_is_no_fault_of_a_run():
    made = replace(problem(), name="greedy", model=lambda: Greedy(4, 3))
    with pytest.raises(RavineError, match=r"greedy: .* failed: memory ran out; try a smaller stack"):
        train_chunk(made, [configured(made, "sgd", lr=0.1)])


def test_a_metric_that_does_not_suit_is_refused():
    with pytest.raises(RavineError, match="quadratic: accuracy needs outputs"):
        study_of("quadratic", metric="accuracy")
    with pytest.raises(RavineError, match="own: accuracy needs outputs"):
        compare(
            model=lambda: nn.Linear(4, 1),
            train=(X, X[:, :1]),
            validation=(X, X[:, :1]),
            loss=functional.mse_loss,
            metric="accuracy",
        )


def test_a_stream_of_shapes_of_their_own_says_how_long_an_epoch_is():
    stream = DataLoader(OneByOne(), batch_size=1)
    with pytest.raises(RavineError, match="batches have shapes of their own, so the loader is used as it is; give its"):
        problem(train=stream)


class OneByOne(IterableDataset):
    def __iter__(self):
        return iter(Ragged()[index] for index in range(2))


def test_a_stream_without_an_end_is_not_read_for_ever(monkeypatch):
    monkeypatch.setattr("ravine.lab.problems.own.examples.STREAMED", 1000)

    class Endless(IterableDataset):
        def __iter__(self):
            while True:
                yield torch.ones(4), torch.tensor(1)

    with pytest.raises(
        RavineError, match=r"train: after 1,000 examples the stream goes on, .* give the data set a __len"
    ):
        problem(train=Endless())
    with pytest.raises(RavineError, match="the stream goes on"):
        problem(train=DataLoader(Endless(), batch_size=100))


FILE = """
import torch
from torch import nn
from beside import WIDTH

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.head = nn.Embedding(20, WIDTH), nn.Linear(WIDTH, 2)

    def forward(self, ids):
        return self.head(self.words(ids).mean(1))

ids = torch.randint(20, (80, 5), generator=torch.Generator().manual_seed(0))
labels = (ids[:, 0] > 9).long()
model = Net
train = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(ids[:60], labels[:60]), batch_size=20)
validation = ids[60:], labels[60:]
loss = nn.CrossEntropyLoss()
epochs = 3
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "beside.py").write_text("WIDTH = 6\n")
    path = tmp_path / "words.py"
    path.write_text(FILE)
    yield path
    for name in ("beside", "problem_words"):
        sys.modules.pop(name, None)


def test_a_file_is_a_problem(file):
    made = find_problem(str(file))
    assert (made.name, made.network, made.batch_size, made.epochs) == ("words", "Net, 134 parameters", 20, 3)
    run, _ = train_chunk(made, [configured(made, "adam", lr=lr) for lr in (0.1, 0.01)])
    assert run.train_loss[-1] < run.train_loss[0]


def test_another_process_gets_it_without_the_file(file, tmp_path):
    made = find_problem(file)
    packed = tmp_path / "packed"
    packed.write_bytes(cloudpickle.dumps(made))
    fingerprint = made.fingerprint()
    file.unlink()
    (tmp_path / "beside.py").unlink()
    code = f"import pickle; p = pickle.load(open({str(packed)!r}, 'rb')); print(len(p.data().train), p.model())"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd="/").stdout
    assert said.startswith("60 Net(")
    assert pickle.loads(cloudpickle.dumps(made)).fingerprint() == fingerprint


PACKAGED = """
import torch
from torch import nn
from parts.layers import Net

def model():
    from parts.late import width  # when it is called
    return Net(width)

x = torch.randn(80, 4, generator=torch.Generator().manual_seed(0))
y = (x[:, 0] > 0).long()
train, validation, loss, epochs = (x[:60], y[:60]), (x[60:], y[60:]), nn.functional.cross_entropy, 2
"""


def test_workers_find_a_package_beside_the_file_and_what_is_imported_late(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/__init__.py").write_text("")
    (tmp_path / "parts/late.py").write_text("width = 4\n")
    net = "from torch import nn\n\nclass Net(nn.Linear):\n    def __init__(self, width):\n        super().__init__(width, 2)\n"  # noqa: E501
    (tmp_path / "parts/layers.py").write_text(net)
    (tmp_path / "packaged.py").write_text(PACKAGED)
    asked = (
        f"compare({str(tmp_path / 'packaged.py')!r}, optimizers=['sgd'], lrs=[0.1], tuning_seeds=1, seeds=1, workers=2)"
    )
    code = f"from ravine.lab import compare; print(len({asked}.runs))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd="/")
    assert said.stdout.strip() == "2", said.stderr[-2000:]


def test_an_edit_of_the_network_is_another_problem_and_a_comment_is_not(file):
    first = find_problem(file).fingerprint()
    file.write_text(FILE.replace("class Net", "# a comment\nclass Net"))
    assert find_problem(file).fingerprint() == first
    file.write_text(FILE.replace(".mean(1)", ".sum(1)"))
    assert find_problem(file).fingerprint() != first


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            FILE.replace("epochs", "epoch"),
            "words.py defines epoch, which no problem has; did you mean 'epochs'",
        ),
        ("model = 1\n", "does not define train; a problem needs model, train, validation, loss"),
        ("import torch\nimport nonesuch\n", "words.py, line 2: ModuleNotFoundError: No module named 'nonesuch'"),
        ("x = 1\nx = = 2\n", "words.py, line 2: SyntaxError: invalid syntax"),
        ("def f():\n    return 1 / 0\nf()\n", "words.py, line 2: ZeroDivisionError: division by zero"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_the_line(file, text, says):
    file.write_text(text)
    with pytest.raises(RavineError) as caught:
        find_problem(file)
    assert says in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(RavineError, match=r"there is no file .*/none\.py"):
        find_problem(tmp_path / "none.py")
