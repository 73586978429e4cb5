"""ISAT's files: what we write by its own rules, and what it writes as we read it."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.document.model import Role
from labeler.errors import LabelerError
from labeler.formats.building import class_name
from labeler.formats.isat import Isat
from labeler.formats.isat_classes import category_lines
from labeler.formats.reading import Images, Reading
from labeler.formats.report import Loss
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, instance_of, ring_with_hole, square
from tests.formats.cases import CASES, ClassEntry, write
from tests.formats.test_labelme import box
from tests.formats.test_roundtrip import mutated

SIZE = (100, 80)


def thing(category: str, points: list, layer: float, group: object = 1, **keys) -> dict:
    """As ISAT writes it."""
    shape = {"category": category, "group": group, "segmentation": points, "area": 100.0, "layer": layer}
    return {**shape, "bbox": [0.0, 0.0, 10.0, 10.0], "iscrowd": False, "note": "", **keys}


def its_file(*objects: dict, **info) -> dict:
    head = {"description": "ISAT", "folder": "/home/me", "name": "photo.jpg", "width": 100, "height": 80}
    return {"info": {**head, "depth": 3, "note": "", **info}, "objects": list(objects)}


@pytest.fixture
def reading() -> Reading:
    return Reading(Images(["photo.jpg"]))


@pytest.fixture
def read(tmp_path, reading):
    def annotation_of_file(*objects, **info):
        (tmp_path / "photo.json").write_text(json.dumps(its_file(*objects, **info)), encoding="utf-8")
        (found,) = Isat().read(tmp_path, reading)
        return found.read(SIZE)

    return annotation_of_file


@pytest.fixture
def back(tmp_path):
    """An annotation written and read again, with the report."""

    def written_and_read(annotation):
        report = write(Isat(), {"photo.jpg": annotation}, tmp_path)
        (found,) = Isat().read(tmp_path, Reading(Images(["photo.jpg"])))
        return found.read(SIZE), report

    return written_and_read


def written(annotation, out) -> dict:
    write(Isat(), {"photo.jpg": annotation}, out)
    return json.loads((out / "photo.json").read_bytes())


def areas(annotation) -> list[int]:
    return [mask.area for mask in rasterize(annotation).instances]


# --- writing -----------------------------------------------------------------------------------------------


def test_a_polygon_is_written_with_the_keys_that_isat_writes(tmp_path):
    data = written(annotation_of(square(10, 10, 20.25)), tmp_path)
    assert data["info"] == {**its_file()["info"], "folder": "", "depth": None}
    expected = thing("object", box(10, 10, 30.25, 30.25), 1.0, area=400, bbox=[10, 10, 30, 30])
    assert data["objects"] == [expected]


def test_area_and_box_of_a_cut_instance_add_up_to_its_mask(tmp_path):
    data = written(annotation_of(ring_with_hole(), square(5, 5, 5)), tmp_path)
    assert [(one["group"], one["layer"]) for one in data["objects"]] == [(1, 1.0), (1, 2.0), (2, 3.0)]
    left, right, _ = data["objects"]
    assert left["area"] + right["area"] == 40 * 40 - 20 * 20
    assert (left["bbox"], right["bbox"]) == ([20, 20, 40, 60], [40, 20, 60, 60])


def test_ignore_regions_are_crowds_on_top_that_are_no_class(tmp_path):
    *_, region, other = written(CASES["ignore"], tmp_path)["objects"]
    assert region["category"] == other["category"] == "__ignore__"
    assert region["iscrowd"] is other["iscrowd"] is True
    assert region["layer"] > 1


def test_categories_have_their_colours_after_the_background(tmp_path):
    written(CASES["one"], tmp_path)
    assert (tmp_path / "isat.yaml").read_text(encoding="utf-8") == (
        "label:\n"
        "- color: '#000000'\n  name: \"__background__\"\n"
        "- color: '#e6194b'\n  name: \"object\"\n"
        "- color: '#3cb44b'\n  name: \"Käse/Brot\"\n"
        "- color: '#0000ff'\n  name: \"edge\"\n"
        "- color: '#e0e0c0'\n  name: __ignore__\n"
    )


def test_notes_and_group_numbers_come_back_and_everything_else_is_named(back):
    drawn = annotation_of(
        instance_of(square(5, 5, 9), attributes={"note": "left", "group_id": 12}),
        instance_of(*ring_with_hole(), attributes={"group_id": 3}),
        instance_of(square(70, 5, 9), attributes={"note": 3}),
        instance_of(square(70, 50, 9), attributes={"group_id": 3}),
        flags={"note": "dark", "verified": True},
    )
    found, report = back(drawn)
    assert [one.attributes for one in found.instances] == [
        {"note": "left", "group_id": 12}, {"group_id": 3}, {"group_id": 4}, {"group_id": 5},
    ]  # fmt: skip
    assert found.flags == {"note": "dark"}
    assert report.losses[Loss.ATTRIBUTES].count == 3
    assert areas(found) == areas(drawn)


def test_numbers_that_only_count_instances_are_not_kept(back):
    found, report = back(annotation_of(square(5, 5, 9), ring_with_hole(), square(70, 5, 9)))
    assert [one.attributes for one in found.instances] == [{}, {}, {}]
    assert Loss.ATTRIBUTES not in report.losses


# --- reading -----------------------------------------------------------------------------------------------


def test_polygons_of_one_category_and_group_are_one_instance_and_without_a_group_each_is_one(read):
    found = read(
        thing("a", box(10, 10, 20, 20), 1.0, 5),
        thing("a", box(30, 10, 40, 20), 2.0, 5),
        thing("b", box(50, 10, 60, 20), 3.0, "5"),
        thing("a", box(10, 30, 20, 40), 4.0, 0),
        thing("a", box(30, 30, 40, 40), 5.0, ""),
        thing("a", box(50, 30, 60, 40), 6.0, None, note="third"),
    )
    assert [(one.class_name, len(one.polygons), dict(one.attributes)) for one in found.instances] == [
        ("a", 2, {"group_id": 5}),
        ("b", 1, {"group_id": 5}),
        ("a", 1, {}),
        ("a", 1, {}),
        ("a", 1, {"note": "third"}),
    ]


def test_layers_are_the_painting_order(read):
    found = read(
        thing("top", box(10, 10, 20, 20), 3.0, 1),
        thing("bottom", box(10, 10, 20, 20), 1.0, 2),
        thing("middle", box(10, 10, 20, 20), 2.0, 3),
    )
    assert [one.class_name for one in found.instances] == ["bottom", "middle", "top"]


def test_what_says_no_layer_is_on_the_second_as_isat_takes_it(read):
    alone = thing("none", box(10, 10, 20, 20), 0.0, 2)
    del alone["layer"]
    found = read(
        thing("top", box(10, 10, 20, 20), 3.0, 1), alone, thing("bottom", box(10, 10, 20, 20), 1.0, 3)
    )
    assert [one.class_name for one in found.instances] == ["bottom", "none", "top"]


def test_a_background_cuts_what_lies_below_it_and_nothing_above(read):
    found = read(
        thing("below", box(10, 10, 50, 50), 1.0, 1),
        thing("beside", box(60, 10, 70, 20), 2.0, 2),
        thing("__background__", box(20, 20, 30, 30), 3.0, 0),
        thing("above", box(15, 15, 45, 45), 4.0, 3),
        thing("below", box(18, 18, 22, 22), 5.0, 1),
    )
    assert [one.class_name for one in found.instances] == ["below", "beside", "above"]
    # The last polygon covers a corner of the cut again.
    assert areas(found) == [1600 - 100 + 4, 100, 900]
    assert [[p.role for p in one.polygons] for one in found.instances] == [
        [Role.INCLUDE, Role.EXCLUDE, Role.INCLUDE], [Role.INCLUDE], [Role.INCLUDE],
    ]  # fmt: skip
    assert not found.exclude


def test_crowds_are_ignore_regions_of_whatever_category(read):
    found = read(
        thing("a", box(10, 10, 50, 50), 1.0),
        thing("a", box(60, 10, 70, 20), 2.0, iscrowd=True),
        thing("b", box(60, 30, 70, 40), 3.0, iscrowd=1),
        thing("__ignore__", box(60, 50, 70, 60), 4.0),
    )
    assert len(found.instances) == 1
    assert rasterize(found).ignore.area == 300


def test_the_note_of_an_image_is_a_flag_and_fewer_than_three_points_are_no_area(read, reading):
    found = read(thing("a", [[1, 1], [2, 2]], 1.0), thing("a", [], 2.0), note="look again")
    assert (found.flags, found.instances) == ({"note": "look again"}, ())
    assert [loss for loss, _ in reading.losses] == [Loss.NO_AREA] * 2


ISAT_YAML = """\
contour_mode: external
label:
- color: '#000000'
  name: __background__
