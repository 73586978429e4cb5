"""Masks, run lengths, windows, order of polygons: what exports and canvas are told."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray
from pycocotools import mask as coco

from labeler.document.model import Annotation, Role
from labeler.errors import LabelerError
from labeler.raster.masks import by_class, indexed, instance_ids
from labeler.raster.runs import ImageMasks, Runs, rasterize, rasterize_window, union_of
from tests.builders import annotation_of, polygon, rectangle, ring_with_hole, square

# pycocotools' own decode does not know numpy 2's copy keyword.
pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"
)

some_masks = arrays.arrays(bool, st.tuples(st.integers(1, 12), st.integers(1, 20)))


def runs_of(mask: NDArray[np.bool_]) -> Runs:
    """A mask's runs, pixel by pixel."""
    height, width = mask.shape
    toggles = [
        column * (height + 1) + row
        for column in range(width)
        for row in range(height + 1)
        if (row > 0 and mask[row - 1, column]) != (row < height and mask[row, column])
    ]
    return Runs(width, height, np.array(toggles, dtype=np.int64))


def as_pycocotools_has_it(mask: NDArray[np.bool_]) -> tuple[str, int, tuple[int, ...]]:
    encoded = coco.encode(np.asfortranarray(mask, dtype=np.uint8))
    box = tuple(int(number) for number in coco.toBbox(encoded))
    return encoded["counts"].decode(), int(coco.area(encoded)), box


@given(some_masks)
def test_a_mask_comes_back_from_its_runs(mask: NDArray[np.bool_]) -> None:
    runs = runs_of(mask)
    assert (runs.to_mask() == mask).all()
    assert (runs.to_packed() == np.packbits(mask, axis=1)).all()


#: Few pixels of many, and as wide as some words and a bit.
sparse_masks = arrays.arrays(
    bool, st.tuples(st.integers(0, 9), st.sampled_from([0, 1, 63, 64, 65, 200])), fill=st.booleans()
)


@given(some_masks | sparse_masks)
def test_the_runs_of_a_mask_are_where_its_columns_turn(mask: NDArray[np.bool_]) -> None:
    for given_as in (mask, np.asfortranarray(mask), mask[::-1][::-1]):
        runs = Runs.from_mask(given_as)
        assert runs.toggles.tolist() == runs_of(mask).toggles.tolist()
        assert runs.toggles.dtype == np.int64


@given(st.lists(arrays.arrays(bool, (7, 11)) | arrays.arrays(bool, (7, 11), fill=st.just(True)), max_size=5))
def test_rle_area_and_box_are_those_of_pycocotools(masks: list[NDArray[np.bool_]]) -> None:
    instances = tuple(runs_of(mask) for mask in masks)
    together = ImageMasks(11, 7, instances, union_of((), 11, 7)).measured
    for mask, runs, measured in zip(masks, instances, together, strict=True):
        string, area, box = as_pycocotools_has_it(mask)
        assert measured == ({"size": [7, 11], "counts": string}, area, box)
        assert (runs.rle(), runs.area, runs.bbox) == measured
        assert (coco.decode(runs.rle()) == mask).all()


@given(some_masks)
def test_uncompressed_counts_are_those_of_coco(mask: NDArray[np.bool_]) -> None:
    height, width = mask.shape
    counts = runs_of(mask).counts()
    assert sum(counts) == mask.size
    assert all(count > 0 for count in counts[1:])
    uncompressed = {"size": [height, width], "counts": counts}
    assert coco.frPyObjects(uncompressed, height, width)["counts"].decode() == as_pycocotools_has_it(mask)[0]


@pytest.mark.parametrize(("width", "height"), [(1, 1), (5000, 4000), (70_000, 2), (2, 70_000)])
def test_long_runs_need_long_numbers(width: int, height: int) -> None:
    middle = rectangle(width / 3, height / 3, width / 2 + 1, height)
    annotation = annotation_of(middle, rectangle(0, 0, width, height), width=width, height=height)
    for runs in rasterize(annotation).instances:
        assert (runs.rle()["counts"], runs.area, runs.bbox) == as_pycocotools_has_it(runs.to_mask())


