"""What tests of the lab share."""

from ..backends.conftest import page as chromium

__all__ = ["chromium"]
