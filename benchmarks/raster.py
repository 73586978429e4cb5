"""How long exact masks take, beside the usual way (OpenCV's fillPoly, then pycocotools) in the same run.

``python benchmarks/raster.py``: medians of turns taken alternately, so that a busy machine slows both alike.
Read the ratios; the usual way is not even exact (it paints the border pixels too).
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial

import cv2
import numpy as np
from pycocotools import mask as coco_mask

from labeler.document.model import Annotation, ImageInfo, Instance, Polygon, Role
from labeler.raster import png
from labeler.raster.runs import rasterize


def blob(rng: np.random.Generator, centre: np.ndarray, radius: float, points: int) -> np.ndarray:
    """A wobbly ring, as someone would draw around a thing."""
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    wobble = 1 + 0.2 * np.sin(3 * angle + rng.uniform(0, 6)) + rng.uniform(-0.05, 0.05, points)
    return centre + np.stack([np.cos(angle), np.sin(angle)], axis=1) * (radius * wobble)[:, None]


def scene(width: int, height: int, instances: int = 20, holes: int = 4, points: int = 35) -> Annotation:
    rng = np.random.default_rng(7)
    made = []
    for number in range(instances):
        centre = rng.uniform(0, 1, 2) * (width, height)
        radius = rng.uniform(0.03, 0.13) * height
        polygons = [Polygon(Role.INCLUDE, blob(rng, centre, radius, points))]
        if number < holes:
            polygons.append(Polygon(Role.EXCLUDE, blob(rng, centre, radius / 3, points)))
        made.append(Instance(str(number), "thing", tuple(polygons)))
    return Annotation(ImageInfo("scene.png", width, height), tuple(made))


def filled(annotation: Annotation) -> list[np.ndarray]:
    """What most exporters do."""
    masks = []
    for instance in annotation.instances:
        mask = np.zeros((annotation.image.height, annotation.image.width), np.uint8)
        for polygon in instance.polygons:
            cv2.fillPoly(mask, [np.rint(polygon.points).astype(np.int32)], int(polygon.role is Role.INCLUDE))
        masks.append(mask)
    return masks


def usual_coco(annotation: Annotation) -> None:
    rles = [coco_mask.encode(np.asfortranarray(mask)) for mask in filled(annotation)]
    coco_mask.area(rles)
    coco_mask.toBbox(rles)


def usual_union(annotation: Annotation) -> np.ndarray:
    mask = np.zeros((annotation.image.height, annotation.image.width), np.uint8)
    for instance in annotation.instances:
        for polygon in instance.polygons:
            value = 255 if polygon.role is Role.INCLUDE else 0
            cv2.fillPoly(mask, [np.rint(polygon.points).astype(np.int32)], value)
    return mask


def usual_png(annotation: Annotation) -> None:
    cv2.imencode(".png", usual_union(annotation))


def our_png(annotation: Annotation) -> None:
    union = rasterize(annotation).union
    png.encode_mask(union.to_packed(), union.width, union.height)


def medians(ours: Callable[[], object], usual: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Milliseconds of both, taken in turns."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for work, spent in zip((ours, usual), times, strict=True):
            start = time.perf_counter()
            work()
            spent.append(1000 * (time.perf_counter() - start))
    return statistics.median(times[0]), statistics.median(times[1])


COMPARISONS = {
    "every instance: RLE, area, bbox": (lambda a: rasterize(a).measured, usual_coco),
    "union, packed": (lambda a: rasterize(a).union.to_packed(), usual_union),
    "union, written as PNG": (our_png, usual_png),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    rounds = parser.parse_args().rounds
    cv2.setNumThreads(1)
    for title, width, height in (("1080p", 1920, 1080), ("12 megapixels", 4000, 3000)):
        annotation = scene(width, height)
        points = sum(len(p.points) for i in annotation.instances for p in i.polygons)
        print(f"{title}: {len(annotation.instances)} instances, {points} points")
        for name, (ours, usual) in COMPARISONS.items():
            mine, theirs = medians(partial(ours, annotation), partial(usual, annotation), rounds)
            print(f"  {name:34} {mine:8.2f} ms   usual {theirs:8.2f} ms   {theirs / mine:6.1f} × faster")


if __name__ == "__main__":
    main()
