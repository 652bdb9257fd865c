"""What the lab's studies found (studies/NAME.md), where they are at hand; a lesson reads well without them."""

import html
import re
from pathlib import Path

from ravine.lessons.markdown import inline, scrolling

# Beside the package where it is installed; at the root of a clone.
FOLDERS = (Path(__file__).parent / "studies", Path(__file__).parents[3] / "studies")


def evidence(study: str) -> str:
    """The study's verdicts on the claims that it tried, folded away; nothing where the study is not at hand."""
    found = next((folder / f"{study}.md" for folder in FOLDERS if (folder / f"{study}.md").is_file()), None)
    if found is None:
        return ""
    text = found.read_text(encoding="utf-8")
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    made = re.search(r"^Made by .+$", text, re.MULTILINE)
    verdicts = re.search(r"^## Verdicts\n+((?:\|.*\n)+)", text, re.MULTILINE)
    if title is None or verdicts is None:
        return ""
    heads, _, *rows = [_cells(line) for line in verdicts[1].splitlines()]
    head = "".join(f'<th scope="col">{inline(cell)}</th>' for cell in heads)
    body = "".join(f"<tr>{''.join(f'<td>{inline(cell)}</td>' for cell in row)}</tr>\n" for row in rows)
    return (
        f'<details class="evidence">\n<summary>Tried in Ravine’s lab: {inline(title[1])}</summary>\n'
        f"{scrolling(f'Findings of {study}')}<table>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}</tbody></table></div>\n"
        f"<p>{inline(made[0]) if made else html.escape(study)}</p>\n</details>\n"
    )


def _cells(line: str) -> list[str]:
    """The cells of a line of a Markdown table."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
