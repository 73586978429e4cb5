"""Which image a mask file is for, and what of it: found again by the names that exports give.

`photo.png` is the mask of `photo.jpg`, `photo.jpg.png` where that keeps its suffix, and `photo.coin.png` what
is a coin on it, or its instance with the id "coin". Names that other tools use are understood as well:
`photo_mask.png`, and a folder `coin` with the masks of that class.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from labeler.formats.base import ClassInfo, ImageItem, Option, in_split
from labeler.formats.names import safe_names
from labeler.formats.reading import Images, files_below
from labeler.i18n import N_
from labeler.raster.images import IMAGE_SUFFIXES

#: Copies of the images lie here: beside its mask `photo.png` there is no room for a `photo.png`.
_IMAGES = "_images"

AUTO, CLASS, INSTANCE = "auto", "class", "instance"

SUFFIX = Option(
    "suffix",
    N_("X in photo.X.png is"),
    N_(
        "What X in names like photo.X.png says: the class, or which instance. auto: instances where all look "
        "like ids, which are numbers or four letters and digits."
    ),
    AUTO,
    (AUTO, CLASS, INSTANCE),
    (N_("what it looks like"), N_("class"), N_("instance")),
)

#: Ids as this program makes them, and numbers.
_LIKE_ID = re.compile(r"[0-9a-z]{4}|[0-9]+")
#: What other tools put behind an image's name to say that it is a mask.
_ENDINGS = ("_cp_masks", "_masks", "_mask", "-mask", "_seg", "_segmentation", "_labels", "_label", "_gt")


@dataclass(frozen=True)
class MaskFile:
    """A mask: ``image`` is the dataset's image, else the file's own name as the source has it; ``suffix`` is
    X in `photo.X.png`, and ``folder`` the one it lies in."""

    path: Path
    image: str
    is_known: bool
    suffix: str = ""
    folder: str = ""


def image_place(item: ImageItem) -> str:
    """Where a copy of the image belongs, out of the way of masks."""
    return in_split(item, f"{_IMAGES}/{item.name}")


def mask_files(source: Path, images: Images) -> dict[str, list[MaskFile]]:
    """All mask images in a folder, deep down, or the one that ``source`` is, by image; sorted.

    Raises LabelerError when there is no such folder.
    """
    found: dict[str, list[MaskFile]] = {}
    for path in files_below(source, *IMAGE_SUFFIXES):
        name = PurePosixPath(path.name if path == source else path.relative_to(source).as_posix())
        if _IMAGES in name.parts:
            continue
        file = _mask_file(path, name, images)
        found.setdefault(file.image, []).append(file)
    return found


def _mask_file(path: Path, name: PurePosixPath, images: Images) -> MaskFile:
    folder = name.parent.name
    stem = name.with_suffix("")
    if image := _image_of(stem, images):
        return MaskFile(path, image, True, folder=folder)
    if stem.suffix and (image := _image_of(stem.with_suffix(""), images)):
        return MaskFile(path, image, True, stem.suffix[1:], folder)
    for ending in _ENDINGS:
        shorter = stem.name.removesuffix(ending)
        if shorter and shorter != stem.name and (image := _image_of(stem.with_name(shorter), images)):
            return MaskFile(path, image, True, folder=folder)
    return MaskFile(path, str(name), False)


def _image_of(stem: PurePosixPath, images: Images) -> str | None:
    """The image of this name without the mask's own suffix, which may be the image's whole name."""
    # With a suffix, so that what looks like one in "two.dots" is not taken off.
    if image := images.match(f"{stem}.png"):
        return image
    return images.match(str(stem)) if stem.suffix.lower() in IMAGE_SUFFIXES else None


class Suffixes:
    """What X in `photo.X.png` stands for."""

    def __init__(
        self, files: Mapping[str, Iterable[MaskFile]], classes: Iterable[ClassInfo], means: str
    ) -> None:
        names = [entry.name for entry in classes]
        self._known = dict(zip(safe_names(names), names))
        self._means = _meant(files, self._known) if means == AUTO else means

    def class_of(self, file: MaskFile) -> str | None:
        """The class that a file's name says; None when it says none."""
        if not file.suffix:
            lies_with_image = file.folder == PurePosixPath(file.image).parent.name
            return None if lies_with_image else self._known.get(file.folder)
        if self._means == INSTANCE:
            return None
        return self._known.get(file.suffix) or unquote(file.suffix)


def _meant(files: Mapping[str, Iterable[MaskFile]], known: Container[str]) -> str:
    """An export writes classes or instances, not both."""
    users: dict[str, set[str]] = {}
    for image, some in files.items():
        for file in some:
            if file.suffix:
                users.setdefault(file.suffix, set()).add(image)
    words = sum(not _LIKE_ID.fullmatch(suffix) for suffix in users)
    # Where two ids would have met, one is longer.
    if 10 * words > len(users) or any(suffix in known for suffix in users):
        return CLASS
    # Ids of instances are drawn by lot, and numbers begin again with each image.
    shared = sum(len(images) > 1 and not suffix.isdecimal() for suffix, images in users.items())
    return CLASS if 2 * shared > len(users) else INSTANCE