def test_runs_longer_than_32_bits_count() -> None:
    width, height = 50_000, 50_000
    annotation = annotation_of(
        rectangle(49_999, 49_998, 60_000, 60_000), rectangle(0, 0, width, height), width=width, height=height
    )
    corner, everything = rasterize(annotation).measured
    assert (corner.area, corner.bbox) == (2, (49_999, 49_998, 1, 2))
    assert everything.area == 2_500_000_000
    assert _numbers(everything.rle["counts"]) == [0, 2_500_000_000]
    assert _numbers(corner.rle["counts"]) == [2_499_999_998, 2]


def _numbers(string: str) -> list[int]:
    """COCO's characters read one by one (without the differences that begin with the fourth number)."""
    numbers, number, shift = [], 0, 0
    for character in string:
        bits = ord(character) - 48
        number |= (bits & 31) << shift
        shift += 5
        if not bits & 32:
            numbers.append(number - (1 << shift) if bits & 16 else number)
            number, shift = 0, 0
    return numbers


def test_an_instance_outside_the_image_is_empty() -> None:
    runs = rasterize(annotation_of(square(200, 200), square(-90, 10), square(10, -50))).instances
    assert [one.is_empty for one in runs] == [True, True, True]
    assert runs[0].area == 0
    assert runs[0].bbox == (0, 0, 0, 0)
    assert runs[0].counts() == [8000]
    assert not runs[0].to_mask().any()


def test_a_size_that_cannot_be_is_a_sentence_not_an_overflow() -> None:
    with pytest.raises(LabelerError, match=r"^photo\.png is said to have .* check its size\.$"):
        rasterize(annotation_of(square(), width=10**9, height=10**9))


def test_an_annotation_without_instances_has_empty_masks() -> None:
    masks = rasterize(annotation_of())
    assert masks.instances == ()
    assert masks.measured == ()
    assert masks.union.to_mask().shape == (80, 100)
    assert masks.union.is_empty
    assert masks.ignore.is_empty


def test_an_exclude_removes_what_came_before_and_an_island_comes_back() -> None:
    whole, hole = ring_with_hole()
    island = rectangle(38, 38, 42, 42)
    ring, with_island, hole_first = rasterize(
        annotation_of([whole, hole], [whole, hole, island], [hole, whole])
    ).instances
    assert ring.area == 1600 - 400
    assert with_island.area == 1200 + 16
    assert hole_first.area == 1600


def test_an_image_wide_exclude_cuts_every_instance_but_no_ignore_region() -> None:
    hand = rectangle(0, 0, 30, 80)
    masks = rasterize(annotation_of(square(), square(25, 0, 10), exclude=[hand], ignore=[square()]))
    assert [runs.bbox for runs in masks.instances] == [(30, 20, 30, 40), (30, 0, 5, 10)]
    assert masks.ignore.area == 1600


def test_the_union_counts_overlapping_pixels_once() -> None:
    masks = rasterize(annotation_of(square(0, 0, 10), square(5, 5, 10), square(10, 0, 5), square(5, 5, 10)))
    expected = np.any([runs.to_mask() for runs in masks.instances], axis=0)
    assert (masks.union.to_mask() == expected).all()
    assert masks.union.area == expected.sum()


@given(st.lists(arrays.arrays(bool, (6, 9)), max_size=4), arrays.arrays(bool, (6, 9)))
def test_union_and_difference_are_those_of_the_pixels(
    masks: list[NDArray[np.bool_]], other: NDArray[np.bool_]
) -> None:
    union = union_of(map(runs_of, masks), 9, 6)
    expected = np.any([*masks, np.zeros_like(other)], axis=0)
    assert (union.to_mask() == expected).all()
    assert (union.without(runs_of(other)).to_mask() == (expected & ~other)).all()


@given(some_masks)
def test_a_patch_is_the_mask_in_its_box(mask: NDArray[np.bool_]) -> None:
    left, top, patch = runs_of(mask).to_patch()
    height, width = patch.shape
    whole = np.zeros_like(mask)
    whole[top : top + height, left : left + width] = patch
    assert (whole == mask).all()
    assert patch.sum() == mask.sum()
    assert (left, top, width, height) == runs_of(mask).bbox


coordinates = st.integers(-20, 120).map(lambda half: half / 2) | st.floats(-20, 60)
rings = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=6)


@st.composite
def annotations(draw: st.DrawFn) -> Annotation:
    roles = st.sampled_from([Role.INCLUDE, Role.EXCLUDE])
    things = draw(st.lists(st.lists(st.builds(polygon, rings, roles), min_size=1, max_size=3), max_size=3))
    regions = st.lists(st.builds(polygon, rings), max_size=2)
    return annotation_of(*things, exclude=draw(regions), ignore=draw(regions), width=40, height=30)


