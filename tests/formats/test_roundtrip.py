"""Whatever a format claims to keep comes back when its files are read: exact, for every way to write them."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.document.model import Annotation, ImageInfo, Instance, Polygon, Role
from labeler.errors import LabelerError
from labeler.formats import FORMATS
from labeler.formats.base import Format, ImageItem, Job, Keeps, Options, Page, Section, SharedFile, in_split
from labeler.formats.building import annotation_of as read_annotation
from labeler.formats.reading import FoundImage, Images, Reading
from labeler.raster.runs import rasterize
from tests import strategies
from tests.builders import annotation_of, square
from tests.formats.cases import CASES, CLASSES, files_in, write
from tests.formats.returning import differences, moved_points, read_back
from tests.formats.test_conformance import WAY_IDS, WAYS, ways_of

READABLE = [
    pytest.param(format, options, id=id) for (format, options), id in zip(WAYS, WAY_IDS) if format.reads
]
READERS = [pytest.param(format, id=format.id) for format in FORMATS if format.reads]
each_readable_way = pytest.mark.parametrize(("format", "options"), READABLE)
each_reader = pytest.mark.parametrize("format", READERS)

IMAGES = {f"photos/{case}.jpg": annotation for case, annotation in CASES.items()}


def sizes_of(images):
    return {name: (one.image.width, one.image.height) for name, one in images.items()}


def wrong_with(format: Format, options: Options, images, out: Path, splits=None) -> list[str]:
    write(format, images, out, options, splits)
    found = read_back(format, out, sizes_of(images)).annotations
    keeps = format.keeps(options)
    wrong = [f"{name}: {line}" for name in images for line in differences(images[name], found[name], keeps)]
    if keeps.subpixel:
        name = next((name for name in images if "sub-pixel" in name), "")
        wrong += moved_points(images[name], found[name], keeps) if name else []
    return wrong


@each_readable_way
def test_what_a_format_claims_to_keep_comes_back(format, options, tmp_path):
    assert not wrong_with(format, options, IMAGES, tmp_path)


def test_all_masks_are_exact_but_those_of_the_old_rasteriser():
    inexact = [options for format, options in WAYS if not format.keeps(options).pixels]
    assert all(options["rule"] == "xseg" for options in inexact)


@each_readable_way
def test_images_without_anything_on_them_stay_so(format, options, tmp_path):
    empty = {"photos/nothing.jpg": CASES["nothing"], "photos/outside.jpg": annotation_of(square(-90, 10))}
    write(format, empty, tmp_path, {**options, "empty": True})
    for annotation in read_back(format, tmp_path, sizes_of(empty)).annotations.values():
        assert rasterize(annotation).union.is_empty
        assert not annotation.ignore


@each_reader
def test_images_come_back_from_every_split_and_folder(format, tmp_path):
    names = ["a.jpg", "sub/b.png", "sub/deeper/c.tif", "Ordner mit Ä/bild 1.webp", "two.dots.jpg"]
    images = dict(zip(names, [CASES["one"], CASES["hole"], CASES["overlap"], CASES["ignore"], CASES["one"]]))
    splits = dict(zip(names, ["train", "train", "val", "test", "val"]))
    assert not wrong_with(format, {}, images, tmp_path / "split", splits)
    assert not wrong_with(format, {}, images, tmp_path / "whole")


@each_reader
def test_images_of_one_stem_are_told_apart(format, tmp_path):
    images = {"photo.jpg": CASES["one"], "photo.png": CASES["hole"], "photo.a.jpg": CASES["two parts"]}
    assert not wrong_with(format, {}, images, tmp_path)


@each_reader
def test_an_empty_folder_has_nothing_or_says_what_is_missing(format, tmp_path):
    found: Sequence[FoundImage] = ()
    with suppress(LabelerError):
        found = format.read(tmp_path, Reading(Images(["photo.jpg"]), CLASSES))
    assert not found


@each_reader
def test_a_source_that_is_not_there_is_named(format, tmp_path):
    with pytest.raises(LabelerError, match="nowhere"):
        list(format.read(tmp_path / "nowhere", Reading(Images(["photo.jpg"]), CLASSES)))


# --- anything ----------------------------------------------------------------------------------------------

_class_names = st.sampled_from([entry.name for entry in CLASSES])
_coordinates = st.integers(-8_000, 40_000).map(lambda thousandths: thousandths / 1000) | st.integers(
    -8, 40
).map(float)


@st.composite
def _annotations(draw: st.DrawFn) -> Annotation:
    """Any few things on a small image; also far outside, crossing themselves, or on pixel centres."""
    rings = st.lists(
        strategies.polygons(Role.INCLUDE, Role.EXCLUDE, coordinates=_coordinates), min_size=1, max_size=3
    )
    instances = [
        Instance(f"i{n}", draw(_class_names), tuple(_plain(polygon) for polygon in polygons))
        for n, polygons in enumerate(draw(st.lists(rings, max_size=3)))
    ]
    regions = st.lists(strategies.polygons(Role.IGNORE, coordinates=_coordinates), max_size=1)
    excludes = st.lists(strategies.polygons(Role.EXCLUDE, coordinates=_coordinates), max_size=1)
    size = ImageInfo("", draw(st.integers(1, 40)), draw(st.integers(1, 30)))
    exclude, ignore = (tuple(map(_plain, draw(some))) for some in (excludes, regions))
    return Annotation(size, tuple(instances), exclude, ignore)


def _plain(polygon: Polygon) -> Polygon:
    return Polygon(polygon.role, polygon.points)


@each_reader
@given(annotations=st.lists(_annotations(), min_size=1, max_size=2), data=st.data())
@settings(max_examples=25)
def test_anything_drawn_comes_back(format, annotations, data):
    options = data.draw(st.sampled_from(ways_of(format)))
    images = {f"{n}.png": annotation for n, annotation in enumerate(annotations)}
    with tempfile.TemporaryDirectory() as folder:
        assert not wrong_with(format, options, images, Path(folder))


# --- anything in the files ---------------------------------------------------------------------------------

_SAMPLES = ("one", "round hole", "overlap", "ignore", "tiny")
_TOKENS = re.compile(rb"[-\w.]+")
#: What else could stand where a token stood, in any of the formats.
_STRANGE = (
    b'-1 0 1e999 NaN Infinity 99999999999999999999 4294967296 null true {} [] [[]] "" "x" [1] a \xff \x00'
    b" ../../x /etc/passwd &a; <a> </a> , : 0.5 -0.0 2147483648 1e308"
).split(b" ")


@cache
def _written(format: Format, way: int) -> dict[str, bytes]:
    images = {f"{case}.jpg": CASES[case] for case in _SAMPLES}
    with tempfile.TemporaryDirectory() as folder:
        write(format, images, Path(folder), ways_of(format)[way])
        return files_in(Path(folder))


def mutated(data: bytes, random: Random) -> bytes:
    """The same file with something wrong: cut off, bytes changed, tokens replaced, doubled or gone."""
    kind = random.choice(("cut", "bytes", "token", "token", "token", "gone", "double"))
    if kind == "cut":
        return data[: random.randrange(len(data) + 1)]
    if kind == "bytes":
        changed = bytearray(data)
        for _ in range(random.randint(1, 4)):
            changed[random.randrange(len(changed))] = random.randrange(256)
        return bytes(changed)
    tokens = list(_TOKENS.finditer(data)) or [re.match(b"", data)]
    token = random.choice(tokens)
    with_quotes = random.random() < 0.5 and data[token.start() - 1 : token.start()] == b'"'
    start, end = token.start() - with_quotes, token.end() + with_quotes
    new = {"token": random.choice(_STRANGE), "gone": b"", "double": 2 * token[0]}[kind]
    return data[:start] + new + data[end:]


@each_reader
@given(random=st.randoms(use_true_random=False), data=st.data())
@settings(max_examples=60)
def test_files_with_anything_in_them_are_read_or_refused_in_a_sentence(format, random, data):
    way = data.draw(st.integers(0, len(ways_of(format)) - 1))
    read_spoiled(format, _written(format, way), random)


def read_spoiled(format: Format, files: dict[str, bytes], random: Random) -> None:
    files = dict(files)
    for name in random.sample(sorted(files), k=min(2, len(files))):
        for _ in range(random.randint(1, 3)):
            files[name] = mutated(files[name] or b" ", random)
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _read_all(format, Path(folder))


def _read_all(format: Format, source: Path) -> None:
    """As the import does: an image that is wrong stops no other."""
    reading = Reading(Images([f"{case}.jpg" for case in _SAMPLES]), CLASSES)
    try:
        images = list(format.read(source, reading))
    except LabelerError:
        return
    for image in images:
        assert isinstance(image.image, str)
        reading.images.match(image.image)
        try:
            annotation = image.read((100, 80))
        except LabelerError:
            continue
        assert all(instance.polygons and instance.class_name.strip() for instance in annotation.instances)
        rasterize(annotation)
    assert all(isinstance(found.name, str) and found.name.strip() for found in reading.found_classes)


# --- the test itself ---------------------------------------------------------------------------------------


class Plain(Format):
    """Everything, as JSON; ``fault`` forgets something that is claimed all the same."""

    id = "plain"
    reads = True

    def __init__(self, fault: str = "") -> None:
        self.fault = fault

    def keeps(self, options: Options) -> Keeps:
        return Keeps(True, True, True, True, True, True, True)

    def shared(self, job: Job) -> Sequence[SharedFile]:
        return [SharedFile(in_split_file(split), (Section(b"[", b",", b"]"),)) for split in job.splits]

    def add(self, page: Page, item: ImageItem, job: Job) -> None:
        drawn = spoiled(item.annotation, self.fault)
        rings = [
            (instance.class_name, [(p.role.value, p.points.tolist()) for p in instance.polygons])
            for instance in drawn.instances
        ]
        sides = [[p.points.tolist() for p in some] for some in (drawn.exclude, drawn.ignore)]
        page.add_row(in_split(item, "all.json"), json.dumps([item.name, rings, *sides]).encode())

    def read(self, source: Path, reading: Reading) -> Sequence[FoundImage]:
        rows = [row for file in source.rglob("all.json") for row in json.loads(file.read_bytes())]
        return [
            FoundImage(row[0], "all.json", lambda size, row=row: plain_annotation(size, row)) for row in rows
        ]


def in_split_file(split: str) -> str:
    return f"{split}/all.json" if split else "all.json"


def plain_annotation(size, row) -> Annotation:
    _name, things, exclude, ignore = row
    instances = [
        Instance("", class_name, tuple(Polygon(Role(role), points) for role, points in polygons))
        for class_name, polygons in things
    ]
    sides = [
        (Polygon(role, p) for p in some) for role, some in ((Role.EXCLUDE, exclude), (Role.IGNORE, ignore))
    ]
    return read_annotation(size, instances, exclude=sides[0], ignore=sides[1])


def spoiled(annotation: Annotation, fault: str) -> Annotation:
    def polygons(instance: Instance) -> tuple[Polygon, ...]:
        if fault == "holes":
            return tuple(p for p in instance.polygons if p.role is Role.INCLUDE)
        if fault == "parts":
            return instance.polygons[:1]
        if fault == "points":
            return tuple(Polygon(p.role, p.points.round(1)) for p in instance.polygons)
        if fault == "half a pixel":
            return tuple(Polygon(p.role, p.points - 0.5) for p in instance.polygons)
        return instance.polygons

    instances = [replace(instance, polygons=polygons(instance)) for instance in annotation.instances]
    if fault == "classes":
        instances = [replace(instance, class_name="object") for instance in instances]
    if fault == "instances" and instances:
        instances = [replace(instances[0], polygons=tuple(p for i in instances for p in i.polygons))]
    if fault == "last":
        instances = instances[:-1]
    if fault == "overlaps":
        instances = [replace(i, polygons=(*i.polygons, *cut)) for i, cut in zip(instances, cuts(instances))]
    return replace(
        annotation,
        instances=tuple(instances),
        exclude=() if fault == "exclude" else annotation.exclude,
        ignore=() if fault == "ignore" else annotation.ignore,
    )


def cuts(instances: Sequence[Instance]) -> list[tuple[Polygon, ...]]:
    """For each instance what lies over it, to be taken away."""
    outer = [tuple(Polygon(Role.EXCLUDE, p.points) for p in i.polygons[:1]) for i in instances]
    return [sum(outer[n + 1 :], ()) for n in range(len(outer))]


def test_a_format_that_keeps_what_it_claims_passes(tmp_path):
    assert not wrong_with(Plain(), {}, IMAGES, tmp_path)


@pytest.mark.parametrize(
    "fault",
    [
        "holes",
        "parts",
        "points",
        "half a pixel",
        "classes",
        "instances",
        "last",
        "exclude",
        "ignore",
        "overlaps",
    ],
)
def test_a_format_that_claims_too_much_does_not_pass(fault, tmp_path):
    assert wrong_with(Plain(fault), {}, IMAGES, tmp_path)


def test_a_reader_that_stumbles_over_spoiled_files_does_not_pass():
    with tempfile.TemporaryDirectory() as folder:
        write(Plain(), {f"{case}.jpg": CASES[case] for case in _SAMPLES}, Path(folder))
        files = files_in(Path(folder))
    stumbled = set()
    for seed in range(40):
        try:
            read_spoiled(Plain(), files, Random(seed))
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            stumbled.add(type(error))
    assert stumbled
