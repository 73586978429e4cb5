"""Pascal VOC's folders: read as its own tools do, and read back from files as VOC and CVAT have them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from labeler.document.model import Annotation
from labeler.errors import LabelerError
from labeler.formats.base import Job
from labeler.formats.reading import FoundClass, Images, Reading
from labeler.formats.report import Loss
from labeler.formats.voc import Voc
from labeler.formats.voc_classes import COLOURS, class_list
from labeler.raster.masks import indexed
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, instance_of, rectangle, ring_with_hole, square, triangle
from tests.formats.cases import CASES, CLASSES, ClassEntry, files_in, item, write

SIZE = (100, 80)
INDEX = {entry.name: entry.index for entry in CLASSES}
VOC_CLASSES = ("aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car")


def written(annotation: Annotation, out: Path):
    return write(Voc(), {"photo.jpg": annotation}, out)


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image)


def objects(out: Path, stem: str = "photo") -> list[ET.Element]:
    return ET.parse(out / "Annotations" / f"{stem}.xml").getroot().findall("object")


def box_of(thing: ET.Element) -> tuple[int, ...]:
    return tuple(int(thing.findtext(f"bndbox/{side}") or "") for side in ("xmin", "ymin", "xmax", "ymax"))


def put(folder: Path, kind: str, values: np.ndarray, stem: str = "2007_000032") -> None:
    """A mask with VOC's palette where it is of numbers, else in colour."""
    path = folder / kind / f"{stem}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(values)
    if values.ndim == 2 and values.dtype == np.uint8:
        image.putpalette([channel for colour in COLOURS for channel in colour])
    image.save(path)


def put_xml(folder: Path, *names: str, stem: str = "2007_000032") -> None:
    """After VOC's own files."""
    things = "".join(
        f"<object><name>{name}</name><pose>Frontal</pose><truncated>1</truncated><difficult>0</difficult>"
        "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox>"
        "<part><name>head</name><bndbox><xmin>1</xmin></bndbox></part></object>"
        for name in names
    )
    path = folder / "Annotations" / f"{stem}.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"<annotation><folder>VOC2012</folder><filename>{stem}.jpg</filename><source/>"
        f"<size><width>100</width><height>80</height><depth>3</depth></size>{things}</annotation>"
    )


def read(source: Path, *names: str, classes=(), options=None) -> tuple[Annotation, Reading]:
    reading = Reading(Images(names), classes, options or {})
    (found,) = Voc().read(source, reading)
    return found.read(SIZE), reading


def things(annotation: Annotation) -> list[tuple[str, int]]:
    masks = rasterize(annotation).instances
    return [(instance.class_name, runs.area) for instance, runs in zip(annotation.instances, masks)]


# --- writing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_masks_have_class_indices_and_numbers_of_objects(case, tmp_path):
    annotation = CASES[case]
    report = written(annotation, tmp_path)
    masks = rasterize(annotation)
    indices = [INDEX[instance.class_name] for instance in annotation.instances]
    classes = pixels(tmp_path / "SegmentationClass/photo.png")
    assert np.array_equal(classes, indexed(masks, indices))
    expected = np.zeros(SIZE[::-1], dtype=np.uint8)
    shown = [runs for runs in masks.instances if not runs.is_empty]
    for number, runs in enumerate(shown, 1):
        expected[runs.to_mask()] = number
    expected[masks.ignore.to_mask()] = 255
    assert np.array_equal(pixels(tmp_path / "SegmentationObject/photo.png"), expected)
    assert report.instances == len(shown) == len(objects(tmp_path))


def test_palettes_are_the_colours_of_the_classes_and_vocs_own(tmp_path):
    written(CASES["overlap"], tmp_path)
    with Image.open(tmp_path / "SegmentationObject/photo.png") as image:
        palette = np.array(image.getpalette()).reshape(-1, 3).tolist()
        assert image.mode == "P"
    assert palette[:4] == [[0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0]]
    assert (palette[20], palette[255]) == ([0, 64, 128], [224, 224, 192])
    with Image.open(tmp_path / "SegmentationClass/photo.png") as image:
        assert image.convert("RGB").getpixel((60, 60)) == (0x3C, 0xB4, 0x4B)


