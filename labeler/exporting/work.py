"""What is done for each image, in whatever process: read, choose, make the page, write its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from labeler.document.model import Annotation
from labeler.errors import LabelerError
from labeler.exporting.images import ImageTaker
from labeler.exporting.ledger import Entry
from labeler.exporting.selection import Selection
from labeler.exporting.source import Part
from labeler.formats import FORMATS
from labeler.formats.assembly import Sections
from labeler.formats.base import Format, ImageItem, Job, Page
from labeler.formats.output import NotWritten, Store
from labeler.formats.report import Loss


class Task(NamedTuple):
    """An image to export: the ``position``-th of the dataset. ``known`` is the key of what an earlier export
    made of it, ``files`` what it wrote."""

    position: int
    name: str
    stem: str
    number: int
    known: str = ""
    files: Sequence[tuple[str, int]] = ()


@dataclass
class Done:
    """What became of a task: an entry with rows, or a reason why there is none.

    ``is_current``: what an earlier export made is what this one would make.
    """

    name: str
    entry: Entry | None = None
    rows: dict[int, bytes] = field(default_factory=dict)
    is_current: bool = False
    skipped: str = ""


@dataclass(frozen=True)
class Chunk:
    """Some tasks with all they need: what is sent to another process."""

    tasks: tuple[Task, ...]
    part: Part
    format_id: str
    job: Job
    selection: Selection
    store: Store
    images: ImageTaker | None

    def work(self) -> list[Done]:
        format = next(format for format in FORMATS if format.id == self.format_id)
        sections = Sections(format.shared(self.job))
        return [self._done(task, format, sections) for task in self.tasks]

    def _done(self, task: Task, format: Format, sections: Sections) -> Done:
        try:
            key = f"{self.part.fingerprint(task.name)} {task.stem} {task.number}"
            if task.known == key and self._all_there(task):
                return Done(task.name, is_current=True)
            annotation = self.part.load(task.name)
            if not self.selection.wants(annotation):
                return Done(task.name)
            chosen = self.selection.of(annotation)
        except LabelerError as error:
            return Done(task.name, skipped=str(error))
        split = self.selection.split_of(task.name)
        item = ImageItem(task.name, task.stem, chosen, task.number, split)
        return self._written(item, format, sections, key)

    def _written(self, item: ImageItem, format: Format, sections: Sections, key: str) -> Done:
        page = Page()
        format.add(page, item, self.job)
        if _has_unknown_keys(item.annotation):
            page.lose(Loss.UNKNOWN, item.name)
        entry = Entry(item.name, key, instances=page.instances, losses=page.losses)
        if self.images:  # first: without its image nothing of it is written
            place = format.image_place(item, self.job)
            try:
                entry.files.append((place, self.images.take(self.part, item, place, self.store)))
            except NotWritten:
                raise
            except LabelerError as error:
                return Done(item.name, skipped=str(error))
        for name, data in page.files:
            self.store.write(name, data)
            entry.files.append((name, len(data)))
        return Done(item.name, entry, sections.joined(page))

    def _all_there(self, task: Task) -> bool:
        return all(self.store.size(name) == size for name, size in task.files)


def _has_unknown_keys(annotation: Annotation) -> bool:
    """Whether the sidecar says what only the program knows that wrote it: no format has a place for it."""
    return bool(annotation.extra or annotation.image.extra) or any(
        instance.extra or any(polygon.extra for polygon in instance.polygons)
        for instance in annotation.instances
    )


def work(chunk: Chunk) -> list[Done]:
    """A function of a module, as other processes want it."""
    return chunk.work()
