"""How far the masks, or the areas, of one export are from those of another; one line of JSON.

python wrong.py masks|coco OURS PATTERN THEIRS PATTERN
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray


def _mask(path: Path) -> NDArray[np.bool_]:
    """Whatever is not black."""
    pixels = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    return pixels.any(axis=2)


def wrong_pixels(ours: list[Path], theirs: list[Path]) -> float:
    """Pixels an image that differ."""
    return sum(int((_mask(a) != _mask(b)).sum()) for a, b in zip(ours, theirs, strict=True)) / len(ours)


def wrong_area(ours: list[Path], theirs: list[Path]) -> float | None:
    """By what share their instances are larger, all together; None where they write no area."""
    totals = []
    for path in (ours[0], theirs[0]):
        records = json.loads(path.read_text())["annotations"]
        totals.append(sum(record["area"] for record in records))
    return totals[1] / totals[0] - 1


def main(part: str, *folders: str) -> None:
    ours, theirs = (sorted(Path(folder).glob(pattern)) for folder, pattern in (folders[:2], folders[2:]))
    if part == "masks":
        print(json.dumps({"wrong_pixels": wrong_pixels(ours, theirs)}))
    else:
        print(json.dumps({"wrong_area": wrong_area(ours, theirs)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
