"""One export from beginning to end: tasks made, done by whoever runs them, and put together in order."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from threading import Event

from labeler import __version__
from labeler.dataset.dataset import Dataset
from labeler.errors import LabelerError
from labeler.exporting.cluster import Cluster
from labeler.exporting.images import ImageTaker
from labeler.exporting.ledger import Earlier, Entry, Writing, forget_interrupted, head_of
from labeler.exporting.places import notes_for, source_at, store_at
from labeler.exporting.runners import Runner, local_runner
from labeler.exporting.selection import Selection, selection_of
from labeler.exporting.source import LocalSource, Source
from labeler.exporting.work import Chunk, Done, Task
from labeler.formats import choices
from labeler.formats.assembly import Rows, Sections, write_shared
from labeler.formats.base import Format, Job, Options, chosen
from labeler.formats.names import image_numbers, output_stems
from labeler.formats.output import Folder, Store, folder_ids, inside_dataset, is_below
from labeler.formats.report import ExportReport
from labeler.i18n import _

#: Called with how many images are done, of how many.
Progress = Callable[[int, int], object]
#: After so many images what was done survives being killed.
_FLUSH_EVERY = 64


def export(
    dataset: Dataset,
    format: Format,
    out: Path,
    options: Options,
    progress: Progress = lambda done, total: None,
    stop: Event | None = None,
    *,
    workers: int = 1,
    resume: bool = False,
) -> ExportReport:
    """Write what the dataset has on disk to the folder ``out``, made when missing.

    Images and sidecars that cannot be read are left out and in the report, each with its reason. ``progress``
    is called with how many images are done, of how many. Once ``stop`` is set no further image is begun: the
    files written so far stay, whole, and the report says ``cancelled``. With ``workers`` so many processes
    share the work (0: as many as are worth it); what they write is the same. With ``resume`` what an earlier
    or an interrupted export of the same kind made of an image is taken over where nothing changed.

    Raises LabelerError for a dataset without images, for options that do not fit it and when a file cannot be
    written, InsideDataset before anything is written.
    """
    if not dataset.images:
        raise LabelerError(_("{folder} has no images.").format(folder=dataset.root))
    refuse_to_write_into(dataset, out)
    source = LocalSource(dataset)
    runner = local_runner(workers, len(dataset.images))
    store = Folder(out, source.folders)
    return Export(source, format, store, options, out).run(runner, progress, stop or Event(), resume)


def export_at(
    place: str,
    format: Format,
    out: str,
    options: Options,
    progress: Progress = lambda done, total: None,
    stop: Event | None = None,
    *,
    labels: str | None = None,
    cluster: str = "",
    workers: int = 1,
    resume: bool = False,
) -> ExportReport:
    """Like ``export``, where dataset, sidecars and output may be at addresses that fsspec knows (``s3://…``).

    With ``cluster``, the address of a Dask scheduler, its workers do the work; they must reach the same
    places. What is written is the same. Raises LabelerError, too, for a place or a cluster out of reach.
    """
    source = source_at(place, labels)
    if not source.names:
        raise LabelerError(_("{folder} has no images.").format(folder=place))
    store = store_at(out, source)
    if isinstance(source, LocalSource) and isinstance(store, Folder):
        refuse_to_write_into(source.dataset, store.root)
    runner = Cluster(cluster) if cluster else local_runner(workers, len(source.names))
    job = Export(source, format, store, options, notes_for(out))
    return job.run(runner, progress, stop or Event(), resume)


def refuse_to_write_into(dataset: Dataset, out: Path) -> None:
    """InsideDataset when a file of the export would come to lie among the dataset's images or sidecars.

    Said early, of the folders that every format uses; the store sees to those that only some of them do.
    """
    folders = {PurePosixPath(entry.name).parent for entry in dataset.images}
    own = folder_ids(
        root / folder for root in (dataset.root, dataset.labels) for folder in (Path(), *folders)
    )
    if any(is_below(out / folder, own) for folder in folders):
        raise inside_dataset(out, dataset.root)


@dataclass(frozen=True)
class Export:
    """What is exported where; ``notes`` is the folder on this machine that keeps what was done."""

    source: Source
    format: Format
    store: Store
    options: Options
    notes: Path

    @cached_property
    def selection(self) -> Selection:
        return selection_of(self.options, self.source.classes.names)

    @cached_property
    def job(self) -> Job:
        self.format.check(self.options)
        return Job(self.source.classes.entries, self.options, self.selection.splits)

    @cached_property
    def sections(self) -> Sections:
        return Sections(self.format.shared(self.job))

    def run(self, runner: Runner, progress: Progress, stop: Event, resume: bool) -> ExportReport:
        """Raises LabelerError when a file cannot be written, or nobody can do the work."""
        report = ExportReport()
        job = self.job  # first: what is wrong with the options is said before anything is written
        report.splits = {split: 0 for split in job.splits if split}
        head = head_of(self.format.id, self.options, job.classes, __version__)
        if not resume:
            forget_interrupted(self.notes)
        with contextlib.ExitStack() as stack:
            earlier = stack.enter_context(
                contextlib.closing(Earlier(self.notes, head, self.sections, self.store))
            )
            ledger = stack.enter_context(contextlib.closing(Writing(self.notes, head)))
            earlier.forget_others()
            rows = stack.enter_context(contextlib.closing(Rows(self.sections, ledger.folder)))
            results = Results(self, earlier, ledger, rows, report)
            total = len(self.source.names)
            progress(0, total)
            for task, done in self._done(runner, self._tasks(earlier if resume else None, report, stop)):
                results.take(task, done)
                progress(task.position + 1, total)
            # Shared files with what there is so far would be written over complete ones.
            if not report.cancelled:
                results.finish()
                progress(total, total)
        return report

    # --- tasks -------------------------------------------------------------------------------------------

    def _tasks(self, earlier: Earlier | None, report: ExportReport, stop: Event) -> Iterator[Task]:
        names = self.source.names
        stems, numbers = output_stems(names), image_numbers(names)
        for position, (name, stem, number) in enumerate(zip(names, stems, numbers)):
            if stop.is_set():
                report.cancelled = True
                return
            if not (self.selection.empty or self.source.is_labelled(name)):
                report.unlabelled += 1
                continue
            known = earlier.find(name) if earlier else None
            yield Task(position, name, stem, number, *((known.key, known.files) if known else ()))

    def _done(self, runner: Runner, tasks: Iterator[Task]) -> Iterator[tuple[Task, Done]]:
        """Each task with what became of it."""
        begun: list[tuple[Task, ...]] = []

        def chunks() -> Iterator[Chunk]:
            while some := tuple(islice(tasks, runner.chunk_size)):
                begun.append(some)
                yield self.chunk(some)

        with contextlib.closing(runner.run(chunks())) as results:
            for result in results:
                yield from zip(begun.pop(0), result, strict=True)

    def chunk(self, tasks: Sequence[Task]) -> Chunk:
        part = self.source.part(task.name for task in tasks)
        return Chunk(tuple(tasks), part, self.format.id, self.job, self.selection, self.store, self._images)

    @cached_property
    def _images(self) -> ImageTaker | None:
        wanted = str(chosen(self.options, choices.IMAGES))
        if wanted == "auto":
            wanted = "copy" if self.format.takes_images else "none"
        return None if wanted == "none" else ImageTaker(wanted == "link", self.selection.scale)


class Results:
    """Takes what became of each task, in the order of the dataset, and puts it together."""

    def __init__(
        self, export: Export, earlier: Earlier, ledger: Writing, rows: Rows, report: ExportReport
    ) -> None:
        self._export = export
        self._earlier = earlier
        self._ledger = ledger
        self._rows = rows
        self._report = report
        #: Hashes of the names of all files: a set of the names of a million files would be large.
        self._files: set[int] = set()
        self._is_first = earlier.is_empty

    def take(self, task: Task, done: Done) -> None:
        if done.skipped:
            self._report.skip(done.name, done.skipped)
            self._keep(done.name)
        elif done.is_current:
            self._take_over(task)
        elif done.entry is None:
            self._report.filtered += 1
        else:
            self._report.files += len(done.entry.files)
            self._add(done.entry, done.rows)

    def finish(self) -> None:
        """Write the shared files, take away what stands for nothing any more, and close the ledger."""
        store = self._export.store
        self._earlier.close()  # files that are open cannot be replaced on Windows
        begins = write_shared(self._export.sections, self._rows, store)
        self._report.files += len(begins)
        self._files.update(map(hash, begins))
        for name, size in self._earlier.files():
            # Only what is still as it was written: anything else is somebody's own.
            if hash(name) not in self._files and store.size(name) == size:
                store.remove(name)
                self._report.removed += 1
        self._earlier.close()
        self._rows.close()
        self._ledger.finish(begins, {name: store.size(name) or 0 for name in begins})

    def _keep(self, name: str) -> None:
        """What an earlier export made of an image that cannot be read now is no reason to remove it."""
        if entry := self._earlier.find(name):
            self._files.update(hash(file) for file, _size in entry.files)
            # Known still, but never taken for up to date.
            self._ledger.add(Entry(name, "", entry.files))

    def _take_over(self, task: Task) -> None:
        """What an earlier export made of an image; should its rows be gone after all, it is done again."""
        entry = self._earlier.find(task.name)
        rows = self._earlier.rows(entry) if entry else None
        if entry is None or rows is None:
            again = task._replace(known="")
            (done,) = self._export.chunk([again]).work()
            self.take(again, done)
        else:
            self._report.current += 1
            self._add(entry, rows)

    def _add(self, entry: Entry, rows: dict[int, bytes]) -> None:
        self._report.images += 1
        if split := self._export.selection.split_of(entry.name):
            self._report.splits[split] += 1
        self._report.instances += entry.instances
        for loss, where in entry.losses:
            self._report.lose(loss, where)
        if not self._is_first:
            self._files.update(hash(name) for name, _size in entry.files)
        entry.pieces = self._rows.add(rows)
        self._ledger.add(entry)
        if self._report.images % _FLUSH_EVERY == 0:
            self._rows.flush()  # first: an entry must not stand for rows that are not there
            self._ledger.flush()
