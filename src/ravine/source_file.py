"""A Python file of the user's, run as if it were the program."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from ravine.errors import RavineError


def is_file(path: Path) -> bool:
    """Whether it is there; no name is too long or too odd to be asked about."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def run_file(path: Path, name: str) -> ModuleType:
    """The file's module, imported as `name`; modules beside the file are found, also by what it imports later.

    Raises RavineError for a file that is not there, and for what goes wrong in it, with the line.
    """
    if not is_file(path):
        raise RavineError(f"there is no file {path}")
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise RavineError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    folder = str(path.absolute().parent)
    sys.modules[name] = module
    sys.path.insert(0, folder)
    try:
        spec.loader.exec_module(module)
    except RavineError:
        raise
    except Exception as error:  # it is the user's code
        raise RavineError(f"{path}{_line(error, path)}: {type(error).__name__}: {_first_line(error)}") from error
    finally:
        sys.path.remove(folder)
        if folder not in sys.path:
            sys.path.append(folder)
    return module


def _line(error: BaseException, path: Path) -> str:
    if isinstance(error, SyntaxError):
        return f", line {error.lineno}"
    numbers = []
    trace = error.__traceback__
    while trace is not None:
        if Path(trace.tb_frame.f_code.co_filename).absolute() == path.absolute():
            numbers.append(trace.tb_lineno)
        trace = trace.tb_next
    return f", line {numbers[-1]}" if numbers else ""


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or "no message").splitlines()[0]
