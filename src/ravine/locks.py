"""Whether the process that works on a file or a folder still lives, by a lock that it holds and that ends with it."""

import os
import time
from pathlib import Path

try:
    import fcntl
except ModuleNotFoundError:  # Windows
    fcntl = None  # type: ignore[assignment]

LOCKS = fcntl is not None
ABANDONED = 3600.0  # seconds without a change after which a thing is taken for left where nothing can be locked


def lock(opened: int) -> None:
    """Holds an open file or folder until it is closed, where the file system has locks."""
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
    except OSError:  # a file system without
        return


def abandoned(path: Path) -> bool:
    """Whether the process that held it is gone. OSError where it cannot be opened, and for a link."""
    if LOCKS:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            return False
        except OSError:
            pass
        finally:
            os.close(opened)
    return time.time() - path.stat().st_mtime > ABANDONED
