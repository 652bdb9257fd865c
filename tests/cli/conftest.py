"""The command line in this process: to start Python for each line would take most of the time."""

import signal
from collections.abc import Callable, Iterator

import pytest

from ravine.cli import main


@pytest.fixture
def ravine_command(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., tuple[object, str, str]]]:
    """Runs the command line; gives exit code, standard output and standard error."""
    before = signal.getsignal(signal.SIGTERM)

    def command(*arguments: object) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    yield command
    signal.signal(signal.SIGTERM, before)
