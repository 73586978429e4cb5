"""GeoJSON by its RFC, as shapely reads it, and as QuPath writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from labeler.document.model import Polygon, Role
from labeler.errors import LabelerError
from labeler.formats.geojson import GeoJson
from labeler.formats.reading import FoundClass, FoundImage, Images, Reading
from labeler.formats.report import Loss
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, instance_of, rectangle, ring_with_hole, square, triangle
from tests.formats.cases import CASES, CLASSES, write

SIZE = (100, 80)
RING = [[10, 10], [30, 10], [30, 30], [10, 30], [10, 10]]
HOLE = [[15, 15], [25, 15], [25, 25], [15, 25], [15, 15]]
ISLAND = [[18, 18], [22, 18], [22, 22], [18, 22], [18, 18]]


def features_of(path: Path) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads(path.read_bytes())["features"]
    return features


def pixels(feature: dict[str, Any]) -> NDArray[np.bool_]:
    """Those whose centre is inside, as shapely sees it; nudged right and down where it is on an edge."""
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    x, y = np.meshgrid(np.arange(SIZE[0]) + 0.5 + 1e-5, np.arange(SIZE[1]) + 0.5 + 1e-10)
    inside: NDArray[np.bool_] = shapely.contains_xy(shape, x, y)
    return inside


def read(path: Path, content: object = None, *names: str) -> tuple[FoundImage, Reading]:
    if content is not None:
        path = path / "photo.geojson"
        path.write_text(json.dumps(content))
    reading = Reading(Images(names or ("photo.jpg",)), CLASSES, default_class="thing")
    (found,) = GeoJson().read(path, reading)
    return found, reading


def collection(*features: object, **more: object) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **more}


def feature(geometry: object, **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def polygon(*rings: object) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def parts(*polygons: object) -> dict[str, Any]:
    return {"type": "MultiPolygon", "coordinates": list(polygons)}


# --- written -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_every_feature_is_the_mask_of_its_instance_and_of_its_region(case, tmp_path):
    annotation = CASES[case]
    write(GeoJson(), {"photo.jpg": annotation}, tmp_path)
    features = features_of(tmp_path / "photo.geojson")
    masks = rasterize(annotation)
    things = [one for one in features if one["properties"].get("role") != "ignore"]
    seen = [mask for mask in masks.instances if not mask.is_empty]
    assert [pixels(one).tolist() for one in things] == [mask.to_mask().tolist() for mask in seen]
    ignored = [pixels(one) for one in features if one not in things]
    assert np.any(ignored or [masks.ignore.to_mask()], axis=0).tolist() == masks.ignore.to_mask().tolist()


@pytest.mark.parametrize("case", CASES)
def test_geometries_are_valid_and_rings_run_as_the_rfc_asks(case, tmp_path):
    write(GeoJson(), {"photo.jpg": CASES[case]}, tmp_path)
    for one in features_of(tmp_path / "photo.geojson"):
        shape = shapely.from_geojson(json.dumps(one["geometry"]))
        assert shapely.is_valid(shape)
        for part in shapely.get_parts(shape):
            assert shapely.is_ccw(part.exterior)
            assert not any(shapely.is_ccw(hole) for hole in part.interiors)


def test_holes_and_parts_are_true_ones_and_nothing_is_lost(tmp_path):
    noted = instance_of(
        *ring_with_hole(), (square(70, 10, 8)), attributes={"occluded": True}, class_name="edge"
    )
    drawn = annotation_of(noted, ignore=[triangle(5, 60, 9)], flags={"verified": True})
    report = write(GeoJson(), {"sub/photo.jpg": drawn}, tmp_path)
    content = json.loads((tmp_path / "sub/photo.geojson").read_bytes())
    assert content["image"] == {"file": "sub/photo.jpg", "width": 100, "height": 80}
    assert content["classes"] == [{"name": "edge", "index": 254, "color": "#0000ff"}]
    assert content["flags"] == {"verified": True}
    thing, region = content["features"]
    assert thing["id"] == "i1"
    assert thing["geometry"]["type"] == "MultiPolygon"
    assert sorted(len(rings) for rings in thing["geometry"]["coordinates"]) == [1, 2]
    assert thing["properties"] == {
        "objectType": "annotation",
        "class": "edge",
        "classification": {"name": "edge", "color": [0, 0, 255]},
        "attributes": {"occluded": True},
    }
    assert region["geometry"]["coordinates"] == [[[5, 60], [14, 60], [5, 69], [5, 60]]]
    assert region["properties"]["role"] == "ignore"
    assert region["properties"]["classification"]["name"] == "Ignore*"
    assert not report.losses


def test_one_feature_is_one_line(tmp_path):
    write(GeoJson(), {"photo.jpg": CASES["overlap"]}, tmp_path)
    lines = (tmp_path / "photo.geojson").read_text(encoding="ascii").splitlines()
    assert len(lines) == 1 + 3 + 1
    assert json.loads(lines[1].removesuffix(","))["id"] == "a"


def test_an_instance_without_a_pixel_is_left_out_and_named(tmp_path):
    report = write(GeoJson(), {"photo.jpg": CASES["tiny"]}, tmp_path)
    assert report.losses[Loss.EMPTY].first == "photo.jpg, i2"
    assert report.instances == len(features_of(tmp_path / "photo.geojson")) == 2


# --- read --------------------------------------------------------------------------------------------------


def test_ours_come_back_with_all_that_was_noted(tmp_path):
    crossing = rectangle(0, 0, 10, 10).points[[0, 2, 1, 3]]
    noted = instance_of(
        *ring_with_hole(), square(37.5, 37.25, 4.9), attributes={"a": [1, None]}, class_name="edge"
    )
    strange = instance_of(triangle(60, 60), class_name="Käse/Brot", id="i2")
    drawn = annotation_of(
        noted, strange, ignore=[square(70, 10, 8), _region(crossing)], flags={"verified": True}
    )
    write(GeoJson(), {"photo.jpg": drawn}, tmp_path)
    found, reading = read(tmp_path)
    back = found.read(SIZE)
    assert [(i.class_name, i.attributes) for i in back.instances] == [
        ("edge", {"a": [1, None]}),
        ("Käse/Brot", {}),
    ]
    assert [p.role for p in back.instances[0].polygons] == [Role.INCLUDE, Role.EXCLUDE, Role.INCLUDE]
    assert back.flags == {"verified": True}
    assert rasterize(back).ignore.toggles.tolist() == rasterize(drawn).ignore.toggles.tolist()
    assert reading.found_classes == [
        FoundClass("Käse/Brot", 7, "#3cb44b"),
        FoundClass("edge", 254, "#0000ff"),
    ]
    assert not reading.losses


def _region(points: NDArray[np.float64]) -> Polygon:
    return Polygon(Role.IGNORE, points)


def test_a_class_that_is_called_as_qupaths_is_a_class(tmp_path):
    data = collection(feature(polygon(RING), **{"class": "Ignore*", "classification": {"name": "Ignore*"}}))
    found, _reading = read(tmp_path, data)
    assert [i.class_name for i in found.read(SIZE).instances] == ["Ignore*"]


def test_what_qupath_writes(tmp_path):
    content = collection(
        {"type": "Feature", "id": "b5a5a2b5-61b8-4b1c-9c0b-9d2a4fe1cc6b", "geometry": polygon(RING, HOLE),
         "properties": {"objectType": "annotation", "name": "mine", "isLocked": True,
                        "classification": {"name": "Tumor", "color": [200, 0, 0]}}},
        {"type": "Feature", "id": "PathAnnotationObject", "geometry": parts([ISLAND], [RING, HOLE]),
         "properties": {"classification": {"name": "Stroma", "colorRGB": -6895466},
                        "measurements": [{"name": "Area", "value": 4.0}]}},
        feature(polygon(RING), objectType="detection", classification={"names": ["Tumor", "Positive"]}),
        feature(polygon(HOLE), classification={"name": "Ignore*", "color": [180, 180, 180]}),
        feature(polygon(HOLE), objectType="annotation"),
        feature({"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}, classification={"name": "Tumor"}),
    )  # fmt: skip
    for data in (content, content["features"]):  # a list, where it was not asked for a collection
        found, reading = read(tmp_path, data)
        back = found.read(SIZE)
        names = [i.class_name for i in back.instances]
        assert names == ["Tumor", "Stroma", "Tumor: Positive", "thing"]
        assert [[p.role.value for p in i.polygons] for i in back.instances] == [
            ["include", "exclude"], ["include", "exclude", "include"], ["include"], ["include"],
        ]  # fmt: skip
        assert [p.points.tolist() for p in back.ignore] == [HOLE[:-1]]
        masks = rasterize(back).instances
        assert (masks[0].area, masks[1].area) == (400 - 100, 400 - 100 + 16)
        assert reading.found_classes == [
            FoundClass("Tumor", None, "#c80000"),
            FoundClass("Stroma", None, "#96c896"),
        ]
        assert [loss for loss, _where in reading.losses] == [Loss.ATTRIBUTES, Loss.NO_AREA]


@pytest.mark.parametrize(
    "content",
    [
        polygon(RING), feature(polygon(RING)), {"type": "GeometryCollection", "geometries": [polygon(RING)]},
        collection({"type": "Feature", "geometry": polygon([[*p, 5.0] for p in RING]), "properties": None}),
    ],
)  # fmt: skip
def test_a_geometry_without_more_is_an_instance_of_the_class_that_the_user_says(content, tmp_path):
    found, _reading = read(tmp_path, content)
    (instance,) = found.read(SIZE).instances
    assert instance.class_name == "thing"
    assert [p.points.tolist() for p in instance.polygons] == [RING[:-1]]


def test_a_collection_of_geometries_is_one_instance(tmp_path):
    inner = {
        "type": "GeometryCollection",
        "geometries": [polygon(ISLAND), {"type": "Point", "coordinates": [1, 1]}],
    }
    found, reading = read(
        tmp_path, feature({"type": "GeometryCollection", "geometries": [polygon(RING, HOLE), inner]})
    )
    (instance,) = found.read(SIZE).instances
    assert len(instance.polygons) == 3
    assert [loss for loss, _where in reading.losses] == [Loss.NO_AREA]


def test_polygons_over_each_other_are_their_union_even_if_a_hole_of_one_lies_in_another(tmp_path):
    large = [[0, 0], [60, 0], [60, 60], [0, 60], [0, 0]]
    found, reading = read(tmp_path, feature(parts([large], [RING, HOLE])))
    assert rasterize(found.read(SIZE)).instances[0].area == 3600
    assert [loss for loss, _where in reading.losses] == [Loss.SHAPE]


def test_flags_that_cannot_be_stored_are_said_to_be_lost(tmp_path):
    found, reading = read(tmp_path, collection(flags={"seen": True, "odd": float("nan")}))
    assert found.read(SIZE).flags == {"seen": True}
    assert reading.losses == [(Loss.ATTRIBUTES, str(tmp_path / "photo.geojson"))]


def test_an_ignore_region_with_a_hole_keeps_it(tmp_path):
    found, _reading = read(tmp_path, feature(polygon(RING, HOLE), role="ignore"))
    assert rasterize(found.read(SIZE)).ignore.area == 300


def test_holes_of_an_ignore_region_that_cross_each_other_or_lie_outside_add_nothing(tmp_path):
    beside = [[x + 40, y] for x, y in HOLE]
    crossing = [[x + 5, y] for x, y in HOLE]
    found, _reading = read(tmp_path, feature(polygon(RING, HOLE, crossing, beside), role="ignore"))
    assert rasterize(found.read(SIZE)).ignore.area == 400 - 150


def test_an_ignore_region_with_thousands_of_holes_is_read_by_its_pixels(tmp_path, monkeypatch):
    def never(areas: object) -> None:
        raise AssertionError("takes time by the square of the holes")

    monkeypatch.setattr("labeler.formats.geojson_reading.bridged", never)
    holes = [
        [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1]] for x in range(1, 99, 2) for y in range(1, 79, 2)
    ]
    found, _reading = read(
        tmp_path, feature(polygon([[0, 0], [100, 0], [100, 80], [0, 80]], *holes), role="ignore")
    )
    assert rasterize(found.read(SIZE)).ignore.area == 8000 - len(holes)


def test_the_image_is_found_by_the_files_name_and_else_by_what_it_says(tmp_path):
    (tmp_path / "sub").mkdir()
    content = collection(image={"file": "other/b.jpg", "width": 100, "height": 80})
    for name in ("a", "c.x"):
        (tmp_path / f"sub/{name}.geojson").write_text(json.dumps(content))
    (tmp_path / "sub/d.geojson").write_text("{")
    reading = Reading(Images(["sub/a.jpg", "a.jpg", "other/b.jpg", "c.jpg"]), CLASSES)
    found = GeoJson().read(tmp_path, reading)
    assert [reading.images.match(one.image) for one in found] == ["sub/a.jpg", "other/b.jpg", None]


def test_a_file_for_an_image_of_another_size_is_refused(tmp_path):
    found, _reading = read(tmp_path, collection(image={"file": "photo.jpg", "width": 5, "height": 80}))
    with pytest.raises(LabelerError, match="is for 5×80 px"):
        found.read(SIZE)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({"type": "Topology"}, "is no GeoJSON"),
        (5, "must be an object"),
        (collection(5), r"features\[0\] must be an object"),
        ({"type": "FeatureCollection"}, "features must be a list"),
        (feature(5), r"geometry must be an object"),
        (feature({"type": "Circle"}), "is of an unknown type"),
        (feature({"type": ["Polygon"]}), "is of an unknown type"),
        (feature({"type": "GeometryCollection"}), "geometry must be a list"),
        (feature(polygon(RING[:2])), r"features\[0\], coordinates is no polygon"),
        (feature(polygon([[1, 2], [3, "x"], [5, 6]])), "is no polygon"),
        (feature(polygon([[1, 2], 3, [5, 6]])), "must be a list"),
        (feature(polygon([[1], [3], [5]])), "is no polygon"),
        (feature({"type": "Polygon", "coordinates": 5}), "must be a list"),
        (feature(parts(5)), "must be a list"),
        (feature(polygon(RING), attributes=[1]), "attributes must be an object"),
        ({**feature(polygon(RING)), "properties": 5}, "properties must be an object"),
        (feature(polygon(RING), classification={"name": "\x07"}), "has no class name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_the_place(content, problem, tmp_path):
    found, _reading = read(tmp_path, content)
    with pytest.raises(LabelerError, match=problem) as caught:
        found.read(SIZE)
    assert "photo.geojson" in str(caught.value)


@pytest.mark.parametrize("geometry", [None, polygon(), parts(), {"type": "LineString", "coordinates": []}])
def test_what_has_no_area_is_left_out_and_said(geometry, tmp_path):
    found, reading = read(tmp_path, feature(geometry))
    assert not found.read(SIZE).instances
    assert [loss for loss, _where in reading.losses] == [Loss.NO_AREA]
