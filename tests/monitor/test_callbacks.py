"""The callbacks, in the loops of the libraries that they are for."""

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

import ravine
from tests.monitor.loop import digits, perceptron


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("rate", "cause"), [(1.0, "step_too_big"), (3e-3, None)])
def test_lightning(rate, cause, tmp_path, capsys):
    lightning = pytest.importorskip("lightning.pytorch")
    x, y, held_x, held_y = digits()

    class Digits(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.network = perceptron(32)

        def training_step(self, batch, _):
            return functional.cross_entropy(self.network(batch[0]), batch[1])

        def validation_step(self, batch, _):
            self.log("val_loss", functional.cross_entropy(self.network(batch[0]), batch[1]))

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters(), lr=rate)

    torch.manual_seed(0)
    callback = ravine.monitor.Lightning()
    trainer = lightning.Trainer(
        max_epochs=8,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        callbacks=[callback],
        default_root_dir=tmp_path,
    )
    data = DataLoader(TensorDataset(x, y), 32, shuffle=True, drop_last=True)
    trainer.fit(Digits(), data, DataLoader(TensorDataset(held_x, held_y), 360))
    assert callback.monitor.steps == 8 * 33
    assert len(callback.monitor.curves["validation loss"]) == 8
    named = [finding.name for finding in callback.monitor.findings]
    assert named[:1] == ([cause] if cause else [])
    assert str(callback) in capsys.readouterr().out


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("rate", "cause"), [(1.0, "step_too_big"), (3e-3, None)])
def test_hugging_face(rate, cause, tmp_path, capsys):
    transformers = pytest.importorskip("transformers")
    pytest.importorskip("accelerate")
    x, y, held_x, held_y = digits()

    class Digits(nn.Module):
        def __init__(self):
            super().__init__()
            self.network = perceptron(32)

        def forward(self, x, labels=None):
            logits = self.network(x)
            return transformers.modeling_outputs.SequenceClassifierOutput(
                loss=functional.cross_entropy(logits, labels), logits=logits
            )

    class Rows(torch.utils.data.Dataset):
        def __init__(self, x, y):
            self.x, self.y = x, y

        def __len__(self):
            return len(self.x)

        def __getitem__(self, place):
            return {"x": self.x[place], "labels": self.y[place]}

    torch.manual_seed(0)
    callback = ravine.monitor.HuggingFace()
    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path),
        num_train_epochs=8,
        per_device_train_batch_size=32,
        per_device_eval_batch_size=360,
        learning_rate=rate,
        lr_scheduler_type="constant",
        max_grad_norm=0.0,
        eval_strategy="epoch",
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        use_cpu=True,
    )
    trainer = transformers.Trainer(
        Digits(), arguments, train_dataset=Rows(x, y), eval_dataset=Rows(held_x, held_y), callbacks=[callback]
    )
    trainer.train()
    assert callback.monitor.steps == 8 * 34
    assert len(callback.monitor.curves["validation loss"]) == 8
    assert len(callback.monitor.curves["loss"]) == 8 * 34
    named = [finding.name for finding in callback.monitor.findings]
    assert named[:1] == ([cause] if cause else [])
    assert str(callback) in capsys.readouterr().out
