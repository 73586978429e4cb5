"""Masks as Pillow and OpenCV read them, file by file."""

from __future__ import annotations

import json

import cv2
import numpy as np
from handing_over import main
from PIL import Image


def pillow(folder, found):
    for path in sorted(folder.rglob("*.png")):
        with Image.open(path) as image:
            palette = {index: color for color, index in image.palette.colors.items()} if image.palette else {}
            found.add(path, np.asarray(image), file=place(path, folder), mode=image.mode, palette=palette)


def opencv(folder, found):
    for path in sorted(folder.rglob("*.png")):
        pixels = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
        found.add(path, pixels, file=place(path, folder))


def huggingface(folder, found):
    """https://huggingface.co/docs/datasets/image_dataset: columns of metadata.jsonl, by their file names."""
    for metadata in sorted(folder.rglob("metadata.jsonl")):
        for line in metadata.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            with Image.open(metadata.parent / row["file_name"]) as image:
                size = image.size
            with Image.open(metadata.parent / row["label_file_name"]) as image:
                assert image.size == size
                found.add(row["file_name"], np.asarray(image), mode=image.mode)


def place(path, folder):
    return path.relative_to(folder).as_posix()


if __name__ == "__main__":
    main({"pillow": pillow, "opencv": opencv, "huggingface": huggingface})
