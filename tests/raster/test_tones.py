"""Brightness, contrast and gamma: exact tables, monotonic, and auto points that use the whole screen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.raster.tones import NEUTRAL, Tones, auto_points, table_8, table_16

percents = st.floats(0, 100)
signed = st.floats(-100, 100)
any_tones = st.builds(Tones, percents, percents, signed, signed, st.floats(0.2, 5))


def test_untouched_every_value_is_itself():
    assert NEUTRAL.is_neutral
    np.testing.assert_array_equal(table_8(NEUTRAL), np.arange(256))


@pytest.mark.parametrize(
    ("tones", "expected"),
    [
        (Tones(brightness=20), {0: 51, 100: 151, 250: 255}),
        (Tones(brightness=-100), {0: 0, 255: 0}),
        (Tones(contrast=-100), {0: 128, 255: 128}),
        (Tones(contrast=50), {0: 0, 127: 126, 255: 255}),
        (Tones(gamma=2), {0: 0, 64: 128, 255: 255}),
        (Tones(gamma=0.5), {128: 64, 255: 255}),
        (Tones(black=20, white=60), {51: 0, 102: 128, 153: 255, 200: 255}),
        (Tones(black=50, white=50), {127: 0, 129: 255}),
    ],
)
def test_values_are_exact(tones, expected):
    table = table_8(tones)
    assert {value: int(table[value]) for value in expected} == expected


@given(any_tones)
def test_brighter_stays_brighter(tones):
    assert (np.diff(table_8(tones).astype(int)) >= 0).all()
    deep = table_16(tones, 1000.0, 5000.0).astype(int)
    assert (np.diff(deep) >= 0).all()


@given(any_tones)
def test_deep_values_are_shown_as_the_same_shares_of_eight_bits(tones):
    deep = table_16(tones, 1000.0, 1000.0 + 255 * 16)
    np.testing.assert_array_equal(deep[1000 : 1000 + 256 * 16 : 16], table_8(tones))


def test_what_is_brighter_than_the_shown_range_comes_back_when_it_is_dimmed():
    table = table_16(Tones(brightness=-50), 1000.0, 5000.0)
    assert table[5000] < table[6000] < 255


def test_auto_takes_the_ends_of_what_is_there_but_no_single_pixels():
    shares = np.full(10_000, 0.5)
    shares[:3000], shares[3000:6000] = 0.3, 0.7
    shares[0], shares[1] = 0.0, 1.0
    assert auto_points(shares) == pytest.approx((30, 70), abs=0.2)


def test_auto_leaves_one_flat_colour_alone():
    assert auto_points(np.full(100, 0.4)) == (0, 100)
    assert auto_points(np.array([])) == (0, 100)
