"""Datasets on disk, and the command line run on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner, Result
from PIL import Image

from labeler.cli import main
from labeler.dataset import classes, sidecar
from labeler.dataset.classes import ClassEntry, Classes
from labeler.document.model import Annotation
from tests.formats.cases import CLASSES


def dataset_in(
    folder: Path, images: Mapping[str, Annotation | None], labels: Path | None = None, size=(100, 80)
) -> Path:
    """A folder of plain images; those with an annotation are labelled."""
    entries = tuple(ClassEntry(entry.name, entry.index, entry.color) for entry in CLASSES)
    (labels or folder).mkdir(parents=True, exist_ok=True)
    classes.save(labels or folder, Classes(entries))
    for name, annotation in images.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, (40, 80, 120)).save(path)
        if annotation is not None:
            info = replace(annotation.image, file=path.name)
            beside = (labels or folder) / f"{name}.labels.json"
            beside.parent.mkdir(parents=True, exist_ok=True)
            sidecar.save(beside, replace(annotation, image=info))
    return folder


def labeler(*words: object) -> Result:
    """Run the command line; anything but a proper end is raised."""
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
