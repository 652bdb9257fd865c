"""What a training needs in each framework, as a table: computed by ravine.dialects."""

import html

from ravine.dialect_tables import FORMS
from ravine.dialects import convert
from ravine.lessons.markdown import scrolling


def dialect_table(family: str) -> str:
    """PyTorch's optimizer of the family at its defaults, and what makes Keras and optax do the same."""
    rows = []
    for framework in FORMS:
        found = convert(family, "torch", framework)
        call = f"<code>{html.escape(found.code())}</code>" if found.code() else "–"
        reasons = " ".join(f"{html.escape(reason[:1].upper() + reason[1:])}." for reason in found.reasons)
        cells = "".join(f"<td>{cell}</td>" for cell in (found.verdict, call, reasons or "–"))
        rows.append(f'<tr><th scope="row">{framework}</th>{cells}</tr>\n')
    return (
        f"{scrolling(f'{family} in other frameworks')}<table class='dialects'>\n"
        '<thead><tr><th scope="col">in</th><th scope="col">the same?</th>'
        '<th scope="col">written</th><th scope="col">because</th></tr></thead>\n'
        f"<tbody>{''.join(rows)}</tbody></table></div>\n"
    )
