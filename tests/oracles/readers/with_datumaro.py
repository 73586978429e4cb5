"""COCO, CVAT's XML and VOC as Datumaro reads them: of polygons the points, filled by GEOS."""

from __future__ import annotations

import numpy as np
from centres import inside
from datumaro.components.annotation import AnnotationType, Bbox, Label
from datumaro.components.dataset import Dataset
from handing_over import main


def read_as(name, file=""):
    def read(folder, found):
        dataset = Dataset.import_from(str(folder / file), name)
        labels = [entry.name for entry in dataset.categories()[AnnotationType.label]]
        for item in dataset:
            for one in item.annotations:
                if isinstance(one, Bbox | Label):
                    continue
                crowd = int(bool(one.attributes.get("is_crowd")))
                said = {"label": labels[one.label], "group": one.group, "crowd": crowd}
                found.add(f"{item.id}.png", mask_of(one), kind=one.type.name, z=one.z_order, **said)

    return read


def mask_of(one):
    if one.type is AnnotationType.polygon:
        return inside(np.reshape(one.points, (-1, 2)))
    return np.asarray(one.image).astype(bool)


READERS = {
    "coco": read_as("coco_instances", "annotations.json"),
    "cvat": read_as("cvat"),
    "voc": read_as("voc_segmentation"),
    "voc-instances": read_as("voc_instance_segmentation"),
}

if __name__ == "__main__":
    main(READERS)