@pytest.mark.parametrize("case", CASES)
def test_boxes_count_from_one_and_include_the_last_pixel(case, tmp_path):
    written(CASES[case], tmp_path)
    masks = [runs.to_mask() for runs in rasterize(CASES[case]).instances if not runs.is_empty]
    for thing, mask in zip(objects(tmp_path), masks, strict=True):
        rows, columns = mask.nonzero()
        expected = (columns.min() + 1, rows.min() + 1, columns.max() + 1, rows.max() + 1)
        assert box_of(thing) == expected


def test_the_first_ten_columns_are_one_to_ten(tmp_path):
    written(annotation_of(rectangle(0, 0, 10, 5)), tmp_path)
    (thing,) = objects(tmp_path)
    assert box_of(thing) == (1, 1, 10, 5)


def test_images_are_listed_and_lie_in_their_folders(tmp_path):
    names = ["a.jpg", "sub/b.png", "c.jpg", "d.jpg"]
    splits = dict(zip(names, ["train", "val", "test", "train"]))
    write(Voc(), dict.fromkeys(names, CASES["one"]), tmp_path / "split", splits=splits)
    write(Voc(), dict.fromkeys(names, CASES["one"]), tmp_path / "whole")
    lists = {name: data.decode() for name, data in files_in(tmp_path / "split").items() if "Sets" in name}
    assert lists == {
        "ImageSets/Segmentation/train.txt": "a\nd\n",
        "ImageSets/Segmentation/val.txt": "sub/b\n",
        "ImageSets/Segmentation/test.txt": "c\n",
        "ImageSets/Segmentation/trainval.txt": "a\nsub/b\nd\n",
    }
    whole = files_in(tmp_path / "whole")
    assert whole["ImageSets/Segmentation/trainval.txt"] == b"a\nsub/b\nc\nd\n"
    assert "SegmentationClass/sub/b.png" in whole


def test_the_image_of_a_line_is_the_line_and_a_suffix():
    one = replace(item("sub/photo.jpg", CASES["one"]), split="val")
    assert Voc().image_place(one, Job(CLASSES)) == "JPEGImages/sub/photo.jpg"
    twin = item("photo.png", CASES["one"], stem="photo.png")
    assert Voc().image_place(twin, Job(CLASSES)) == "JPEGImages/photo.png.png"


def test_classes_are_listed_by_index_and_by_colour(tmp_path):
    write(Voc(), {}, tmp_path)
    names = (tmp_path / "class_names.txt").read_text("utf-8").splitlines()
    assert {n: name for n, name in enumerate(names) if name} == {
        0: "background",
        1: "object",
        7: "Käse/Brot",
        254: "edge",
    }
    assert (tmp_path / "labelmap.txt").read_text("utf-8").splitlines()[1:] == [
        "background:0,0,0::",
        "object:230,25,75::",
        "Käse/Brot:60,180,75::",
        "edge:0,0,255::",
        "ignored:224,224,192::",
    ]


