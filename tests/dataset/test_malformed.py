"""Every malformed file gives one sentence that names the file and the place, and stays as it is."""

import contextlib
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from labeler.dataset import classes, sidecar
from labeler.dataset.reading import NewerVersion
from labeler.errors import LabelerError
from tests.dataset.samples import DATASET, SIDECAR, SIDECAR_WITH_EXTRAS, changed

PATH = Path("photos/coins.png.labels.json")
POINTS = "instances.0.polygons.0.points"
BELONGS_TO_THE_IMAGE = 'is "ignore", which belongs in the list "ignore" of the whole image'
AT_POINTS = "instances[0].polygons[0].points"


def sentence_about(data: bytes) -> str:
    with pytest.raises(LabelerError) as caught:
        sidecar.parse(data, PATH)
    sentence = str(caught.value)
    assert sentence.startswith(f"{PATH}: ")
    assert sentence.endswith("; repair the file or move it away.")
    assert sentence.isprintable(), "one line"
    return sentence.removeprefix(f"{PATH}: ").removesuffix("; repair the file or move it away.")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xef\xbb\xbf" + SIDECAR, "starts with a byte order mark: it must be UTF-8 without one"),
        (SIDECAR.decode().encode("utf-16"), "starts with a byte order mark: it must be UTF-8 without one"),
        (SIDECAR.replace(b"coin", b"M\xfcnze"), "is not UTF-8 (byte 74)"),
        (b"[]", "the content must be an object"),
        (b"null", "the content must be an object"),
        (b"3", "the content must be an object"),
        (b"{}", "format is missing"),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else "",
)
def test_what_is_no_json_object(data: bytes, problem: str) -> None:
    assert sentence_about(data) == problem


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (SIDECAR[:-3], "EOF while parsing"),
        (SIDECAR + b"}", "trailing characters"),
        (b"not JSON", "line 1"),
        (b"\x00" * 1000, "line 1"),
        (b"[" * 1_000_000, "recursion limit exceeded"),
        (b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "recursion limit exceeded"),
    ],
    ids=["cut off", "continued", "text", "zeros", "deep", "deep and closed"],
)
def test_what_is_no_json(data: bytes, why: str) -> None:
    problem = sentence_about(data)
    assert problem.startswith("is not valid JSON (")
    assert why in problem


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        ("format", "coco", "format must be 'labeler.annotation'"),
        ("format", ..., "format is missing"),
        ("version", "1", "version must be a whole number"),
        ("version", True, "version must be a whole number"),
        ("version", 1.5, "version must be a whole number"),
        ("version", 0, "version must be at least 1"),
        ("version", ..., "version is missing"),
        ("image", "coins.png", "image must be an object"),
        ("image.file", "a/coins.png", "image.file must be the name of the image, without a folder"),
        ("image.file", "..\\coins.png", "image.file must be the name of the image, without a folder"),
        ("image.file", "..", "image.file must be the name of the image, without a folder"),
        ("image.file", "c:coins.png", "image.file must be the name of the image, without a folder"),
        ("image.file", "coins\0.png", "image.file must be the name of the image, without a folder"),
        ("image.file", "", "image.file must be the name of the image, without a folder"),
        ("image.file", None, "image.file must be a text"),
        ("image.width", 0, "image.width must be at least 1"),
        ("image.width", -384, "image.width must be at least 1"),
        ("image.width", 10**9, "image.width must be at most 1000000"),
        ("image.width", 10**400, "image.width must be at most 1000000"),
        ("image.height", "303", "image.height must be a whole number"),
        ("image.height", True, "image.height must be a whole number"),
        ("image.height", 1e308, "image.height must be a whole number"),
        ("image.height", ..., "image.height is missing"),
        ("instances", {}, "instances must be a list"),
        ("instances.0", [], "instances[0] must be an object"),
        ("instances.0.id", 7, "instances[0].id must be a text"),
        ("instances.0.id", "", "instances[0].id must be 1 to 64 letters, digits, - or _"),
        ("instances.0.id", "../../x", "instances[0].id must be 1 to 64 letters, digits, - or _"),
        ("instances.0.id", "a\n", "instances[0].id must be 1 to 64 letters, digits, - or _"),
        ("instances.0.id", ..., "instances[0].id is missing"),
        ("instances.0.class", ..., "instances[0].class is missing"),
        (
            "instances.0.class",
            "co\0in",
            "instances[0].class must be a text of 1 to 200 characters without control characters",
        ),
        ("instances.0.source", 1, "instances[0].source must be a text"),
        ("instances.0.polygons", ..., "instances[0].polygons is missing"),
        ("instances.0.attributes", [], "instances[0].attributes must be an object"),
        (
            "instances.0.attributes",
            {"x": [float("nan")]},
            "instances[0].attributes.x must be a finite number",
        ),
        (
            "instances.0.polygons.0.role",
            "ignore",
            f"instances[0].polygons[0].role {BELONGS_TO_THE_IMAGE}",
        ),
        (
            "instances.0.polygons.0.role",
            "hole",
            "instances[0].polygons[0].role must be 'include' or 'exclude'",
        ),
        ("instances.0.polygons.0.role", ..., "instances[0].polygons[0].role is missing"),
        ("instances.0.polygons.1", {}, "instances[0].polygons[1].role is missing"),
        (POINTS, ..., f"{AT_POINTS} is missing"),
        (POINTS, [], f"{AT_POINTS} needs at least 3 points and has 0"),
        (POINTS, [[1, 2], [3, 4]], f"{AT_POINTS} needs at least 3 points and has 2"),
        (POINTS, [1, 2, 3, 4, 5, 6], f"{AT_POINTS}[0] must be a pair of numbers, x and y"),
        (POINTS + ".1", [1, 2, 3], f"{AT_POINTS}[1] must be a pair of numbers, x and y"),
        (POINTS + ".1", [1], f"{AT_POINTS}[1][1] is missing"),
        (POINTS + ".1.0", "1", f"{AT_POINTS}[1][0] must be a number"),
        (POINTS + ".1.0", True, f"{AT_POINTS}[1][0] must be a number"),
        (POINTS + ".1.0", None, f"{AT_POINTS}[1][0] must be a number"),
        (POINTS + ".1.0", float("nan"), f"{AT_POINTS}[1][0] must be a finite number"),
        (POINTS + ".1.0", float("-inf"), f"{AT_POINTS}[1][0] must be a finite number"),
        (POINTS + ".1.0", 1e308, f"{AT_POINTS}[1][0] must be at most 1000000"),
        (POINTS + ".1.0", -1e308, f"{AT_POINTS}[1][0] must be at least -1000000"),
        (POINTS + ".1.0", 1000000.001, f"{AT_POINTS}[1][0] must be at most 1000000"),
        ("exclude.0.role", "include", "exclude[0].role must be 'exclude'"),
        (
            "exclude.0.role",
            "ignore",
            f"exclude[0].role {BELONGS_TO_THE_IMAGE}",
        ),
        ("ignore.0.points", [[1, 2]], "ignore[0].points needs at least 3 points and has 1"),
        ("flags", None, "flags must be an object"),
        ("flags", {"x": float("inf")}, "flags.x must be a finite number"),
        ("note", {"deep": [{"er": float("nan")}]}, "note must be a finite number"),
        ("image.note", float("nan"), "image.note must be a finite number"),
        (
            "instances.0.polygons.1.note",
            float("nan"),
            "instances[0].polygons[1].note must be a finite number",
        ),
        ("ignore.0.x" + "y" * 1000, float("nan"), "ignore[0].x" + "y" * 108 + "… must be a finite number"),
    ],
)
def test_what_breaks_a_rule(place: str, value: Any, problem: str) -> None:
    assert sentence_about(changed(SIDECAR, place, value)) == problem


