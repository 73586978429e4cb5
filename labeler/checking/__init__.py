"""Check: a dataset read and held against the rules; everything found, with the file it is in.

The one place that joins `labeler.dataset` with the rules of `labeler.document.checks`. Looks only: nothing is
written, moved or repaired. Knows neither window nor command line.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from labeler.checking.classes import classes_alike, unknown_classes, unused_classes
from labeler.checking.images import at_image
from labeler.checking.report import NOTE, PROBLEM, CheckReport, Finding, relative
from labeler.dataset import classes as class_list
from labeler.dataset.classes import DATASET_FILE, Classes
from labeler.dataset.dataset import Dataset, Progress
from labeler.dataset.scan import find_hidden
from labeler.dataset.sidecar import SIDECAR_SUFFIX
from labeler.errors import LabelerError
from labeler.files import is_temporary
from labeler.i18n import _

#: A file that is being saved is there for a moment only.
LEFT_OVER_AFTER_S = 60.0


def check(
    root: Path, labels: Path | None = None, progress: Progress = lambda done, total: None
) -> CheckReport:
    """Look at every image and sidecar of a dataset; ``labels`` as for ``Dataset.open``.

    ``progress`` is called with how many images are done, of how many. Raises LabelerError when the folder
    cannot be read or holds neither images nor sidecars.
    """
    report = CheckReport()
    classes = _classes(root, labels, report)
    dataset = Dataset.open(root, labels, classes or class_list.default_classes())
    orphans = dataset.orphans
    if not dataset.images and not orphans:
        raise LabelerError(_("{folder} has no images.").format(folder=root))
    report.images = len(dataset.images)
    report.labelled = sum(entry.is_labelled for entry in dataset.images)
    used: Counter[str] = Counter()
    read = 0
    for done, entry in enumerate(dataset.images):
        progress(done, report.images)
        findings, annotation = at_image(dataset, entry)
        if annotation:
            read += 1
            used.update(instance.class_name for instance in annotation.instances)
            findings += unknown_classes(annotation, entry.name, classes) if classes else []
        report.findings += findings
    progress(report.images, report.images)
    report.findings += [_orphan(dataset, name) for name in orphans]
    report.findings += _left_over(dataset)
    if classes:
        # What could not be read may be what uses a class.
        report.findings += unused_classes(classes, used) if read and read == report.labelled else []
        report.findings += classes_alike(classes, used)
    return report


def _classes(root: Path, labels: Path | None, report: CheckReport) -> Classes | None:
    """The dataset's classes; None when they cannot be read, which is a finding but ends nothing."""
    try:
        return class_list.find(root, labels) or class_list.default_classes()
    except LabelerError as error:
        report.findings.append(Finding("classes-unreadable", PROBLEM, DATASET_FILE, relative(error, root)))
        return None


def _orphan(dataset: Dataset, name: str) -> Finding:
    file = f"{name}{SIDECAR_SUFFIX}"
    sentence = _("There is no image {image}: bring it back, or move the sidecar away.").format(image=name)
    return Finding("image-missing", PROBLEM, file, sentence)


def _left_over(dataset: Dataset) -> Iterator[Finding]:
    for root in dict.fromkeys((dataset.root, dataset.labels)):
        if not root.is_dir():
            continue
        for name in find_hidden(root, is_temporary):
            if _age_s(root / name) > LEFT_OVER_AFTER_S:
                sentence = _("Left over where saving was cut off; nothing uses it: delete it.")
                yield Finding("left-over", NOTE, name, sentence)


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return 0.0  # gone: it was no left-over
