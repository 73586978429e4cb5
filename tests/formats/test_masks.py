"""Mask images as other programs see ours, and as we see theirs."""

from __future__ import annotations

import json
import struct
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labeler.document.model import Annotation
from labeler.errors import LabelerError
from labeler.formats.base import Job, Options, Page
from labeler.formats.building import annotation_of as read_annotation
from labeler.formats.indexed import Indexed
from labeler.formats.masks import Masks
from labeler.formats.reading import Images, Reading
from labeler.formats.report import Loss
from labeler.formats.value_reading import IGNORE_COLOUR
from labeler.raster.masks import by_class
from labeler.raster.runs import rasterize
from labeler.raster.soft import feathered
from labeler.raster.xseg import rasterize_like_xseg
from tests.builders import annotation_of, instance_of, polygon, square
from tests.formats.cases import CASES, CLASSES, circle, files_in, item, write

SIZE = (100, 80)


def found_in(
    source: Path,
    options: Options | None = None,
    images=("photo.jpg",),
    classes=CLASSES,
    format=None,
    tolerance: float = 0.0,
) -> tuple[dict[str, Annotation], Reading]:
    """What an import gives each image that something is said of."""
    reading = Reading(Images(images), classes, options or {}, default_class="thing", tolerance=tolerance)
    found = {}
    for one in (format or Masks()).read(source, reading):
        name = reading.images.match(one.image)
        assert name not in found
        found[name] = one.read(SIZE)
    return found, reading


def masks_of(annotation: Annotation) -> list[tuple[str, int]]:
    """Class and area of each instance."""
    masks = rasterize(annotation).instances
    return [(instance.class_name, mask.area) for instance, mask in zip(annotation.instances, masks)]


def saved(folder: Path, name: str, image: Image.Image, **options) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path


def disc(x: float = 50, y: float = 40, radius: float = 20) -> np.ndarray:
    return rasterize(annotation_of(polygon(circle(x, y, radius)))).union.to_mask()


def grey(mask: np.ndarray, white: int = 255) -> Image.Image:
    return Image.fromarray(mask.astype(np.uint8) * np.uint8(white))


# --- written -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_eight_bits_may_be_0_and_1(case, tmp_path):
    write(Masks(), {"photo.jpg": CASES[case]}, tmp_path, {"bits": "8-01"})
    with Image.open(tmp_path / "photo.png") as image:
        assert image.mode == "L"
        assert np.array_equal(np.asarray(image), rasterize(CASES[case]).union.to_mask().astype(np.uint8))


@pytest.mark.parametrize("bits", ["1", "8", "8-01"])
def test_soft_masks_have_eight_bits_whatever_was_said(bits, tmp_path):
    write(Masks(), {"photo.jpg": CASES["round hole"]}, tmp_path, {"bits": bits, "feather": 3.0})
    union = rasterize(CASES["round hole"]).union
    with Image.open(tmp_path / "photo.png") as image:
        values = np.asarray(image)
    assert np.array_equal(values, feathered(union, 3))
    assert np.array_equal(values >= 128, union.to_mask())
    assert len(np.unique(values)) > 10


def test_each_class_and_each_instance_is_soft_by_itself(tmp_path):
    for per, name in (("class", "photo.object.png"), ("instance", "photo.i1.png")):
        write(Masks(), {"photo.jpg": CASES["one"]}, tmp_path / per, {"per": per, "feather": 2.0})
        with Image.open(tmp_path / per / name) as image:
            assert np.array_equal(np.asarray(image), feathered(rasterize(CASES["one"]).union, 2))


@pytest.mark.parametrize("case", CASES)
def test_numbers_are_the_places_of_instances(case, tmp_path):
    annotation = CASES[case]
    report = write(Masks(), {"sub/photo.jpg": annotation}, tmp_path, {"per": "numbers"})
    masks = rasterize(annotation)
    expected = np.zeros((80, 100), np.uint16)
    for n, mask in enumerate(masks.instances, 1):
        expected[mask.to_mask()] = n
    expected[masks.ignore.to_mask()] = 65535
    with Image.open(tmp_path / "sub/photo.png") as image:
        assert image.mode == "I;16"
        assert np.array_equal(np.asarray(image), expected)
    listed = json.loads((tmp_path / "sub/photo.json").read_bytes())["instances"]
    assert listed == [
        {"number": n, "id": instance.id, "class": instance.class_name}
        for n, (instance, mask) in enumerate(zip(annotation.instances, masks.instances), 1)
        if not mask.is_empty
    ]
    assert report.losses.keys() <= {Loss.OVERLAPS, Loss.EMPTY}
    assert (Loss.OVERLAPS in report.losses) == (case in ("overlap", "all hidden"))


