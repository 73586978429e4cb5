"""COCO as pycocotools reads it."""

from __future__ import annotations

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
                area=one["area"],
                box=one["bbox"],
                **said,
            )


if __name__ == "__main__":
    main({"coco": coco})
