import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.dataset.sidecar import load, parse, save, serialise
from labeler.dataset.writing import Texts, pieces
from labeler.document import edits
from labeler.document.model import Annotation, Instance, PolygonRef, Role
from labeler.errors import LabelerError
from tests.builders import annotation_of, instance_of, polygon, ring_with_hole, square, triangle
from tests.dataset.samples import SIDECAR, SIDECAR_WITH_EXTRAS
from tests.document.any_edit import any_edit, starts
from tests.strategies import annotations

PATH = Path("coins.png.labels.json")


def changed_lines(before: bytes, after: bytes) -> list[int]:
    old, new = before.splitlines(), after.splitlines()
    assert len(old) == len(new)
    return [index for index, (a, b) in enumerate(zip(old, new)) if a != b]


# --- what is in the file -----------------------------------------------------------------------------------


def test_the_file_says_what_was_drawn() -> None:
    annotation = parse(SIDECAR, PATH)
    assert (annotation.image.file, annotation.image.width, annotation.image.height) == ("coins.png", 384, 303)
    (coin,) = annotation.instances
    assert (coin.id, coin.class_name, coin.source, coin.attributes) == (
        "k3f9",
        "coin",
        "human",
        {"occluded": True},
    )
    assert [p.role for p in coin.polygons] == [Role.INCLUDE, Role.EXCLUDE]
    assert coin.polygons[0].points.tolist() == [[10.5, 20.25], [40, 21], [38.125, 60]]
    assert [p.role for p in annotation.exclude] == [Role.EXCLUDE]
    assert [p.role for p in annotation.ignore] == [Role.IGNORE]
    assert annotation.flags == {"verified": True}


def test_what_may_be_missing_has_a_default() -> None:
    annotation = parse(
        b'{"format": "labeler.annotation", "version": 1, "image": {"file": "a", "width": 1, "height": 1}}',
        PATH,
    )
    assert annotation.is_empty
    assert parse(serialise(annotation), PATH) == annotation


def test_an_image_wide_polygon_may_name_the_role_of_its_list() -> None:
    data = SIDECAR.replace(b'"exclude": [{', b'"exclude": [{"role": "exclude", ')
    assert data != SIDECAR
    assert serialise(parse(data, PATH)) == SIDECAR


@pytest.mark.parametrize("sample", [SIDECAR, SIDECAR_WITH_EXTRAS], ids=["design", "extras"])
def test_a_file_in_our_layout_comes_out_as_it_went_in(sample: bytes) -> None:
    assert serialise(parse(sample, PATH)) == sample


@given(annotations())
def test_any_annotation_comes_back_equal(annotation: Annotation) -> None:
    data = serialise(annotation)
    again = parse(data, PATH)
    assert again == annotation
    assert serialise(again) == data
    json.loads(data, parse_constant=lambda constant: pytest.fail(f"{constant} is no JSON"))


@given(starts, st.data())
def test_whatever_edits_make_can_be_saved(annotation: Annotation, data: st.DataObject) -> None:
    for _ in range(3):
        _, annotation = any_edit(data.draw, annotation)
    assert parse(serialise(annotation), PATH) == annotation


def test_unknown_keys_follow_ours_in_the_order_they_had() -> None:
    shuffled = json.dumps({"zebra": 1, **json.loads(SIDECAR), "ant": 2}).encode()
    assert list(json.loads(serialise(parse(shuffled, PATH))))[-3:] == ["flags", "zebra", "ant"]


def test_unknown_keys_survive_edits() -> None:
    annotation = parse(SIDECAR_WITH_EXTRAS, PATH)
    annotation = edits.move_vertex(annotation, PolygonRef("k3f9", 0), 0, (11, 22))
    annotation, _ = edits.set_role(annotation, [PolygonRef(Role.EXCLUDE, 0)], Role.IGNORE, "coin")
    text = serialise(annotation).decode()
    for key in ("sha1", "score", "track", "why", "note", "model_config", '"class_name": "not ours"'):
        assert key in text


# --- how it is written -------------------------------------------------------------------------------------


def test_moving_a_vertex_changes_one_line() -> None:
    annotation = annotation_of(ring_with_hole(), square(), exclude=[triangle(), square()])
    for ref in annotation.refs():
        moved = edits.move_vertex(annotation, ref, 1, (33.333, 7))
        assert len(changed_lines(serialise(annotation), serialise(moved))) == 1


def test_every_polygon_has_a_line_of_its_own() -> None:
    annotation = annotation_of(
        ring_with_hole(), square(), exclude=[triangle(), square()], ignore=[square(), triangle()]
    )
    lines = serialise(annotation).decode().splitlines()
    assert [line.count('"points"') for line in lines if '"points"' in line] == [1] * 7