def test_more_instances_than_16_bits_can_number_are_refused_with_the_way_out():
    many = annotation_of(*[instance_of(id=f"{n}") for n in range(65535)])
    with pytest.raises(LabelerError, match=r"photo\.jpg has 65535 instances.*per instance"):
        Masks().add(Page(), item("photo.jpg", many), Job(CLASSES, {"per": "numbers"}))


@pytest.mark.parametrize("case", CASES)
def test_the_old_rasteriser_is_repeated(case, tmp_path):
    write(Masks(), {"photo.jpg": CASES[case]}, tmp_path, {"rule": "xseg"})
    with Image.open(tmp_path / "photo.png") as image:
        assert np.array_equal(np.asarray(image), rasterize_like_xseg(CASES[case]).union.to_mask())


def test_attributes_and_flags_are_said_to_be_lost(tmp_path):
    noted = annotation_of(instance_of(square(), attributes={"occluded": True}), flags={"verified": True})
    for format in (Masks(), Indexed()):
        report = write(format, {"photo.jpg": noted}, tmp_path)
        assert report.losses[Loss.ATTRIBUTES].count == 2
        assert not write(format, {"photo.jpg": CASES["one"]}, tmp_path).losses


@pytest.mark.parametrize(
    ("format", "options", "case", "lost"),
    [
        (Masks(), {"per": "class"}, "overlap", True),
        (Masks(), {"per": "class"}, "parts that overlap", False),
        (Masks(), {"per": "image"}, "overlap", False),
        (Masks(), {"per": "instance"}, "overlap", False),
        (Indexed(), {}, "overlap", True),
        (Indexed(), {}, "one", False),
    ],
)
def test_what_lies_over_what_is_said_to_be_lost_where_it_is(format, options, case, lost, tmp_path):
    assert (Loss.OVERLAPS in write(format, {"photo.jpg": CASES[case]}, tmp_path, options).losses) == lost


# --- whose mask it is --------------------------------------------------------------------------------------

IMAGES = ("photo.jpg", "sub/photo.jpg", "two.dots.jpg", "other.tif", "same.jpg", "same.png")


@pytest.mark.parametrize(
    ("mask", "image", "class_name"),
    [
        ("photo.png", "photo.jpg", "thing"),
        ("train/photo.png", "photo.jpg", "thing"),
        ("val/sub/photo.png", "sub/photo.jpg", "thing"),
        ("photo.object.png", "photo.jpg", "object"),
        ("photo.Käse%2FBrot.png", "photo.jpg", "Käse/Brot"),
        ("photo.new%20word.png", "photo.jpg", "new word"),
        ("photo.k3f9.png", "photo.jpg", "thing"),
        ("photo.12.png", "photo.jpg", "thing"),
        ("two.dots.png", "two.dots.jpg", "thing"),
        ("two.dots.edge.png", "two.dots.jpg", "edge"),
        ("same.png.png", "same.png", "thing"),
        ("same.jpg.object.png", "same.jpg", "object"),
        ("masks/other.bmp", "other.tif", "thing"),
        ("other_mask.png", "other.tif", "thing"),
        ("other_cp_masks.tif", "other.tif", "thing"),
        ("edge/other.png", "other.tif", "edge"),
    ],
)
def test_masks_find_their_image_and_their_class(mask, image, class_name, tmp_path):
    saved(tmp_path, mask, grey(disc()))
    found, _reading = found_in(tmp_path, images=IMAGES)
    assert masks_of(found[image]) == [(class_name, disc().sum())]
    assert len(found) == 1


