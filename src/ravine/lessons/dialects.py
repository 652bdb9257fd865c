"""What a training needs in each framework, as a table: computed by ravine.dialects."""

import html

from ravine.dialect_tables import FORMS, PARTLY_KNOWN
from ravine.dialects import convert
from ravine.lessons.markdown import scrolling


def dialect_table(family: str) -> str:
    """PyTorch's optimizer of the family at its defaults, and what makes Keras and optax do the same."""
    rows = []
    for framework in FORMS:
        if framework == "ravine" or (framework in PARTLY_KNOWN and family not in FORMS[framework]):
            continue  # which writes PyTorch's as PyTorch does; of which nothing is known
        found = convert(family, "torch", framework)
        reasons = html.escape("; ".join(found.reasons))
        cells = "".join(f"<td>{cell}</td>" for cell in (found.verdict, _call(found.code()), reasons or "–"))
        rows.append(f'<tr><th scope="row">{framework}</th>{cells}</tr>\n')
    return (
        f"{scrolling(f'{family} in other frameworks')}<table class='dialects'>\n"
        '<thead><tr><th scope="col">in</th><th scope="col">the same?</th>'
        '<th scope="col">written</th><th scope="col">because</th></tr></thead>\n'
        f"<tbody>{''.join(rows)}</tbody></table></div>\n"
    )


def _call(code: str) -> str:
    """A call whose lines break between its arguments alone, not within 1e-08."""
    arguments = ", ".join(f'<span class="glued">{html.escape(part)}</span>' for part in code.split(", "))
    return f"<code>{arguments}</code>" if code else "–"
