"""An image that was opened: its steps, what the disk holds of them, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.dataset.reading import NewerVersion
from labeler.dataset.sizes import ScaledImage
from labeler.document.model import Annotation, ImageInfo
from labeler.document.session import Session
from labeler.errors import LabelerError

if TYPE_CHECKING:
    from labeler.dataset.dataset import Dataset, ImageEntry

#: Time of the last change (ns) and size of a file; None when there is none.
Signature = tuple[int, int] | None

#: Stands for an annotation where there is none to show.
NO_IMAGE = Annotation(ImageInfo("", 1, 1))


@dataclass
class OpenImage:
    """One image that was opened: its steps, what is on disk, and what is wrong with it, if anything."""

    entry: ImageEntry
    session: Session
    saved: Annotation
    #: What was given to the saver last; it reaches the disk, and ``saved``, a little later.
    asked: Annotation | None = None
    signature: Signature = None
    image_signature: Signature = None
    #: Why nothing may be changed.
    read_only: str | None = None
    #: The same polygons for the size the image has now, if it was scaled.
    scaled: Annotation | None = None
    #: Why image or sidecar cannot be read.
    broken: str | None = None

    @property
    def is_saved(self) -> bool:
        return self.session.base is self.saved and not self.is_being_saved

    def is_current(self, dataset: Dataset) -> bool:
        """Neither the image nor its sidecar was changed by another program since."""
        return (self.signature, self.image_signature) == (
            signature_of(dataset, self.entry),
            file_signature(self.entry.path),
        )

    @property
    def is_being_saved(self) -> bool:
        return self.asked is not None and self.asked is not self.saved

    @property
    def last_kept(self) -> Annotation:
        """What the disk will hold when the saver is done: after undo and redo that is not ``saved``."""
        return self.saved if self.asked is None else self.asked


def open_image(entry: ImageEntry, dataset: Dataset) -> OpenImage:
    """Read the sidecar of an image; what may not be changed is ``read_only``, with the reason."""
    signature, image_signature = signature_of(dataset, entry), file_signature(entry.path)
    scaled: Annotation | None = None
    read_only: str | None = None
    broken: str | None = None
    try:
        annotation = dataset.load(entry.name)
    except NewerVersion as error:
        annotation, read_only = error.annotation or NO_IMAGE, str(error)
    except ScaledImage as error:
        annotation, read_only, scaled = error.annotation, str(error), error.annotation
    except LabelerError as error:
        # An unreadable file must never become an empty annotation that is saved over it.
        annotation, read_only = NO_IMAGE, str(error)
        broken = read_only
    return OpenImage(
        entry,
        Session(annotation),
        annotation,
        signature=signature,
        image_signature=image_signature,
        read_only=read_only,
        scaled=scaled,
        broken=broken,
    )


def signature_of(dataset: Dataset, image: ImageEntry | str) -> Signature:
    """Tells whether another program wrote the sidecar since; None without one."""
    return file_signature(dataset.sidecar(image))


def file_signature(path: Path) -> Signature:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
