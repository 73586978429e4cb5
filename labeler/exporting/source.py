"""Where an export reads from: what it needs of a dataset, and only that, so that it may lie elsewhere too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from labeler.dataset.classes import Classes, default_classes
from labeler.dataset.dataset import Dataset, ImageEntry
from labeler.document.model import Annotation
from labeler.errors import LabelerError
from labeler.files import read_if_there
from labeler.i18n import _
from labeler.raster.images import check_image


class Source(Protocol):
    """A dataset to export, or some of its images. A part can be sent to another process."""

    @property
    def title(self) -> str:
        """What messages call it."""

    @property
    def folders(self) -> Sequence[Path | str]:
        """Folders, or addresses, with its files: nothing may be written into them or below."""

    @property
    def classes(self) -> Classes: ...

    @property
    def names(self) -> list[str]:
        """All images, in the order of the dataset."""

    def is_labelled(self, name: str) -> bool: ...

    def part(self, names: Iterable[str]) -> Part:
        """These images alone."""


class Part(Protocol):
    """Some images of a source, as a worker gets them."""

    def fingerprint(self, name: str) -> str:
        """Of the image and its sidecar: it changes when either does. Raises LabelerError."""

    def load(self, name: str) -> Annotation:
        """The annotation of an image that was looked at; raises LabelerError for what cannot be read."""

    def image(self, name: str) -> Path | BinaryIO:
        """The image itself."""


@dataclass(frozen=True)
class LocalSource:
    """A dataset on this machine."""

    dataset: Dataset

    @property
    def title(self) -> str:
        return str(self.dataset.root)

    @property
    def folders(self) -> list[Path]:
        return self.dataset.folders

    @property
    def classes(self) -> Classes:
        return self.dataset.classes

    @property
    def names(self) -> list[str]:
        return [entry.name for entry in self.dataset.images]

    def is_labelled(self, name: str) -> bool:
        return self.dataset.entry(name).is_labelled

    def part(self, names: Iterable[str]) -> LocalPart:
        entries = tuple(self.dataset.entry(name) for name in names)
        class_names = frozenset(self.dataset.classes.names)
        return LocalPart(self.dataset.root, self.dataset.labels, entries, class_names)


class LocalPart:
    """Some images of a dataset on this machine."""

    def __init__(
        self, root: Path, labels: Path, entries: tuple[ImageEntry, ...], class_names: frozenset[str]
    ) -> None:
        self._given = root, labels, entries, class_names
        self._class_names = class_names
        labelled = {entry.name for entry in entries if entry.is_labelled}
        self._dataset = Dataset(root, labels, entries, labelled, default_classes())

    def __reduce__(self) -> tuple[object, ...]:
        return LocalPart, self._given

    def fingerprint(self, name: str) -> str:
        data = read_if_there(self._dataset.sidecar(name)) or b""
        digest = hashlib.blake2b(data, digest_size=12).hexdigest()
        try:
            status = self.image(name).stat()
        except OSError:
            return f"{digest} gone"
        return f"{digest} {status.st_size} {status.st_mtime_ns}"

    def load(self, name: str) -> Annotation:
        annotation = self._dataset.load(name, check_image(self.image(name)))
        check_classes(annotation, self._class_names, self._dataset.sidecar(name))
        return annotation

    def image(self, name: str) -> Path:
        return self._dataset.entry(name).path


def check_classes(annotation: Annotation, known: frozenset[str], sidecar: object) -> None:
    """LabelerError when an instance is of a class that the dataset does not list."""
    for instance in annotation.instances:
        if instance.class_name not in known:
            raise LabelerError(
                _("{file}: the class {name} of instance {id} is not in labeler.json; add it there.").format(
                    file=sidecar, name=instance.class_name, id=instance.id
                )
            )
