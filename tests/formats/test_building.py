"""From other tools' things to ours."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from labeler.document.model import Annotation, ImageInfo, Role
from labeler.errors import LabelerError
from labeler.formats.building import class_name, traced_ignore
from labeler.raster.runs import Runs, rasterize

masks = arrays.arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 14)))


def ignored(polygons, mask: np.ndarray) -> np.ndarray:
    height, width = mask.shape
    return rasterize(Annotation(ImageInfo("", width, height), ignore=polygons)).ignore.to_mask()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" cup\t", "cup"),
        ("a\ud800\u202eb\0", "ab"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d🚀", "👩\u200d🚀"),
    ],
)
def test_a_class_name_is_without_what_does_not_print_and_is_the_same_word(text, name):
    assert class_name(text, "photo.json") == name


@pytest.mark.parametrize("text", ["", " \n", "\u200d", "\ufeff"])
def test_a_name_that_shows_nothing_is_none(text):
    with pytest.raises(LabelerError, match="has no class name"):
        class_name(text, "photo.json")


@given(masks)
def test_a_mask_to_ignore_becomes_rings_over_the_same_pixels(mask):
    polygons = traced_ignore(Runs.from_mask(mask), 0.0)
    assert all(polygon.role is Role.IGNORE for polygon in polygons)
    assert np.array_equal(ignored(polygons, mask), mask)


@pytest.mark.parametrize("tolerance", [0.0, 1.0])
def test_a_mask_to_ignore_with_many_holes_is_cut_in_no_time(tolerance):
    """All at once they would take ten times as long, and with three times as many half a minute."""
    mask = np.ones((1000, 1000), dtype=np.bool_)
    mask[tuple(np.random.default_rng(0).integers(0, 1000, (2, 700)))] = False
    assert np.array_equal(ignored(traced_ignore(Runs.from_mask(mask), tolerance), mask), mask)