def test_masks_of_images_that_are_not_there_are_named(tmp_path):
    saved(tmp_path, "a/stranger.png", grey(disc()))
    (found,) = Masks().read(tmp_path, Reading(Images(IMAGES)))
    assert found.image == "a/stranger.png"


def test_a_single_file_is_read_as_well(tmp_path):
    saved(tmp_path, "beside.png", grey(disc()))
    path = saved(tmp_path, "photo.png", grey(disc()))
    found, _reading = found_in(path)
    assert list(found) == ["photo.jpg"]


@pytest.mark.parametrize("dataset", [CLASSES, ()])
@pytest.mark.parametrize("per", ["class", "instance"])
def test_whether_names_are_classes_or_ids_is_seen_from_all_of_them(per, dataset, tmp_path):
    """The class "coin" alone could be an id."""
    ids = ["k3f9", "coin", "00ab"]
    things = [instance_of(square(5 + 30 * n, 5, 20), id=id) for n, id in enumerate(ids)]
    classes = dict(zip(ids, ["object", "edge", "edge"]))
    things = [instance_of(*one.polygons, id=one.id, class_name=classes[one.id]) for one in things]
    write(Masks(), {"photo.jpg": annotation_of(*things)}, tmp_path, {"per": per})
    found, _reading = found_in(tmp_path, classes=dataset)
    names = sorted(instance.class_name for instance in found["photo.jpg"].instances)
    assert names == (["edge", "object"] if per == "class" else ["thing"] * 3)


def test_four_letters_that_most_images_share_are_a_class(tmp_path):
    images = ("a.jpg", "b.jpg", "c.jpg")
    for image, word in (("a", "coin"), ("b", "coin"), ("b", "cell"), ("c", "cell")):
        saved(tmp_path, f"{image}.{word}.png", grey(disc()))
    found, _reading = found_in(tmp_path, images=images, classes=())
    assert [i.class_name for one in found.values() for i in one.instances] == ["coin", "cell", "coin", "cell"]
    found, _reading = found_in(tmp_path, {"suffix": "instance"}, images=images, classes=())
    assert {i.class_name for one in found.values() for i in one.instances} == {"thing"}


def test_ids_may_be_said_to_be_classes(tmp_path):
    saved(tmp_path, "photo.k3f9.png", grey(disc()))
    found, _reading = found_in(tmp_path, {"suffix": "class"})
    assert masks_of(found["photo.jpg"]) == [("k3f9", disc().sum())]


# --- what its values mean ----------------------------------------------------------------------------------


@pytest.mark.parametrize("white", [1, 38, 127, 128, 255])
def test_any_white_will_do(white, tmp_path):
    saved(tmp_path, "photo.png", grey(disc(), white))
    found, reading = found_in(tmp_path)
    assert masks_of(found["photo.jpg"]) == [("thing", disc().sum())]
    assert not reading.losses


@pytest.mark.parametrize(
    ("suffix", "options"), [("jpg", {"quality": 95}), ("tif", {}), ("bmp", {}), ("webp", {"lossless": True})]
)
def test_masks_of_every_image_format_are_read(suffix, options, tmp_path):
    saved(tmp_path, f"photo.{suffix}", grey(disc()), **options)
    found, reading = found_in(tmp_path)
    area = rasterize(found["photo.jpg"]).union.area
    assert abs(area - disc().sum()) <= (20 if suffix == "jpg" else 0)
    # JPEG leaves shades at borders.
    assert {loss for loss, _ in reading.losses} == ({Loss.FAINT} if suffix == "jpg" else set())


@pytest.mark.parametrize(("kind", "half"), [(np.uint8, 128), (np.uint16, 32768)])
def test_half_white_is_the_least_that_is_inside(kind, half, tmp_path):
    values = np.zeros((80, 100), dtype=kind)
    values[10:20, 10:20], values[30:40, 30:50] = half - 1, half
    saved(tmp_path, "photo.png", Image.fromarray(values))
    annotation = found_in(tmp_path, {"values": "binary"})[0]["photo.jpg"]
    assert rasterize(annotation).union.area == 200


