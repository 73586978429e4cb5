"""COCO files as pycocotools reads them, against the masks that are exported beside them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from labeler.document.model import Annotation, Role
from labeler.formats.base import Job, Page
from labeler.formats.coco import FILE, IMAGES, Coco
from labeler.formats.masks import Masks
from labeler.formats.report import Loss
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, instance_of, polygon, rectangle, square
from tests.formats.cases import CASES, CLASSES, circle, files_in, item, write

#: From inside pycocotools, about the NumPy it runs on.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

RLE, POLYGONS = {"segmentation": "rle"}, {"segmentation": "polygons"}
UNCOMPRESSED = {"segmentation": "rle-uncompressed"}
each_segmentation = pytest.mark.parametrize(
    "options", [RLE, UNCOMPRESSED, POLYGONS], ids=["rle", "uncompressed", "polygons"]
)

#: pycocotools rounds the points of polygons to fifths of a pixel before it fills them: pixels it gets wrong,
#: per pixel of perimeter. The cases measure 0.02 on average, 0.09 at most.
WRONG_PER_PERIMETER = 0.1
MEAN_WRONG_PER_PERIMETER = 0.06


def read(out: Path) -> COCO:
    return COCO(str(out / FILE))


def by_image(coco: COCO) -> dict[str, list[dict]]:
    return {
        image["file_name"]: coco.loadAnns(coco.getAnnIds(imgIds=[image["id"]]))
        for image in coco.loadImgs(coco.getImgIds())
    }


def things(annotations: list[dict]) -> list[dict]:
    return [one for one in annotations if not one["iscrowd"]]


def perimeter(one: dict) -> float:
    rings = [np.array(flat).reshape(-1, 2) for flat in one["segmentation"]]
    return sum(float(np.hypot(*(np.roll(ring, -1, axis=0) - ring).T).sum()) for ring in rings)


def wrong_pixels(coco: COCO, one: dict, mask: np.ndarray) -> int:
    return int((coco.annToMask(one).astype(bool) ^ mask).sum())


@pytest.fixture(autouse=True)
def _quiet(capsys):
    """pycocotools prints while it loads."""


@pytest.mark.parametrize("options", [RLE, UNCOMPRESSED], ids=["rle", "uncompressed"])
@pytest.mark.parametrize("case", CASES)
def test_runs_are_the_exported_masks_bit_by_bit(case, options, tmp_path):
    annotation = CASES[case]
    write(Coco(), {"photo.jpg": annotation}, tmp_path, options)
    write(Masks(), {"photo.jpg": annotation}, tmp_path, {"per": "instance", "bits": "8"})
    coco = read(tmp_path)
    (found,) = by_image(coco).values()
    masks = rasterize(annotation).instances
    seen = [instance for instance, mask in zip(annotation.instances, masks) if not mask.is_empty]
    for instance, one in zip(seen, things(found), strict=True):
        png = cv2.imdecode(np.fromfile(tmp_path / f"photo.{instance.id}.png", np.uint8), cv2.IMREAD_GRAYSCALE)
        assert np.array_equal(coco.annToMask(one) * 255, png)


@each_segmentation
@pytest.mark.parametrize("case", CASES)
def test_area_and_bbox_are_the_masks(case, options, tmp_path):
    write(Coco(), {"photo.jpg": CASES[case]}, tmp_path, options)
    (found,) = by_image(read(tmp_path)).values()
    masks = [mask for mask in rasterize(CASES[case]).instances if not mask.is_empty]
    for mask, one in zip(masks, things(found), strict=True):
        rle = coco_mask.encode(np.asfortranarray(mask.to_mask().astype(np.uint8)))
        assert one["area"] == int(coco_mask.area(rle))
        assert one["bbox"] == coco_mask.toBbox(rle).tolist()


def test_what_lies_exactly_on_a_pixel_centre_falls_to_the_other_side_in_pycocotools(tmp_path):
    annotation = annotation_of(rectangle(10.5, 10.5, 20.5, 20.5))
    write(Coco(), {"photo.jpg": annotation}, tmp_path, POLYGONS)
    coco = read(tmp_path)
    ((one,),) = by_image(coco).values()
    theirs = np.zeros((80, 100), dtype=np.uint8)
    theirs[11:21, 11:21] = 1
    assert np.array_equal(coco.annToMask(one), theirs)
    assert one["bbox"] == [10, 10, 10, 10]


@pytest.mark.parametrize("case", [case for case in CASES if case != "on pixel centres"])
def test_polygons_are_the_masks_but_for_pycocotools_rounding(case, tmp_path):
    annotation = CASES[case]
    write(Coco(), {"photo.jpg": annotation}, tmp_path, POLYGONS)
    coco = read(tmp_path)
    (found,) = by_image(coco).values()
    masks = [mask.to_mask() for mask in rasterize(annotation).instances if not mask.is_empty]
    for mask, one in zip(masks, things(found), strict=True):
        assert wrong_pixels(coco, one, mask) <= WRONG_PER_PERIMETER * perimeter(one)


def test_how_near_pycocotools_comes_to_round_things_with_holes(tmp_path):
    """The figures in the docstring of `formats.coco`."""
    random = np.random.default_rng(2)
    annotation = annotation_of(
        *(
            (polygon(circle(x, y, radius, 36)), polygon(circle(x, y, radius / 3, 36), Role.EXCLUDE))
            for x, y, radius in zip(*random.uniform((100, 100, 20), (900, 700, 90), (60, 3)).T)
        ),
        width=1000,
        height=800,
    )
    report = write(Coco(), {"photo.jpg": annotation}, tmp_path, POLYGONS)
    assert report.losses[Loss.HOLES].count == 60
    assert Loss.SHAPE not in report.losses
    coco = read(tmp_path)
    (found,) = by_image(coco).values()
    masks = rasterize(annotation).instances
    shares = [
        wrong_pixels(coco, one, m.to_mask()) / perimeter(one) for one, m in zip(found, masks, strict=True)
    ]
    growth = [int(coco.annToMask(one).sum()) - mask.area for one, mask in zip(found, masks)]
    assert np.mean(shares) < MEAN_WRONG_PER_PERIMETER
    assert max(shares) < 0.1
    assert abs(np.sum(growth)) < 0.003 * sum(perimeter(one) for one in found)


def test_on_whole_coordinates_pycocotools_agrees_to_the_pixel(tmp_path):
    """So the convention is the same: (0, 0) is the corner of the first pixel."""
    for case in ("hole", "hole of one pixel", "parts that overlap", "overlap", "cut away"):
        write(Coco(), {"photo.jpg": CASES[case]}, tmp_path, POLYGONS)
        coco = read(tmp_path)
        (found,) = by_image(coco).values()
        masks = [mask.to_mask() for mask in rasterize(CASES[case]).instances if not mask.is_empty]
        assert [wrong_pixels(coco, one, mask) for one, mask in zip(found, masks, strict=True)] == [0] * len(
            masks
        )


def test_holes_are_cut_and_parts_stay_in_one_annotation(tmp_path):
    annotations = {"a.jpg": CASES["two parts"], "b.jpg": CASES["hole"], "c.jpg": CASES["island in a hole"]}
    report = write(Coco(), annotations, tmp_path, POLYGONS)
    found = by_image(read(tmp_path))
    assert [len(found[name]) for name in annotations] == [1, 1, 1]
    assert [len(found[name][0]["segmentation"]) for name in annotations] == [2, 2, 3]
    assert all(len(flat) >= 6 for one in found.values() for flat in one[0]["segmentation"])
    assert report.losses[Loss.HOLES].count == 2
    assert Loss.HOLES not in write(Coco(), annotations, tmp_path, RLE).losses


@each_segmentation
def test_ignore_regions_are_crowds_of_every_category(options, tmp_path):
    annotation = CASES["ignore"]
    write(Coco(), {"photo.jpg": annotation}, tmp_path, options)
    coco = read(tmp_path)
    (found,) = by_image(coco).values()
    crowds = [one for one in found if one["iscrowd"]]
    assert [one["category_id"] for one in crowds] == [entry.index for entry in CLASSES]
    ignore = rasterize(annotation).ignore
    for one in crowds:
        assert np.array_equal(coco.annToMask(one).astype(bool), ignore.to_mask())
        assert (one["area"], one["bbox"]) == (ignore.area, list(ignore.bbox))


def test_uncompressed_runs_are_lists_of_numbers(tmp_path):
    write(
        Coco(),
        {"photo.jpg": annotation_of(rectangle(1, 0, 3, 2), width=4, height=3, ignore=[square()])},
        tmp_path,
        UNCOMPRESSED,
    )
    records = json.loads((tmp_path / FILE).read_bytes())["annotations"]
    assert records[0]["segmentation"] == {"size": [3, 4], "counts": [3, 2, 1, 2, 4]}
    assert all(isinstance(one["segmentation"]["counts"], list) for one in records)


@each_segmentation
def test_lines_are_as_pythons_own_json_writes_them(options, tmp_path):
    """They are put together by hand: what is in a run's string, an attribute or a name must not end one."""
    strange = instance_of(
        polygon(circle(40, 40, 37.7)), attributes={'"': "\\é\u2028\n", "n": [1.5, None, {}]}
    )
    annotations = {f'a"\\{n}/ä.jpg': annotation for n, annotation in enumerate(CASES.values())}
    write(
        Coco(),
        {**annotations, "last.jpg": annotation_of(strange, width=2000, height=1500)},
        tmp_path,
        options,
    )
    lines = (tmp_path / FILE).read_text(encoding="ascii").splitlines()
    records = [line.removesuffix(",") for line in lines if line.startswith('{"id": ')]
    assert len(records) > 50
    assert [json.dumps(json.loads(line)) for line in records] == records
    assert json.loads(records[-1])["attributes"] == strange.attributes


