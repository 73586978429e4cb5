"""pycocotools on each annotation of a COCO file with polygons: `annToRLE` in a loop. It fills the holes.

    python peer_pycocotools.py FILE OUT [--write]

With --write it does what an export has to: area, bbox and a file with the runs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pycocotools import mask
from pycocotools.coco import COCO


def main(file: str, out: Path, write: bool) -> None:
    coco = COCO(file)
    out.mkdir(parents=True)
    if not write:
        for annotation in coco.dataset["annotations"]:
            coco.annToRLE(annotation)
        return
    for annotation in coco.dataset["annotations"]:
        rle = coco.annToRLE(annotation)
        annotation["area"] = float(mask.area(rle))
        annotation["bbox"] = mask.toBbox(rle).tolist()
        annotation["segmentation"] = {"size": rle["size"], "counts": rle["counts"].decode("ascii")}
    (out / "annotations.json").write_text(json.dumps(coco.dataset))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), "--write" in sys.argv[3:])
