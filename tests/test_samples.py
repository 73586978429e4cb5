"""The sample dataset is what a new user sees first: its labels must sit on the things they name."""

from __future__ import annotations

import json
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from shapely.geometry import Polygon

import labeler
from labeler.dataset import sidecar

SAMPLES = Path(labeler.__file__).parent / "samples"
IMAGES = ("coffee.png", "coins.png", "retina.jpg")


def read(image: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((SAMPLES / f"{image}.labels.json").read_text(encoding="utf-8"))
    return data


def instances_of(image: str, class_name: str) -> list[dict[str, Any]]:
    return [i for i in read(image)["instances"] if i["class"] == class_name]


def rings_of(image: str) -> list[list[list[float]]]:
    data = read(image)
    lists = [i["polygons"] for i in data["instances"]] + [data.get("exclude", []), data.get("ignore", [])]
    return [polygon["points"] for polygons in lists for polygon in polygons]


def outline(instance: dict[str, Any]) -> Polygon:
    (only,) = instance["polygons"]
    return Polygon(only["points"])


def test_every_image_has_a_sidecar_and_a_credit() -> None:
    names = {path.name for path in SAMPLES.iterdir() if path.suffix in (".png", ".jpg")}
    credits = (SAMPLES / "CREDITS.md").read_text(encoding="utf-8")
    assert names == set(IMAGES)
    for image in IMAGES:
        assert (SAMPLES / f"{image}.labels.json").is_file()
        assert f"| `{image}` |" in credits


def test_the_samples_stay_small() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.iterdir() if path.is_file()) < 1_000_000


@pytest.mark.parametrize("image", IMAGES)
def test_a_sidecar_knows_its_image_and_its_size(image: str) -> None:
    with Image.open(SAMPLES / image) as opened:
        width, height = opened.size
    assert read(image)["image"] == {"file": image, "width": width, "height": height}


@pytest.mark.parametrize("image", IMAGES)
def test_saving_a_sample_again_changes_no_byte(image: str) -> None:
    path = SAMPLES / f"{image}.labels.json"
    assert sidecar.serialise(sidecar.load(path)) == path.read_bytes()


@pytest.mark.parametrize("image", IMAGES)
def test_no_outline_crosses_itself(image: str) -> None:
    assert all(Polygon(ring).is_valid for ring in rings_of(image))


def test_ids_are_unique_in_the_whole_dataset() -> None:
    ids = [instance["id"] for image in IMAGES for instance in read(image)["instances"]]
    assert len(ids) == len(set(ids))


def test_every_class_is_listed_and_used() -> None:
    listed = json.loads((SAMPLES / "labeler.json").read_text(encoding="utf-8"))["classes"]
    used = {instance["class"] for image in IMAGES for instance in read(image)["instances"]}
    assert {entry["name"] for entry in listed} == used
    assert [entry["index"] for entry in listed] == list(range(1, len(listed) + 1))


def test_the_24_coins_do_not_touch_each_other() -> None:
    coins = [outline(coin) for coin in instances_of("coins.png", "coin")]
    assert len(coins) == 24
    assert not any(a.intersects(b) for a, b in combinations(coins, 2))


def test_the_cup_has_the_hole_of_its_handle() -> None:
    (cup,) = instances_of("coffee.png", "cup")
    body, hole = cup["polygons"]
    assert (body["role"], hole["role"]) == ("include", "exclude")
    assert Polygon(body["points"]).contains_properly(Polygon(hole["points"]))


def test_what_hides_the_saucer_cuts_it_with_its_own_outline() -> None:
    (saucer,), (cup,), (spoon,) = (instances_of("coffee.png", name) for name in ("saucer", "cup", "spoon"))
    excludes = [p["points"] for p in saucer["polygons"] if p["role"] == "exclude"]
    assert excludes == [p["points"] for p in (cup["polygons"][0], *spoon["polygons"])]


def test_the_dataset_shows_image_wide_excludes_and_ignore_regions() -> None:
    assert {image for image in IMAGES if read(image).get("exclude")} == {"coins.png", "retina.jpg"}
    assert {image for image in IMAGES if read(image).get("ignore")} == set(IMAGES)


def test_the_exclude_around_the_retina_trims_vessels_that_run_across_its_edge() -> None:
    outside = [Polygon(exclude["points"]) for exclude in read("retina.jpg")["exclude"]]
    for vessel in instances_of("retina.jpg", "vessel"):
        assert any(area.intersects(outline(vessel)) for area in outside)


def contrast(grey: NDArray[np.float64], ring: Polygon, offset: float) -> float:
    """Mean brightness just inside minus just outside of the outline, grown by ``offset`` px."""
    inner, outer = (_mean_along(grey, ring.buffer(offset + side)) for side in (-1.0, 1.0))
    return inner - outer


def _mean_along(grey: NDArray[np.float64], ring: Polygon) -> float:
    border = ring.exterior
    points = [border.interpolate(at).coords[0] for at in np.arange(0.0, border.length, 0.5)]
    # A pixel's centre is at its column + ½, so the pixel a point lies in is its floor.
    columns, rows = np.floor(np.array(points).T).astype(int)
    inside = (columns >= 0) & (columns < grey.shape[1]) & (rows >= 0) & (rows < grey.shape[0])
    return float(grey[rows[inside], columns[inside]].mean())


def test_coin_outlines_lie_on_the_edges_of_the_coins() -> None:
    with Image.open(SAMPLES / "coins.png") as opened:
        grey = np.asarray(opened.convert("L"), dtype=np.float64)
    for coin in instances_of("coins.png", "coin"):
        at = {offset: contrast(grey, outline(coin), offset) for offset in (-1.5, 0.0, 1.5)}
        assert at[0.0] > 20, coin["id"]
        assert at[0.0] > max(at[-1.5], at[1.5]), coin["id"]


@pytest.mark.parametrize("image", IMAGES)
def test_outlines_are_drawn_not_traced_pixel_by_pixel(image: str) -> None:
    for ring in rings_of(image):
        steps = [np.hypot(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise([*ring, ring[0]])]
        assert float(np.median(steps)) > 1.0
