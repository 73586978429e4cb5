"""What an export would write and lose, found out by making some images' pages and writing nothing.

The work is that of the export itself, into a store that keeps nothing.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import BinaryIO

from labeler.dataset.dataset import Dataset
from labeler.exporting.images import ImageTaker
from labeler.exporting.running import Export
from labeler.exporting.source import LocalSource, Part
from labeler.exporting.work import Done, Task
from labeler.formats.base import Format, ImageItem, Options
from labeler.formats.names import image_numbers, output_stems
from labeler.formats.output import Store
from labeler.formats.report import ExportReport


@dataclass(frozen=True)
class Preview:
    """What is known so far. Names of files are posix paths below the output folder.

    ``image`` is the one that would become ``files``; empty as long as none is found that would be written.
    ``shared`` are the files that all images share. ``report`` is of the first ``looked_at`` of the ``total``
    images that an export has to look at.
    """

    total: int = 0
    looked_at: int = 0
    image: str = ""
    files: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    report: ExportReport = field(default_factory=ExportReport)


def preview(
    dataset: Dataset,
    format: Format,
    options: Options,
    shown: str = "",
    most: int = 50,
    stop: Event | None = None,
) -> Iterator[Preview]:
    """What an export would do, known better with each image: the files of the image ``shown`` (or of the
    first that would be written), and what the first ``most`` images lose. Writes nothing.

    Raises LabelerError for options that do not fit the dataset. Once ``stop`` is set no more is looked at.
    """
    export = Export(LocalSource(dataset), format, _Nowhere(), options, Path())
    tasks = _tasks(export)
    known = Preview(total=len(tasks), shared=_shared(export))
    yield known
    first = next((task for task in tasks if task.name == shown), None)
    if first:
        yield (known := _with_files(known, _done(export, first), export))
    report = ExportReport()
    for count, task in enumerate(tasks[:most], 1):
        if stop and stop.is_set():
            return
        done = _done(export, task)
        _count(report, done)
        # A copy: who shows it may be in another thread.
        known = replace(_with_files(known, done, export), looked_at=count, report=copy.deepcopy(report))
        yield known


def _tasks(export: Export) -> list[Task]:
    return [
        task
        for task in _all_tasks(tuple(export.source.names))
        if export.selection.empty or export.source.is_labelled(task.name)
    ]


@functools.lru_cache(maxsize=1)
def _all_tasks(names: tuple[str, ...]) -> list[Task]:
    """Kept for the next preview: with 100,000 images it takes seconds, and every choice asks for another."""
    numbered = enumerate(zip(names, output_stems(names), image_numbers(names)))
    return [Task(position, name, stem, number) for position, (name, stem, number) in numbered]


def _done(export: Export, task: Task) -> Done:
    chunk = export.chunk([task])
    (done,) = replace(chunk, images=chunk.images and _Left(False, 1.0)).work()
    return done


def _with_files(known: Preview, done: Done, export: Export) -> Preview:
    if not done.entry:
        return known
    known = replace(known, shared=_shared(export, known.shared, done.rows))
    if known.image:
        return known
    return replace(known, image=done.name, files=tuple(name for name, _size in done.entry.files))


def _shared(export: Export, known: Sequence[str] = (), rows: Collection[int] = ()) -> tuple[str, ...]:
    """The shared files that would be written: those known to be, and with these sections more perhaps."""
    files, number = [], 0
    for file in export.sections.files:
        sections = range(number, number + len(file.sections))
        number = sections.stop
        if not file.needs_rows or file.name in known or any(one in rows for one in sections):
            files.append(file.name)
    return tuple(files)


def _count(report: ExportReport, done: Done) -> None:
    if done.skipped:
        report.skip(done.name, done.skipped)
    elif done.entry is None:
        report.filtered += 1
    else:
        report.images += 1
        report.instances += done.entry.instances
        for loss, where in done.entry.losses:
            report.lose(loss, where)


class _Left(ImageTaker):
    """Leaves images where they are: their place is all that is asked for."""

    def take(self, part: Part, item: ImageItem, place: str, store: Store) -> int:
        return 0


class _Nowhere:
    """A store that keeps nothing."""

    def write(self, name: str, data: bytes) -> None:
        pass

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        yield io.BytesIO()

    @contextlib.contextmanager
    def read(self, name: str) -> Iterator[BinaryIO]:
        yield io.BytesIO()

    def size(self, name: str) -> int | None:
        return None

    def remove(self, name: str) -> None:
        pass
