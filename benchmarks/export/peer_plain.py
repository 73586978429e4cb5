"""The loop that people write for themselves: json, cv2.fillPoly, cv2.imwrite. Its masks have wrong pixels."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import cv2
import numpy as np

SUFFIX = ".labels.json"


def main(folder: Path, out: Path) -> None:
    out.mkdir(parents=True)
    for path in sorted(folder.glob("*" + SUFFIX)):
        record = json.loads(path.read_text())
        mask = np.zeros((record["image"]["height"], record["image"]["width"]), np.uint8)
        for instance in record["instances"]:
            for polygon in instance["polygons"]:
                points = np.array(polygon["points"]).round().astype(np.int32)
                cv2.fillPoly(mask, [points], 255 if polygon["role"] == "include" else 0)
        cv2.imwrite(str(out / Path(path.name.removesuffix(SUFFIX)).with_suffix(".png")), mask)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