def test_of_soft_masks_half_white_is_inside_and_it_is_said(tmp_path):
    write(Masks(), {"photo.jpg": CASES["two holes"]}, tmp_path, {"feather": 5.0})
    found, reading = found_in(tmp_path)
    union = rasterize(CASES["two holes"]).union
    assert np.array_equal(rasterize(found["photo.jpg"]).union.toggles, union.toggles)
    assert reading.losses == [(Loss.FAINT, str(tmp_path / "photo.png"))]


def test_pictures_are_no_masks(tmp_path):
    shades = np.random.default_rng(3).integers(0, 256, (80, 100)).astype(np.uint8)
    saved(tmp_path, "photo.png", Image.fromarray(shades))
    with pytest.raises(LabelerError, match=r"photo\.png has all shades of grey"):
        found_in(tmp_path)
    colours = np.random.default_rng(3).integers(0, 256, (80, 100, 3)).astype(np.uint8)
    saved(tmp_path, "photo.png", Image.fromarray(colours))
    with pytest.raises(LabelerError, match=r"photo\.png has more than 254 different values"):
        found_in(tmp_path)


def test_holes_and_parts_come_as_one_instance(tmp_path):
    mask = disc(30, 40, 20) & ~disc(30, 40, 5) | disc(80, 40, 10)
    saved(tmp_path, "photo.png", grey(mask))
    found, _reading = found_in(tmp_path)
    (instance,) = found["photo.jpg"].instances
    assert [polygon.role.value for polygon in instance.polygons] == ["include", "exclude", "include"]
    assert np.array_equal(rasterize(found["photo.jpg"]).union.to_mask(), mask)


def test_with_a_tolerance_there_are_fewer_points(tmp_path):
    saved(tmp_path, "photo.png", grey(disc()))
    exact, _ = found_in(tmp_path)
    nearly, _ = found_in(tmp_path, tolerance=1.0)
    points = [len(one["photo.jpg"].instances[0].polygons[0].points) for one in (exact, nearly)]
    assert points[1] < points[0] / 2
    assert np.count_nonzero(rasterize(nearly["photo.jpg"]).union.to_mask() ^ disc()) < 0.05 * disc().sum()


COLOURED = np.zeros((80, 100, 3), np.uint8)
COLOURED[disc(25)] = (0xE6, 0x19, 0x4B)
COLOURED[disc(75)] = (1, 2, 3)
COLOURED[:5] = IGNORE_COLOUR


def test_colours_are_classes(tmp_path):
    saved(tmp_path, "photo.png", Image.fromarray(COLOURED))
    found, reading = found_in(tmp_path)
    assert sorted(masks_of(found["photo.jpg"])) == [("#010203", disc(75).sum()), ("object", disc(25).sum())]
    assert rasterize(found["photo.jpg"]).ignore.area == 500
    assert {entry.name: entry.color for entry in reading.found_classes} == {
        "object": "#e6194b",
        "#010203": "#010203",
    }


def test_colours_may_be_instances_or_nothing_of_the_kind(tmp_path):
    saved(tmp_path, "photo.png", Image.fromarray(COLOURED))
    found, _reading = found_in(tmp_path, {"values": "instances"})
    assert masks_of(found["photo.jpg"]) == [("thing", disc(75).sum()), ("thing", disc(25).sum())]
    found, _reading = found_in(tmp_path, {"values": "binary"})
    assert masks_of(found["photo.jpg"]) == [("thing", 2 * disc(75).sum() + 500)]


def test_what_is_transparent_is_outside(tmp_path):
    cut = np.dstack([np.full((80, 100, 3), 255, np.uint8), disc().astype(np.uint8) * np.uint8(255)])
    saved(tmp_path, "photo.png", Image.fromarray(cut))
    assert masks_of(found_in(tmp_path)[0]["photo.jpg"]) == [("thing", disc().sum())]


def numbers_on(*numbers: int) -> np.ndarray:
    values = np.zeros((80, 100), np.uint16)
    for n, number in enumerate(numbers):
        values[10:20, 10 * n : 10 * n + 9] = number
    return values


def test_16_bits_are_instances_in_the_order_of_their_numbers(tmp_path):
    saved(tmp_path, "photo.png", Image.fromarray(numbers_on(7, 300, 2, 65535)))
    found, _reading = found_in(tmp_path)
    annotation = found["photo.jpg"]
    assert masks_of(annotation) == [("thing", 90)] * 3
    lefts = [int(one.polygons[0].bounds[0]) for one in annotation.instances]
    assert lefts == [20, 0, 10]
    assert rasterize(annotation).ignore.bbox == (30, 10, 9, 10)


