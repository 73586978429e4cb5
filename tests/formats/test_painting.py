"""What shapes painted over each other leave of each thing."""

from __future__ import annotations

import numpy as np
import pytest

from labeler.document.model import Annotation, Polygon, Role
from labeler.formats import painting
from labeler.formats.painting import Painting
from labeler.formats.reading import Images, Reading
from labeler.formats.report import Loss
from labeler.raster.runs import Runs, rasterize

SIZE = (60, 50)


def shape(random: np.random.Generator) -> Polygon | Runs:
    left, top, width, height = random.integers([-5, -5, 3, 3], [50, 40, 30, 30])
    if random.random() < 0.2:
        mask = np.zeros(SIZE[::-1], dtype=np.bool_)
        mask[max(top, 0) : top + height, max(left, 0) : left + width] = True
        mask[max(top, 0) + 1 : top + height - 1, max(left, 0) + 1 : left + width - 1] = random.random() < 0.5
        return Runs.from_mask(mask)
    corners = [[left, top], [left + width, top], [left + width / 2, top + height]]
    return Polygon(Role.INCLUDE, np.array(corners, dtype=np.float64))


def painted(seed: int, shapes: int = 40) -> tuple[Annotation, Reading]:
    """Things of a few groups, and backgrounds between them."""
    random = np.random.default_rng(seed)
    reading = Reading(Images([]), ())
    image = Painting(reading, "photo.json")
    for _ in range(shapes):
        if random.random() < 0.4:
            image.background(shape(random))
        else:
            group = random.choice([None, 1, 2])
            image.thing("cup", group, shape(random), {})
    return image.annotation(SIZE, {}), reading


@pytest.mark.parametrize("seed", range(12))
def test_what_is_left_of_things_is_the_same_cut_and_outlined(seed, monkeypatch):
    cut, reading = painted(seed)
    assert not reading.losses
    monkeypatch.setattr(painting, "_MOST_CUTS", 0)
    outlined, reading = painted(seed)
    assert {loss for loss, _where in reading.losses} == {Loss.SHAPE}
    left = [[mask.toggles.tolist() for mask in rasterize(one).instances] for one in (cut, outlined)]
    assert [toggles for toggles in left[0] if toggles] == left[1]


def test_thousands_of_backgrounds_over_thousands_of_things_do_not_multiply():
    annotation, _reading = painted(1, shapes=1500)
    assert sum(len(instance.polygons) for instance in annotation.instances) < 20_000


def test_regions_of_which_nothing_is_known_are_opened_together():
    reading = Reading(Images([]), ())
    speckled = Runs.from_mask(np.random.default_rng(3).random(SIZE[::-1]) < 0.6)
    one, many = Painting(reading, "photo.json"), Painting(reading, "photo.json")
    one.ignore(speckled)
    for _ in range(30):
        many.ignore(speckled)
    found, wanted = many.annotation(SIZE, {}), one.annotation(SIZE, {})
    assert found.ignore == wanted.ignore
    assert rasterize(found).ignore.toggles.tolist() == speckled.toggles.tolist()