@pytest.mark.parametrize(
    ("written", "as_text"),
    [
        (40.0, "40"),
        (20.25, "20.25"),
        (1 / 3, "0.333"),
        (-0.0, "0"),
        (-0.0001, "0"),
        (0.1 + 0.2, "0.3"),
        (999999.9994, "999999.999"),
        (1e6, "1000000"),
        (-1e6, "-1000000"),
        (100.05, "100.05"),
        (0.001, "0.001"),
    ],
)
def test_numbers_are_as_short_as_they_can_be(written: float, as_text: str) -> None:
    data = serialise(annotation_of(polygon([(written, 5), (7, written), (1, 1)])))
    assert f"[[{as_text}, 5], [7, {as_text}], [1, 1]]".encode() in data


def test_text_is_utf_8_and_not_escaped() -> None:
    data = serialise(annotation_of(square(), file="写真.jpg", class_name="Münze"))
    assert "写真.jpg".encode() in data
    assert "Münze".encode() in data
    assert data.endswith(b"}\n")


def test_what_is_empty_is_not_written() -> None:
    data = serialise(annotation_of(square()))
    assert set(json.loads(data)) == {"format", "version", "image", "instances"}
    assert set(json.loads(data)["instances"][0]) == {"id", "class", "source", "polygons"}


def test_an_unknown_key_never_hides_one_of_ours() -> None:
    annotation = replace(annotation_of(square()), extra={"version": 9, "note": "x"})
    assert parse(serialise(annotation), PATH).extra == {"note": "x"}


# --- what no file can hold ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("annotation", "problem"),
    [
        (annotation_of(instance_of(square()), instance_of(square())), r'instances\[1\].id "i1" is taken'),
        (annotation_of(square(role=Role.IGNORE)), r"instances\[0\] has an ignore polygon"),
        (annotation_of(instance_of(square(), id="../a")), r"instances\[0\].id must be"),
        (annotation_of(square(), class_name=""), r"instances\[0\].class must be"),
        (annotation_of(square(), class_name="\udcff"), r"instances\[0\].class"),
        (annotation_of(square(), file="a/b.png"), "image.file must be the name"),
        (annotation_of(square(), file="\udcff.png"), "image.file"),
        (annotation_of(square(), width=0), "image.width must be at least 1"),
        (annotation_of(square(), flags={"x": float("nan")}), "JSON"),
        (annotation_of(square(), flags={"x": object()}), "JSON"),
        (annotation_of(square(), flags={"x": "\udcff"}), "surrogates"),
    ],
)
def test_what_could_not_be_read_again_is_not_written(
    tmp_path: Path, annotation: Annotation, problem: str
) -> None:
    path = tmp_path / "photo.png.labels.json"
    path.write_bytes(SIDECAR)
    with pytest.raises(LabelerError, match=problem):
        save(path, annotation)
    assert path.read_bytes() == SIDECAR


# --- files -------------------------------------------------------------------------------------------------


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "photo.png.labels.json"
    annotation = annotation_of(ring_with_hole(), ignore=[square()])
    save(path, annotation)
    assert load(path) == annotation


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(LabelerError, match="gone"):
        load(tmp_path / "gone")


def test_an_instance_without_polygons_is_kept() -> None:
    annotation = annotation_of(Instance("a", "coin", (), attributes={"seen": False}))
    assert parse(serialise(annotation), PATH) == annotation


# --- saving again ------------------------------------------------------------------------------------------


@given(starts, st.data())
def test_what_was_written_before_never_shows_in_what_is_written_next(
    annotation: Annotation, data: st.DataObject
) -> None:
    texts = Texts()
    for _ in range(4):
        assert b"".join(pieces(annotation, texts)) == serialise(annotation)
        annotation = any_edit(data.draw, annotation)[1]


def test_only_what_changed_is_made_into_text_again() -> None:
    made = []
    texts = Texts(lambda: made.append(1))
    annotation = annotation_of(*[[square()] * 20, square(), triangle()], exclude=[square()] * 3)
    list(pieces(annotation, texts))
    assert made
    made.clear()
    list(pieces(annotation, texts))
    assert not made
    list(pieces(edits.move_vertex(annotation, PolygonRef("i2", 0), 0, (5, 5)), texts))
    assert len(made) == 1


def test_a_save_that_failed_does_not_spoil_the_next() -> None:
    texts = Texts()
    whole = annotation_of(square(), triangle())
    list(pieces(whole, texts))
    broken = replace(whole, instances=(whole.instances[0], replace(whole.instances[1], id="../a")))
    with pytest.raises(LabelerError, match=r"instances\[1\].id"):
        list(pieces(broken, texts))
    assert b"".join(pieces(whole, texts)) == serialise(whole)


def test_a_large_polygon_is_written_with_pauses() -> None:
    pauses = []
    ring = [[float(x), x % 7 / 4] for x in range(2000)]
    annotation = annotation_of(polygon(ring))
    data = b"".join(pieces(annotation, Texts(lambda: pauses.append(1))))
    assert len(pauses) > 5
    assert parse(data, PATH) == annotation
