"""YOLO segmentation, as Ultralytics documents it: a text file for each image, a line for each instance.

A line is the number of the class, from 0, and x y x y … of one ring as shares of the image's width and height
(docs.ultralytics.com/datasets/segment). 0 and 1 are the image's borders, so (0, 0) is the corner of the first
pixel, as with us. So many digits are written that the points come back to the 1/1000 px.

The number is our stable index less 1. There is one ring a line: holes and parts are joined by channels
without width. By the even-odd rule that is the same mask; programs that paint borders show channels as lines.

Ultralytics finds the labels of `images/train/a.jpg` by putting `labels` for the last `images` in the path.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np

from labeler.document.model import Annotation, ImageInfo, Instance, Polygon, Role
from labeler.formats.base import (
    Format,
    ImageItem,
    Job,
    Keeps,
    Options,
    Page,
    Section,
    SharedFile,
    in_split,
)
from labeler.formats.building import annotation_of, class_name, polygon_of
from labeler.formats.data_yaml import data_yaml, filling, has_keypoints, read_names
from labeler.formats.outlines import bridges
from labeler.formats.reading import (
    FoundClass,
    FoundImage,
    Images,
    Reading,
    Size,
    files_below,
    malformed,
    read_text,
)
from labeler.formats.report import Loss
from labeler.geometry.bridging import unbridged
from labeler.geometry.rings import Ring
from labeler.i18n import N_, _
from labeler.raster.runs import ImageMasks, rasterize

DATA = "data.yaml"
IMAGES, LABELS = "images", "labels"
#: Class names without numbers, as label programs write them; and lists of images, which are no labels.
_CLASS_LISTS = ("classes.txt", "obj.names")
_NO_LABELS = frozenset({"classes.txt", "train.txt", "val.txt", "valid.txt", "test.txt"})
#: What is farther out (shares of the image) was never a share.
_FARTHEST = 2.0
#: A box: class, centre and size; a program's guess has how sure it is as well.
_OF_BOX = (5, 6)


class Yolo(Format):
    """`labels/…/photo.txt` for `images/…/photo.jpg`, and `data.yaml`."""

    id = "yolo"
    title = N_("YOLO segmentation (Ultralytics)")
    reads = True
    takes_images = True

    def keeps(self, options: Options) -> Keeps:
        return Keeps(classes=True, instances=True, overlaps=True, subpixel=True)

    def shared(self, job: Job) -> Sequence[SharedFile]:
        return [SharedFile(DATA, (Section(data_yaml(job.classes, job.splits)),))]

    def image_place(self, item: ImageItem, job: Job) -> str:
        # The stem, not the name: a.jpg and a.png would share their labels.
        return f"{IMAGES}/{in_split(item, item.stem + PurePosixPath(item.name).suffix)}"

    def add(self, page: Page, item: ImageItem, job: Job) -> None:
        masks = rasterize(item.annotation)
        lines = [f"{line}\n" for line in _lines(page, item, masks, job)]
        page.instances = len(lines)
        page.add_file(_label_place(self.image_place(item, job)), "".join(lines).encode("ascii"))
        if not masks.ignore.is_empty:
            page.lose(Loss.IGNORE, item.name)
        if item.annotation.flags:
            page.lose(Loss.ATTRIBUTES, item.name)

    def read(self, source: Path, reading: Reading) -> Sequence[FoundImage]:
        root = source.parent if source.is_file() else source
        paths = _label_files(source, root)
        data = _data_file(source, root)
        labels = _Labels(_names(data, root, reading), data is not None and has_keypoints(data), reading)
        return [
            FoundImage(
                _image_of(path.relative_to(root), reading.images), str(path), partial(labels.read, path)
            )
            for path in paths
        ]


# --- writing -----------------------------------------------------------------------------------------------


def _lines(page: Page, item: ImageItem, masks: ImageMasks, job: Job) -> Iterable[str]:
    size = item.annotation.image.width, item.annotation.image.height
    found = bridges(item.annotation, masks)
    for instance, runs, bridge in zip(item.annotation.instances, masks.instances, found):
        where = f"{item.name}, {instance.id}"
        if runs.is_empty:
            page.lose(Loss.EMPTY, where)
            continue
        if bridge.joined > 1:
            page.lose(Loss.BRIDGED, where)
        if not bridge.keeps_shape:
            page.lose(Loss.SHAPE, where)
        if instance.attributes:
            page.lose(Loss.ATTRIBUTES, where)
        yield f"{job.index_of[instance.class_name] - 1} {_shares(bridge.ring, size)}"


def _shares(ring: Ring, size: Size) -> str:
    """x y x y … as shares of the image, told apart where 1/1000 px lies between them."""
    digits = len(str(max(size))) + 4
    return " ".join(_short(f"{value:.{digits}f}") for value in (ring / size).ravel().tolist())


def _short(number: str) -> str:
    return number.rstrip("0").rstrip(".")


def _label_place(image_place: str) -> str:
    """Where Ultralytics looks for the labels of an image."""
    *before, after = f"/{image_place}".rsplit(f"/{IMAGES}/", 1)
    return f"/{LABELS}/".join((*before, str(PurePosixPath(after).with_suffix(".txt")))).removeprefix("/")


# --- finding -----------------------------------------------------------------------------------------------


def _label_files(source: Path, root: Path) -> list[Path]:
    """Texts in folders called "labels"; where there are none, all that are not known to be something else."""
    if source.is_file() and source.suffix.lower() == ".txt":
        return [source]
    folder = root if source.is_file() else source
    paths = [path for path in files_below(folder, ".txt") if path.name.lower() not in _NO_LABELS]
    in_labels = [path for path in paths if LABELS in path.relative_to(root).parts[:-1]]
    return in_labels or paths


def _image_of(label: Path, images: Images) -> str:
    """The image of a label file, a path below the source: in the folder beside the labels', or below any."""
    *folders, stem = label.with_suffix("").parts
    if LABELS not in folders:
        return images.of_stem("/".join((*folders, stem)))
    place = len(folders) - 1 - folders[::-1].index(LABELS)
    beside = "/".join((*folders[:place], IMAGES, *folders[place + 1 :], stem))
    found = images.of_stem(beside)
    if PurePosixPath(found).with_suffix("") == PurePosixPath(beside) and found in images.names:
        return found
    top = folders.index(IMAGES) if IMAGES in folders[:place] else place
    return images.of_stem("/".join((*folders[:top], *beside.split("/")[top + 1 :])))