def test_16_bits_of_black_and_white_are_binary(tmp_path):
    saved(tmp_path, "photo.png", Image.fromarray(numbers_on(65535)))
    found, _reading = found_in(tmp_path)
    assert masks_of(found["photo.jpg"]) == [("thing", 90)]
    assert not found["photo.jpg"].ignore


def test_an_ignore_region_alone_is_none_of_that_as_the_list_says(tmp_path):
    only = annotation_of(ignore=[square()])
    write(Masks(), {"photo.jpg": only}, tmp_path, {"per": "numbers"})
    found, _reading = found_in(tmp_path)
    assert not found["photo.jpg"].instances
    assert rasterize(found["photo.jpg"]).ignore.area == 1600


def test_grey_may_be_classes_by_their_indices(tmp_path):
    saved(tmp_path, "photo.png", Image.fromarray(numbers_on(1, 7, 9, 255).astype(np.uint8)))
    for format, options in ((Masks(), {"values": "classes"}), (Indexed(), {})):
        found, _reading = found_in(tmp_path, options, format=format)
        names = [one.class_name for one in found["photo.jpg"].instances]
        assert names == ["object", "Käse/Brot", "class 9"]
        assert rasterize(found["photo.jpg"]).ignore.area == 90


def test_a_palette_says_classes_by_index_then_by_colour_and_names_the_rest(tmp_path):
    image = Image.new("P", SIZE)
    image.putdata(numbers_on(7, 3, 4, 255).ravel().tolist())
    palette = np.zeros((256, 3), np.uint8)
    palette[3], palette[4] = (0, 0, 255), (10, 20, 30)
    image.putpalette(palette.ravel().tolist())
    saved(tmp_path, "photo.png", image)
    for format in (Masks(), Indexed()):
        found, reading = found_in(tmp_path, format=format)
        names = [one.class_name for one in found["photo.jpg"].instances]
        assert names == ["edge", "class 4", "Käse/Brot"]
        new = {entry.name: (entry.index, entry.color) for entry in reading.found_classes}["class 4"]
        assert new == (4, "#0a141e")
        assert rasterize(found["photo.jpg"]).ignore.area == 90


def test_colours_are_no_indices(tmp_path):
    saved(tmp_path, "photo.png", Image.fromarray(COLOURED))
    with pytest.raises(LabelerError, match=r"photo\.png has colours where indices.*masks"):
        found_in(tmp_path, format=Indexed())


@pytest.mark.parametrize("case", CASES)
def test_the_list_beside_numbers_says_their_classes(case, tmp_path):
    write(Masks(), {"photo.jpg": CASES[case]}, tmp_path, {"per": "numbers"})
    found, _reading = found_in(tmp_path)
    wanted, got = (
        by_class(rasterize(one), [i.class_name for i in one.instances])
        for one in (without_ignored(CASES[case]), found["photo.jpg"])
    )
    areas = {name: runs.area for name, runs in wanted.items() if runs.area}
    assert {name: runs.area for name, runs in got.items()} == areas


def without_ignored(annotation: Annotation) -> Annotation:
    """Ignore regions lie over everything."""
    return read_annotation(
        SIZE,
        annotation.instances,
        exclude=(*annotation.exclude, *annotation.ignore),
        ignore=annotation.ignore,
    )


@pytest.mark.parametrize(
    "text", ["nothing", "[]", "{}", '{"shapes": []}'], ids=["broken", "list", "empty", "labelme"]
)
def test_other_files_beside_a_mask_are_not_asked_unless_they_are_broken(text, tmp_path):
    saved(tmp_path, "photo.png", Image.fromarray(numbers_on(1, 2)))
    (tmp_path / "photo.json").write_text(text)
    if text == "nothing":
        with pytest.raises(LabelerError, match=r"photo\.json is not valid JSON"):
            found_in(tmp_path)
    else:
        assert len(found_in(tmp_path)[0]["photo.jpg"].instances) == 2