- color: '#EF2929'
  name: person
- color: "#fcaf3e"
  name: 'it''s'
- name: "Käse \\"gut\\" \\xE4\\u5C3E\\U0001F600"  # a note
  color: red
language: zh
software:
- name: nothing
"""


def classes_of(text: str, tmp_path) -> list[tuple]:
    reading = Reading(Images(["photo.jpg"]))
    (tmp_path / "sub").mkdir(exist_ok=True)
    (tmp_path / "sub/isat.yaml").write_text(text, encoding="utf-8")
    Isat().read(tmp_path, reading)
    return [(one.name, one.index, one.color) for one in reading.found_classes]


def test_categories_are_classes_at_their_places_with_their_colours(tmp_path):
    assert classes_of(ISAT_YAML, tmp_path) == [
        ("person", 1, "#ef2929"), ("it's", 2, "#fcaf3e"), ('Käse "gut" ä尾😀', 3, None),
    ]  # fmt: skip


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=4, unique=True))
def test_any_names_of_classes_come_back(tmp_path_factory, names):
    names = [name for name in names if _can_be_a_class(name)]
    classes = [ClassEntry(name, n, "#00ff00") for n, name in enumerate(names, 1)]
    folder = tmp_path_factory.mktemp("isat")
    found = classes_of(category_lines(classes).decode(), folder)
    assert [name for name, _, _ in found] == names


def _can_be_a_class(name: str) -> bool:
    """What a dataset can have as the name of a class."""
    try:
        return class_name(name, "") == name
    except LabelerError:
        return False


# --- what is wrong -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (its_file(width=99), r"is for 99×80 px, but the image has 100×80"),
        (its_file(thing("a", [[1, 1], [2, "x"], [3, 3]], 1.0)), r"objects\[0\] is no polygon"),
        (its_file(thing("", box(1, 1, 9, 9), 1.0)), r"objects\[0\] has no class name"),
        (its_file(thing("a", box(1, 1, 9, 9), "top")), r"layer must be a number"),
        (its_file(thing("a", box(1, 1, 9, 9), 1.0, "x")), r"has a group that is no number"),
        (its_file(thing("a", box(1, 1, 9, 9), 1.0, [1])), r"has a group that is no number"),
        (its_file(3), r"objects\[0\] must be an object"),
        ({"objects": []}, r"info must be an object"),
        ({"shapes": []}, r"is no file of ISAT"),
    ],
)
def test_what_is_wrong_is_said_of_the_image_it_is_about(tmp_path, reading, wrong, said):
    (tmp_path / "photo.json").write_text(json.dumps(wrong))
    (found,) = Isat().read(tmp_path, reading)
    with pytest.raises(LabelerError, match=said):
        found.read(SIZE)


RICH = its_file(
    thing("a", box(10, 10, 50, 50), 1.0, 1, note="n"),
    thing("__background__", box(20, 20, 30, 30), 2.0, 0),
    thing("b", box(15, 15, 45, 45), 3.0, 2),
    thing("a", box(60, 60, 70, 70), 4.0, 1),
    thing("b", box(0, 0, 9, 9), 5.0, 3, iscrowd=True),
    note="n",
)


@given(seed=st.integers(0, 2**32), count=st.integers(1, 3))
@settings(max_examples=100, deadline=None)
def test_spoiled_files_are_read_or_refused_in_a_sentence(tmp_path_factory, seed, count):
    randomly = random.Random(seed)
    folder = tmp_path_factory.mktemp("spoiled")
    for name, data in (("photo.json", json.dumps(RICH).encode()), ("isat.yaml", ISAT_YAML.encode())):
        for _ in range(count):
            data = mutated(data or b" ", randomly)
        (folder / name).write_bytes(data)
    try:
        images = list(Isat().read(folder, Reading(Images(["photo.jpg"]))))
    except LabelerError:
        return
    for found in images:
        try:
            annotation = found.read(SIZE)
        except LabelerError:
            continue
        rasterize(annotation)


def test_what_a_background_cuts_is_what_isats_own_masks_have_on_whole_coordinates(read):
    """Painted layer by layer, as its export to masks does."""
    randomly = np.random.default_rng(5)
    objects, canvas = [], np.zeros((80, 100), dtype=int)
    for layer in range(1, 13):
        left, top = randomly.integers(0, 60, 2).tolist()
        width, height = randomly.integers(5, 40, 2).tolist()
        category = str(randomly.choice(["a", "b", "__background__"]))
        objects.append(thing(category, box(left, top, left + width, top + height), float(layer), layer))
        canvas[top : top + height, left : left + width] = 0 if category == "__background__" else layer
    randomly.shuffle(objects)
    found = read(*objects)
    ours = np.zeros_like(canvas)
    layers = sorted(one["layer"] for one in objects if one["category"] != "__background__")
    for layer, mask in zip(layers, rasterize(found).instances, strict=True):
        ours[mask.to_mask()] = int(layer)
    assert np.array_equal(ours, canvas)