def test_numbers_too_large_for_any_computer() -> None:
    far = SIDECAR.replace(b"10.5", b"1e400")
    assert sentence_about(far) == f"{AT_POINTS}[0][0] must be a finite number"
    assert "is not valid JSON" in sentence_about(SIDECAR.replace(b"10.5", b"9" * 100_000))
    assert (
        sentence_about(SIDECAR.replace(b"true}\n", b"-1e999}\n")) == "flags.verified must be a finite number"
    )


def test_half_of_a_character() -> None:
    assert "is not valid JSON" in sentence_about(SIDECAR.replace(b'"coin"', b'"\\ud800"'))


def test_an_id_used_twice() -> None:
    twice = json.loads(SIDECAR)["instances"] * 2
    assert sentence_about(changed(SIDECAR, "instances", twice)) == 'instances[1].id "k3f9" is taken already'


def test_a_hundred_thousand_wrong_numbers_are_one_sentence() -> None:
    assert (
        sentence_about(changed(SIDECAR, POINTS, [["1", "2"]] * 100_000))
        == f"{AT_POINTS}[0][0] must be a number"
    )


def test_a_malformed_file_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / PATH.name
    path.write_bytes(SIDECAR[:-3])
    with pytest.raises(LabelerError):
        sidecar.load(path)
    assert path.read_bytes() == SIDECAR[:-3]
    assert list(tmp_path.iterdir()) == [path]


