"""What readers of all formats use."""

from __future__ import annotations

import pytest

from labeler.formats.names import output_stems
from labeler.formats.reading import Images


@pytest.mark.parametrize(
    "names",
    [
        ["photo.jpg", "sub/photo.jpg", "sub/deeper/other.tif"],
        ["photo.jpg", "photo.png", "photo.a.jpg", "photo.jpg.tif"],
        ["two.dots.jpg", "two.jpg"],
    ],
)
def test_an_image_is_found_by_the_stem_that_exports_give_it(names):
    images = Images(names)
    found = [images.of_stem(stem) for stem in output_stems(names)]
    assert found == names
    assert [images.match(name) for name in found] == names


def test_a_stem_without_an_image_is_not_taken_for_another():
    images = Images(["two.jpg", "sub/two.jpg"])
    assert images.match(images.of_stem("two.dots")) is None
    assert images.match(images.of_stem("elsewhere/two")) is None
