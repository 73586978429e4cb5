"""Who does the work: this process, or several on this machine. What comes out is the same."""

from __future__ import annotations

import multiprocessing
import os
import pickle  # noqa: TID251 - from this process to its own, never from a file
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Protocol

from labeler.errors import LabelerError
from labeler.exporting.work import Chunk, Done, work
from labeler.i18n import _

#: From so many images on several processes are worth starting.
WORTH_IT = 200
#: Chunks under way or waiting for each worker: enough to keep it busy, few enough to hold in memory.
_AHEAD = 3
#: As many images at most, and at least so many chunks for each worker: so that all end together.
_LARGEST_CHUNK, _CHUNKS_EACH = 16, 8


#: What became of each chunk.
Results = Generator[list[Done], None, None]


class Runner(Protocol):
    @property
    def chunk_size(self) -> int:
        """How many images a chunk has at most."""

    def run(self, chunks: Iterable[Chunk]) -> Results:
        """What became of each chunk, in their order. Closing the iterator gives up what is not begun."""


class InProcess:
    """Image by image, so that it can be stopped after each."""

    chunk_size = 1

    def run(self, chunks: Iterable[Chunk]) -> Results:
        yield from map(work, chunks)


@dataclass(frozen=True)
class Processes:
    """So many processes of this machine."""

    count: int
    chunk_size: int

    def run(self, chunks: Iterable[Chunk]) -> Results:
        # Not forked: threads of the window, and of libraries, would not be there in the child.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self.count, mp_context=context, initializer=_leave_interrupts)
        try:
            # Pickled here: where that fails in the pool's own thread, the pool never ends.
            yield from in_order(
                chunks, lambda chunk: pool.submit(_work, pickle.dumps(chunk)), self.count * _AHEAD
            )
        except BrokenProcessPool as error:
            raise LabelerError(
                _(
                    "A process of the export was killed, perhaps for lack of memory: try fewer workers. A "
                    'script of your own needs if __name__ == "__main__".'
                )
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    """Ctrl+C goes to all processes of a terminal: this one ends when the first ends it, without a word."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _work(chunk: bytes) -> list[Done]:
    return work(pickle.loads(chunk))


def in_order(chunks: Iterable[Chunk], submit: Callable[[Chunk], Future[list[Done]]], ahead: int) -> Results:
    """Results in the order of the chunks, with at most ``ahead`` of them begun and not taken."""
    pending: deque[Future[list[Done]]] = deque()
    for chunk in chunks:
        pending.append(submit(chunk))
        if len(pending) >= ahead:
            yield pending.popleft().result()
    while pending:
        yield pending.popleft().result()


def local_runner(workers: int, images: int) -> Runner:
    """``workers`` processes; 0 for as many as there are cores when there is enough to do."""
    count = workers or (available_cores() if images >= WORTH_IT else 1)
    if count <= 1:
        return InProcess()
    return Processes(count, chunk_size=min(_LARGEST_CHUNK, 1 + images // (count * _CHUNKS_EACH)))


def available_cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
