"""CIFAR-10: any order of the records is the same set; what is missing, damaged or another set is named and refused."""

import hashlib
import io
import lzma
import os
import tarfile

import numpy as np
import platformdirs
import pytest
import sklearn.datasets
import torch

from ravine.errors import RavineError
from ravine.lab.problems import find_problem, problems
from ravine.lab.problems.published import cifar

IN_A_FILE = 4
RNG = np.random.default_rng(0)
RECORDS = RNG.integers(0, 256, (6 * IN_A_FILE, 3073), np.uint8)
RECORDS[:, 0] %= 10
FOLDER = "cifar-10-batches-bin"


def checksum(records):
    return hashlib.sha256(b"".join(sorted(hashlib.sha256(record).digest() for record in records))).hexdigest()


@pytest.fixture
def small_set(monkeypatch):
    trained = 5 * IN_A_FILE
    monkeypatch.setattr(cifar, "IN_A_FILE", IN_A_FILE)
    monkeypatch.setattr(cifar, "CHECKSUMS", {"train": checksum(RECORDS[:trained]), "test": checksum(RECORDS[trained:])})
    cifar._load.cache_clear()
    yield
    cifar._load.cache_clear()


@pytest.fixture
def base(tmp_path, monkeypatch, small_set):
    monkeypatch.setenv("RAVINE_DATA", str(tmp_path))
    return tmp_path


