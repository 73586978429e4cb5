"""A folder of images with their sidecars and one ``labeler.json``: from files to annotations and back."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from labeler.dataset import classes as class_list
from labeler.dataset import sidecar
from labeler.dataset.classes import DATASET_FILE, Classes
from labeler.dataset.scan import find, natural_key
from labeler.dataset.sidecar import SIDECAR_SUFFIX
from labeler.dataset.sizes import ScaledImage, check_size
from labeler.dataset.trash import TOOL_FOLDER, copy_to_trash, move_to_trash
from labeler.dataset.writing import Texts
from labeler.document import edits
from labeler.document.model import Annotation, ImageInfo
from labeler.errors import LabelerError
from labeler.files import read, read_if_there, reason, write_atomically
from labeler.i18n import _
from labeler.raster.images import IMAGE_SUFFIXES, image_size

Size = tuple[int, int]
#: Called with how many sidecars are done and how many there are.
Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class ImageEntry:
    """An image of the dataset; ``name`` is its path relative to the dataset, with ``/`` on every system."""

    name: str
    root: Path
    is_labelled: bool

    @property
    def path(self) -> Path:
        return self.root / self.name


@dataclass(frozen=True)
class Trashed:
    """An image that was moved to the trash, and where its files were and are."""

    entry: ImageEntry
    files: tuple[tuple[Path, Path], ...]


class Dataset:
    """An open dataset: what was in the folder when it was opened, and what was saved since.

    ``labels`` is where sidecars, ``labeler.json``, model masks and their trash are: the folder itself or a
    parallel tree. Images go to the folder's own trash.
    """

    def __init__(
        self, root: Path, labels: Path, images: tuple[ImageEntry, ...], sidecars: set[str], classes: Classes
    ) -> None:
        self.root = root
        self.labels = labels
        #: The saver marks on its own thread what the window lists.
        self._marking = threading.Lock()
        self._entries = list(images)
        self._images: tuple[ImageEntry, ...] | None = images
        self.classes = classes
        self._sidecars = sidecars  # names of the images that have one, also of images that are gone
        self._positions = {entry.name: position for position, entry in enumerate(images)}
        #: What was written for the image saved last: the next save of it costs what changed.
        self._texts = "", Texts()
        self._untouchable: set[str] = set()  # images whose sidecar could not be opened

    @classmethod
    def open(cls, root: Path, labels: Path | None = None, classes: Classes | None = None) -> Dataset:
        """Look through a folder. Raises LabelerError when it, or its ``labeler.json``, cannot be read.

        With ``labels`` the sidecars are in a parallel tree there, which may be still to be made. With
        ``classes`` no ``labeler.json`` is read: these are its classes.
        """
        found = find(root, is_image if labels else _is_image_or_sidecar)
        beside = found if labels is None else (find(labels, _is_sidecar) if labels.is_dir() else [])
        sidecars = {name.removesuffix(SIDECAR_SUFFIX) for name in beside if name.endswith(SIDECAR_SUFFIX)}
        names = sorted((n for n in found if not n.endswith(SIDECAR_SUFFIX)), key=natural_key)
        images = tuple(ImageEntry(name, root, name in sidecars) for name in names)
        # The very same texts, so that a hundred thousand names are in memory once.
        labelled = {entry.name for entry in images if entry.is_labelled}
        sidecars = labelled.union(sidecars - labelled) if len(labelled) < len(sidecars) else labelled
        classes = classes or class_list.find(root, labels) or class_list.default_classes()
        return cls(root, labels or root, images, sidecars, classes)

    @classmethod
    def of_image(cls, root: Path, name: str, labels: Path | None = None) -> Dataset:
        """A dataset of one image, of which no other is looked for. Raises LabelerError like ``open``."""
        labelled = ((labels or root) / (name + SIDECAR_SUFFIX)).is_file()
        classes = class_list.find(root, labels) or class_list.default_classes()
        entries = (ImageEntry(name, root, labelled),)
        return cls(root, labels or root, entries, {name} if labelled else set(), classes)

    @property
    def images(self) -> tuple[ImageEntry, ...]:
        """All images in their order, as they are now."""
        with self._marking:
            if self._images is None:  # made when asked for: an import of many labels would make it each time
                self._images = tuple(self._entries)
            return self._images

    def entry(self, name: str) -> ImageEntry:
        """The image of this name; raises LabelerError when the dataset has none."""
        try:
            return self._entries[self._positions[name]]
        except KeyError:
            raise LabelerError(
                _("There is no image {name} in {folder}.").format(name=name, folder=self.root)
            ) from None

    def sidecar(self, image: ImageEntry | str) -> Path:
        """Where the sidecar of an image is or will be."""
        name = image if isinstance(image, str) else image.name
        return self.labels / (name + SIDECAR_SUFFIX)

    @property
    def folders(self) -> list[Path]:
        """The folders that hold everything of it: the root, that of the sidecars, and where links lead to."""
        names = {entry.name.rpartition("/")[0] for entry in self._entries}
        roots = [Path(os.path.realpath(root)) for root in (self.root, self.labels)]
        places = {Path(os.path.realpath(root / name)) for root in roots for name in names}
        outside = {place for place in places if not any(place.is_relative_to(root) for root in roots)}
        return [*roots, *sorted(outside)]

    @property
    def has_class_list(self) -> bool:
        """Whether there is a ``labeler.json``; else the classes are those that every folder has."""
        return any((folder / DATASET_FILE).exists() for folder in (self.root, self.labels))

    @property
    def orphans(self) -> tuple[str, ...]:
        """Names of images that are not there though their sidecars are."""
        return tuple(sorted(self._sidecars - self._positions.keys(), key=natural_key))

    def load(self, name: str, size: Size | None = None) -> Annotation:
        """The annotation of an image: an empty one when it has no sidecar.

        ``size`` is the image's width and height as displayed, for who knows it already. Raises LabelerError
        for a sidecar that is malformed or of another size, and from then on refuses to write over it;
        ScaledImage, with the scaled annotation to offer, when the image was scaled; NewerVersion, with what
        can be shown.
        """
        entry = self.entry(name)
        size = size or image_size(entry.path)
        annotation = self._load_sidecar(name, size)
        # The image may have been renamed together with its sidecar; its place says whose annotation it is.
        info = replace(annotation.image, file=entry.path.name)
        return annotation if info == annotation.image else replace(annotation, image=info)

    def save(self, name: str, annotation: Annotation, pause: Callable[[], object] = lambda: None) -> None:
        """Write the sidecar of an image; an empty annotation moves it to the trash instead.

        ``pause`` is called between pieces of the work: for who saves beside something that must not wait.
        Raises LabelerError, with the file as it was, when it cannot be written or could not be read before.
        """
        path = self.sidecar(self.entry(name))
        if name in self._untouchable:
            raise LabelerError(
                _("{file} is not written over, because it could not be opened.").format(file=path)
            )
        if annotation.is_empty:
            if path.exists():
                move_to_trash(path, self.labels)
        else:
            self._make_folder(path.parent)
            if self._texts[0] != name:
                self._texts = name, Texts()
            self._texts[1].pause = pause
            sidecar.save(path, annotation, self._texts[1])
        self._mark(name, not annotation.is_empty)

    def keep_sidecar_in_trash(self, name: str) -> Path:
        """Put a copy of the sidecar of an image into the trash, before another is written in its place.

        Says where it is. Raises LabelerError when that cannot be done.
        """
        kept = copy_to_trash(self.sidecar(self.entry(name)), self.labels)
        self._untouchable.discard(name)
        return kept

    def forget_sidecar(self, name: str) -> Path:
        """Move the sidecar of an image to the trash, also one that cannot be read, and say where it is.

        Raises LabelerError.
        """
        kept = move_to_trash(self.sidecar(self.entry(name)), self.labels)
        self._untouchable.discard(name)
        self._mark(name, False)
        return kept

    def bring_sidecar_back(self, name: str, kept: Path) -> None:
        """Give an image the sidecar that is in the trash at ``kept``; the one it has now goes there.

        Raises LabelerError, with what it has now in its place.
        """
        path = self.sidecar(self.entry(name))
        if path.exists():
            data = read(kept)
            self.keep_sidecar_in_trash(name)
            write_atomically(path, data)
            with contextlib.suppress(OSError):  # then it is there twice
                kept.unlink()
        else:
            _move_back([(path, kept)])
        self._mark(name, True)

    def trash_image(self, name: str) -> Trashed:
        """Move an image, its sidecar and its model mask to the trash; ``restore_image`` brings them back.

        Raises LabelerError, with all of them in their old places, when one cannot be moved.
        """
        entry = self.entry(name)
        position = self._positions[name]
        files = [
            (entry.path, self.root),
            (self.sidecar(entry), self.labels),
            (self.model_mask(name), self.labels),
        ]
        moved: list[tuple[Path, Path]] = []
        try:
            for path, root in files:
                if path.exists():
                    moved.append((path, move_to_trash(path, root)))
        except LabelerError:
            _move_back(moved)
            raise
        self._set_images((*self.images[:position], *self.images[position + 1 :]))
        self._sidecars.discard(name)
        return Trashed(entry, tuple(moved))

    def restore_image(self, trashed: Trashed) -> int:
        """Bring a trashed image back; returns its place among the images.

        Raises LabelerError, with what it says left as it was.
        """
        for old, _new in trashed.files:
            if old.exists():
                raise LabelerError(
                    _("{file} cannot come back from the trash: another file has its place.").format(file=old)
                )
        _move_back(trashed.files)
        key = natural_key(trashed.entry.name)
        place = bisect_left(self.images, key, key=lambda entry: natural_key(entry.name))
        self._set_images((*self.images[:place], trashed.entry, *self.images[place:]))
        if trashed.entry.is_labelled:
            self._sidecars.add(trashed.entry.name)
        return place

    def model_mask(self, name: str) -> Path:
        """Where the mask that a model made for an image is or will be: with the sidecars."""
        return self.labels / TOOL_FOLDER / "masks" / f"{name}.png"

    def _set_images(self, images: tuple[ImageEntry, ...]) -> None:
        self._entries = list(images)
        self._images = images
        self._positions = {entry.name: position for position, entry in enumerate(images)}

    def follow(self, newer: Dataset) -> None:
        """Take which images are labelled, and the classes, from the same folder as it was opened later."""
        self._sidecars = set(newer._sidecars)
        self.classes = newer.classes
        self._set_images(
            tuple(
                entry
                if entry.is_labelled is (is_labelled := entry.name in self._sidecars)
                else replace(entry, is_labelled=is_labelled)
                for entry in self.images
            )
        )

    def reload_classes(self) -> None:
        """Take the classes as they are on disk now; raises LabelerError, with them as they were."""
        self.classes = class_list.find(self.root, self.labels) or self.classes

    def save_classes(self, classes: Classes) -> None:
        """Write ``labeler.json``; raises LabelerError with the file and the classes as they were."""
        self._make_folder(self.labels)
        class_list.save(self.labels, classes)
        self.classes = classes

    def rename_class(self, old: str, new: str, progress: Progress = lambda done, total: None) -> None:
        """Call a class differently in every sidecar and, last, in ``labeler.json``.

        Raises LabelerError before anything is written when a sidecar with this class cannot be read. What is
        cut off half way is completed by doing it again.
        """
        classes = self.classes.rename(old, new)
        new = classes.entries[self.classes.names.index(old)].name  # without the spaces around it
        paths = [self.sidecar(name) for name in sorted(self._sidecars)]
        affected = {path for path in _counted(paths, 0, progress) if _has_class(path, old)}
        for path in _counted(paths, len(paths), progress):
            if path in affected:
                sidecar.save(path, edits.rename_class(sidecar.load(path), old, new))
        self.save_classes(classes)

    def _load_sidecar(self, name: str, size: Size) -> Annotation:
        path = self.sidecar(name)
        self._untouchable.discard(name)
        try:
            data = read_if_there(path)
            if data is None:
                return Annotation(ImageInfo(Path(name).name, *size))
            annotation = sidecar.parse(data, path)
            check_size(annotation, size, name)
        except ScaledImage:
            raise  # its annotation may be taken, and saved
        except LabelerError:
            self._untouchable.add(name)
            raise
        return annotation

    def _make_folder(self, folder: Path) -> None:
        """Only in a parallel tree: in the dataset itself it is there, unless the disk was unplugged."""
        if self.labels == self.root:
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LabelerError(
                _("The folder {folder} cannot be made: {reason}.").format(folder=folder, reason=reason(error))
            ) from error

    def _mark(self, name: str, is_labelled: bool) -> None:
        (self._sidecars.add if is_labelled else self._sidecars.discard)(name)
        position = self._positions[name]
        entry = self._entries[position]
        if entry.is_labelled != is_labelled:
            entry = replace(entry, is_labelled=is_labelled)
            with self._marking:
                self._entries[position] = entry
                self._images = None


def locate(path: Path) -> tuple[Path, str | None]:
    """The dataset that a path the user named is in, and the image to show first (None for a folder).

    An image, or its sidecar, is in the nearest folder above it with a ``labeler.json``, else in its own
    folder. Raises LabelerError for what is neither a folder nor an image.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - follows no link, as the user would not
    if path.is_dir():
        return path, None
    if path.name.endswith(SIDECAR_SUFFIX):
        path = path.with_name(path.name.removesuffix(SIDECAR_SUFFIX))
    if not path.is_file():
        raise LabelerError(_("There is no folder or image {path}.").format(path=path))
    if not is_image(path.name):
        raise LabelerError(
            _("{path} is no image that labeler can open: it opens {suffixes}.").format(
                path=path, suffixes=", ".join(sorted(IMAGE_SUFFIXES))
            )
        )
    root = next((folder for folder in path.parents if (folder / DATASET_FILE).is_file()), path.parent)
    return root, path.relative_to(root).as_posix()


