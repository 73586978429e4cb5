"""A soft mask is the distance to the border, and 128 or more exactly where the mask is on."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from labeler.raster import soft
from labeler.raster.runs import Runs
from labeler.raster.soft import feathered

Mask = NDArray[np.bool_]
masks = arrays.arrays(bool, st.tuples(st.integers(1, 14), st.integers(1, 14)))
widths = st.sampled_from([0.0, 0.2, 0.5, 0.6, 1.0, 1.5, 2.0, 3.7, 8.0, 50.0])


def by_the_rule(mask: Mask, px: float) -> NDArray[np.uint8]:
    """Pixel by pixel, each against the square of every other."""
    height, width = mask.shape
    values = np.empty(mask.shape, dtype=np.uint8)
    for row, column in np.ndindex(height, width):
        others = np.argwhere(mask != mask[row, column])
        gaps = np.maximum(np.abs(others - (row, column)) - 0.5, 0)
        distance = min((math.hypot(*gap) for gap in gaps), default=math.inf)
        share = min(distance / px, 1) if px else 1
        # The halfway value is on the border, which has no pixel centre on it.
        values[row, column] = round(127.5 + (127.5 if mask[row, column] else -127.5) * share)
    return values


@given(masks, widths)
@example(np.zeros((1, 1), dtype=bool), 1.0)
@example(np.eye(12, dtype=bool), 50.0)
def test_values_grow_in_line_with_the_distance_to_the_border(mask: Mask, px: float) -> None:
    found, expected = feathered(mask, px).astype(int), by_the_rule(mask, px).astype(int)
    # Halves are rounded to the even number by both, but not always of the same last bit.
    assert np.abs(found - expected).max() <= (0 if px in (0, 0.2, 0.5) else 1)
    assert (found != expected).mean() <= 0.05


@given(masks, widths)
def test_a_value_is_128_or_more_exactly_where_the_mask_is_on(mask: Mask, px: float) -> None:
    assert ((feathered(mask, px) >= 128) == mask).all()


@given(masks, widths)
def test_the_mask_and_what_is_left_of_it_are_each_others_opposite(mask: Mask, px: float) -> None:
    assert (feathered(mask, px) == 255 - feathered(~mask, px)).all()


@given(masks, widths)
def test_runs_give_the_same_as_their_mask(mask: Mask, px: float) -> None:
    assert (feathered(Runs.from_mask(mask), px) == feathered(mask, px)).all()


@pytest.mark.parametrize("px", [3.0, 30.0, 95.5, 300.0])
def test_tiles_change_nothing(px: float, monkeypatch: pytest.MonkeyPatch) -> None:
    y, x = np.mgrid[:150, :210]
    mask = ((x - 60) ** 2 + (y - 70) ** 2 < 40**2) | (np.abs(x - y - 100) < 4)
    whole = feathered(mask, px)
    monkeypatch.setattr(soft, "_ROWS", 13)
    monkeypatch.setattr(soft, "_COLUMNS", 17)
    assert (feathered(mask, px) == whole).all()


def test_a_straight_border_is_a_straight_ramp_and_the_images_border_is_none() -> None:
    mask = np.zeros((3, 12), dtype=bool)
    mask[:, 6:] = True
    assert feathered(mask, 3)[:, 2:6].tolist() == [[0, 21, 64, 106]] * 3
    assert feathered(mask, 3)[:, 6:].tolist() == [[149, 191, 234, 255, 255, 255]] * 3
    assert (feathered(np.ones((4, 5), dtype=bool), 3) == 255).all()
    assert (feathered(np.zeros((4, 5), dtype=bool), 3) == 0).all()


@pytest.mark.parametrize("px", [-1, math.nan, math.inf, 10_001])
def test_a_width_that_is_none_is_an_error(px: float) -> None:
    with pytest.raises(ValueError, match="px wide"):
        feathered(np.zeros((2, 2), dtype=bool), px)
