"""Where the tests' files lie: in memory where there is room, else on the disk.

They make and delete tens of thousands. A disk takes a millisecond for each, and ext4 more and more: it looks for the
next free inode past all that were deleted within minutes, 0.3 s for the files of a PostgreSQL database.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  # Linux has it; every file in it has a folder of its own as in /tmp
ROOM = 2 << 30  # bytes


def keep_files_in_memory() -> None:
    """From now on, in the processes that are started too, unless TMPDIR says otherwise."""
    if "TMPDIR" not in os.environ and _is_fit(MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def _is_fit(folder: Path) -> bool:
    """True when files can be written and executed there, and there is room for all."""
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return False
    return not os.statvfs(folder).f_flag & os.ST_NOEXEC and shutil.disk_usage(folder).free > ROOM
