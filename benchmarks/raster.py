"""How long exact masks take, beside what they are usually made with, in turn in the same process.

``python benchmarks/raster.py``: medians of turns taken alternately, in milliseconds of CPU on one core. Read
the ratios, and those of an idle machine. What the others make is not the same: OpenCV paints the border
pixels too, and pycocotools rounds to fifths of a pixel.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
from pycocotools import mask as coco_mask

from labeler.dataset import sidecar
from labeler.document.model import Annotation, ImageInfo, Instance, Polygon, Role
from labeler.raster import png
from labeler.raster.masks import by_class, indexed, instance_ids
from labeler.raster.rle import runs_of
from labeler.raster.runs import Runs, rasterize
from labeler.raster.soft import feathered
from labeler.raster.tracing import trace

Work = Callable[[], object]
PATH = Path("scene.png.labels.json")
#: Calls in a turn.
TURN = 5


def blob(rng: np.random.Generator, centre: np.ndarray, radius: float, points: int) -> np.ndarray:
    """A wobbly ring, as someone would draw around a thing."""
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    wobble = 1 + 0.2 * np.sin(3 * angle + rng.uniform(0, 6)) + rng.uniform(-0.05, 0.05, points)
    return centre + np.stack([np.cos(angle), np.sin(angle)], axis=1) * (radius * wobble)[:, None]


@dataclass(frozen=True)
class Scene:
    """An image's labels, a fifth of the instances with a hole, in the forms that everyone starts from."""

    title: str
    width: int
    height: int
    instances: int
    fewest: int
    most: int

    @cached_property
    def annotation(self) -> Annotation:
        rng = np.random.default_rng(7)
        made = []
        for number in range(self.instances):
            centre = rng.uniform(0, 1, 2) * (self.width, self.height)
            radius = rng.uniform(0.03, 0.13) * self.height
            count = int(rng.integers(self.fewest, self.most + 1))
            polygons = [Polygon(Role.INCLUDE, blob(rng, centre, radius, count))]
            if number % 5 == 0:
                polygons.append(Polygon(Role.EXCLUDE, blob(rng, centre, radius / 3, count)))
            made.append(Instance(f"i{number}", "thing", tuple(polygons)))
        return Annotation(ImageInfo("scene.png", self.width, self.height), tuple(made))

    @cached_property
    def data(self) -> bytes:
        return sidecar.serialise(self.annotation)

    @cached_property
    def rings(self) -> list[list[list[float]]]:
        """COCO's ``segmentation`` of each instance: a hole is one more polygon, and will be filled."""
        return [[p.points.ravel().tolist() for p in i.polygons] for i in self.annotation.instances]

    @cached_property
    def outlines(self) -> list[list[float]]:
        return [rings[0] for rings in self.rings]


SCENES = (Scene("1080p", 1920, 1080, 20, 30, 40), Scene("12 megapixels", 4000, 3000, 50, 40, 40))


# --- the usual ways ----------------------------------------------------------------------------------------


def without_holes(scene: Scene) -> None:
    """pycocotools' C for all instances in one call."""
    rles = coco_mask.frPyObjects(scene.outlines, scene.height, scene.width)
    coco_mask.area(rles)
    coco_mask.toBbox(rles)


def with_holes(scene: Scene) -> None:
    """Its lists of polygons are unions, and it has no difference (cocodataset/cocoapi, issue 153): people
    decode, subtract and encode."""
    rles = []
    for rings in scene.rings:
        outer, *holes = coco_mask.frPyObjects(rings, scene.height, scene.width)
        mask = coco_mask.decode(outer)
        for hole in holes:
            mask[coco_mask.decode(hole) > 0] = 0
        rles.append(coco_mask.encode(mask))
    coco_mask.area(rles)
    coco_mask.toBbox(rles)


def ann_to_rle(scene: Scene) -> list[dict]:
    """What ``COCO.annToRLE`` does, annotation by annotation."""
    return [coco_mask.merge(coco_mask.frPyObjects(rings, scene.height, scene.width)) for rings in scene.rings]


def from_json_to_json(scene: Scene) -> None:
    """The same from a file to a file's text, with what COCO's records need."""
    content = json.loads(scene.data)
    for instance in content["instances"]:
        rings = [[x for point in polygon["points"] for x in point] for polygon in instance["polygons"]]
        rle = coco_mask.merge(coco_mask.frPyObjects(rings, scene.height, scene.width))
        area, bbox = int(coco_mask.area(rle)), coco_mask.toBbox(rle).tolist()
        segmentation = {"size": rle["size"], "counts": rle["counts"].decode()}
        json.dumps({"id": 1, "area": area, "bbox": bbox, "segmentation": segmentation})


def plain_loop(scene: Scene, out: Path) -> None:
    """The loop that people write for themselves."""
    content = json.loads(scene.data)
    mask = np.zeros((scene.height, scene.width), np.uint8)
    for instance in content["instances"]:
        for polygon in instance["polygons"]:
            value = 255 if polygon["role"] == "include" else 0
            cv2.fillPoly(mask, [np.rint(np.array(polygon["points"])).astype(np.int32)], value)
    cv2.imwrite(str(out / "usual.png"), mask)


