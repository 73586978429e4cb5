"""What `import labeler` offers to people's own code: labels, their masks, exports and imports. Without Qt.

Everything here is documented in docs/python.md, whose examples are tests, and changes by semantic versioning:
what is there stays as it is until the first number of the version goes up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labeler import exporting, importing
from labeler.dataset.classes import ClassEntry
from labeler.dataset.dataset import Dataset as _Dataset
from labeler.dataset.dataset import locate
from labeler.document.model import Annotation, ImageInfo, Instance, Polygon, Role
from labeler.errors import LabelerError
from labeler.formats import FORMATS
from labeler.formats.base import Format, Option, Options, Value
from labeler.formats.choices import EXPORT_OPTIONS, IMPORT_OPTIONS
from labeler.formats.report import ExportReport, ImportReport
from labeler.i18n import _
from labeler.raster import images
from labeler.raster.images import image_size
from labeler.raster.masks import indexed, instance_ids
from labeler.raster.rle import runs_of
from labeler.raster.runs import ImageMasks, Runs, rasterize
from labeler.raster.tracing import trace as _areas

__all__ = [
    "Annotation",
    "Dataset",
    "ExportReport",
    "ImageInfo",
    "ImageMasks",
    "ImportReport",
    "Instance",
    "LabelerError",
    "Polygon",
    "Role",
    "Runs",
    "Sample",
    "decode_rle",
    "export",
    "import_labels",
    "list_formats",
    "load",
    "rasterize",
    "read_image",
    "save",
    "trace",
]


def load(image: str | Path, labels: str | Path | None = None) -> Annotation:
    """The annotation of an image: from the sidecar beside it, an empty one when there is none.

    ``labels`` is the folder of a parallel tree of sidecars, as `labeler edit --labels` takes it. Raises
    LabelerError for what is no image, and for a sidecar that is malformed or made for another size.
    """
    dataset, name = _at(image, labels)
    return dataset.load(name)


def save(image: str | Path, annotation: Annotation, labels: str | Path | None = None) -> None:
    """Write the annotation of an image to its sidecar, whole or not at all.

    An empty annotation removes the sidecar, to the dataset's trash. Raises LabelerError, with the file as it
    was, when the annotation is of another size than the image, or cannot be written.
    """
    dataset, name = _at(image, labels)
    size = image_size(dataset.entry(name).path)
    if (annotation.image.width, annotation.image.height) != size:
        raise LabelerError(
            _("{file} has {width}×{height} px, its annotation is for {other_width}×{other_height}.").format(
                file=image,
                width=size[0],
                height=size[1],
                other_width=annotation.image.width,
                other_height=annotation.image.height,
            )
        )
    dataset.save(name, annotation)


def _at(image: str | Path, labels: str | Path | None) -> tuple[_Dataset, str]:
    """A dataset of this image alone: looking for the others would take as long as there are others."""
    root, name = locate(Path(image))
    if name is None:
        raise LabelerError(_("{path} is a folder, and not an image.").format(path=image))
    return _Dataset.of_image(root, name, None if labels is None else Path(labels)), name


def read_image(path: str | Path) -> NDArray[np.uint8]:
    """(height, width, 3) uint8 RGB, as displayed: EXIF orientation is applied. Raises LabelerError."""
    return images.read_image(Path(path))


# --- datasets ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """One image of a dataset with its labels. Everything is read when it is first asked for, then kept."""

    name: str
    path: Path
    is_labelled: bool
    _dataset: Dataset

    @cached_property
    def annotation(self) -> Annotation:
        """What is drawn; empty when nothing is. Raises LabelerError for what cannot be read."""
        return self._dataset._files.load(self.name)

    @cached_property
    def masks(self) -> ImageMasks:
        """The exact masks, as runs: one for each instance, and the ignore regions."""
        return rasterize(self.annotation)

    def image(self) -> NDArray[np.uint8]:
        """(height, width, 3) uint8 RGB, as displayed: EXIF orientation is applied. Not kept."""
        return read_image(self.path)

    def binary_mask(self) -> NDArray[np.bool_]:
        """(height, width) bool: every instance together."""
        return self.masks.union.to_mask()

    def class_mask(self) -> NDArray[np.uint8]:
        """(height, width) uint8: the class index of the topmost instance, 0 background, 255 ignore.

        LabelerError for an instance whose class is not in ``labeler.json``.
        """
        return indexed(self.masks, self.class_indices().tolist())

    def id_mask(self) -> NDArray[np.uint16]:
        """(height, width) uint16: n + 1 where instance n is topmost, 0 background, 65535 ignore."""
        return instance_ids(self.masks)

    def instance_masks(self) -> NDArray[np.bool_]:
        """(instances, height, width) bool, in the order of ``annotation.instances``; they may overlap."""
        shape = (self.masks.height, self.masks.width)
        masks = np.zeros((len(self.masks.instances), *shape), dtype=np.bool_)
        for mask, runs in zip(masks, self.masks.instances):
            left, top, patch = runs.to_patch()
            mask[top : top + patch.shape[0], left : left + patch.shape[1]] = patch
        return masks

    def class_indices(self) -> NDArray[np.int64]:
        """(instances,) int64: the index of each instance's class, as in ``labeler.json``.

        LabelerError for an instance whose class is not listed there.
        """
        indices = [self._dataset._files.classes.index_of(i.class_name) for i in self.annotation.instances]
        return np.array(indices, dtype=np.int64)

    def boxes(self) -> NDArray[np.int64]:
        """(instances, 4) int64: left, top, right, bottom in pixels, the last two exclusive; of the masks."""
        boxes = np.array([one.bbox for one in self.masks.measured], dtype=np.int64).reshape(-1, 4)
        boxes[:, 2:] += boxes[:, :2]
        return boxes


class Dataset(Sequence[Sample]):
    """A folder of images with their sidecars, as a sequence of samples in the order of the editor.

    Sub-folders count. With ``labelled_only`` images without a sidecar are left out. ``labels`` is the folder
    of a parallel tree of sidecars. Can be pickled, so that loaders may read in other processes; nothing but
    names is held in memory. Raises LabelerError when the folder, or its ``labeler.json``, cannot be read.
    """

    def __init__(
        self, folder: str | Path, labels: str | Path | None = None, *, labelled_only: bool = True
    ) -> None:
        self._given = str(folder), None if labels is None else str(labels), labelled_only
        self._files = _Dataset.open(Path(folder), None if labels is None else Path(labels))
        self._entries = [e for e in self._files.images if e.is_labelled or not labelled_only]

    @property
    def classes(self) -> tuple[ClassEntry, ...]:
        """The classes in their order, each with ``name``, ``index`` (1 to 254) and ``color`` ("#rrggbb")."""
        return self._files.classes.entries

    def __len__(self) -> int:
        return len(self._entries)

    @overload
    def __getitem__(self, index: int) -> Sample: ...
    @overload
    def __getitem__(self, index: slice) -> list[Sample]: ...
    def __getitem__(self, index: int | slice) -> Sample | list[Sample]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        entry = self._entries[index]
        return Sample(entry.name, entry.path, entry.is_labelled, self)

    def __iter__(self) -> Iterator[Sample]:
        return (self[index] for index in range(len(self)))

    def __reduce__(self) -> tuple[object, ...]:
        return _dataset_again, self._given

    def __repr__(self) -> str:
        return f"Dataset({self._given[0]!r}, {len(self)} images)"


def _dataset_again(folder: str, labels: str | None, labelled_only: bool) -> Dataset:
    return Dataset(folder, labels, labelled_only=labelled_only)


# --- masks -------------------------------------------------------------------------------------------------


def trace(mask: ArrayLike, tolerance: float = 0.0) -> tuple[Polygon, ...]:
    """A mask as polygons, for an ``Instance``: includes, each followed by its holes as excludes.

    ``mask`` is (height, width); what is not 0 is inside. With tolerance 0 ``rasterize`` gives the very same
    mask again; else no polygon lies farther than so many pixels from the border. Raises ValueError for an
    array that is not two-dimensional, and a tolerance below 0.
    """
    array = np.asarray(mask) != 0
    if array.ndim != 2:
        raise ValueError("a mask has two dimensions, height and width")
    if not 0 <= tolerance < np.inf:
        raise ValueError("the tolerance is a number of pixels, 0 or more")
    polygons: list[Polygon] = []
    for area in _areas(array, tolerance):
        polygons.append(Polygon(Role.INCLUDE, area.outer))
        polygons += [Polygon(Role.EXCLUDE, hole) for hole in area.holes]
    return tuple(polygons)


def decode_rle(rle: Mapping[str, object]) -> Runs:
    """COCO's run-length encoding, compressed or not, as runs: ``.to_mask()`` gives the pixels.

    ``rle`` has ``size`` ([height, width]) and ``counts``, as in COCO files. Else ValueError.
    """
    try:
        counts, size = rle["counts"], rle["size"]
    except (KeyError, TypeError) as error:
        raise ValueError("a run-length encoding has counts and size") from error
    return runs_of(counts, size)  # type: ignore[arg-type]  # checked there


# --- exchange ----------------------------------------------------------------------------------------------


def list_formats() -> dict[str, str]:
    """Ids of the formats, each with its title."""
    return {format.id: format.title for format in FORMATS}


def export(
    folder: str | Path,
    to: str,
    out: str | Path,
    *,
    labels: str | Path | None = None,
    workers: int = 1,
    resume: bool = False,
    **options: Value,
) -> ExportReport:
    """Write a dataset in a format, as `labeler export` does: the same options, the same bytes.

    ``folder``, ``labels`` and ``out`` may be addresses that fsspec knows (``s3://…``, extra ``cluster``).
    ``options`` are those of the command line with underscores: ``per="instance"``, ``split="80/10/10"``. With
    ``workers`` so many processes share the work (0: as many as are worth it); a script that uses them needs
    ``if __name__ == "__main__":``. Raises LabelerError when something cannot be written, ValueError for a
    format or an option that there is not.
    """
    format = _format(to, "writes")
    given = _options(options, (*format.options, *EXPORT_OPTIONS))
    beside = None if labels is None else str(labels)
    return exporting.export_at(
        str(folder), format, str(out), given, labels=beside, workers=workers, resume=resume
    )


def import_labels(
    source: str | Path,
    from_: str,
    folder: str | Path,
    *,
    labels: str | Path | None = None,
    dry_run: bool = False,
    **options: Value,
) -> ImportReport:
    """Give the images in ``folder`` the labels that a file or folder of another tool has for them.

    As `labeler import` does, with its options: ``tolerance=0.5``, ``replace=True``, ``class_="cell"``. With
    ``dry_run`` nothing is written. Raises LabelerError when the source cannot be read as a whole, ValueError
    for a format or an option that there is not.
    """
    format = _format(from_, "reads")
    given = _options(options, (*format.import_options, *IMPORT_OPTIONS))
    dataset = _Dataset.open(Path(folder), None if labels is None else Path(labels))
    return importing.import_labels(Path(source), format, dataset, given, dry_run=dry_run)


def _format(id: str, way: str) -> Format:
    known = {format.id: format for format in FORMATS if getattr(format, way)}
    if id not in known:
        raise ValueError(f"no format {id!r}; there are: {', '.join(known)}")
    return known[id]


def _options(given: Options, known: Sequence[Option]) -> Options:
    options = {option.name: option for option in known}
    named = {name.rstrip("_").replace("_", "-"): value for name, value in given.items()}
    for name, value in named.items():
        if name not in options:
            raise ValueError(f"no option {name!r}; there are: {', '.join(options)}")
        if not options[name].accepts(value):
            raise ValueError(f"{name}: {value!r} is not possible; it is {_wanted(options[name])}")
    return named


def _wanted(option: Option) -> str:
    if option.choices:
        return f"one of {', '.join(option.choices)}"
    if isinstance(option.default, bool):
        return "True or False"
    if isinstance(option.default, float):
        return f"a number from {option.least:g} to {option.most:g}"
    return f"a text such as {option.metavar!r}"
