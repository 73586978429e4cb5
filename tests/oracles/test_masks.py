"""Masks as Pillow, OpenCV and Datumaro read them: every value as it was meant."""

from __future__ import annotations

import numpy as np
import pytest

from tests.formats.cases import CASES, CLASSES
from tests.oracles import require_oracles
from tests.oracles.comparing import INDEX, ignored, joined, painted, wanted

require_oracles()

COLORS = {entry.index: list(bytes.fromhex(entry.color[1:])) for entry in CLASSES}
LIBRARIES = ("pillow", "opencv")


def classes_of(annotation, ignore=255):
    return painted(annotation, lambda one: INDEX[one.label], ignore)


def numbers_of(annotation, ignore):
    return painted(annotation, lambda one: one.number, ignore)


def union_of(annotation):
    return joined_masks(one.mask for one in wanted(annotation))


def joined_masks(masks):
    return np.logical_or.reduce([np.zeros((80, 100), bool), *masks])


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("bits", ["1", "8", "8-01"])
def test_binary_masks(exported, read, library, bits):
    found = read("pngs.py", library, exported("masks", "--bits", bits))
    for case, annotation in CASES.items():
        (one,) = found[case]
        is_mode_1 = library == "pillow" and bits == "1"
        most = True if is_mode_1 else 1 if bits == "8-01" else 255
        assert np.array_equal(one.pixels, union_of(annotation) * np.uint8(most)), case


@pytest.mark.parametrize("library", LIBRARIES)
def test_numbered_masks(exported, read, library):
    found = read("pngs.py", library, exported("masks", "--per", "numbers"))
    for case, annotation in CASES.items():
        (one,) = found[case]
        assert np.array_equal(one.pixels, numbers_of(annotation, 65535)), case


def test_indexed_masks_and_their_palette(exported, read):
    found = read("pngs.py", "pillow", exported("indexed"))
    for case, annotation in CASES.items():
        (one,) = found[case]
        assert one.said["mode"] == "P"
        assert np.array_equal(one.pixels, classes_of(annotation)), case


def test_indexed_masks_in_colour(exported, read):
    """OpenCV knows no palettes, it sees colours, blue first."""
    found = read("pngs.py", "opencv", exported("indexed"))
    for case, annotation in CASES.items():
        (one,) = found[case]
        for index, color in COLORS.items():
            is_it = (one.pixels == color[::-1]).all(axis=-1)
            assert np.array_equal(is_it, classes_of(annotation) == index), (case, index)


def test_hugging_face_labels(exported, read):
    """Numbers of classes without gaps, in grey."""
    found = read("pngs.py", "huggingface", exported("huggingface", "--images", "copy"))
    for case, annotation in CASES.items():
        (one,) = found[case]
        assert one.said["mode"] == "L"
        order = sorted(INDEX, key=INDEX.__getitem__)
        expected = painted(annotation, lambda one: order.index(one.label) + 1, 255)  # noqa: B023
        assert np.array_equal(one.pixels, expected), case


@pytest.mark.parametrize("library", LIBRARIES)
def test_ids_of_cityscapes(exported, read, library):
    found = read("pngs.py", library, exported("cityscapes"))
    files = {one.said["file"].split("/")[-1]: one.pixels for things in found.values() for one in things}
    for case, annotation in CASES.items():
        assert np.array_equal(files[f"{case}_gtFine_labelIds.png"], classes_of(annotation)), case


@pytest.mark.parametrize("reader", ["voc", "voc-instances"])
def test_datumaro_reads_voc(exported, read, reader):
    """One mask for each instance that shows, and one for what is ignored."""
    found = read("with_datumaro.py", reader, exported("voc", "--images", "copy"))
    for case, annotation in CASES.items():
        numbers = numbers_of(annotation, 255)
        things = [(one.label, numbers == one.number) for one in wanted(annotation)]
        expected = sorted((label, mask.tobytes()) for label, mask in things if mask.any())
        got = [one for one in found[case] if one.label != "ignored"]
        assert sorted((one.label, one.pixels.astype(bool).tobytes()) for one in got) == expected, case
        void = joined(one for one in found[case] if one.label == "ignored")
        assert np.array_equal(void, ignored(annotation)), case


def test_supervision_reads_the_boxes_of_voc(exported, read):
    """VOC counts pixels from 1 and includes the last; supervision has the corners of pixels, from 0."""
    found = read("with_supervision.py", "voc", exported("voc", "--images", "copy"))
    for case, annotation in CASES.items():
        boxes = [(one.label, one.said["box"]) for one in found[case]]
        assert boxes == [(one.label, box_of(one.mask)) for one in wanted(annotation)], case


def box_of(mask):
    rows, columns = np.nonzero(mask)
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
