"""COCO as pycocotools reads it."""

from __future__ import annotations

import numpy as np
from handing_over import SIZE, main
from pycocotools.coco import COCO


def coco(folder, found):
    dataset = COCO(str(folder / "annotations.json"))
    for image in dataset.loadImgs(dataset.getImgIds()):
        assert (image["width"], image["height"]) == SIZE
        for one in dataset.loadAnns(dataset.getAnnIds(imgIds=image["id"])):
            (category,) = dataset.loadCats(one["category_id"])
            said = {"label": category["name"], "category": one["category_id"], "crowd": one["iscrowd"]}
            found.add(
                image["file_name"],
                dataset.annToMask(one).astype(bool),
                id=one["id"],
                area=one["area"],
                box=one["bbox"],
                rings=[] if one["iscrowd"] else rings_of(one["segmentation"]),
                **said,
            )


def rings_of(segmentation):
    if isinstance(segmentation, dict):
        return []
    return [np.reshape(ring, (-1, 2)).tolist() for ring in segmentation]


if __name__ == "__main__":
    main({"coco": coco})
