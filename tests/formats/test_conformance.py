"""What every format has to do; a new entry in FORMATS is tested here before it has tests of its own."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import pytest

from labeler.document.model import Annotation
from labeler.errors import LabelerError
from labeler.formats import FORMATS
from labeler.formats.base import Format, Keeps, Option, Options, Value, chosen
from labeler.formats.report import Loss
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, rectangle, ring_with_hole, square, triangle
from tests.formats.cases import CASES, files_in, write


def ways_of(format: Format) -> list[Options]:
    """Combinations of the format's options, so many that every two values meet in one."""
    values = [values_of(option) for option in format.options]
    names = [option.name for option in format.options]
    met: set[object] = set()
    ways = []
    for combination in product(*values):
        pairs = {*combinations(enumerate(combination), 2), *enumerate(combination)}
        if not combination or pairs - met:
            met |= pairs
            ways.append(dict(zip(names, combination)))
    return ways


def values_of(option: Option) -> tuple[Value, ...]:
    """Every choice; of a number the default and another."""
    if option.choices:
        return option.choices
    if isinstance(option.default, bool):
        return (False, True)
    return (option.default, min(option.default + 2.0, option.most))


WAYS = [(format, options) for format in FORMATS for options in ways_of(format)]
WAY_IDS = [f"{format.id}-{'-'.join(str(value) for value in options.values())}" for format, options in WAYS]
each_way = pytest.mark.parametrize(("format", "options"), WAYS, ids=WAY_IDS)


def test_ids_are_the_words_of_the_command_line():
    ids = [format.id for format in FORMATS]
    assert len(set(ids)) == len(ids)
    assert all(id.isalnum() and id.islower() for id in ids)


@each_way
def test_every_case_is_written_and_counted(format, options, tmp_path):
    images = {f"{n}/{case}.png": annotation for n, (case, annotation) in enumerate(CASES.items())}
    report = write(format, images, tmp_path, options)
    visible = sum(not mask.is_empty for one in images.values() for mask in rasterize(one).instances)
    assert report.images == len(images)
    if format.keeps(options).pixels:
        assert report.instances == visible
    assert report.files == len(files_in(tmp_path)) > 0


@each_way
def test_the_same_labels_give_the_same_bytes(format, options, tmp_path):
    images = {f"{case}.png": annotation for case, annotation in CASES.items()}
    write(format, images, tmp_path / "one", options)
    write(format, images, tmp_path / "other", options)
    assert files_in(tmp_path / "one") == files_in(tmp_path / "other")


@each_way
def test_defaults_are_choices_and_anything_else_is_refused(format, options, tmp_path):
    for option in format.options:
        assert option.default in values_of(option)
        assert chosen(options, option) == options[option.name]
        with pytest.raises(ValueError, match=option.name):
            chosen({option.name: "sideways"}, option)


@each_way
def test_ignore_regions_are_kept_or_reported(format, options, tmp_path):
    report = write(format, {"photo.png": CASES["ignore"]}, tmp_path, options)
    keeps = format.keeps(options)
    assert isinstance(keeps, Keeps)
    assert keeps.ignore == (Loss.IGNORE not in report.losses)
    assert all(line for line in report.lines())


@each_way
def test_ignore_where_kept_makes_another_file(format, options, tmp_path):
    """A region that lies on nothing, so that it shows only where the format has a place for it."""
    with_ignore = CASES["ignore"]
    without = Annotation(with_ignore.image, with_ignore.instances)
    write(format, {"photo.png": with_ignore}, tmp_path / "with", options)
    write(format, {"photo.png": without}, tmp_path / "without", options)
    differs = files_in(tmp_path / "with") != files_in(tmp_path / "without")
    assert differs == format.keeps(options).ignore


@each_way
def test_an_ignore_region_that_covers_no_pixel_is_no_loss(format, options, tmp_path):
    drawn = annotation_of(square(), ignore=[square(200, 200, 10), rectangle(20.6, 20.6, 20.9, 20.9)])
    assert Loss.IGNORE not in write(format, {"photo.png": drawn}, tmp_path, options).losses


@each_way
def test_attributes_and_flags_are_kept_or_reported(format, options, tmp_path):
    """Such as no format has a key for: a list in an object, which JSON alone can hold."""
    plain = annotation_of(square())
    for said in (
        replace(plain, flags={"seen by": [{"name": "Ä"}]}),
        replace(plain, instances=(replace(plain.instances[0], attributes={"seen by": [{"name": "Ä"}]}),)),
    ):
        report = write(format, {"photo.png": said}, tmp_path, options)
        is_lost = Loss.ATTRIBUTES in report.losses
        assert is_lost != any(b"seen by" in data for data in files_in(tmp_path).values())
        assert is_lost == (format.id not in JSON_FOR_VALUES or (format.id == "coco" and bool(said.flags)))


#: Formats whose values are any JSON; COCO has none for images.
JSON_FOR_VALUES = ("coco", "labelme", "xanylabeling", "geojson")

PART = triangle(70, 50)
ISLAND = square(37.5, 37.25, 4.9)
POORER = {
    "holes": ([ring_with_hole()], [square()]),
    "islands": ([(*ring_with_hole(), ISLAND)], [ring_with_hole()]),
    "parts": ([(square(), PART)], [square()]),
    "pixels": ([rectangle(10, 10, 12, 11)], [rectangle(10, 10, 11, 11)]),
}


@each_way
@pytest.mark.parametrize("kept", POORER)
def test_a_hole_an_island_a_part_and_a_single_pixel_show(format, options, kept, tmp_path):
    rich, poor = (annotation_of(*things) for things in POORER[kept])
    write(format, {"photo.png": rich}, tmp_path / "rich", options)
    write(format, {"photo.png": poor}, tmp_path / "poor", options)
    differ = files_in(tmp_path / "rich") != files_in(tmp_path / "poor")
    # The old rasteriser knows no islands in holes.
    assert differ == (kept != "islands" or format.keeps(options).pixels)


@each_way
def test_a_folder_that_cannot_be_made_is_named(format, options, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(LabelerError, match=r"out\S* could not be written"):
        write(format, {"photo.png": CASES["one"]}, tmp_path / "out", options)