def many(count: int) -> Annotation:
    return annotation_of(*[square(2 * (n % 50), 2 * (n // 50), 1) for n in range(count)])


def test_more_objects_than_a_palette_has_get_sixteen_bits_and_are_reported(tmp_path):
    report = written(many(255), tmp_path)
    numbers = pixels(tmp_path / "SegmentationObject/photo.png")
    assert (numbers.dtype, numbers.max()) == (np.uint16, 255)
    assert numbers[10, 8] == 255
    assert report.losses[Loss.DEEP].first == "photo.jpg"
    found, _ = read(tmp_path, "photo.jpg")
    assert len(found.instances) == 255
    assert Loss.DEEP not in written(many(254), tmp_path / "fewer").losses
    assert pixels(tmp_path / "fewer/SegmentationObject/photo.png").dtype == np.uint8


def test_what_has_no_place_is_reported(tmp_path):
    one = instance_of(square(), id="a", attributes={"parts": [1], "difficult": True, "colour": "red"})
    report = written(annotation_of(one, square(30, 30), flags={"verified": True}), tmp_path)
    assert {loss: lost.count for loss, lost in report.losses.items()} == {
        Loss.ATTRIBUTES: 2,
        Loss.OVERLAPS: 1,
    }
    assert all(report.lines())


def test_attributes_come_back(tmp_path):
    attributes = {
        "truncated": True,
        "difficult": True,
        "occluded": False,
        "colour": 'red & "blue"',
        "count": 3,
    }
    written(annotation_of(instance_of(square(), attributes=attributes), triangle()), tmp_path)
    first = objects(tmp_path)[0]
    assert [first.findtext(mark) for mark in ("truncated", "occluded", "difficult")] == ["1", "0", "1"]
    found, _ = read(tmp_path, "photo.jpg")
    assert [instance.attributes for instance in found.instances] == [attributes, {}]


# --- reading -----------------------------------------------------------------------------------------------


def voc_sample(folder: Path) -> np.ndarray:
    """Two things with void borders, as in VOC; the masks of void pixels."""
    numbers = np.zeros(SIZE[::-1], dtype=np.uint8)
    numbers[8:42, 8:42] = 255
    numbers[10:40, 10:40] = 1
    numbers[50:70, 50:70] = 255
    numbers[52:68, 52:68] = 2
    classes = np.array([0, 1, 15], dtype=np.uint8)[np.where(numbers == 255, 0, numbers)]
    classes[numbers == 255] = 255
    put(folder, "SegmentationClass", classes)
    put(folder, "SegmentationObject", numbers)
    put_xml(folder, "aeroplane", "person")
    return numbers == 255


def test_a_folder_of_voc_is_read_with_void_as_ignore(tmp_path):
    void = voc_sample(tmp_path / "VOCdevkit/VOC2012")
    found, reading = read(tmp_path, "2007_000032.jpg")
    assert things(found) == [("aeroplane", 900), ("person", 256)]
    assert found.instances[0].attributes == {"truncated": True}
    assert np.array_equal(rasterize(found).ignore.to_mask(), void)
    assert [(one.name, one.index) for one in reading.found_classes] == [("aeroplane", 1), ("person", 15)]
    assert not reading.losses


def test_names_of_the_xml_go_before_names_of_the_dataset(tmp_path):
    voc_sample(tmp_path)
    found, _ = read(tmp_path, classes=[ClassEntry("coin", 1, "#ffffff")])
    assert [instance.class_name for instance in found.instances] == ["aeroplane", "person"]
    (tmp_path / "Annotations/2007_000032.xml").unlink()
    found, _ = read(tmp_path, classes=[ClassEntry("coin", 1, "#ffffff")])
    assert [instance.class_name for instance in found.instances] == ["coin", "class 15"]


@pytest.mark.parametrize(
    "lines", [("_background_", "plane", "x"), ("__ignore__", "_background_", "plane"), ("plane", "x")]
)
def test_names_of_a_list_go_before_all_others(lines, tmp_path):
    voc_sample(tmp_path)
    (tmp_path / "labels.txt").write_text("\n".join(lines))
    found, _ = read(tmp_path)
    assert [instance.class_name for instance in found.instances] == ["plane", "person"]


def test_masks_in_colour_are_read_by_the_label_map_of_cvat(tmp_path):
    """CVAT paints both masks; grey is a colour like any other."""
    classes, numbers = (np.zeros((*SIZE[::-1], 3), dtype=np.uint8) for _ in range(2))
    classes[10:40, 10:40] = (250, 50, 83)
    numbers[10:40, 10:40] = (128, 0, 0)
    classes[50:60, 50:60] = (250, 50, 83)
    numbers[50:60, 50:60] = (0, 128, 0)
    classes[70:75, 0:5] = (128, 128, 128)
    numbers[70:75, 0:5] = (128, 128, 0)
    put(tmp_path, "SegmentationClass", classes)
    put(tmp_path, "SegmentationObject", numbers)
    (tmp_path / "labelmap.txt").write_text(
        "# label:color_rgb:parts:actions\nbackground:0,0,0::\ncoin:250,50,83::\na:b:128,128,128::\n"
    )
    found, reading = read(tmp_path)
    assert things(found) == [("coin", 900), ("coin", 100), ("a:b", 25)]
    assert {FoundClass("coin", None, "#fa3253"), FoundClass("a:b", None, "#808080")} == {
        *reading.found_classes
    }
    classes[classes[..., 1] == 50] = 0
    put(tmp_path, "SegmentationClass", classes)
    found, _ = read(tmp_path, options={})
    assert things(found) == [("object", 900), ("object", 100), ("a:b", 25)]


def test_a_mask_of_classes_alone_is_an_instance_for_each(tmp_path):
    classes = np.zeros(SIZE[::-1], dtype=np.uint8)
    classes[10:20, 10:20] = classes[40:50, 40:50] = 2
    classes[60:65, :5] = 7
    put(tmp_path, "SegmentationClass", classes)
    (tmp_path / "class_names.txt").write_text("\n".join(("background", *VOC_CLASSES)))
    found, _ = read(tmp_path / "SegmentationClass")
    assert things(found) == [("bicycle", 200), ("car", 25)]


def test_what_is_of_a_class_and_of_no_object_is_not_lost(tmp_path):
    void = voc_sample(tmp_path)
    classes = pixels(tmp_path / "SegmentationClass/2007_000032.png").copy()
    classes[:4, :] = 3
    put(tmp_path, "SegmentationClass", classes)
    found, _ = read(tmp_path)
    assert things(found) == [("class 3", 400), ("aeroplane", 900), ("person", 256)]
    assert rasterize(found).ignore.area == void.sum()


def test_a_mask_of_objects_alone_is_named_by_the_xml(tmp_path):
    voc_sample(tmp_path)
    (tmp_path / "SegmentationClass/2007_000032.png").unlink()
    assert things(read(tmp_path)[0]) == [("aeroplane", 900), ("person", 256)]
    (tmp_path / "Annotations/2007_000032.xml").unlink()
    assert things(read(tmp_path)[0]) == [("object", 900), ("object", 256)]


def test_boxes_without_masks_are_counted_and_left_out(tmp_path):
    put_xml(tmp_path, "dog", "cat")
    found, reading = read(tmp_path)
    assert not found.instances
    assert [loss for loss, _ in reading.losses] == [Loss.BOX] * 2
    voc_sample(tmp_path / "other")
    put_xml(tmp_path / "other", "dog", "cat", "mouse")
    found, reading = read(tmp_path / "other")
    assert len(found.instances) == 2
    assert [loss for loss, _ in reading.losses] == [Loss.BOX]


def test_holes_are_traced_and_simplified_within_the_tolerance(tmp_path):
    written(annotation_of(ring_with_hole()), tmp_path)
    (instance,) = read(tmp_path, "photo.jpg")[0].instances
    assert len(instance.polygons) == 2


def test_several_roots_are_read_each_with_its_own_classes(tmp_path):
    for year in ("VOC2007", "VOC2012"):
        voc_sample(tmp_path / year)
        (tmp_path / year / "class_names.txt").write_text(f"background\nplane of {year}\n")
    found = Voc().read(tmp_path, Reading(Images([])))
    names = [image.read(SIZE).instances[0].class_name for image in found]
    assert names == ["plane of VOC2007", "plane of VOC2012"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("<annotations/>", "no XML of Pascal VOC"),
        ("<annotation><size><width>7</width><height>80</height></size></annotation>", "7×80 px"),
        ("<annotation><object/></annotation>", "no class name"),
        ("<!DOCTYPE a><annotation/>", "document type"),
    ],
)
def test_what_is_wrong_with_the_xml_is_said(content, problem, tmp_path):
    voc_sample(tmp_path)
    (tmp_path / "Annotations/2007_000032.xml").write_text(content)
    with pytest.raises(LabelerError, match=f"2007_000032.xml.*{problem}"):
        read(tmp_path)


def test_masks_of_another_size_and_pictures_are_refused(tmp_path):
    put(tmp_path, "SegmentationClass", np.zeros((48, 64), dtype=np.uint8))
    with pytest.raises(LabelerError, match="64×48"):
        read(tmp_path)
    noise = np.random.default_rng(0).integers(0, 255, (400, 400, 3), dtype=np.uint8)
    put(tmp_path, "SegmentationClass", noise)
    (found,) = Voc().read(tmp_path, Reading(Images([])))
    with pytest.raises(LabelerError, match="picture"):
        found.read((400, 400))


def test_a_folder_without_masks_or_boxes_is_refused(tmp_path):
    Image.new("L", SIZE).save(tmp_path / "photo.png")
    with pytest.raises(LabelerError, match="SegmentationClass"):
        Voc().read(tmp_path, Reading(Images([])))


def test_numbers_of_no_class_in_lists_are_left_alone(tmp_path):
    (tmp_path / "class_names.txt").write_text("background\n" + "\n" * 300 + "far\n")
    (tmp_path / "labelmap.txt").write_text("bad:256,0,0::\nodd\nbackground:0,0,0::\n")
    classes = class_list(tmp_path)
    assert (classes.by_index, list(classes.found())) == ({}, [])
