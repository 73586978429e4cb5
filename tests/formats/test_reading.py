"""What readers of all formats use."""

from __future__ import annotations

import os

import pytest

from labeler.errors import LabelerError
from labeler.formats.names import output_stems
from labeler.formats.reading import Images, inside, read_text


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


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/etc/x", "C:/x", "C:x", "\\\\server\\x", "a\\..\\..\\x", "x\0"]
)
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path, name):
    with pytest.raises(LabelerError, match="leads out of the folder"):
        inside(tmp_path, name)


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_links_lead_out_of_no_folder_either(tmp_path):
    (tmp_path / "source").mkdir()
    (tmp_path / "source/out").symlink_to(tmp_path)
    (tmp_path / "source/round").symlink_to("round")
    with pytest.raises(LabelerError, match="leads out of the folder"):
        inside(tmp_path / "source", "out/x")
    with pytest.raises(LabelerError, match="could not be read"):
        read_text(inside(tmp_path / "source", "round/x"))
