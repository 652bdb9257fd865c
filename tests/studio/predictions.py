"""Past the questions that lock a lesson's widgets."""

from typing import Any


def skip_predictions(page: Any) -> None:
    skip = page.get_by_role("button", name="Skip the prediction")
    for _ in range(skip.count()):
        skip.first.click()
