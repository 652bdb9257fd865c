"""The monitor as a callback of Lightning's Trainer."""

from typing import Any

import torch
from lightning.pytorch import Callback
from torch import nn

from ravine.monitor.monitor import Monitor


class Lightning(Callback):
    """`Trainer(…, callbacks=[ravine.monitor.Lightning()])`; afterwards `print` it.

    validation_loss, validation_accuracy: the names under which the module logs these. monitor: of the training under
    way or the last one; None before the first. It prints what it found when a training ends, on rank 0 alone.
    """

    def __init__(self, validation_loss: str = "val_loss", validation_accuracy: str = "val_acc") -> None:
        self.names = {"validation_loss": validation_loss, "validation_accuracy": validation_accuracy}
        self.monitor: Monitor | None = None

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:
        """Begins to watch."""
        self.monitor = Monitor(_network(pl_module), trainer.optimizers)

    def on_train_batch_end(self, trainer: Any, pl_module: Any, outputs: Any, batch: Any, batch_idx: int) -> None:
        """Hears the loss of a step."""
        loss = outputs.get("loss") if isinstance(outputs, dict) else outputs
        if self.monitor is not None and isinstance(loss, torch.Tensor):
            self.monitor.log(loss=loss)

    def on_validation_end(self, trainer: Any, pl_module: Any) -> None:
        """Hears of held-out data."""
        seen = {given: trainer.callback_metrics.get(name) for given, name in self.names.items()}
        if self.monitor is not None and not trainer.sanity_checking and any(one is not None for one in seen.values()):
            self.monitor.log(**seen)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:
        """Takes the hooks off, and tells."""
        if self.monitor is not None:
            self.monitor.remove()
            if trainer.is_global_zero:
                print(self.monitor)

    def __str__(self) -> str:
        return "no training yet" if self.monitor is None else str(self.monitor)


def _network(module: nn.Module) -> nn.Module:
    """The network: the module itself, or its only part where it is not called itself but that part is."""
    parts = [part for part in module.children() if any(True for _ in part.parameters())]
    return parts[0] if "forward" not in vars(type(module)) and len(parts) == 1 else module