def test_each_split_has_a_file_with_its_images(tmp_path):
    images = {"a/1.jpg": CASES["one"], "a/2.jpg": CASES["hole"], "b/3.jpg": CASES["overlap"]}
    write(Coco(), images, tmp_path, splits={"a/1.jpg": "train", "a/2.jpg": "val", "b/3.jpg": "train"})
    train, val = COCO(str(tmp_path / "train" / FILE)), COCO(str(tmp_path / "val" / FILE))
    assert {name: len(found) for name, found in by_image(train).items()} == {"a/1.jpg": 1, "b/3.jpg": 3}
    assert {name: len(found) for name, found in by_image(val).items()} == {"a/2.jpg": 1}


def test_copied_images_lie_where_file_name_says(tmp_path):
    job = Job(CLASSES, splits=("train", "val"))
    for split, place in (("", "a/1.jpg"), ("val", "val/a/1.jpg")):
        page, image = Page(), replace(item("a/1.jpg", CASES["one"]), split=split)
        Coco().add(page, image, job)
        ((file, _section), _rows) = next(iter(page.rows.items()))
        record = json.loads(page.rows[file, IMAGES][0])
        assert Coco().image_place(image, job) == place
        assert (Path(file).parent / record["file_name"]).as_posix() == place


def test_attributes_are_written_and_flags_of_an_image_have_no_place(tmp_path):
    noted = instance_of(square(), attributes={"occluded": True, "note": "ä"})
    report = write(Coco(), {"photo.jpg": annotation_of(noted, flags={"verified": True})}, tmp_path)
    ((one,),) = by_image(read(tmp_path)).values()
    assert one["attributes"] == {"occluded": True, "note": "ä"}
    assert report.losses[Loss.ATTRIBUTES].count == 1
    assert report.losses[Loss.ATTRIBUTES].first == "photo.jpg"


