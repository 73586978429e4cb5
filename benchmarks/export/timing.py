"""One process and all it starts: how long, how much CPU, how much memory. Standard library only.

What is loaded here counts: until a child becomes its own program, the system takes it for as large as us.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

_KIB = 1024
_LOOK_EACH_S = 0.05
#: Nothing here takes that long: it hangs.
_LIMIT_S = 1800


@dataclass(frozen=True)
class Spent:
    """Seconds, and MB of the largest process of the tree."""

    wall: float
    user: float
    system: float
    peak_mb: float
    processes: int

    @property
    def cpu(self) -> float:
        return self.user + self.system

    def as_line(self) -> dict[str, float]:
        return asdict(self)


class Failed(Exception):  # noqa: N818 - what became of a command, caught by name
    """The command ended badly; its last words."""


@contextmanager
def on_cores(cores: set[int]) -> Iterator[None]:
    """Children started in the block stay on these cores; we ourselves go back to all."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def spend(
    command: list[str], folder: Path, environment: dict[str, str], cores: set[int], watch: bool = False
) -> Spent:
    """Run it to the end in ``folder``, where its words are kept.

    With ``watch`` the memory of every process of the tree is looked at, not only of those that were waited
    for. Raises Failed.
    """
    log = folder / "log.txt"
    with log.open("wb") as output:
        start = time.perf_counter()
        with on_cores(cores):
            process = subprocess.Popen(
                command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        limit = threading.Timer(_LIMIT_S, os.killpg, (process.pid, signal.SIGKILL))
        limit.start()
        watcher = _Watcher(process.pid) if watch else None
        try:
            _pid, status, used = os.wait4(process.pid, 0)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            limit.cancel()
            peaks = watcher.stop() if watcher else {}
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        words = log.read_text(errors="replace")[-2000:]
        raise Failed(f"{' '.join(command)} ended with {process.returncode}:\n{words}")
    peak = max([_mb_of(used), *(kib * _KIB / 1e6 for kib in peaks.values())])
    return Spent(wall, used.ru_utime, used.ru_stime, peak, max(len(peaks), 1))


def _mb_of(used: resource.struct_rusage) -> float:
    """The largest of the process and those it waited for."""
    return used.ru_maxrss * (_KIB if os.uname().sysname == "Linux" else 1) / 1e6


class _Watcher:
    """Looks at the tree's processes from time to time, on a core of its own if there is one."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._peaks: dict[int, int] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def stop(self) -> dict[int, int]:
        """Peak resident memory of each process, KiB."""
        self._ended.set()
        self._thread.join()
        return self._peaks

    def _look(self) -> None:
        while not self._ended.wait(_LOOK_EACH_S):
            for pid in _tree(self._root):
                if peak := _peak_of(pid):
                    self._peaks[pid] = peak


def _tree(pid: int) -> Iterator[int]:
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            below = children.read_text().split()
        except OSError:
            continue
        for child in below:
            yield from _tree(int(child))


def _peak_of(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), 0)
