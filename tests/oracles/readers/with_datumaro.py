"""COCO, CVAT's XML and VOC as Datumaro reads them: of polygons the points, filled by GEOS."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np
from centres import union
from datumaro.components.annotation import AnnotationType, Bbox, Label
from datumaro.components.dataset import Dataset
from handing_over import main


def read_as(name):
    def read(folder, found):
        dataset = Dataset.import_from(str(folder), name)
        labels = [entry.name for entry in dataset.categories()[AnnotationType.label]]
        for item in dataset:
            for one in item.annotations:
                if isinstance(one, Bbox | Label):
                    continue
                crowd = int(bool(one.attributes.get("is_crowd")))
                said = {"label": labels[one.label], "group": one.group, "crowd": crowd}
                is_ring = one.type is AnnotationType.polygon
                rings = [np.reshape(one.points, (-1, 2)).tolist()] if is_ring else []
                mask = union(rings) if is_ring else np.asarray(one.image).astype(bool)
                found.add(f"{item.id}.png", mask, rings=rings, z=one.z_order, **said)

    return read


def coco(folder, found):
    """Only in folders and a file of such names does Datumaro find it."""
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "annotations").mkdir()
        (Path(place) / "images").mkdir()
        shutil.copy(folder / "annotations.json", Path(place) / "annotations" / "instances_all.json")
        read_as("coco_instances")(Path(place), found)


READERS = {
    "coco": coco,
    "cvat": read_as("cvat"),
    "voc": read_as("voc_segmentation"),
    "voc-instances": read_as("voc_instance_segmentation"),
}

if __name__ == "__main__":
    main(READERS)
