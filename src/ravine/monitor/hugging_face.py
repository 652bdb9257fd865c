"""The monitor as a callback of Hugging Face's Trainer."""

from typing import Any

from transformers import TrainerCallback

from ravine.monitor.monitor import Monitor


class HuggingFace(TrainerCallback):
    """`Trainer(…, callbacks=[ravine.monitor.HuggingFace()])`; afterwards `print` it.

    monitor: of the training under way or the last one; None before the first. It prints what it found when a training
    ends, on the main process alone.
    """

    def __init__(self) -> None:
        self.monitor: Monitor | None = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        """Begins to watch."""
        optimizer = given["optimizer"]
        self.monitor = Monitor(given["model"], getattr(optimizer, "optimizer", optimizer))  # Accelerate's is a shell

    def on_evaluate(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        """Hears of held-out data."""
        figures = given.get("metrics") or {}
        if self.monitor is not None and "eval_loss" in figures:
            self.monitor.log(validation_loss=figures["eval_loss"], validation_accuracy=figures.get("eval_accuracy"))

    def on_train_end(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        """Takes the hooks off, and tells."""
        if self.monitor is not None:
            self.monitor.remove()
            if state.is_world_process_zero:
                print(self.monitor)

    def __str__(self) -> str:
        return "no training yet" if self.monitor is None else str(self.monitor)
