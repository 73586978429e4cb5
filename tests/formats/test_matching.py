"""Images found again by the names that other tools have for them."""

from __future__ import annotations

import pytest

from labeler.formats.reading import Images

NAMES = [
    "a.jpg",
    "sub/a.jpg",
    "sub/b.png",
    "sub/deeper/b.png",
    "two.dots.jpg",
    "c.tif",
    "twin.jpg",
    "twin.png",
]


@pytest.mark.parametrize(
    ("name", "image"),
    [
        ("a.jpg", "a.jpg"),
        ("sub/a.jpg", "sub/a.jpg"),
        ("sub/a", "sub/a.jpg"),
        ("sub/a.png", "sub/a.jpg"),
        ("sub\\a.jpg", "sub/a.jpg"),
        ("two.dots", "two.dots.jpg"),
        ("two.dots.png", "two.dots.jpg"),
        # Without the folders of a split, or of another machine.
        ("train/a.png", "a.jpg"),
        ("val/sub/a.png", "sub/a.jpg"),
        ("labels/train/a.png", "a.jpg"),
        ("C:\\photos\\sub\\deeper\\b.png", "sub/deeper/b.png"),
        ("/home/somebody/sub/b.png", "sub/b.png"),
        # By the file's name, where only one image has it.
        ("elsewhere/c.png", "c.tif"),
        ("c", "c.tif"),
    ],
)
def test_an_image_is_found(name, image):
    assert Images(NAMES).match(name) == image


@pytest.mark.parametrize(
    "name", ["twin", "twin.bmp", "other/a.jpg", "b.png", "train/b.png", "d.png", "", "/", "train/", "."]
)
def test_no_image_is_found_where_it_could_be_several_or_none(name):
    assert Images(NAMES).match(name) is None
