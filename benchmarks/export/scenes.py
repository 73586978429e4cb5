"""The labels that are exported, made once under a folder; the same bytes every time.

    python benchmarks/export/scenes.py FOLDER SCENE COUNT

    <scene>_<count>/ours/       image_0000.jpg, its sidecar; labeler.json
    <scene>_<count>/labelme/    image_0000.jpg, image_0000.json; labels.txt is beside this folder
    <scene>_<count>/xanylabeling/   the same in its JSON; classes.txt, mapping.json beside this folder
    <scene>_<count>/coco.json   a list of polygons an instance

The first images of a large scene are those of a small one. All pictures of a scene are one JPEG, hard-linked.
Neither labelme, X-AnyLabeling nor COCO's polygons know holes: there a hole is one more polygon of its group,
and gets filled.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1])]

import cv2
import numpy as np
from numpy.typing import NDArray

from labeler.dataset import classes, sidecar
from labeler.dataset.classes import default_classes
from labeler.document.model import Annotation, ImageInfo, Instance, Polygon, Role

NAMES = [f"class{number}" for number in range(8)]
#: Every so manieth instance has a hole.
_HOLE_EACH = 5
#: Some file systems allow 65,000 names a file.
_LINKS = 10_000


@dataclass(frozen=True)
class Scene:
    width: int
    height: int
    instances: int
    points: tuple[int, int] = (30, 40)
    #: In heights of the image.
    radius: tuple[float, float] = (0.03, 0.13)
    #: For our own export only, not for the peers.
    ours_only: bool = False


SCENES = {
    "1080p": Scene(1920, 1080, 20),
    "12mp": Scene(4000, 3000, 50),
    "small": Scene(64, 64, 2, (5, 8), (0.1, 0.3), ours_only=True),
}


def annotation_of(scene: Scene, number: int) -> Annotation:
    """Wobbly rings anywhere in the picture, over each other."""
    rng = np.random.default_rng([7, scene.width, scene.height, number])
    instances = []
    for index in range(scene.instances):
        centre = rng.uniform(0, 1, 2) * (scene.width, scene.height)
        radius = rng.uniform(*scene.radius) * scene.height
        polygons = [Polygon(Role.INCLUDE, _ring(rng, scene, centre, radius))]
        if index % _HOLE_EACH == 0:
            polygons.append(Polygon(Role.EXCLUDE, _ring(rng, scene, centre, radius / 3)))
        instances.append(Instance(f"i{index}", NAMES[index % len(NAMES)], tuple(polygons)))
    return Annotation(ImageInfo(_name(number), scene.width, scene.height), tuple(instances))


def _ring(
    rng: np.random.Generator, scene: Scene, centre: NDArray[np.float64], radius: float
) -> NDArray[np.float64]:
    """A ring as someone would draw around a thing, held inside the picture: not all peers may leave it."""
    points = int(rng.integers(*scene.points, endpoint=True))
    angle = np.linspace(0, 2 * math.pi, points, endpoint=False)
    wobble = 1 + 0.2 * np.sin(3 * angle + rng.uniform(0, 6)) + rng.uniform(-0.05, 0.05, points)
    ring = centre + np.stack([np.cos(angle), np.sin(angle)], axis=1) * (radius * wobble)[:, None]
    return np.clip(ring, 0, (scene.width, scene.height)).round(3)


def picture(scene: Scene) -> bytes:
    """A JPEG of smooth colours: small, and quicker to decode than a photo."""
    rng = np.random.default_rng(1)
    base = rng.integers(0, 256, (9, 16, 3), dtype=np.uint8)
    image = cv2.resize(base, (scene.width, scene.height), interpolation=cv2.INTER_CUBIC)
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 90])
    if not done:
        raise OSError("no JPEG could be made")
    return data.tobytes()


# --- inputs ------------------------------------------------------------------------------------------------


def write_ours(folder: Path, annotation: Annotation) -> None:
    path = folder / (annotation.image.file + sidecar.SIDECAR_SUFFIX)
    path.write_bytes(sidecar.serialise(annotation))


def write_labelme(folder: Path, annotation: Annotation) -> None:
    _write_shapes(folder, annotation, "5.5.0", {})


def write_xanylabeling(folder: Path, annotation: Annotation) -> None:
    more = {"score": None, "difficult": False, "attributes": {}, "kie_linking": []}
    _write_shapes(folder, annotation, "4.2.1", more)


def _write_shapes(folder: Path, annotation: Annotation, version: str, more: dict[str, Any]) -> None:
    image = annotation.image
    shapes = [
        {"label": instance.class_name, "points": polygon.points.tolist(), "group_id": group,
         "description": "", "shape_type": "polygon", "flags": {}, **more}
        for group, instance in enumerate(annotation.instances)
        for polygon in instance.polygons
    ]  # fmt: skip
    record = {"version": version, "flags": {}, "shapes": shapes, "imagePath": image.file, "imageData": None,
              "imageHeight": image.height, "imageWidth": image.width}  # fmt: skip
    # Indented, as both programs do.
    (folder / image.file).with_suffix(".json").write_text(json.dumps(record, indent=2))


def coco_of(annotations: Iterator[Annotation]) -> dict[str, Any]:
    images, records = [], []
    for number, annotation in enumerate(annotations, 1):
        image = annotation.image
        images.append({"id": number, "file_name": image.file, "width": image.width, "height": image.height})
        for instance in annotation.instances:
            rings = [polygon.points.ravel().tolist() for polygon in instance.polygons]
            records.append(
                {"id": len(records) + 1, "image_id": number, "iscrowd": 0, "segmentation": rings,
                 "category_id": NAMES.index(instance.class_name) + 1}
            )  # fmt: skip
    categories = [{"id": number, "name": name} for number, name in enumerate(NAMES, 1)]
    return {"images": images, "annotations": records, "categories": categories}


# --- folders -----------------------------------------------------------------------------------------------


def make(root: Path, name: str, count: int) -> Path:
    """The folder of this scene with so many images, made if it is not there."""
    folder, making = root / f"{name}_{count}", root / f"{name}_{count}.making"
    if not folder.exists():
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        _make(making, SCENES[name], count)
        making.rename(folder)
    return folder


def _make(root: Path, scene: Scene, count: int) -> None:
    writers: dict[str, Callable[[Path, Annotation], None]] = {"ours": write_ours}
    if not scene.ours_only:
        writers |= {"labelme": write_labelme, "xanylabeling": write_xanylabeling}
    jpeg = picture(scene)
    for folder in (root / kind for kind in writers):
        folder.mkdir()
        for number in range(count):
            _place_picture(folder, number, jpeg)
    for annotation in _annotations(scene, count):
        for kind, write in writers.items():
            write(root / kind, annotation)
    listed = default_classes().rename("object", NAMES[0])
    for name in NAMES[1:]:
        listed = listed.add(name)
    classes.save(root / "ours", listed)
    if not scene.ours_only:
        (root / "coco.json").write_text(json.dumps(coco_of(_annotations(scene, count))))
        (root / "labels.txt").write_text("\n".join(["__ignore__", "_background_", *NAMES]))
        (root / "classes.txt").write_text("\n".join(NAMES))
        mapping = {"type": "grayscale", "colors": dict.fromkeys(NAMES, 255)}
        (root / "mapping.json").write_text(json.dumps(mapping))


def _annotations(scene: Scene, count: int) -> Iterator[Annotation]:
    """Of a scene that is ours only, a thousand different ones: what counts is how many there are."""
    if not scene.ours_only:
        yield from (annotation_of(scene, number) for number in range(count))
        return
    some = [annotation_of(scene, number) for number in range(min(count, 1000))]
    for number in range(count):
        annotation = some[number % len(some)]
        yield replace(annotation, image=replace(annotation.image, file=_name(number)))


def _place_picture(folder: Path, number: int, jpeg: bytes) -> None:
    path, first = folder / _name(number), folder / _name(number - number % _LINKS)
    if path == first:
        path.write_bytes(jpeg)
    else:
        os.link(first, path)


def _name(number: int) -> str:
    return f"image_{number:06d}.jpg"


if __name__ == "__main__":
    print(make(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