def _move_back(moved: Iterable[tuple[Path, Path]]) -> None:
    """Each file from where it is now to where it was."""
    for old, now in moved:
        try:
            shutil.move(now, old)
        except OSError as error:
            raise LabelerError(
                _("{file} could not be moved back to {place}: {reason}.").format(
                    file=now, place=old, reason=reason(error)
                )
            ) from error


def _counted(paths: list[Path], before: int, progress: Progress) -> Iterator[Path]:
    """The paths, each reported when it is done: the first or the second half of the work."""
    for done, path in enumerate(paths, before + 1):
        yield path
        progress(done, 2 * len(paths))


def _has_class(path: Path, name: str) -> bool:
    """Whether a sidecar has an instance of this class; LabelerError when it may have and cannot be read."""
    data = read_if_there(path)
    spelled = json.dumps(name, ensure_ascii=False).encode()
    if data is None or (spelled not in data and b"\\" not in data):  # \u00e9 is another way to write é
        return False
    return any(i.class_name == name for i in sidecar.parse(data, path).instances)


def is_image(name: str) -> bool:
    """Whether a file of this name is taken for an image."""
    return name.lower().endswith(IMAGE_SUFFIXES)


def _is_sidecar(name: str) -> bool:
    return name.endswith(SIDECAR_SUFFIX)


def _is_image_or_sidecar(name: str) -> bool:
    return is_image(name) or _is_sidecar(name)
