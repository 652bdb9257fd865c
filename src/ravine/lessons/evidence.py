"""Figures of the lab's committed studies, where they are at hand."""


def evidence(study: str) -> str:
    return ""