def filled_indexed(scene: Scene) -> None:
    painted = np.zeros((scene.height, scene.width), np.uint8)
    for number, instance in enumerate(scene.annotation.instances):
        mask = np.zeros_like(painted)
        for polygon in instance.polygons:
            cv2.fillPoly(mask, [np.rint(polygon.points).astype(np.int32)], int(polygon.role is Role.INCLUDE))
        painted[mask > 0] = number + 1


# --- ours --------------------------------------------------------------------------------------------------


def our_png(scene: Scene, out: Path) -> None:
    masks = rasterize(sidecar.parse(scene.data, PATH))
    (out / "ours.png").write_bytes(png.encode_runs(masks.union))


def our_coco(scene: Scene) -> None:
    for measures in rasterize(sidecar.parse(scene.data, PATH)).measured:
        record = {"id": 1, "area": measures.area, "bbox": measures.bbox, "segmentation": measures.rle}
        json.dumps(record)


@dataclass(frozen=True)
class Duel:
    """``goal``: our time is at most so many times the usual one."""

    title: str
    ours: Work
    usual: Work
    goal: float | None = None


def duels(scene: Scene, out: Path) -> Iterator[Duel]:
    large = scene.width > 2000

    def measured() -> object:
        return rasterize(scene.annotation).measured

    yield Duel(
        "RLE, area, bbox with holes : pycocotools without",
        measured,
        lambda: without_holes(scene),
        1.0 if large else 1.3,
    )
    yield Duel(
        "RLE, area, bbox with holes : pycocotools with",
        measured,
        lambda: with_holes(scene),
        0.01 if large else 1 / 15,
    )
    yield Duel(
        "sidecar to binary PNG : json, fillPoly, imwrite",
        lambda: our_png(scene, out),
        lambda: plain_loop(scene, out),
        1 / 4 if large else 1 / 3.5,
    )
    yield Duel(
        "sidecar to COCO's records : annToRLE alone",
        lambda: our_coco(scene),
        lambda: ann_to_rle(scene),
        None if large else 1.2,
    )
    yield Duel(
        "sidecar to COCO's records : json, annToRLE, json",
        lambda: our_coco(scene),
        lambda: from_json_to_json(scene),
        None if large else 1 / 1.2,
    )
    yield Duel(
        "indexed mask : fillPoly for each instance",
        lambda: indexed(rasterize(scene.annotation), range(1, scene.instances + 1)),
        lambda: filled_indexed(scene),
    )


def alone(scene: Scene) -> Iterator[tuple[str, Work, float | None]]:
    """What nobody else does exactly; with the most milliseconds it may take."""
    masks = rasterize(scene.annotation)
    union = masks.union
    mask = union.to_mask()
    pair = (union.rle()["counts"], [scene.height, scene.width])
    classes = [number % 3 for number in range(scene.instances)]
    large = scene.width > 2000
    yield "sidecar, parsed and checked", lambda: sidecar.parse(scene.data, PATH), None
    yield "masks of all instances", lambda: rasterize(scene.annotation), None
    yield "and their union", lambda: rasterize(scene.annotation).union, None
    yield "binary PNG of 1 bit", lambda: png.encode_runs(union), None
    yield "binary PNG of 8 bits", lambda: png.encode_runs(union, 8), None
    yield "mask as runs", lambda: Runs.from_mask(mask), None
    yield "mask as polygons, exact", lambda: trace(mask), 40 if large else None
    yield "COCO's string as runs", lambda: runs_of(*pair), None
    yield "numbers of instances", lambda: instance_ids(masks), None
    yield "three classes", lambda: by_class(masks, classes), None
    yield "feathered by 5 px", lambda: feathered(mask, 5), None


def medians(works: list[Work], rounds: int) -> list[float]:
    """Milliseconds of CPU of each, in turns of a few calls: so they run in an export, image after image."""
    for work in works:
        work()
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, spent in zip(works, times, strict=True):
            start = time.thread_time_ns()
            for _ in range(TURN):
                work()
            spent.append((time.thread_time_ns() - start) / TURN / 1e6)
    return [statistics.median(spent) for spent in times]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as out:
        for scene in SCENES:
            compare(scene, Path(out), rounds)


def compare(scene: Scene, out: Path, rounds: int) -> None:
    polygons = [polygon for instance in scene.annotation.instances for polygon in instance.polygons]
    points = sum(len(polygon.points) for polygon in polygons)
    print(f"{scene.title}: {scene.instances} instances, {points} points, {len(scene.data)} bytes")
    for duel in duels(scene, out):
        ours, usual = medians([duel.ours, duel.usual], rounds)
        goal = f" (goal {duel.goal:.2f})" if duel.goal else ""
        print(f"  {duel.title:50} {ours:8.2f} : {usual:8.2f} ms   × {ours / usual:.2f}{goal}")
    for title, work, most in alone(scene):
        (ours,) = medians([work], rounds)
        print(f"  {title:50} {ours:8.2f} ms" + (f" (goal {most})" if most else ""))


if __name__ == "__main__":
    main()
