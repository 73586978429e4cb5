"""CVAT's XML: read by its documentation, and read back from files as CVAT writes them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from labeler.document.model import Annotation, Role
from labeler.errors import LabelerError
from labeler.formats.base import Job
from labeler.formats.cvat import FILE, Cvat
from labeler.formats.reading import FoundClass, Images, Reading
from labeler.formats.report import Loss
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, instance_of, rectangle, ring_with_hole, square, triangle
from tests.formats.cases import CASES, CLASSES, item, write

POLYGONS, MASKS = {"shapes": "polygons"}, {"shapes": "masks"}
SIZE = (100, 80)


def written(annotation: Annotation, out: Path, options=POLYGONS) -> ET.Element:
    write(Cvat(), {"photo.jpg": annotation}, out, options)
    (image,) = ET.parse(out / FILE).getroot().iterfind("image")
    return image


def mask_of(element: ET.Element) -> np.ndarray:
    """As CVAT's documentation says: the box's pixels row by row, in runs, the first of zeros."""
    left, top, width, height = (int(element.attrib[key]) for key in ("left", "top", "width", "height"))
    counts = [int(count) for count in element.attrib["rle"].split(",")]
    values = np.arange(len(counts)) % 2 == 1
    mask = np.zeros(SIZE[::-1], dtype=np.bool_)
    mask[top : top + height, left : left + width] = np.repeat(values, counts).reshape(height, width)
    return mask


def source(folder: Path, images: str, labels: str = "", name: str = FILE) -> Path:
    path = folder / name
    path.write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n'
        f"  <meta><task><id>4</id><name>coins</name><labels>{labels}</labels></task></meta>\n"
        f"{images}\n</annotations>\n"
    )
    return path


def read(path: Path, tolerance: float = 0.0) -> tuple[Annotation, Reading]:
    reading = Reading(Images(["photo.jpg"]), CLASSES, tolerance=tolerance)
    (found,) = Cvat().read(path, reading)
    return found.read(SIZE), reading


def read_shapes(folder: Path, *shapes: str) -> tuple[Annotation, Reading]:
    image = f'<image id="0" name="photo.jpg" width="100" height="80">{"".join(shapes)}</image>'
    return read(source(folder, image))


# --- writing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_masks_are_the_exported_pixels(case, tmp_path):
    image = written(CASES[case], tmp_path, MASKS)
    masks = [runs.to_mask() for runs in rasterize(CASES[case]).instances if not runs.is_empty]
    for element, mask in zip(image.iterfind("mask"), masks, strict=True):
        assert np.array_equal(mask_of(element), mask)


def test_a_mask_fills_its_box_from_side_to_side(tmp_path):
    (mask,) = written(annotation_of(rectangle(3, 5, 7, 8)), tmp_path, MASKS)
    box = {key: mask.attrib[key] for key in ("left", "top", "width", "height", "rle")}
    assert box == {"left": "3", "top": "5", "width": "4", "height": "3", "rle": "0, 12"}


def test_a_plain_polygon_is_left_as_it_was_drawn(tmp_path):
    (polygon,) = written(annotation_of(triangle(10.25, 10)), tmp_path)
    assert polygon.tag == "polygon"
    assert polygon.attrib["points"] == "10.25,10;22.25,10;10.25,22"
    assert "group_id" not in polygon.attrib


def test_parts_are_polygons_of_one_group_and_what_has_holes_is_a_mask(tmp_path):
    parts, hole = (square(), triangle(70, 50)), ring_with_hole(10, 10)
    image = written(annotation_of(parts, hole, triangle()), tmp_path)
    assert [element.tag for element in image] == ["polygon", "polygon", "mask", "polygon"]
    assert [element.get("group_id") for element in image] == ["1", "1", None, None]
    assert [element.get("z_order") for element in image] == ["0", "0", "1", "2"]
    assert np.array_equal(mask_of(image[2]), rasterize(annotation_of(hole)).union.to_mask())


def test_what_became_a_mask_or_has_no_place_is_reported(tmp_path):
    things = annotation_of(
        ring_with_hole(),
        instance_of(triangle(), id="a", attributes={"note": ["a", "list"], "occluded": True}),
        rectangle(20.6, 20.6, 20.9, 20.9),
        ignore=[square(50, 50)],
        flags={"verified": True},
    )
    report = write(Cvat(), {"photo.jpg": things}, tmp_path, POLYGONS)
    assert {loss: lost.first for loss, lost in report.losses.items()} == {
        Loss.MASK: "photo.jpg, i1",
        Loss.ATTRIBUTES: "photo.jpg, a",
        Loss.EMPTY: "photo.jpg, i3",
        Loss.IGNORE: "photo.jpg",
    }
    assert report.losses[Loss.ATTRIBUTES].count == 2
    assert report.instances == 2
    assert all(report.lines())


def test_labels_are_in_the_file_and_ready_for_the_raw_view_of_a_task(tmp_path):
    write(Cvat(), {}, tmp_path)
    labels = ET.parse(tmp_path / FILE).getroot().iterfind("meta/task/labels/label")
    expected = [(entry.name, entry.color) for entry in CLASSES]
    assert [(label.findtext("name"), label.findtext("color")) for label in labels] == expected
    raw = json.loads((tmp_path / "labels.json").read_bytes())
    assert [(label["name"], label["color"]) for label in raw] == expected


def test_copies_of_images_lie_where_cvat_puts_them():
    one = item("sub/a.jpg", CASES["one"])
    assert Cvat().image_place(one, Job(CLASSES)) == "images/sub/a.jpg"
    split = replace(one, split="val")
    assert Cvat().image_place(split, Job(CLASSES, splits=("train", "val"))) == "val/images/sub/a.jpg"


def test_any_text_stands_in_the_file(tmp_path):
    names = ['a "b" <c> & d.jpg', "日本/猫.webp", "bell\x07.jpg"]
    attributes = {"line\nends": "a\r\nb\tc <&>", 'with "quotes"': "", "bell\x07": "\x07"}
    annotation = annotation_of(instance_of(square(), attributes=attributes))
    write(Cvat(), dict.fromkeys(names, annotation), tmp_path)
    reading = Reading(Images(names), CLASSES)
    found = list(Cvat().read(tmp_path, reading))
    assert [image.image for image in found] == [*names[:2], "bell\ufffd.jpg"]
    del attributes["bell\x07"]
    assert found[0].read(SIZE).instances[0].attributes == attributes


def test_attributes_come_back(tmp_path):
    attributes = {"occluded": True, "colour": "red", "bent": False, "count": 3, "share": 0.25}
    hidden = {"occluded": False}
    annotation = annotation_of(
        instance_of(square(), id="a", attributes=attributes), instance_of(triangle(), attributes=hidden)
    )
    write(Cvat(), {"photo.jpg": annotation}, tmp_path)
    found, _ = read(tmp_path)
    assert [instance.attributes for instance in found.instances] == [attributes, hidden]


# --- reading -----------------------------------------------------------------------------------------------

#: Written after CVAT's documentation and its code for dumping.
SAMPLE = """
  <image id="0" name="photo.jpg" width="100" height="80">
    <mask label="coin" source="manual" occluded="0" rle="1, 2, 2, 1" left="60" top="50" width="3" height="2"
      z_order="0">
    </mask>
    <polygon label="hand" source="manual" occluded="1" points="10.00,10.00;30.50,10.00;10.00,30.25"
      z_order="2">
      <attribute name="side">left</attribute>
      <attribute name="clean">true</attribute>
    </polygon>
    <box label="coin" source="semi-auto" occluded="0" xtl="40.00" ytl="20.00" xbr="60.00" ybr="30.00"
      z_order="1">
    </box>
    <polyline label="edge" source="manual" occluded="0" points="0.00,0.00;50.00,50.00" z_order="0">
    </polyline>
    <points label="edge" source="manual" occluded="0" points="5.00,5.00" z_order="0">
    </points>
    <cuboid label="box" source="manual" occluded="0" xtl1="1.0" ytl1="1.0" xbl1="1.0" ybl1="1.0" xtr1="1.0"
      ytr1="1.0" xbr1="1.0" ybr1="1.0" xtl2="1.0" ytl2="1.0" xbl2="1.0" ybl2="1.0" xtr2="1.0" ytr2="1.0"
      xbr2="1.0" ybr2="1.0" z_order="0">
    </cuboid>
    <skeleton label="body" source="manual" z_order="0">
      <points label="1" source="manual" outside="0" occluded="0" points="5.00,5.00">
      </points>
    </skeleton>
    <tag label="good_frame" source="manual">
    </tag>
  </image>