def files(records=RECORDS):
    names = [*(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin"]
    parts = [records[place : place + IN_A_FILE].tobytes() for place in range(0, len(records), IN_A_FILE)]
    return dict(zip(names, parts, strict=True))


def plain(base, contents):
    (base / FOLDER).mkdir()
    for name, content in contents.items():
        (base / FOLDER / name).write_bytes(content)


def packed(base, contents):
    (base / "cifar-10").mkdir()
    for name, content in contents.items():
        (base / "cifar-10" / f"{name}.xz").write_bytes(lzma.compress(content))


def archived(base, contents):
    with tarfile.open(base / "cifar-10-binary.tar.gz", "w:gz") as archive:
        for name, content in contents.items():
            member = tarfile.TarInfo(f"{FOLDER}/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


FORMS = {"plain": plain, "packed": packed, "archived": archived}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_and_every_order_is_the_same_set(form, base):
    shuffled = RECORDS.copy()
    shuffled[:20] = RNG.permutation(shuffled[:20])
    shuffled[20:] = shuffled[20:][::-1]
    FORMS[form](base, files(shuffled))
    images, labels, test_images, test_labels = cifar.load_cifar()
    for got, got_labels, records in ((images, labels, RECORDS[:20]), (test_images, test_labels, RECORDS[20:])):
        expected = sorted(records, key=lambda record: hashlib.sha256(record).digest())
        np.testing.assert_array_equal(got, np.array(expected)[:, 1:].reshape(-1, 3, 32, 32))
        np.testing.assert_array_equal(got_labels, np.array(expected)[:, 0])


def refused():
    with pytest.raises(RavineError) as caught:
        cifar.load_cifar()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_nothing_there(base):
    assert (
        f"there is no {base}/cifar-10-batches-bin/data_batch_1.bin, and no {base}/cifar-10-binary.tar.gz" in refused()
    )


def without(contents):
    del contents["data_batch_3.bin"]


def cut(contents):
    contents["data_batch_2.bin"] = contents["data_batch_2.bin"][:-1]


def longer(contents):
    contents["test_batch.bin"] += b"\0"


def another_pixel(contents):
    content = bytearray(contents["data_batch_5.bin"])
    content[100] ^= 1
    contents["data_batch_5.bin"] = bytes(content)


def one_twice(contents):
    contents["data_batch_1.bin"] = contents["data_batch_2.bin"]


def test_and_training_exchanged(contents):
    contents["test_batch.bin"], contents["data_batch_1.bin"] = contents["data_batch_1.bin"], contents["test_batch.bin"]


DAMAGES = [
    (without, "data_batch_3.bin"),
    (cut, "data_batch_2.bin is truncated: 12291 bytes of 12292"),
    (longer, "test_batch.bin is too long: 12293 bytes of 12292"),
    (another_pixel, "data_batch_1.bin … data_batch_5.bin do not hold what was published"),
    (one_twice, "data_batch_1.bin … data_batch_5.bin do not hold what was published"),
    (test_and_training_exchanged, "do not hold what was published"),
]
test_and_training_exchanged.__test__ = False  # a damage, by its name


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("damage", "says"), DAMAGES, ids=[damage.__name__ for damage, _ in DAMAGES])
def test_what_is_not_the_set_is_named_and_refused(form, damage, says, base):
    contents = files()
    damage(contents)
    FORMS[form](base, contents)
    assert says in refused()
    assert "unset RAVINE_DATA" in refused()


@pytest.mark.parametrize("content", [b"", b"<html>403 Forbidden</html>", lzma.compress(b"else")[:-4]])
@pytest.mark.parametrize("name", ["cifar-10/data_batch_1.bin.xz", "cifar-10-binary.tar.gz"])
def test_a_file_that_cannot_be_unpacked(content, name, base):
    (base / "cifar-10").mkdir()
    (base / name).write_bytes(content)
    assert f"{base / name} cannot be read" in refused()


@pytest.fixture
def cache(tmp_path, monkeypatch, small_set):
    monkeypatch.delenv("RAVINE_DATA", raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / "cache")
    return tmp_path / "cache" / "cifar-10"


def openml(monkeypatch, answer):
    """Stands in for OpenML; returns the list of what it was asked for."""
    asked = []

    def fetch(data_id, **options):
        asked.append(data_id)
        return answer()

    monkeypatch.setattr(sklearn.datasets, "fetch_openml", fetch)
    return asked


def test_without_files_the_set_is_fetched_once(cache, monkeypatch):
    asked = openml(monkeypatch, lambda: (RECORDS[:, 1:].astype(float), RECORDS[:, 0].astype(str)))
    for _ in range(2):
        cifar._load.cache_clear()
        assert len(cifar.load_cifar()[1]) == 20
    assert asked == [40927]
    assert sorted(path.name for path in cache.iterdir()) == sorted(f"{name}.xz" for name in files())


def test_what_else_is_sent_is_refused_and_not_kept(cache, monkeypatch):
    openml(monkeypatch, lambda: (RECORDS[:, :0:-1].astype(float), RECORDS[:, 0].astype(str)))
    assert "what OpenML sent for CIFAR-10 is not what was published" in refused()
    assert not cache.exists()


def test_the_published_set_and_its_constants():
    """Krizhevsky's training images have these means and deviations, wherever they are used."""
    if not os.environ.get("RAVINE_DATA"):
        pytest.skip("RAVINE_DATA does not say where the published sets are")
    images, labels, _, test_labels = cifar.load_cifar()
    assert np.bincount(labels).tolist() == [5000] * 10
    assert np.bincount(test_labels).tolist() == [1000] * 10
    np.testing.assert_allclose(images.mean((0, 2, 3)) / 255, [0.49139968, 0.48215841, 0.44653091], atol=1e-8)
    np.testing.assert_allclose(images.std((0, 2, 3)) / 255, [0.24703223, 0.24348513, 0.26158784], atol=1e-8)


@pytest.fixture
def few_images(monkeypatch):
    def made(n):
        pixels = np.random.default_rng(n).integers(0, 256, (n, 3, 32, 32), np.uint8)
        pixels[0] = 7  # an image of one colour has no deviation to divide by
        return pixels, np.arange(n, dtype=np.uint8) % 10

    made_of = (*made(400), *made(50))
    monkeypatch.setattr("ravine.lab.problems.cifar_random_labels.load_cifar", lambda: made_of)
    monkeypatch.setattr("ravine.lab.problems.cifar_vgg.load_cifar", lambda: made_of)
    return made_of


def test_the_networks_are_those_of_the_paper():
    """Zhang et al. 2017, table 1: 1,209,866 and 1,735,178 parameters, and 1,387,786 of the small AlexNet."""
    counts = [
        sum(
            parameter.numel()
            for parameter in find_problem("cifar-random-labels", {"hidden": hidden}).model().parameters()
        )
        for hidden in (1, 3)
    ]
    assert counts == [1_209_866, 1_735_178]
    assert sum(parameter.numel() for parameter in find_problem("cifar-alexnet").model().parameters()) == 1_387_786


def test_the_small_alexnet_is_trained_on_what_the_perceptrons_are(few_images):
    settings = {"images": 300, "share": 0.5}
    ours, theirs = (find_problem(name, settings) for name in ("cifar-alexnet", "cifar-random-labels"))
    mine, other = ours.data().train, theirs.data().train
    assert torch.equal(mine.inputs, other.inputs)
    assert torch.equal(mine.targets, other.targets)
    module = ours.model()
    ours.loss(module(mine.inputs[:4]), mine.targets[:4]).backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in module.parameters())


def test_centres_are_whitened_one_by_one(few_images):
    """As TensorFlow's per_image_standardization: (x - mean) / max(deviation, 1/√N)."""
    data = find_problem("cifar-random-labels", {"images": 300, "share": 0}).data()
    centres = few_images[0][:300, :, 2:30, 2:30].reshape(300, -1).astype(float)
    expected = (centres - centres.mean(1)[:, None]) / np.maximum(centres.std(1), 2352**-0.5)[:, None]
    np.testing.assert_allclose(data.train.inputs.numpy(), expected, atol=1e-5)
    assert data.train.targets.tolist() == few_images[1][:300].tolist()


def test_a_share_of_the_labels_is_drawn_from_all_ten(few_images):
    true = torch.tensor(few_images[1]).long()
    for share in (0.5, 1.0):
        data = find_problem("cifar-random-labels", {"images": 400, "share": share}).data()
        changed = (data.train.targets != true).float().mean().item()
        assert changed == pytest.approx(0.9 * share, abs=0.06)
        assert data.test.targets.tolist() == few_images[3].tolist()
        assert torch.equal(
            data.validation.targets, data.train.targets
        )  # what was learned by heart is what is looked at


@pytest.mark.parametrize(
    "settings",
    [
        {"share": 1.1},
        {"share": float("nan")},
        {"hidden": 0},
        {"hidden": float("nan")},
        {"width": float("inf")},
        {"width": 1.5},
        {"images": 50_001},
        {"images": 0},
    ],
)
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(RavineError, match=r"cifar-random-labels: (share must be in|\w+ must be a finite number)"):
        find_problem("cifar-random-labels", settings)
    assert "cifar-random-labels" in problems


@pytest.mark.parametrize("side", [8, 16, 32])
def test_the_small_vgg_takes_images_of_every_size(side, few_images):
    """Squares of pixels become their mean; no image is in two splits; every parameter has a gradient."""
    problem = find_problem("cifar-vgg", {"side": side, "images": 300, "validated": 100, "width": 4})
    data = problem.data()
    for split, images, labels in (
        (data.train, few_images[0][:300], few_images[1][:300]),
        (data.validation, few_images[0][300:], few_images[1][300:]),
        (data.test, few_images[2], few_images[3]),
    ):
        squares = images.reshape(len(images), 3, side, 32 // side, side, 32 // side).astype(float).mean((3, 5)) / 255
        mean, deviation = (np.array(of)[:, None, None] for of in ([0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616]))
        np.testing.assert_allclose(split.inputs.numpy(), (squares - mean) / deviation, atol=1e-5)
        assert split.targets.tolist() == labels.tolist()
    module = problem.model()
    problem.loss(module(data.train.inputs[:8]), data.train.targets[:8]).backward()
    assert all(parameter.grad.abs().sum() > 0 for parameter in module.parameters())


def test_the_parameters_of_the_small_vgg():
    """3×3 convolutions without biases, two numbers a channel of batch norm, and two linear layers."""
    [four, eight] = (
        sum(p.numel() for p in find_problem("cifar-vgg", {"width": width, "side": 16}).model().parameters())
        for width in (4, 8)
    )
    assert four == 9 * (3 * 4 + 4 * 8 + 8 * 16) + 2 * (4 + 8 + 16) + 64 * 64 + 2 * 64 + 650
    assert eight == 9 * (3 * 8 + 8 * 16 + 16 * 32) + 2 * (8 + 16 + 32) + 128 * 64 + 2 * 64 + 650
