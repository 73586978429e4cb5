"""Datasets and outputs at addresses that fsspec knows: ``s3://``, ``gs://``, ``file://`` (extra ``cluster``).

An address without ``://`` is a folder of this machine, as everywhere, and so is ``file://``.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from platformdirs import user_cache_path

from labeler.dataset import classes as class_list
from labeler.dataset import sidecar
from labeler.dataset.classes import DATASET_FILE, Classes, default_classes
from labeler.dataset.dataset import Dataset, is_image
from labeler.dataset.scan import natural_key
from labeler.dataset.sidecar import SIDECAR_SUFFIX
from labeler.dataset.sizes import check_size
from labeler.document.model import Annotation, ImageInfo
from labeler.errors import LabelerError
from labeler.exporting.source import LocalSource, Source, check_classes
from labeler.files import reason
from labeler.formats.output import Folder, NotWritten, Store, inside_dataset
from labeler.i18n import _
from labeler.raster.images import check_image_data

_LOCAL = "file://"
#: What file systems say of a file's content, or else of when it was written.
_MARKS = ("ETag", "etag", "md5Hash", "LastModified", "updated", "mtime")


def is_address(place: str) -> bool:
    """Whether this is an address, and not the path of a folder."""
    return "://" in place


def source_at(place: str, labels: str | None = None) -> Source:
    """The dataset in a folder or at an address. Raises LabelerError when it cannot be read."""
    folder, beside = _folder(place), _folder(labels) if labels else None
    if folder is not None and (labels is None or beside is not None):
        return LocalSource(Dataset.open(folder, beside))
    return RemoteSource.find(place, labels or place)


def store_at(place: str, source: Source | None = None) -> Store:
    """Where to write, in a folder or at an address: not among the files of ``source``."""
    folder = _folder(place)
    closed = source.folders if source else ()
    if folder is not None:
        return Folder(folder, [one for one in closed if isinstance(one, Path)])
    return Address(place, [one for one in closed if isinstance(one, str)])


def notes_for(place: str) -> Path:
    """The folder of this machine that notes what was written there: the place itself, if it is one."""
    folder = _folder(place)
    if folder is not None:
        return folder
    name = hashlib.sha256(place.rstrip("/").encode()).hexdigest()[:24]
    return user_cache_path("labeler", appauthor=False) / "exports" / name


def _folder(place: str) -> Path | None:
    if place in ("", _LOCAL, "://"):
        raise LabelerError(_("{address} is neither a folder nor an address.").format(address=place or '""'))
    if place.startswith(_LOCAL):
        return Path(_filesystem(place)._strip_protocol(place))
    return None if is_address(place) else Path(place)


def _filesystem(address: str) -> Any:
    """fsspec's file system of an address; raises LabelerError when it is not installed or not known."""
    try:
        import fsspec
    except ImportError as error:
        raise LabelerError(
            _('{address} needs the extra "cluster": pip install "polygon-labeler[cluster]".').format(
                address=address
            )
        ) from error
    try:
        # Listings kept from before would not show what other workers wrote meanwhile.
        return fsspec.core.url_to_fs(address, use_listings_cache=False)[0]
    except Exception as error:  # some connect at once, and each kind has errors of its own
        raise LabelerError(
            _("{address} cannot be used: {reason}.").format(address=address, reason=_short(error))
        ) from error