def test_categories_are_the_classes_with_their_indices(tmp_path):
    write(Coco(), {"photo.jpg": CASES["overlap"]}, tmp_path)
    coco = read(tmp_path)
    assert {one["id"]: one["name"] for one in coco.loadCats(coco.getCatIds())} == {
        1: "object",
        7: "Käse/Brot",
        254: "edge",
    }
    (found,) = by_image(coco).values()
    assert [one["category_id"] for one in found] == [1, 7, 1]


def test_an_instance_without_a_pixel_is_left_out_and_named(tmp_path):
    report = write(Coco(), {"photo.jpg": CASES["tiny"]}, tmp_path)
    assert report.losses[Loss.EMPTY].count == 1
    assert report.losses[Loss.EMPTY].first == "photo.jpg, i2"
    assert report.instances == 2


def test_an_image_with_nothing_on_it_is_an_image_without_annotations(tmp_path):
    write(Coco(), {"photo.jpg": CASES["nothing"]}, tmp_path)
    assert by_image(read(tmp_path)) == {"photo.jpg": []}


def test_no_images_at_all_still_make_a_file_that_reads(tmp_path):
    write(Coco(), {}, tmp_path)
    assert json.loads((tmp_path / FILE).read_bytes())["annotations"] == []
    assert by_image(read(tmp_path)) == {}


