"""Import: a format reading, a dataset written, and what was found on the way.

Joins `labeler.formats` and `labeler.dataset` for the window and the command line alike. Knows neither.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

from labeler.dataset.classes import ClassEntry, Classes
from labeler.dataset.dataset import Dataset
from labeler.document.model import Annotation
from labeler.errors import LabelerError
from labeler.files import read_if_there
from labeler.formats import choices
from labeler.formats.base import Format, Options, chosen, number
from labeler.formats.guessing import guessed
from labeler.formats.names import hashed
from labeler.formats.reading import FoundClass, FoundImage, Images, Reading
from labeler.formats.report import ImportReport, Report, Written
from labeler.i18n import _
from labeler.raster.images import image_size

#: Called with how many images are done, of how many.
Progress = Callable[[int, int], object]

_ID_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
_ID_LENGTH = 4
#: After so many in one image ids get longer: those of four signs run out.
_MANY_IDS = 100_000
_LAST_INDEX = 254


def import_labels(
    source: Path,
    format: Format,
    dataset: Dataset,
    options: Options,
    progress: Progress = lambda done, total: None,
    stop: Event | None = None,
    *,
    dry_run: bool = False,
) -> ImportReport:
    """Give the images of the dataset the labels that a file or folder of another tool has for them.

    Images with labels keep them unless the options say to replace them or to add to them. Classes that the
    dataset has not are added. What is wrong with one image is in the report and stops no other. With
    ``dry_run`` nothing is written and the report says what would be. Once ``stop`` is set no further image is
    begun.

    The same source gives the same ids and so the same sidecars. Raises LabelerError when the source cannot be
    read as a whole, or a file cannot be written.
    """
    return _Import(dataset, options, dry_run).run(source, format, progress, stop or Event())


def take_back(
    dataset: Dataset,
    report: ImportReport,
    progress: Progress = lambda done, total: None,
    stop: Event | None = None,
) -> Report:
    """Undo an import: sidecars that it wrote go to the trash, those that were there before come back.

    Only where nothing was changed since: an image whose sidecar has other bytes than the import wrote keeps
    it, and is among the ``skipped`` of what is returned with the reason. Classes that were added stay.
    What was taken back is not in ``report.written`` any more: what ``stop`` cut off can be gone on with.
    """
    told = Report()
    names = list(report.written)
    for done, name in enumerate(names):
        progress(done, len(names))
        if stop and stop.is_set():
            told.cancelled = True
            return told
        try:
            _take_back(dataset, name, report.written[name])
        except LabelerError as error:
            told.skip(name, str(error))
        else:
            del report.written[name]
            told.images += 1
    progress(len(names), len(names))
    return told


def _take_back(dataset: Dataset, name: str, written: Written) -> None:
    if _digest(dataset, name) != written.digest:
        raise LabelerError(
            _("{name} was changed since the import and keeps the labels it has.").format(name=name)
        )
    if written.kept:
        dataset.bring_sidecar_back(name, written.kept)
    else:
        dataset.forget_sidecar(name)


def _digest(dataset: Dataset, name: str) -> bytes:
    """Of the bytes of a sidecar; empty when there is none. Raises LabelerError when it cannot be read."""
    data = read_if_there(dataset.sidecar(name))
    return b"" if data is None else hashlib.blake2b(data, digest_size=16).digest()


@dataclass
class _Import:
    dataset: Dataset
    options: Options
    dry_run: bool
    report: ImportReport = field(default_factory=ImportReport)

    def __post_init__(self) -> None:
        self._replaces = bool(chosen(self.options, choices.REPLACE))
        self._adds = bool(chosen(self.options, choices.ADD))
        if self._replaces and self._adds:
            raise LabelerError(_("Labels that are there can be replaced or added to, not both."))
        self.report.dry = self.dry_run
        self._classes = _without_default(self.dataset)
        #: What this import gave an image so far: a source may say something about it in several places.
        self._begun: set[str] = set()
        #: Classes that the source has listed so far, by name.
        self._listed: dict[str, FoundClass] = {}
        self._labelled = {entry.name for entry in self.dataset.images if entry.is_labelled}

    def run(self, source: Path, format: Format, progress: Progress, stop: Event) -> ImportReport:
        reading = self._reading()
        found = format.read(source, reading)
        if not found:
            raise LabelerError(_nothing(source, format))
        for done, image in enumerate(found):
            progress(done, len(found))
            if stop.is_set():
                self.report.cancelled = True
                return self.report
            self._take(image, reading)
            for loss, where in reading.losses:
                self.report.lose(loss, where)
            reading.losses.clear()
        progress(len(found), len(found))
        return self.report

    def _reading(self) -> Reading:
        default = str(chosen(self.options, choices.CLASS)).strip() or self.dataset.classes.names[0]
        return Reading(
            Images([entry.name for entry in self.dataset.images]),
            self.dataset.classes.entries,
            self.options,
            default,
            number(self.options, choices.TOLERANCE),
        )

    def _take(self, image: FoundImage, reading: Reading) -> None:
        name = reading.images.match(image.image)
        if name is None:
            self.report.unknown.append(image.image)
            return
        if name in self._labelled and name not in self._begun and not (self._replaces or self._adds):
            self.report.kept.append(name)
            return
        try:
            annotation = self._annotation(name, image)
        except LabelerError as error:
            self.report.skip(name, str(error))
            return
        if annotation.is_empty:
            if self._replaces and name in self._labelled and name not in self._begun:
                self._empty(name)
            return
        try:
            self._add_classes(annotation, reading.found_classes)
        except LabelerError as error:
            self.report.skip(name, f"{image.where}: {error}")
            return
        self._put(name, annotation)

    def _annotation(self, name: str, image: FoundImage) -> Annotation:
        size = image_size(self.dataset.entry(name).path)
        if image.size is not None and image.size != size:
            raise LabelerError(
                _("{where} is for {width}×{height} px, but {image} has {image_width}×{image_height}.").format(
                    where=image.where,
                    width=image.size[0],
                    height=image.size[1],
                    image=name,
                    image_width=size[0],
                    image_height=size[1],
                )
            )
        return image.read(size)

    # --- sidecars ----------------------------------------------------------------------------------------

    def _empty(self, name: str) -> None:
        """The source says that there is nothing on an image with labels: they go to the trash."""
        try:
            if not self.dry_run:
                self.report.written[name] = Written(b"", self.dataset.forget_sidecar(name))
        except LabelerError as error:
            self.report.skip(name, str(error))
            return
        self._begun.add(name)
        self.report.replaced += 1

    def _put(self, name: str, found: Annotation) -> None:
        again = name in self._begun
        before = None
        try:
            if (again or (self._adds and name in self._labelled)) and not self.dry_run:
                before = self.dataset.load(name)
            if not self.dry_run:
                self._write(name, _together(before, found, name), keeps=name in self._labelled and not again)
        except LabelerError as error:
            self.report.skip(name, str(error))
            return
        self._begun.add(name)
        self.report.images += not again
        self.report.instances += len(found.instances)
        self.report.replaced += name in self._labelled and not again

    def _write(self, name: str, annotation: Annotation, *, keeps: bool) -> None:
        earlier = self.report.written.get(name, Written(b"", None))
        kept = self.dataset.keep_sidecar_in_trash(name) if keeps else earlier.kept
        self.dataset.save(name, annotation)
        with contextlib.suppress(LabelerError):  # it is written, only that nobody can say what
            self.report.written[name] = Written(_digest(self.dataset, name), kept)

    # --- classes -----------------------------------------------------------------------------------------

    def _add_classes(self, annotation: Annotation, found: list[FoundClass]) -> None:
        """Those the source lists, in its order, then those it only uses; ``labeler.json`` before sidecars.

        Should there be no room for all that are listed, only those in use come. LabelerError when there is
        none for them.
        """
        listed = list(found)
        self._listed.update((one.name, one) for one in listed)
        found.clear()
        names = dict.fromkeys(instance.class_name for instance in annotation.instances)
        used = [self._listed.get(name, FoundClass(name)) for name in names]
        try:
            larger = self._with_classes((*listed, *used))
        except LabelerError:
            larger = self._with_classes(used)
        if larger is None or larger is self._classes:
            return
        known = self._classes.names if self._classes else ()
        self.report.classes += [name for name in larger.names if name not in known]
        self._classes = larger
        if not self.dry_run:
            self.dataset.save_classes(larger)

    def _with_classes(self, wanted: Iterable[FoundClass]) -> Classes | None:
        classes = self._classes
        for one in wanted:
            if classes is None:
                first = ClassEntry(one.name, 1, one.color or self.dataset.classes.entries[0].color)
                if one.index is not None and 1 <= one.index <= _LAST_INDEX:
                    first = replace(first, index=one.index)
                classes = Classes((first,))
            elif not classes.by_name(one.name):
                classes = classes.add(one.name, one.color, one.index)
        return classes


def _nothing(source: Path, format: Format) -> str:
    """The sentence for a source in which a format finds no image."""
    like = guessed(source)
    if like and like != format.id:
        return _("{source} has nothing of the format {format}; it looks like {like}.").format(
            source=source, format=format.id, like=like
        )
    return _("{source} has nothing of the format {format}.").format(source=source, format=format.id)


def _without_default(dataset: Dataset) -> Classes | None:
    """The dataset's classes; None when it has no list of its own and nothing is labelled.

    The source's classes then take the place of the one that a folder has by default, at their own indices.
    """
    if dataset.has_class_list or any(entry.is_labelled for entry in dataset.images):
        return dataset.classes
    return None


# --- annotations -------------------------------------------------------------------------------------------


def _together(before: Annotation | None, found: Annotation, name: str) -> Annotation:
    """What was there and what was found, with ids that come from the image's name and the place in it."""
    if before is None:
        before = Annotation(replace(found.image, file=name.rpartition("/")[2]))
    ids = _ids(name, {instance.id for instance in before.instances})
    instances = tuple(replace(instance, id=next(ids)) for instance in found.instances)
    return replace(
        before,
        instances=(*before.instances, *instances),
        exclude=(*before.exclude, *found.exclude),
        ignore=(*before.ignore, *found.ignore),
        flags={**before.flags, **found.flags},
        extra={**before.extra, **found.extra},
    )


def _ids(name: str, taken: set[str]) -> Iterator[str]:
    """Short ids, the same ones every time, none of which is taken."""
    count = 0
    while True:
        count += 1
        bits = hashed(f"{name}/{count}", 60)
        id = "".join(_ID_ALPHABET[bits // 36**place % 36] for place in range(_ID_LENGTH + count // _MANY_IDS))
        if id not in taken:
            taken.add(id)
            yield id
