"""COCO, YOLO, VOC and labelme as supervision reads them, image by image."""

from __future__ import annotations

from handing_over import main
from supervision import DetectionDataset


def coco(folder, found):
    hand_over(DetectionDataset.from_coco(str(folder), str(folder / "annotations.json"), True), found)


def yolo(folder, found):
    images, labels = str(folder / "images"), str(folder / "labels")
    hand_over(DetectionDataset.from_yolo(images, labels, str(folder / "data.yaml"), True), found)


def labelme(folder, found):
    hand_over(DetectionDataset.from_labelme(str(folder), str(folder), True), found)


def voc(folder, found):
    images, notes = str(folder / "JPEGImages"), str(folder / "Annotations")
    hand_over(DetectionDataset.from_pascal_voc(images, notes), found)


def hand_over(dataset, found):
    for path in dataset.image_paths:
        things = dataset.annotations[path]
        for n in range(len(things)):
            mask = things.mask[n] if things.mask is not None else []
            crowd = things.data["iscrowd"][n] if "iscrowd" in things.data else 0
            label = dataset.classes[things.class_id[n]]
            found.add(path, mask, label=label, crowd=int(crowd), box=things.xyxy[n].tolist())


if __name__ == "__main__":
    main({"coco": coco, "yolo": yolo, "labelme": labelme, "voc": voc})
