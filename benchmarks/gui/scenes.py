"""The pictures and labels that are measured, made once under a folder; the same bytes every time.

    scene_<N>x<V>/     one 4000×3000 JPEG with N polygons of V points
    photo/             one 1920×1080 JPEG
    small_<N>/         N JPEGs of 64×64 (200 different ones, hard-linked)
    next_<W>x<H>_<K>/  12 JPEGs of W×H with K polygons of 40 points each
    huge_jpg/, huge_png/   20000×20000, 3 channels

Labels are beside the pictures, as our sidecar and as labelme's file.
"""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import cv2
import numpy as np
from grid import HEIGHT, WIDTH, grid
from numpy.typing import NDArray

from labeler.dataset import classes, sidecar
from labeler.dataset.classes import default_classes
from labeler.document.model import Annotation, ImageInfo, Instance, Polygon, Role

Polygons = list[tuple[str, NDArray[np.float64]]]

NAMES = [f"class{number}" for number in range(8)]
SCENES = ((100, 40), (1000, 40), (10000, 40), (1000, 1000))
FOLDERS = (1000, 10000, 100000)
NEXT = ((1920, 1080, 0), (1920, 1080, 100), (4000, 3000, 0), (4000, 3000, 100))
HUGE = 20000


def photo(width: int, height: int, seed: int) -> NDArray[np.uint8]:
    """Like a photo: smooth large structure, edges, and noise as of a sensor."""
    rng = np.random.default_rng(seed)
    base = rng.integers(0, 256, (max(2, height // 60), max(2, width // 60), 3), dtype=np.uint8)
    image = cv2.resize(base, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(60):
        color = tuple(int(v) for v in rng.integers(0, 256, 3))
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        radius = int(rng.integers(3, max(4, min(width, height) // 8)))
        cv2.circle(image, (x, y), radius, color, -1, cv2.LINE_AA)
    noise = rng.integers(-10, 11, (min(height, 512), min(width, 512), 1), dtype=np.int16)
    for top in range(0, height, len(noise)):  # tile by tile: a huge picture needs little memory
        for left in range(0, width, noise.shape[1]):
            tile = image[top : top + noise.shape[0], left : left + noise.shape[1]]
            tile[:] = np.clip(tile.astype(np.int16) + noise[: tile.shape[0], : tile.shape[1]], 0, 255)
    return image


def polygons(count: int, points: int, width: int, height: int, seed: int = 0) -> Polygons:
    """Wobbly rings, one in each cell of a grid over the picture."""
    rng = np.random.default_rng(seed)
    columns, rows = grid(count)
    cell_width, cell_height = width / columns, height / rows
    angle = np.linspace(0, 2 * math.pi, points, endpoint=False)
    made = []
    for number in range(count):
        x, y = (number % columns + 0.5) * cell_width, (number // columns + 0.5) * cell_height
        phase = rng.uniform(0, 6.28, 3)
        radius = 0.36 + 0.05 * np.sin(3 * angle + phase[0]) + 0.03 * np.sin(7 * angle + phase[1])
        radius += rng.uniform(-0.01, 0.01, points)
        xs = np.clip(x + radius * cell_width * np.cos(angle), 0, width - 1).round(2)
        ys = np.clip(y + radius * cell_height * np.sin(angle), 0, height - 1).round(2)
        made.append((NAMES[number % len(NAMES)], np.stack([xs, ys], axis=1)))
    return made


def write_labels(image: Path, width: int, height: int, drawn: Polygons) -> None:
    shapes = [
        {"label": name, "points": points.tolist(), "group_id": None, "description": "",
         "shape_type": "polygon", "flags": {}}
        for name, points in drawn
    ]  # fmt: skip
    theirs = {"version": "5.5.0", "flags": {}, "shapes": shapes, "imagePath": image.name, "imageData": None,
              "imageHeight": height, "imageWidth": width}  # fmt: skip
    image.with_suffix(".json").write_text(json.dumps(theirs))
    instances = tuple(
        Instance(f"i{number}", name, (Polygon(Role.INCLUDE, points),))
        for number, (name, points) in enumerate(drawn)
    )
    ours = Annotation(ImageInfo(image.name, width, height), instances)
    sidecar.save(image.with_name(image.name + sidecar.SIDECAR_SUFFIX), ours)


def write_classes(folder: Path) -> None:
    listed = default_classes().rename("object", NAMES[0])
    for name in NAMES[1:]:
        listed = listed.add(name)
    classes.save(folder, listed)


def write_picture(path: Path, pixels: NDArray[np.uint8]) -> None:
    quality = [cv2.IMWRITE_JPEG_QUALITY, 90, cv2.IMWRITE_PNG_COMPRESSION, 1]
    if not cv2.imwrite(str(path), pixels, quality[:2] if path.suffix == ".jpg" else quality[2:]):
        raise OSError(f"{path} could not be written")


def make_scene(folder: Path, count: int, points: int) -> None:
    write_picture(folder / "scene.jpg", photo(WIDTH, HEIGHT, 5))
    write_labels(folder / "scene.jpg", WIDTH, HEIGHT, polygons(count, points, WIDTH, HEIGHT))
    write_classes(folder)


def make_photo(folder: Path) -> None:
    write_picture(folder / "photo.jpg", photo(1920, 1080, 1))


def make_small(folder: Path, count: int) -> None:
    for number in range(count):
        image = folder / f"img_{number:06d}.jpg"
        if number < 200:
            write_picture(image, photo(64, 64, number))
        else:
            os.link(folder / f"img_{number % 200:06d}.jpg", image)


def make_next(folder: Path, width: int, height: int, count: int) -> None:
    for number in range(12):
        image = folder / f"im_{number:02d}.jpg"
        write_picture(image, photo(width, height, number))
        if count:
            write_labels(image, width, height, polygons(count, 40, width, height, number))
    write_classes(folder)


def make_huge(folder: Path, suffix: str) -> None:
    write_picture(folder / f"huge{suffix}", photo(HUGE, HUGE, 9))


MAKERS = {
    "photo": make_photo,
    **{f"scene_{n}x{v}": lambda f, n=n, v=v: make_scene(f, n, v) for n, v in SCENES},
    **{f"small_{n}": lambda f, n=n: make_small(f, n) for n in FOLDERS},
    **{f"next_{w}x{h}_{k}": lambda f, w=w, h=h, k=k: make_next(f, w, h, k) for w, h, k in NEXT},
    **{f"huge_{s}": lambda f, s=s: make_huge(f, f".{s}") for s in ("jpg", "png")},
}


def make(root: Path, name: str) -> Path:
    """The folder of this name, made if it is not there."""
    folder, making = root / name, root / f"{name}.making"
    if not folder.exists():
        making.mkdir(parents=True)
        MAKERS[name](making)
        making.rename(folder)
    return folder
