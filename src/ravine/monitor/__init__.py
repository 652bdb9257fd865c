"""A training watched: `ravine.monitor(model, optimizer)`. Importing it needs no PyTorch, calling it does."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ravine.errors import install

if TYPE_CHECKING:
    from torch.nn import Module
    from torch.optim import Optimizer

    from ravine.monitor.hugging_face import HuggingFace
    from ravine.monitor.lightning import Lightning
    from ravine.monitor.monitor import Monitor

__all__ = ["Monitoring"]


class Monitoring:
    """What `ravine.monitor` is: a call, and the callbacks for those whose loop is another library's."""

    def __call__(
        self,
        model: "Module",
        optimizer: "Optimizer | Sequence[Optimizer]",
        *,
        loss: "Module | None" = None,
        every: int | None = None,
    ) -> "Monitor":
        """Watches a training through hooks, changes nothing in it, and says what is wrong.

        optimizer: the model's, or several, of which the first one's steps are counted. loss: the loss, where it is a
        module: then nothing need be logged. every: steps between two looks; by default few at first, then up to 100.
        Raises RavineError for what cannot be watched: no parameters, a scripted module, another model's optimizer, a
        model that is watched already.
        """
        try:
            from ravine.monitor.monitor import Monitor
        except ModuleNotFoundError as error:
            if error.name != "torch":
                raise
            raise ImportError(f"ravine.monitor needs torch: {install('torch')}") from None
        return Monitor(model, optimizer, loss=loss, every=every)

    @property
    def HuggingFace(self) -> "type[HuggingFace]":  # noqa: N802 - it is a class
        """The callback for Hugging Face's Trainer."""
        from ravine.monitor.hugging_face import HuggingFace

        return HuggingFace

    @property
    def Lightning(self) -> "type[Lightning]":  # noqa: N802 - likewise
        """The callback for Lightning's Trainer."""
        from ravine.monitor.lightning import Lightning

        return Lightning

    def __repr__(self) -> str:
        return "<ravine.monitor: ravine.monitor(model, optimizer) watches a training>"
