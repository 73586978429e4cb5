"""An image and its sidecar: both readable, made for each other, and what the rules find in it."""

from __future__ import annotations

from collections.abc import Iterator

from labeler.checking.report import PROBLEM, Finding, relative
from labeler.dataset import sidecar
from labeler.dataset.dataset import Dataset, ImageEntry
from labeler.dataset.reading import NewerVersion
from labeler.dataset.sizes import ScaledImage, check_size
from labeler.document import checks
from labeler.document.model import Annotation
from labeler.errors import LabelerError
from labeler.i18n import _
from labeler.raster.images import check_image
from labeler.raster.runs import rasterize

#: Rules that say already why an instance covers no pixel.
_WITHOUT_PIXELS = {"no-include", "outside"}


def at_image(dataset: Dataset, entry: ImageEntry) -> tuple[list[Finding], Annotation | None]:
    """What is found at an image and its sidecar; the annotation, if it has one that can be read."""
    findings: list[Finding] = []
    size = None
    try:
        size = check_image(entry.path)
    except LabelerError as error:
        findings.append(Finding("image-unreadable", PROBLEM, entry.name, relative(error, dataset.root)))
    if not entry.is_labelled:
        return findings, None
    try:
        annotation = sidecar.load(dataset.sidecar(entry))
    except LabelerError as error:
        rule = "sidecar-newer" if isinstance(error, NewerVersion) else "sidecar-unreadable"
        findings.append(Finding(rule, PROBLEM, entry.name, relative(error, dataset.labels)))
        return findings, None
    if size:
        findings += _size(annotation, size, entry.name)
    findings += _rules(annotation, entry.name)
    return findings, annotation


def _size(annotation: Annotation, size: tuple[int, int], name: str) -> Iterator[Finding]:
    try:
        check_size(annotation, size, name)
    except ScaledImage as error:
        yield Finding("image-scaled", PROBLEM, name, str(error))
    except LabelerError as error:
        yield Finding("image-size", PROBLEM, name, str(error))


def _rules(annotation: Annotation, name: str) -> Iterator[Finding]:
    """What the rules find, and instances without a pixel, which only the mask can tell."""
    found = checks.check(annotation)
    yield from (_finding(annotation, one, name) for one in found)
    explained = {one.owner for one in found if one.rule in _WITHOUT_PIXELS}
    try:
        masks = rasterize(annotation)
    except LabelerError as error:
        yield Finding("image-size", PROBLEM, name, str(error))
        return
    for instance, mask in zip(annotation.instances, masks.instances, strict=True):
        if mask.is_empty and instance.id not in explained:
            sentence = _("The instance covers no pixel, so exports leave it out: redraw or delete it.")
            yield Finding("no-pixel", PROBLEM, name, sentence, instance.id, instance.class_name)


def _finding(annotation: Annotation, found: checks.Finding, name: str) -> Finding:
    instance = annotation.instance(found.owner) if isinstance(found.owner, str) else None
    return Finding(
        found.rule,
        found.severity,
        name,
        found.sentence,
        instance.id if instance else None,
        instance.class_name if instance else None,
        found.ref.index if found.ref else None,
        annotation.polygon(found.ref).role if found.ref else None,
        found.places,
    )
