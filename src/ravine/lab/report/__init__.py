"""The report: one HTML file that needs no other file and no network, on a phone, on paper, in light and in dark."""

from ravine.lab.report.page import page, write

__all__ = ["page", "write"]