@given(annotations(), st.integers(-10, 45), st.integers(-10, 35), st.integers(0, 60), st.integers(0, 50))
@settings(max_examples=150)
def test_a_window_shows_the_same_pixels(
    annotation: Annotation, left: int, top: int, width: int, height: int
) -> None:
    whole, window = rasterize(annotation), rasterize_window(annotation, left, top, width, height)
    for large, small in zip(
        [*whole.instances, whole.ignore, whole.union],
        [*window.instances, window.ignore, window.union],
        strict=True,
    ):
        padded = np.pad(large.to_mask(), 100)
        assert (
            small.to_mask() == padded[100 + top : 100 + top + height, 100 + left : 100 + left + width]
        ).all()


def test_the_smallest_window_sees_what_only_reaches_into_it() -> None:
    annotation = annotation_of(rectangle(2.3, 3.3, 6.7, 7.7), width=12, height=12)
    mask = rasterize(annotation).instances[0].to_mask()
    for left, top in np.ndindex(12, 12):
        pixel = rasterize_window(annotation, left, top, 1, 1).instances[0].to_mask()
        assert pixel.tolist() == [[mask[top, left]]]


def test_another_size_than_the_sidecars_can_be_asked_for() -> None:
    runs = rasterize(annotation_of(square()), 50, 30).instances[0]
    assert runs.to_mask().shape == (30, 50)
    assert runs.area == 30 * 10


def test_an_indexed_mask_is_painted_in_order_and_ignore_wins() -> None:
    annotation = annotation_of(
        square(0, 0, 10), square(5, 5, 10), square(0, 0, 3), ignore=[rectangle(0, 0, 1, 80)]
    )
    painted = indexed(rasterize(annotation), [1, 2, 7])
    assert painted.dtype == np.uint8
    assert (painted[0, 0], painted[1, 1], painted[4, 4], painted[7, 7], painted[40, 50]) == (255, 7, 1, 2, 0)
    assert (painted[:, 0] == 255).all()
    assert np.bincount(painted.ravel(), minlength=256)[[1, 2, 7]].tolist() == [100 - 25 - 9 - 7, 100, 6]


@given(annotations(), st.integers(1, 3))
def test_painting_is_what_painting_one_by_one_gives(annotation: Annotation, at_once: int) -> None:
    masks = rasterize(annotation)
    expected = np.zeros((masks.height, masks.width), dtype=np.uint16)
    for number, runs in enumerate(masks.instances):
        expected[runs.to_mask()] = number + 1
    expected[masks.ignore.to_mask()] = 65535
    with mock.patch("labeler.raster.masks._AT_ONCE", at_once):
        in_rounds = instance_ids(masks)
    for painted in (instance_ids(masks), in_rounds):
        assert painted.dtype == np.uint16
        assert painted.flags.c_contiguous
        assert (painted == expected).all()


def test_hundreds_of_instances_have_numbers_of_their_own() -> None:
    things = [square(number % 20 * 5, number // 20 * 5, 4) for number in range(300)]
    painted = instance_ids(rasterize(annotation_of(*things)))
    assert [painted[number // 20 * 5 + 1, number % 20 * 5 + 1] for number in range(300)] == [*range(1, 301)]


def test_there_are_no_more_numbers_than_16_bits_have() -> None:
    nothing = union_of((), 3, 2)
    with pytest.raises(ValueError, match="more than 16 bits"):
        instance_ids(ImageMasks(3, 2, (nothing,) * 65535, nothing))


def test_a_missing_index_is_an_error() -> None:
    with pytest.raises(ValueError, match="2 instances, and values for 1"):
        indexed(rasterize(annotation_of(square(), square())), [1])


@given(annotations(), st.data())
def test_class_masks_are_the_indexed_mask_taken_apart(annotation: Annotation, data: st.DataObject) -> None:
    masks = rasterize(annotation)
    indices = [data.draw(st.integers(1, 3)) for _ in masks.instances]
    alone = ImageMasks(masks.width, masks.height, masks.instances, union_of((), masks.width, masks.height))
    painted = indexed(alone, indices)
    classes = by_class(masks, indices)
    assert list(classes) == list(dict.fromkeys(indices))
    for index, runs in classes.items():
        assert (runs.to_mask() == (painted == index)).all()
