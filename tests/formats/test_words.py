from __future__ import annotations

from dataclasses import fields

from labeler.formats import FORMATS
from labeler.formats.base import Keeps
from labeler.formats.words import THINGS, described


def test_everything_that_can_be_kept_has_a_word():
    assert set(THINGS) == {field.name for field in fields(Keeps)}


def test_what_is_kept_and_what_is_not_is_said():
    keeps = Keeps(classes=True, holes=False)
    assert described(keeps) == [
        "Keeps classes, several parts, exact pixels.",
        "Leaves out single instances, overlaps, holes, ignore regions, points between pixels.",
    ]


def test_nothing_is_said_of_nothing():
    everything = Keeps(**dict.fromkeys(THINGS, True))
    assert len(described(everything)) == 1


def test_the_window_has_a_word_for_every_choice_or_shows_the_choice():
    for format in FORMATS:
        for option in format.options:
            assert option.title
            assert len(option.words) in (0, len(option.choices))