def _data_file(source: Path, root: Path) -> Path | None:
    """The file that says the class names, if there is one."""
    if source.is_file() and source.suffix.lower() in (".yaml", ".yml"):
        return source
    paths = (root / DATA, *sorted(root.glob("*.yaml")), *sorted(root.glob("*.yml")))
    return next((path for path in paths if path.is_file()), None)


def _names(data: Path | None, root: Path, reading: Reading) -> dict[int, str]:
    """Class names by number, and what is to be said of them."""
    names = read_names(data) if data else {}
    lists = [path for path in (root / name for name in _CLASS_LISTS) if path.is_file()]
    if not names and lists:
        data, names = lists[0], dict(enumerate(read_text(lists[0]).splitlines()))
    found = {number: class_name(name, f"{data}, {number}") for number, name in names.items() if name.strip()}
    for number, name in sorted(found.items()):
        if name != filling(number):
            reading.found_classes.append(FoundClass(name, number + 1))
    return found


# --- reading -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Labels:
    """What is known when an image's labels are read; ``of_points``: boxes with keypoints, no outlines."""

    names: dict[int, str]
    of_points: bool
    reading: Reading

    def read(self, path: Path, size: Size) -> Annotation:
        instances = []
        for number, line in enumerate(read_text(path).splitlines(), 1):
            where = _("{file}, line {number}").format(file=path, number=number)
            words = line.split()
            if words and (self.of_points or len(words) in _OF_BOX):
                self.reading.lose(Loss.BOX, where)
            elif words:
                instances.append(self._instance(words, where, size))
        return annotation_of(size, _taken_apart(instances, size))

    def _instance(self, words: Sequence[str], where: str, size: Size) -> Instance:
        try:
            values = np.array(words, dtype=np.float64)
        except ValueError as error:
            raise malformed(where, _("is not made of numbers")) from error
        # With one more than pairs it ends with how sure a program was.
        points = values[1 : 1 + (len(values) - 1) // 2 * 2].reshape(-1, 2)
        if not (np.abs(points) <= _FARTHEST).all():
            raise malformed(where, _("has points that are not shares of the image's width and height"))
        number = values[0]
        if not (0 <= number < 1e6 and number == int(number)):
            raise malformed(where, _("does not begin with the number of a class"))
        name = self.names.get(int(number)) or self.reading.name_of(int(number) + 1)
        return Instance("", name, (polygon_of(points * size, Role.INCLUDE, where),))


def _taken_apart(instances: Sequence[Instance], size: Size) -> list[Instance]:
    """The instances with parts and excludes for rings that channels join, where the mask stays the same."""
    tried = [_without_channels(instance) for instance in instances]
    joined = [n for n, (one, other) in enumerate(zip(instances, tried)) if one is not other]
    found = list(instances)
    if joined:
        pairs = tuple(one for n in joined for one in (instances[n], tried[n]))
        masks = rasterize(Annotation(ImageInfo("", *size), pairs)).instances
        for n, before, after in zip(joined, masks[::2], masks[1::2]):
            if np.array_equal(before.toggles, after.toggles):
                found[n] = tried[n]
    return found


def _without_channels(instance: Instance) -> Instance:
    (polygon,) = instance.polygons
    rings = unbridged(polygon.points)
    if len(rings) < 2:
        return instance
    roles = {True: Role.INCLUDE, False: Role.EXCLUDE}
    return Instance("", instance.class_name, tuple(Polygon(roles[adds], ring) for ring, adds in rings))