"""
LABELS = """
  <label><name>coin</name><color>#FA3253</color><type>any</type><attributes></attributes></label>
  <label><name>hand</name><color>red</color><type>polygon</type><attributes>
    <attribute><name>side</name><mutable>False</mutable></attribute></attributes></label>
  <label><name>good_frame</name><color>#ffffff</color><type>tag</type><attributes></attributes></label>
  <label><name>1</name><color>#ffffff</color><type>points</type><parent>body</parent></label>
"""


def test_a_file_of_cvat_is_read(tmp_path):
    found, reading = read(source(tmp_path, SAMPLE, LABELS))
    assert [instance.class_name for instance in found.instances] == ["coin", "coin", "hand"]
    mask, box, hand = (runs.to_mask() for runs in rasterize(found).instances)
    assert list(zip(*(places.tolist() for places in mask.nonzero()))) == [(50, 61), (50, 62), (51, 62)]
    assert box.sum() == 20 * 10
    assert box[20, 40]
    assert found.instances[2].polygons[0].points.tolist() == [[10, 10], [30.5, 10], [10, 30.25]]
    assert found.instances[2].attributes == {"side": "left", "clean": True, "occluded": True}
    assert hand.any()
    assert found.flags == {"good_frame": True}
    assert reading.found_classes == [FoundClass("coin", color="#fa3253"), FoundClass("hand")]
    assert [loss for loss, _ in reading.losses] == [Loss.NO_AREA] * 4


def test_boxes_and_ellipses_are_turned_clockwise(tmp_path):
    shape = 'label="a" occluded="0" z_order="0"'
    found, _ = read_shapes(
        tmp_path,
        f'<box {shape} xtl="40" ytl="20" xbr="60" ybr="30" rotation="90.00"></box>',
        f'<box {shape} xtl="40" ytl="40" xbr="50" ybr="50" rotation="30.00"></box>',
        f'<ellipse {shape} cx="50" cy="40" rx="20" ry="10"></ellipse>',
        f'<ellipse {shape} cx="50" cy="40" rx="20" ry="10" rotation="270"></ellipse>',
    )
    upright, slanted, wide, high = (instance.polygons[0] for instance in found.instances)
    assert upright.bounds == (45, 15, 55, 35)
    # The top-left corner goes right and up.
    turn = np.deg2rad(30)
    corner = (45 - 5 * np.cos(turn) + 5 * np.sin(turn), 45 - 5 * np.sin(turn) - 5 * np.cos(turn))
    assert slanted.points[0].tolist() == pytest.approx(corner, abs=0.001)
    assert wide.bounds == pytest.approx((30, 30, 70, 50), abs=0.05)
    assert high.bounds == pytest.approx((40, 20, 60, 60), abs=0.05)
    assert rasterize(found).instances[2].area == pytest.approx(np.pi * 200, rel=0.01)


def test_shapes_of_one_group_and_label_are_one_instance(tmp_path):
    points = 'points="10,10;20,10;10,20"'
    found, _ = read_shapes(
        tmp_path,
        f'<polygon label="a" {points} z_order="0" group_id="1"></polygon>',
        f'<polygon label="b" {points} z_order="0" group_id="1"></polygon>',
        '<polygon label="a" points="50,10;60,10;50,20" z_order="0" group_id="1"></polygon>',
        f'<polygon label="a" {points} z_order="0"></polygon>',
    )
    assert [(i.class_name, len(i.polygons)) for i in found.instances] == [("a", 2), ("b", 1), ("a", 1)]


def test_the_hole_of_a_mask_does_not_cut_another_shape_of_its_group(tmp_path):
    ring = 'rle="0, 5, 2, 2, 2, 5" width="4" height="4"'  # with a hole of 2 × 2
    found, _ = read_shapes(
        tmp_path,
        '<polygon label="a" points="0,0;20,0;20,20;0,20" z_order="0" group_id="3"></polygon>',
        f'<mask label="a" {ring} left="5" top="5" z_order="0" group_id="3"></mask>',
    )
    (instance,) = found.instances
    assert not any(polygon.role is Role.EXCLUDE for polygon in instance.polygons)
    assert rasterize(found).union.area == 400


def test_masks_are_simplified_within_the_tolerance(tmp_path):
    write(Cvat(), {"photo.jpg": CASES["round hole"]}, tmp_path, MASKS)
    exact, rough = (read(tmp_path, tolerance)[0].instances[0] for tolerance in (0.0, 1.0))
    assert sum(len(p.points) for p in rough.polygons) < sum(len(p.points) for p in exact.polygons) / 3


@pytest.mark.parametrize(
    ("shape", "problem"),
    [
        ('<mask label="a" rle="4" left="98" top="0" width="4" height="1"/>', "reaches out"),
        ('<mask label="a" rle="4" left="-1" top="0" width="2" height="2"/>', "reaches out"),
        ('<mask label="a" rle="1, 2" left="0" top="0" width="2" height="2"/>', "do not fill"),
        ('<mask label="a" rle="1, -1, 4" left="0" top="0" width="2" height="2"/>', "do not fill"),
        ('<mask label="a" rle="" left="0" top="0" width="2" height="2"/>', "do not fill"),
        ('<mask label="a" rle="4" left="0" top="0" width="2"/>', "height is no number"),
        ('<polygon label="a" points="1,2;3,4"/>', "no polygon"),
        ('<polygon label="a" points="1,2;3,nan;5,6"/>', "no polygon"),
        ('<polygon label="a" points=""/>', "no polygon"),
        ('<polygon label="" points="1,2;3,4;5,6"/>', "no class name"),
        ('<box label="a" xtl="1" ytl="1" xbr="inf" ybr="3"/>', "xbr is no number"),
        ('<ellipse label="a" cx="1" cy="1" rx="0" ry="3"/>', "possible size"),
        ('<polygon label="a" points="1,2;3,4;5,6" z_order="high"/>', "z_order is no number"),
    ],
)
def test_what_is_wrong_is_said_with_its_image_and_stops_no_other(shape, problem, tmp_path):
    path = source(
        tmp_path,
        f'<image name="bad.jpg" width="100" height="80">{shape}</image>'
        '<image name="good.jpg" width="100" height="80"><polygon label="a" points="1,2;9,4;5,6"/></image>',
    )
    bad, good = Cvat().read(path, Reading(Images([]), CLASSES))
    with pytest.raises(LabelerError, match=f"bad.jpg.*{problem}"):
        bad.read(SIZE)
    assert len(good.read(SIZE).instances) == 1


def test_images_of_other_sizes_or_none_are_told(tmp_path):
    path = source(
        tmp_path,
        '<image name="a.jpg" width="640" height="480"/><image name="b.jpg"/><image name="c.jpg" width="x"/>',
    )
    found = Cvat().read(path, Reading(Images([]), CLASSES))
    assert [image.size for image in found] == [(640, 480), None, None]
    assert all(not image.read(SIZE).instances for image in found)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("<annotations><track id='0' label='a'/></annotations>", "CVAT for images"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><annotations><image name='&b;'/></annotations>", "document type"),
        ("<annotations><image name='a'></annotations>", "not valid XML"),
        ("<annotation><object/></annotation>", "no XML of CVAT"),
        ("<?xml version='1.0' encoding='latin-1'?><annotations/>", "UTF-8"),
        ("PK\x03\x04…", "unpack it"),
        ("", "not valid XML"),
    ],
)
def test_what_is_no_file_of_cvat_is_refused_in_a_sentence(content, problem, tmp_path):
    path = tmp_path / "annotations.xml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(LabelerError, match=f"annotations.xml.*{problem}"):
        Cvat().read(path, Reading(Images([]), CLASSES))


def test_in_a_folder_xml_of_other_programs_is_left_alone(tmp_path):
    source(tmp_path, SAMPLE)
    (tmp_path / "voc.xml").write_text("<annotation><object/></annotation>")
    assert len(Cvat().read(tmp_path, Reading(Images([]), CLASSES))) == 1


def test_an_image_is_read_when_its_turn_comes(tmp_path):
    """So a file of any size needs no more memory than one image of it."""
    path = source(tmp_path, SAMPLE)
    (image,) = Cvat().read(path, Reading(Images([]), CLASSES))
    path.write_bytes(b"gone")
    with pytest.raises(LabelerError, match="not valid XML"):
        image.read(SIZE)
    path.unlink()
    with pytest.raises(LabelerError, match="could not be read"):
        image.read(SIZE)