# --- a later version ---------------------------------------------------------------------------------------


def test_a_newer_version_says_so_and_shows_what_can_be_understood() -> None:
    with pytest.raises(NewerVersion, match=r"coins.png.labels.json was written by a newer labeler") as caught:
        sidecar.parse(changed(SIDECAR, "version", 2), PATH)
    assert caught.value.annotation == sidecar.parse(SIDECAR, PATH)


@pytest.mark.parametrize("place", ["instances", "image", "instances.0.polygons.0.points"])
def test_a_newer_version_of_another_shape_is_still_called_newer(place: str) -> None:
    with pytest.raises(NewerVersion) as caught:
        sidecar.parse(changed(changed(SIDECAR, "version", 10**30), place, "compressed"), PATH)
    assert caught.value.annotation is None


def test_a_newer_version_with_an_id_used_twice_is_still_called_newer() -> None:
    twice = changed(SIDECAR, "instances", json.loads(SIDECAR)["instances"] * 2)
    with pytest.raises(NewerVersion) as caught:
        sidecar.parse(changed(twice, "version", 2), PATH)
    assert caught.value.annotation is None


# --- anything else -----------------------------------------------------------------------------------------

HOSTILE = [
    *(None, True, 0, -1, 1e308, 10**30, float("nan"), float("inf")),
    *("", "..", "\0", "ignore", [], [[]], {}, {"": None}),
]


def places(value: Any, way: str = "") -> list[str]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way] * bool(way) + [p for step, v in inside for p in places(v, f"{way}.{step}".removeprefix("."))]


def assert_parsed_or_said(data: bytes) -> None:
    """Only LabelerError, and what is read can be written and read again."""
    for module, path in (sidecar, PATH), (classes, Path("labeler.json")):
        with contextlib.suppress(LabelerError):
            value = module.parse(data, path)
            assert module.parse(module.serialise(value), path) == value


@pytest.mark.parametrize("sample", [SIDECAR_WITH_EXTRAS, DATASET], ids=["sidecar", "dataset"])
def test_no_value_anywhere_does_more_than_be_refused(sample: bytes) -> None:
    for place in places(json.loads(sample)):
        for value in [*HOSTILE, ...]:
            assert_parsed_or_said(changed(sample, place, value))


@settings(max_examples=300)
@given(
    st.sampled_from([SIDECAR, SIDECAR_WITH_EXTRAS, DATASET]),
    st.lists(
        st.tuples(st.integers(0, 2000), st.integers(0, 8), st.binary(max_size=4)), min_size=1, max_size=4
    ),
)
def test_no_damage_to_the_bytes_does_more_than_be_refused(
    data: bytes, cuts: list[tuple[int, int, bytes]]
) -> None:
    for start, length, inserted in cuts:
        start %= len(data) + 1
        data = data[:start] + inserted + data[start + length :]
    assert_parsed_or_said(data)


@given(st.randoms(use_true_random=False), st.integers(1, 6))
@example(random.Random(0), 3)
def test_no_shuffle_of_its_own_pieces_does_more_than_be_refused(chance: random.Random, swaps: int) -> None:
    tokens = SIDECAR_WITH_EXTRAS.decode().replace(",", " , ").split(" ")
    for _ in range(swaps):
        a, b = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        tokens[a], tokens[b] = tokens[b], tokens[a]
    assert_parsed_or_said(" ".join(tokens).encode())


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(data: bytes) -> None:
    assert_parsed_or_said(data)
