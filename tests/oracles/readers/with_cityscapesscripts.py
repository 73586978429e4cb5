"""Cityscapes as its own scripts read it, which know the dataset's classes only: ours are told to them."""

from __future__ import annotations

import json

import numpy as np
from cityscapesscripts.evaluation.instances2dict import instances2dict
from cityscapesscripts.helpers import labels
from cityscapesscripts.helpers.annotation import Annotation
from cityscapesscripts.preparation.json2instanceImg import createInstanceImage
from cityscapesscripts.preparation.json2labelImg import createLabelImage
from handing_over import SIZE, main


def tell_our_classes(folder):
    for known in (labels.labels, labels.name2label, labels.id2label):
        known.clear()
    for entry in json.loads((folder / "gtFine" / "labels.json").read_text(encoding="utf-8")):
        label = labels.Label(
            entry["name"], entry["id"], entry["trainId"], "ours", 0, entry["hasInstances"],
            entry["ignoreInEval"], tuple(entry["color"]),
        )  # fmt: skip
        labels.labels.append(label)
        labels.name2label[label.name] = labels.id2label[label.id] = label


def drawn(folder, found):
    """Both masks as the scripts draw them from the polygons, with Pillow."""
    tell_our_classes(folder)
    for path in sorted(folder.rglob("*_polygons.json")):
        annotation = Annotation()
        annotation.fromJsonFile(str(path))
        assert (annotation.imgWidth, annotation.imgHeight) == SIZE
        stem = path.name.removesuffix("_gtFine_polygons.json")
        found.add(stem, np.asarray(createLabelImage(annotation, "ids")), kind="labels")
        found.add(stem, np.asarray(createInstanceImage(annotation, "ids")), kind="instances")


def counted(folder, found):
    """The pixels of every instance as the evaluation counts them in our own masks."""
    tell_our_classes(folder)
    paths = sorted(folder.rglob("*_instanceIds.png"))
    counts = instances2dict([str(path) for path in paths], verbose=False)
    for path, by_label in zip(paths, counts.values(), strict=True):
        stem = path.name.removesuffix("_gtFine_instanceIds.png")
        for label, instances in by_label.items():
            for one in instances:
                found.add(stem, [], label=label, pixels=int(one["pixelCount"]))


if __name__ == "__main__":
    main({"drawn": drawn, "counted": counted})
