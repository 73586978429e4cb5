"""The short way through a sidecar ends where the long one does."""

import gc
import json
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from labeler.dataset import sidecar
from labeler.dataset.blocks import no_garbage_collection, read_in_block
from labeler.dataset.reading import NewerVersion
from labeler.document.model import Annotation
from labeler.errors import LabelerError
from tests.dataset.samples import SIDECAR, SIDECAR_WITH_EXTRAS, changed
from tests.dataset.test_malformed import HOSTILE, places

PATH = Path("coins.png.labels.json")


def outcome(data: bytes) -> Annotation | str:
    try:
        return sidecar.parse(data, PATH)
    except LabelerError as error:
        return str(error)


def outcome_the_long_way(data: bytes) -> Annotation | str:
    with mock.patch("labeler.dataset.sidecar.read_in_block", return_value=None):
        return outcome(data)


@pytest.mark.parametrize("sample", [SIDECAR, SIDECAR_WITH_EXTRAS], ids=["design", "extras"])
def test_a_whole_file_goes_the_short_way(sample: bytes) -> None:
    assert read_in_block(sample)
    assert outcome(sample) == outcome_the_long_way(sample)


def test_any_value_in_any_place_is_taken_or_refused_as_the_long_way_does() -> None:
    for place in places(json.loads(SIDECAR_WITH_EXTRAS)):
        for value in [*HOSTILE, 2, 2.0, [1, 2], [[1, 2], [3, 4], [5, 6]], ...]:
            data = changed(SIDECAR_WITH_EXTRAS, place, value)
            assert outcome(data) == outcome_the_long_way(data), (place, value)


@pytest.mark.parametrize("value", ["1", True, None, [1], 10**400, float("nan"), 1_000_000.001])
def test_what_numpy_would_take_for_a_number_is_left_to_the_records(value: Any) -> None:
    assert read_in_block(changed(SIDECAR, "instances.0.polygons.0.points.1.0", value)) is None


def test_a_key_that_is_there_twice_counts_as_it_always_did() -> None:
    data = SIDECAR.replace(b'"role": "exclude",', b'"role": "include", "role": "exclude",')
    data = data.replace(b'"points": [[10.5', b'"points": 3, "points": [[10.5')
    assert outcome(data) == outcome_the_long_way(data)


def test_points_are_on_their_own_when_the_others_are_gone() -> None:
    annotation = sidecar.parse(SIDECAR, PATH)
    points = annotation.instances[0].polygons[0].points
    assert points.base is None
    assert not points.flags.writeable


def test_garbage_is_left_alone_where_it_was_left_alone_before() -> None:
    gc.disable()
    try:
        sidecar.parse(SIDECAR, PATH)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_garbage_is_collected_again_afterwards() -> None:
    with no_garbage_collection(), no_garbage_collection():
        assert not gc.isenabled()
    with pytest.raises(NewerVersion):
        sidecar.parse(changed(SIDECAR, "version", 2), PATH)
    assert gc.isenabled()
