"""View options survive a round trip, and nothing that a settings file may hold breaks them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.editor.view_options import INSTANCE, SAFE, VIEW_OPTIONS, Range, ViewOptions
from labeler.settings import Settings

anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just([1])


def test_every_option_can_be_set_by_name():
    assert {option.name for option in VIEW_OPTIONS} == set(ViewOptions().to_dict())


def test_the_defaults_are_in_range():
    assert ViewOptions().with_values(ViewOptions().to_dict()) == ViewOptions()
    assert ViewOptions().tones.is_neutral


def test_what_was_chosen_comes_back_from_the_settings(tmp_path):
    chosen = ViewOptions().with_values(
        {"gamma": 1.5, "crosshair": True, "scheme": SAFE, "color_by": INSTANCE, "tint": 50}
    )
    settings = Settings.load(tmp_path / "settings.json")
    settings.view = chosen.to_dict()
    settings.save()
    assert ViewOptions().with_values(Settings.load(tmp_path / "settings.json").view) == chosen


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("gamma", math.nan), ("gamma", "2"), ("gamma", True), ("tint", None), ("tint", math.inf)],
        *[("crosshair", 1), ("scheme", "pink"), ("scheme", 3), ("color_by", ""), ("nonsense", 5.0)],
    ],
)
def test_what_makes_no_sense_changes_nothing(name, value):
    assert ViewOptions().with_values({name: value}) == ViewOptions()


@given(st.dictionaries(st.sampled_from([o.name for o in VIEW_OPTIONS]), anything))
def test_whatever_is_set_the_options_stay_in_range(values):
    options = ViewOptions().with_values(values).to_dict()
    for option in VIEW_OPTIONS:
        value = options[option.name]
        assert type(value) is type(ViewOptions().to_dict()[option.name])
        if isinstance(option, Range):
            assert option.low <= value <= option.high
    ViewOptions().with_values(values).tones.apply([0.0, 0.5, 1.0])