def test_names_of_any_script_read_back_in_any_locale(tmp_path):
    names = ["Ordner mit Ä/bild 1.png", "日本/猫.webp"]
    write(Coco(), dict.fromkeys(names, CASES["one"]), tmp_path)
    assert list(by_image(read(tmp_path))) == names
    assert (tmp_path / FILE).read_bytes().isascii()


def ids(annotations: dict[str, Annotation], out: Path) -> dict[tuple[str, int], int]:
    write(Coco(), annotations, out)
    found = by_image(read(out))
    return {(name, n): one["id"] for name, all in found.items() for n, one in enumerate(all)}


def test_ids_survive_new_images_new_instances_and_another_order(tmp_path):
    a, b = instance_of(square(), id="a"), instance_of(square(10, 10), id="b")
    before = ids({"x.jpg": annotation_of(a), "y.jpg": annotation_of(b)}, tmp_path)
    after = ids(
        {"0.jpg": annotation_of(a), "y.jpg": annotation_of(b), "x.jpg": annotation_of(b, a)}, tmp_path
    )
    assert after["x.jpg", 1] == before["x.jpg", 0]
    assert after["y.jpg", 0] == before["y.jpg", 0]


def test_ids_are_unique_and_fit_readers_with_small_numbers(tmp_path):
    annotation = annotation_of(*(square(size=10) for _ in range(40)), ignore=[square()])
    write(Coco(), {f"{n}.jpg": annotation for n in range(30)}, tmp_path)
    data = json.loads((tmp_path / FILE).read_bytes())
    images = [image["id"] for image in data["images"]]
    annotations = [one["id"] for one in data["annotations"]]
    assert len(set(images)) == 30
    assert len(set(annotations)) == 30 * 43
    assert 0 < min(images) <= max(images) < 2**31
    assert 0 < min(annotations) <= max(annotations) < 2**53
    # Each image has its own range, or some ids would meet in a dataset of thousands.
    assert all(one["id"] >> 22 == one["image_id"] for one in data["annotations"])


def test_an_export_that_fails_leaves_the_earlier_file(tmp_path):
    write(Coco(), {"photo.jpg": CASES["one"]}, tmp_path)
    before = (tmp_path / FILE).read_bytes()
    unknown = annotation_of(square(), class_name="nowhere")
    with pytest.raises(KeyError):
        write(Coco(), {"photo.jpg": CASES["hole"], "other.jpg": unknown}, tmp_path)
    assert (tmp_path / FILE).read_bytes() == before
    assert list(files_in(tmp_path)) == [FILE]