class Address:
    """A folder at an address: a store to write to, and files to read. Can be sent to another process.

    Nothing is written to the addresses ``closed`` or below: they are the dataset's.
    """

    def __init__(self, root: str, closed: Sequence[str] = ()) -> None:
        self.root = root.rstrip("/")
        self._closed = tuple(closed)

    def __reduce__(self) -> tuple[object, ...]:
        return Address, (self.root, self._closed)

    @cached_property
    def files(self) -> Any:
        return _filesystem(self.root)

    def at(self, name: str) -> str:
        return f"{self.root}/{name}"

    def write(self, name: str, data: bytes) -> None:
        with self._said(name, writing=True):
            self._make_parent(name)
            self.files.pipe_file(self.at(name), data)

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        # Collected here first: what is cut off half way must not be there as if it were whole.
        try:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "file"
                with path.open("xb") as file:
                    yield file
                with self._said(name, writing=True):
                    self._make_parent(name)
                    self.files.put_file(str(path), self.at(name))
        except OSError as error:  # this machine's own disk is full
            raise NotWritten(
                _("{file} could not be written: {reason}.").format(file=self.at(name), reason=reason(error))
            ) from error

    @contextlib.contextmanager
    def read(self, name: str) -> Iterator[BinaryIO]:
        with self._said(name), self.files.open(self.at(name), "rb") as file:
            yield file

    def size(self, name: str) -> int | None:
        try:
            return int(self.files.size(self.at(name)))
        except (OSError, TypeError):
            return None

    def remove(self, name: str) -> None:
        with self._said(name, writing=True), contextlib.suppress(FileNotFoundError):
            self.files.rm_file(self.at(name))

    def content(self, name: str) -> bytes:
        """A whole file; raises LabelerError."""
        with self._said(name):
            data: bytes = self.files.cat_file(self.at(name))
            return data

    def content_if_there(self, name: str) -> bytes | None:
        try:
            return self.content(name)
        except LabelerError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                return None
            raise

    def state(self, name: str) -> str:
        """What changes when a file does, without reading it."""
        with self._said(name):
            info = self.files.info(self.at(name))
            mark = next((info[key] for key in _MARKS if info.get(key) is not None), "")
            return f"{info.get('size')} {mark}"

    def names(self) -> list[str]:
        """Every file below, as a posix path, unsorted; nothing hidden. Raises LabelerError."""
        with self._said(""):
            below = self.files._strip_protocol(self.root)
            found = [path.removeprefix(below).lstrip("/") for path in self.files.find(below)]
        return [name for name in found if not any(part.startswith(".") for part in PurePosixPath(name).parts)]

    def _make_parent(self, name: str) -> None:
        folder = self.at(name).rpartition("/")[0]
        for closed in self._closed:
            if f"{folder}/".startswith(f"{closed}/"):
                raise inside_dataset(self.root, closed)
        self.files.makedirs(folder, exist_ok=True)

    @contextlib.contextmanager
    def _said(self, name: str, writing: bool = False) -> Iterator[None]:
        """What the file system raises as a LabelerError; each kind has errors of its own."""
        try:
            yield
        except LabelerError:
            raise
        except Exception as error:
            kind, text = LabelerError, _("{file} could not be read: {reason}.")
            if writing:
                kind, text = NotWritten, _("{file} could not be written: {reason}.")
            raise kind(text.format(file=self.at(name).rstrip("/"), reason=_short(error))) from error


def _short(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


class RemoteSource:
    """A dataset at an address."""

    def __init__(self, images: Address, labels: Address, names: list[str], sidecars: set[str]) -> None:
        self._images = images
        self._labels = labels
        self.names = names
        self._sidecars = sidecars
        self.title = images.root
        self.folders = (images.root, labels.root)

    @classmethod
    def find(cls, images: str, labels: str) -> RemoteSource:
        """Raises LabelerError when there is no such place."""
        at, beside = Address(images), Address(labels)
        found = at.names()
        names = sorted(filter(is_image, found), key=natural_key)
        other = found if images == labels else beside.names()
        sidecars = {name.removesuffix(SIDECAR_SUFFIX) for name in other if name.endswith(SIDECAR_SUFFIX)}
        return cls(at, beside, names, sidecars)

    @cached_property
    def classes(self) -> Classes:
        for place in (self._labels, self._images):
            if (data := place.content_if_there(DATASET_FILE)) is not None:
                return class_list.parse(data, place.at(DATASET_FILE))
        return default_classes()

    def is_labelled(self, name: str) -> bool:
        return name in self._sidecars

    def part(self, names: Iterable[str]) -> RemotePart:
        return RemotePart(self._images, self._labels, frozenset(self.classes.names))


class RemotePart:
    """Reads images and sidecars at an address."""

    def __init__(self, images: Address, labels: Address, class_names: frozenset[str]) -> None:
        self._images = images
        self._labels = labels
        self._class_names = class_names

    def fingerprint(self, name: str) -> str:
        data = self._labels.content_if_there(name + SIDECAR_SUFFIX) or b""
        return f"{hashlib.blake2b(data, digest_size=12).hexdigest()} {self._images.state(name)}"

    def load(self, name: str) -> Annotation:
        size = check_image_data(self._images.content(name), self._images.at(name))
        file = PurePosixPath(name).name
        data = self._labels.content_if_there(name + SIDECAR_SUFFIX)
        if data is None:
            return Annotation(ImageInfo(file, *size))
        where = self._labels.at(name + SIDECAR_SUFFIX)
        annotation = sidecar.parse(data, where)
        check_size(annotation, size, name)
        check_classes(annotation, self._class_names, where)
        # The image may have been renamed together with its sidecar; its place says whose annotation it is.
        return replace(annotation, image=replace(annotation.image, file=file))

    def image(self, name: str) -> Path | BinaryIO:
        return io.BytesIO(self._images.content(name))
