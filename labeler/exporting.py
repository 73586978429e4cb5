"""Export: a dataset read, a format writing, and what was found on the way.

The one place that joins `labeler.dataset` and `labeler.formats`, so that the window and the command line
write the same bytes. Knows neither of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from threading import Event

from labeler.dataset.dataset import Dataset, ImageEntry, Progress
from labeler.document.model import Annotation
from labeler.errors import LabelerError
from labeler.formats.base import EMPTY, Format, ImageItem, Options, chosen
from labeler.formats.names import output_stems
from labeler.formats.report import ExportReport
from labeler.i18n import _
from labeler.raster.images import check_image


class InsideDataset(LabelerError):  # noqa: N818 - a finding, caught by name
    """The files of the export would come to lie among the dataset's own."""


class _Cancelled(Exception):  # noqa: N818 - ends an export, as StopIteration ends a loop
    pass


def export(
    dataset: Dataset,
    format: Format,
    out: Path,
    options: Options,
    progress: Progress = lambda done, total: None,
    stop: Event | None = None,
) -> ExportReport:
    """Write what the dataset has on disk to the folder ``out``, made when missing.

    Images and sidecars that cannot be read are left out and in the report, each with its reason. ``progress``
    is called with how many images are done, of how many. Once ``stop`` is set no further image is begun: the
    files written so far stay, whole, and the report says ``cancelled``.

    Raises LabelerError for a dataset without images and when a file cannot be written, InsideDataset before
    anything is written.
    """
    if not dataset.images:
        raise LabelerError(_("{folder} has no images.").format(folder=dataset.root))
    refuse_to_write_into(dataset, out)
    report = ExportReport()
    items = _items(dataset, options, report, progress, stop or Event())
    try:
        format.write(items, dataset.classes.entries, out, options, report)
    except _Cancelled:
        report.cancelled = True
    return report


def refuse_to_write_into(dataset: Dataset, out: Path) -> None:
    """InsideDataset when a file of the export would come to lie among the dataset's images or sidecars."""
    folders = {PurePosixPath(entry.name).parent for entry in dataset.images}
    # Asked of the file system, because capitals, links and mounts give one folder different names.
    places = [root / folder for root in (dataset.root, dataset.labels) for folder in (Path(), *folders)]
    own = {_identity(place) for place in places} - {None}
    for folder in folders:
        target = (out / folder).resolve()
        if any(_identity(place) in own for place in (target, *target.parents)):
            raise InsideDataset(
                _("{out} would put files into the dataset {folder}; choose another folder.").format(
                    out=out, folder=dataset.root
                )
            )


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None  # a parallel tree of sidecars need not have every folder
    return status.st_dev, status.st_ino


def _items(
    dataset: Dataset, options: Options, report: ExportReport, progress: Progress, stop: Event
) -> Iterator[ImageItem]:
    stems = output_stems(entry.name for entry in dataset.images)
    known = {entry.name for entry in dataset.classes.entries}
    total = len(dataset.images)
    for done, entry in enumerate(dataset.images):
        progress(done, total)
        if stop.is_set():
            # Raised, not returned: a format that writes one file for all images would take what it has for
            # all there is, and write it over a complete one.
            raise _Cancelled
        if not (entry.is_labelled or chosen(options, EMPTY)):
            report.unlabelled += 1
            continue
        try:
            annotation = _load(dataset, entry, known)
        except LabelerError as error:
            report.skip(entry.name, str(error))
        else:
            yield ImageItem(entry.name, entry.path, annotation, stems[entry.name])
    progress(total, total)


def _load(dataset: Dataset, entry: ImageEntry, known: set[str]) -> Annotation:
    annotation = dataset.load(entry.name, check_image(entry.path))
    for instance in annotation.instances:
        if instance.class_name not in known:
            raise LabelerError(
                _("{file}: the class {name} of instance {id} is not in labeler.json; add it there.").format(
                    file=dataset.sidecar(entry.name), name=instance.class_name, id=instance.id
                )
            )
    return annotation