@pytest.mark.parametrize(
    "row", [1, {}, {"number": "1", "class": "a"}, {"number": True, "class": "a"}, {"number": 1, "class": " "}]
)
def test_a_list_that_is_wrong_is_refused(row, tmp_path):
    write(Masks(), {"photo.jpg": CASES["one"]}, tmp_path, {"per": "numbers"})
    (tmp_path / "photo.json").write_text(json.dumps({"instances": [row]}))
    with pytest.raises(LabelerError, match=r"photo\.json"):
        found_in(tmp_path)


# --- files from anywhere -----------------------------------------------------------------------------------


def test_a_mask_of_another_size_is_refused_before_it_is_decoded(tmp_path):
    path = saved(tmp_path, "photo.png", grey(np.ones((9, 9), bool)))
    data = bytearray(path.read_bytes())
    # A small file that claims to be large.
    data[16:24] = struct.pack(">II", 30_000, 30_000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    path.write_bytes(data)
    with pytest.raises(LabelerError, match="30000×30000 px, but the image has 100×80"):
        found_in(tmp_path)


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    saved(tmp_path, "outside/photo.png", grey(disc()))
    (tmp_path / "masks").mkdir()
    try:
        (tmp_path / "masks/in").symlink_to(tmp_path / "outside", target_is_directory=True)
    except OSError:
        pytest.skip("no links here")
    assert not found_in(tmp_path / "masks")[0]


@given(data=st.data())
@settings(max_examples=80)
def test_png_chunks_with_anything_in_them_are_read_or_refused(data, tmp_path_factory):
    """With checksums that fit, so that what is wrong is not found by them."""
    folder = tmp_path_factory.mktemp("spoiled")
    options = data.draw(st.sampled_from([{"per": "numbers"}, {"per": "image"}, {"bits": "8"}, None]))
    write(Masks() if options else Indexed(), {"photo.jpg": CASES["overlap"]}, folder, options)
    path = folder / "photo.png"
    content = path.read_bytes()
    chunks = [(content[at + 4 : at + 8], content[at + 8 : end]) for at, end in ends_of(content)]
    n = data.draw(st.integers(0, len(chunks) - 1))
    kind, inner = chunks[n]
    at = data.draw(st.integers(0, max(len(inner) - 1, 0)))
    new = data.draw(st.binary(max_size=4))
    kind = data.draw(st.sampled_from([kind, kind, b"tRNS", b"PLTE", b"IHDR", b"eXIf", b"IDAT"]))
    chunks[n] = kind, inner[:at] + new + inner[at + data.draw(st.integers(0, 4)) :]
    path.write_bytes(content[:8] + b"".join(chunk(*one) for one in chunks))
    for format, values in ((Masks(), {"values": "classes"}), (Masks(), {}), (Indexed(), {})):
        with suppress(LabelerError):
            found, _reading = found_in(folder, values, format=format)
            rasterize(found["photo.jpg"])


def ends_of(content: bytes):
    at = 8
    while at < len(content):
        end = at + 8 + struct.unpack_from(">I", content, at)[0]
        yield at, end
        at = end + 4


def chunk(kind: bytes, inner: bytes) -> bytes:
    return struct.pack(">I", len(inner)) + kind + inner + struct.pack(">I", zlib.crc32(kind + inner))


def test_what_a_folder_has_besides_masks_does_not_matter(tmp_path):
    write(Masks(), {"photo.jpg": CASES["one"]}, tmp_path)
    (tmp_path / "notes.txt").write_text("nothing")
    assert set(files_in(tmp_path)) == {"photo.png", "notes.txt"}
    assert len(found_in(tmp_path)[0]) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"feather": 3.0, "bits": "8-01"},
        {"feather": 3.0, "bits": "1"},
        {"per": "numbers", "bits": "8"},
        {"per": "numbers", "feather": 3.0},
    ],
)
def test_options_that_do_not_go_together_are_refused(options):
    with pytest.raises(LabelerError, match="bits"):
        Masks().check(options)


@pytest.mark.parametrize("options", [{"feather": 3.0}, {"feather": 3.0, "bits": "8"}, {"per": "numbers"}])
def test_options_that_go_together_are_not(options):
    Masks().check(options)
