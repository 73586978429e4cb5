"""Which image a mask file is for, and what of it: found again by the names that exports give.

`photo.png` is the mask of `photo.jpg`, `photo.jpg.png` where that keeps its suffix, and `photo.coin.png` what
is a coin on it, or its instance with the id "coin". Names that other tools use are understood as well:
`photo_mask.png`, and a folder `coin` with the masks of that class.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from labeler.formats.base import ClassInfo, Option
from labeler.formats.names import safe_names
from labeler.formats.reading import Images, files_below
from labeler.i18n import N_
from labeler.raster.images import IMAGE_SUFFIXES

CLASS, INSTANCE = "class", "instance"

SUFFIX = Option(
    "suffix",
    N_("X in photo.X.png is"),
    N_(
        "What X in the name photo.X.png says: the class, or which instance. auto: a class of the dataset, or "
        "a word that several images have."
    ),
    "auto",
    ("auto", CLASS, INSTANCE),
    (N_("class or instance"), N_("class"), N_("instance")),
)

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


def mask_files(source: Path, images: Images) -> dict[str, list[MaskFile]]:
    """All mask images in a folder, deep down, or the one that ``source`` is, by image; sorted.

    Raises LabelerError when there is no such folder.
    """
    found: dict[str, list[MaskFile]] = {}
    for path in files_below(source, *IMAGE_SUFFIXES):
        name = path.name if path == source else path.relative_to(source).as_posix()
        file = _mask_file(path, PurePosixPath(name), images)
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
        self._means = means
        users: dict[str, set[str]] = {}
        for image, some in files.items():
            for file in some:
                users.setdefault(file.suffix, set()).add(image)
        self._shared = {suffix for suffix, used in users.items() if len(used) > 1}

    def class_of(self, file: MaskFile) -> str | None:
        """The class that a file's name says; None when it says none."""
        if not file.suffix:
            lies_with_image = file.folder == PurePosixPath(file.image).parent.name
            return None if lies_with_image else self._known.get(file.folder)
        if self._means == INSTANCE:
            return None
        if known := self._known.get(file.suffix):
            return known
        is_word = file.suffix in self._shared and not file.suffix.isdecimal()
        return unquote(file.suffix) if self._means == CLASS or is_word else None
