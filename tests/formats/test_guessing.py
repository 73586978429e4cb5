"""The format of a source, guessed from names and first bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.dataset.dataset import Dataset
from labeler.exporting import export
from labeler.formats import FORMATS
from labeler.formats.guessing import guessed
from tests.cli.folders import dataset_in
from tests.formats.cases import CASES


@pytest.mark.parametrize("format", [f for f in FORMATS if f.reads and f.writes], ids=lambda format: format.id)
def test_what_we_write_is_recognised(tmp_path, format):
    photos = dataset_in(tmp_path / "photos", {"a.png": CASES["hole"], "sub/b.png": CASES["one"]})
    export(Dataset.open(photos), format, tmp_path / "out", {})
    assert guessed(tmp_path / "out") == format.id


@pytest.mark.parametrize(
    ("name", "content", "id"),
    [
        ("a.json", '{"info": {}, "images": [], "annotations": []}', "coco"),
        ("a.json", '{"version": "5.4.1", "flags": {}, "shapes": []}', "labelme"),
        ("a.json", '{"version": "2.4.0", "shapes": [{"difficult": false}]}', "xanylabeling"),
        ("a.json", '{"info": {"description": "ISAT", "folder": ""}}', "isat"),
        ("a_gtFine_polygons.json", '{"imgHeight": 8, "imgWidth": 8, "objects": []}', "cityscapes"),
        ("a.json", '{"type": "FeatureCollection", "features": []}', "geojson"),
        ("a.xml", "<annotations><version>1.1</version></annotations>", "cvat"),
        ("a.xml", "<annotation><folder>x</folder></annotation>", "voc"),
        ("data.yaml", "names: [a, b]", "yolo"),
        ("a.txt", "0 0.1 0.1 0.2 0.1 0.2 0.2", "yolo"),
        ("a.txt", "read me first", ""),
        ("a.json", '{"settings": 1}', ""),
        ("a.docx", "PK", ""),
    ],
)
def test_files_and_the_folders_they_are_in(tmp_path, name, content, id):
    (tmp_path / name).write_text(content)
    assert guessed(tmp_path / name) == id
    assert guessed(tmp_path) == id


def test_our_own_files_say_nothing(tmp_path):
    assert guessed(dataset_in(tmp_path / "photos", {"a.jpg": CASES["one"]})) == ""
    assert guessed(tmp_path / "nothing here") == ""


@given(st.binary(max_size=200), st.sampled_from([".json", ".xml", ".png", ".txt", ".yaml", ".geojson"]))
def test_it_never_fails(tmp_path_factory, data, suffix):
    path = tmp_path_factory.mktemp("any") / f"a{suffix}"
    path.write_bytes(data)
    assert isinstance(guessed(path), str)
