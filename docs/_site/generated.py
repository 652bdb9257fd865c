"""What the reference's pages ask for: every public name of a module, every command. And links, as the site has them.

A page holds a comment such as `<!-- names: ravine.optim -->`, in whose place its text is written when the page is read.
"""

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import typer
from sphinx.application import Sphinx

import ravine

COMMENT = re.compile(r"<!-- (names|commands)(?:: (.*?))? -->")
OUTSIDE = re.compile(r"\[([^\]]*)\]\(\.\./(?!\.\./)([^)]*)\)")  # of the files here, those that lead out of docs/
FIELD = re.compile(r"^([a-z_]\w*(?:, [a-z_]\w*)*):(\s+)(?=\S)")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", _written)
    app.connect("autodoc-process-docstring", _as_rest)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _written(app: Sphinx, page: str, source: list[str]) -> None:
    text = source[0]
    if page == "index":
        text = _with_the_rest(text, Path(app.srcdir))
    if "/" not in page:
        text = OUTSIDE.sub(r"\1 (`\2`)", text)
    source[0] = COMMENT.sub(lambda found: _commands() if found[1] == "commands" else _names(found[2]), text)


def _with_the_rest(index: str, docs: Path) -> str:
    """The index, with the pages that its navigation does not name at the end of the last part."""
    rest = sorted(file.stem for file in docs.glob("*.md") if not re.search(rf"^{file.stem}$", index, re.MULTILINE))
    return index.rstrip().removesuffix("```") + "".join(f"{name}\n" for name in rest if name != "index") + "```\n"


def _names(module: str) -> str:
    """All that the module's `__all__` names, as autodoc's directives."""
    room = importlib.import_module(module)
    lines = [line for name in sorted(room.__all__, key=str.lower) for line in _entry(room, name)]
    return "```{eval-rst}\n" + "\n".join(lines) + "\n```"


def _entry(room: ModuleType, name: str) -> Iterator[str]:
    thing, path = getattr(room, name), f"{room.__name__}.{name}"
    if room is not ravine and name in ravine.__all__:
        yield from (f".. py:data:: {path}", "", f"   The same as :py:obj:`ravine.{name}`.", "")
    elif inspect.isclass(thing):
        yield from (f".. autoclass:: {path}", "   :members:", "")
    elif inspect.isfunction(thing):
        yield from (f".. autofunction:: {path}", "")
    elif isinstance(thing, str | int | float | tuple):
        yield from (f".. py:data:: {path}", f"   :value: {thing!r}", "")
    else:
        yield from _instance(path, thing)


def _instance(path: str, thing: Any) -> Iterator[str]:
    """A registry; or what is called as a function is, with classes of its own."""
    if callable(thing):
        yield from (f".. py:function:: {path}{_signature(thing.__call__)}", "")
        yield from (f"   {line}" for line in _rest(inspect.getdoc(thing.__call__) or ""))
        for name, part in vars(type(thing)).items():
            if isinstance(part, property):
                yield from (f".. py:class:: {path}.{name}", "", f"   {part.__doc__}", "")
        return
    known = ", ".join(f"``{name}``" for name in thing)
    yield from (f".. py:data:: {path}", "", *(f"   {line}" for line in _rest(inspect.getdoc(type(thing)) or "")))
    yield from ("", f"   Its names: {known}.", "")


def _signature(call: Any) -> str:
    return str(inspect.signature(call)).replace("'", "")


def _commands() -> str:
    """Each command's help: what it does, its arguments and options, examples."""
    from ravine.cli import app

    return "\n\n".join(_command(name, command) for name, command in typer.main.get_command(app).commands.items())


def _command(name: str, command: Any) -> str:
    context = command.make_context(name, [], resilient_parsing=True)
    usage = " ".join(["ravine", name, *command.collect_usage_pieces(context)])
    rows = []
    for parameter in command.get_params(context):
        if parameter.name == "help":
            continue
        called = ", ".join(f"`{option}`" for option in parameter.opts if option.startswith("-"))
        if value := parameter.metavar or (None if called else parameter.name.upper()):
            called += f" `{value}`"
        default = parameter.default
        said = (
            ""
            if default in (None, False, (), []) or parameter.required or callable(default)
            else f" By default `{default}`."
        )
        rows.append(f"{called.strip()}\n: {_plain(parameter.help or '')}{said}")
    help_text = inspect.cleandoc(command.help or "")
    return f"## ravine {name}\n\n{help_text}\n\n```text\n{usage}\n```\n\n" + "\n\n".join(rows) + f"\n\n{command.epilog}"


def _plain(text: str) -> str:
    """Text in which Markdown's signs are text."""
    return re.sub(r"([*_\[\]<>])", r"\\\1", text)


def _as_rest(app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    lines[:] = _rest("\n".join(lines))


def _rest(docstring: str) -> list[str]:
    """A docstring of this project in reStructuredText: `name: what it is` is a field; stars and dashes are text."""
    lines: list[str] = []
    for line in docstring.splitlines():
        parts = re.split(r"(`[^`]*`)", line)
        line = "".join(part if part.startswith("`") else re.sub(r"([*|]|_\b)", r"\\\1", part) for part in parts)
        if field := FIELD.match(line):
            if lines and lines[-1].strip() and not lines[-1].startswith((":", " ")):
                lines.append("")
            line = f":{field[1]}:{field[2]}{line[field.end() :]}"
        elif lines and lines[-1].strip() and _parted(lines[-1], line):
            lines.append("")
        lines.append(line)
    return [*lines, ""]


def _parted(before: str, line: str) -> bool:
    """Whether a list begins or ends between two lines that are not empty."""
    if line.startswith("- "):
        return not before.startswith(("- ", " "))
    return bool(line.strip()) and not line.startswith(" ") and before.startswith((":", "- ", "  "))
