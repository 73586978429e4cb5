"""Not one pixel differs from the rule, said slowly in rational arithmetic."""

from __future__ import annotations

import random

import numpy as np
import pytest
from numpy.typing import NDArray

from labeler.document.model import COORDINATE_LIMIT, Annotation, Polygon, Role
from labeler.raster import toggles
from labeler.raster.runs import rasterize
from tests.builders import annotation_of, instance_of, polygon, rectangle
from tests.raster import oracle

WIDTH, HEIGHT = 14, 11
POLYGONS_PER_KIND = 300


def anywhere(rng: random.Random) -> tuple[float, float]:
    return rng.uniform(-5, WIDTH + 5), rng.uniform(-5, HEIGHT + 5)


def on_centres(rng: random.Random) -> tuple[float, float]:
    """Edges between such points go through pixel centres more often than not."""
    return rng.randint(-2, WIDTH + 1) + 0.5, rng.randint(-2, HEIGHT + 1) + 0.5


def on_halves(rng: random.Random) -> tuple[float, float]:
    return rng.randint(-2, 2 * WIDTH + 2) / 2, rng.randint(-2, 2 * HEIGHT + 2) / 2


def outside(limit: float):
    """Points as far away as ``limit``, some in line with pixel centres."""

    def somewhere(rng: random.Random) -> tuple[float, float]:
        x, y = (rng.choice((rng.uniform(-limit, limit), limit, -limit, 3.5)) for _ in range(2))
        return x, y

    return somewhere


def scattered(where):
    """Any points in any order: concave, self-crossing, partly outside."""
    return lambda rng: [where(rng) for _ in range(rng.choice((3, 3, 4, 5, 7, 9)))]


def tiny(rng: random.Random) -> list[tuple[float, float]]:
    x, y = on_halves(rng)
    return [(x + rng.uniform(-1, 1) / 2, y + rng.uniform(-1, 1) / 2) for _ in range(rng.choice((3, 4, 5)))]


def thin(rng: random.Random) -> list[tuple[float, float]]:
    """A sliver of a thousandth to a tenth of a pixel, often along pixel centres."""
    (x1, y1), (x2, y2) = (rng.choice((on_centres, anywhere))(rng) for _ in range(2))
    across = rng.choice((0.001, 0.01, 0.1))
    return [(x1, y1), (x2, y2), (x2 + across, y2), (x1, y1 + across)]


def star(rng: random.Random) -> list[tuple[float, float]]:
    """Concave, not crossing itself."""
    angles = np.sort(np.array([rng.uniform(0, 2 * np.pi) for _ in range(rng.randint(5, 12))]))
    radii = np.array([rng.uniform(0.5, 7) for _ in angles])
    points = np.stack([WIDTH / 2 + radii * np.cos(angles), HEIGHT / 2 + radii * np.sin(angles)], axis=1)
    return [(x, y) for x, y in points.tolist()]


KINDS = {
    "scattered": scattered(anywhere),
    "on pixel centres": scattered(on_centres),
    "on halves": scattered(on_halves),
    "far away": scattered(outside(20_000)),  # as far as floats are exact
    "as far as it goes": scattered(outside(COORDINATE_LIMIT)),
    "tiny": tiny,
    "thin": thin,
    "concave": star,
}


def random_annotation(rng: random.Random, kind: str) -> Annotation:
    """Up to three instances of up to four polygons, image-wide excludes and ignore regions."""

    def some(at_most: int, *roles: Role) -> list[Polygon]:
        return [polygon(KINDS[kind](rng), rng.choice(roles)) for _ in range(rng.randint(0, at_most))]

    instances = [
        instance_of(polygon(KINDS[kind](rng)), *some(3, Role.INCLUDE, Role.EXCLUDE), id=str(number))
        for number in range(rng.randint(1, 3))
    ]
    exclude = some(2, Role.EXCLUDE) if rng.random() < 0.4 else []
    return annotation_of(*instances, exclude=exclude, ignore=some(2, Role.IGNORE), width=WIDTH, height=HEIGHT)


def wrong_pixels(annotation: Annotation) -> int:
    masks = rasterize(annotation)
    ours = [*masks.instances, masks.ignore]
    expected = [
        *oracle.instance_masks(annotation, WIDTH, HEIGHT),
        oracle.ignore_mask(annotation, WIDTH, HEIGHT),
    ]
    return sum(int(np.count_nonzero(a.to_mask() != b)) for a, b in zip(ours, expected, strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_not_one_pixel_differs(kind: str) -> None:
    rng = random.Random(kind)
    drawn = 0
    while drawn < POLYGONS_PER_KIND:
        annotation = random_annotation(rng, kind)
        assert wrong_pixels(annotation) == 0, annotation
        drawn += len(list(annotation.refs()))


def test_enough_polygons_were_compared() -> None:
    assert POLYGONS_PER_KIND * len(KINDS) >= 2000


def test_long_walks_are_in_order_too() -> None:
    rng = random.Random("long walks")
    for _ in range(10):
        polygons = [
            polygon(scattered(on_halves)(rng), rng.choice((Role.INCLUDE, Role.EXCLUDE)))
            for _ in range(rng.randint(30, 130))
        ]
        short = polygon(star(rng))
        annotation = annotation_of(short, polygons, short, width=WIDTH, height=HEIGHT)
        assert wrong_pixels(annotation) == 0


def test_batches_of_edges_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toggles, "BATCH", 7)
    rng = random.Random("batches")
    for kind in KINDS:
        for _ in range(4):
            assert wrong_pixels(random_annotation(rng, kind)) == 0


def scribble(rng: random.Random) -> Polygon:
    """So many crossings, most of them at the same places, that they are thinned out on the way."""
    return polygon([on_centres(rng) for _ in range(600)])


def test_a_scribble_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toggles, "BATCH", 5)
    assert wrong_pixels(annotation_of(scribble(random.Random(1)), width=WIDTH, height=HEIGHT)) == 0


def test_whole_numbers_decide_as_floats_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toggles, "EXACT_IN_FLOAT", 0)
    rng = random.Random("whole numbers")
    for kind in KINDS:
        for _ in range(4):
            assert wrong_pixels(random_annotation(rng, kind)) == 0


def line_through(column: int, row: int, rng: random.Random) -> list[tuple[float, float]]:
    """As long as can be, in line with a pixel centre or a thousandth of a pixel beside it."""
    across, down = (rng.randint(-9_000, 9_000) for _ in range(2))
    beside = rng.choice((0, 0.001, -0.001))
    distances = (-rng.randint(1, 99), rng.randint(1, 99))
    return [(column + 0.5 + across * n + beside, row + 0.5 + down * n) for n in distances]


def test_large_images_have_ties_that_floats_cannot_tell() -> None:
    rng = random.Random("large images")
    size = 30_000
    for _ in range(200):
        centres = [(rng.randrange(size), rng.randrange(size)) for _ in range(2)]
        drawn = polygon(line_through(*centres[0], rng) + line_through(*centres[1], rng))
        runs = rasterize(annotation_of(drawn, width=size, height=size)).instances[0]
        column, row = np.divmod(runs.toggles, size + 1)
        for sample, _ in centres:
            assert row[column == sample].tolist() == oracle.turns(drawn, sample, size)


@pytest.mark.parametrize("size", [1, 2, 10])
def test_a_square_on_pixel_corners_has_its_true_area(size: int) -> None:
    runs = rasterize(annotation_of(rectangle(3, 4, 3 + size, 4 + size), width=20, height=20)).instances[0]
    assert (runs.area, runs.bbox) == (size * size, (3, 4, size, size))


def mask_of(*points: tuple[float, float]) -> NDArray[np.bool_]:
    return rasterize(annotation_of(polygon(points), width=4, height=3)).instances[0].to_mask()


def test_a_centre_on_an_edge_belongs_to_what_lies_right_of_it_or_below() -> None:
    mask = mask_of((0.5, 0.5), (2.5, 0.5), (2.5, 2.5), (0.5, 2.5))
    assert mask.tolist() == [[True, True, False, False], [True, True, False, False], [False] * 4]


def test_a_centre_on_a_sloping_edge_belongs_to_the_polygon_on_its_right() -> None:
    falling_left, falling_right = mask_of((0, 0), (3, 3), (0, 3)), mask_of((0, 0), (3, 0), (3, 3))
    assert not falling_left.diagonal().any()
    assert falling_right.diagonal().all()
    rising_right, rising_left = mask_of((3, 0), (3, 3), (0, 3)), mask_of((0, 0), (3, 0), (0, 3))
    assert rising_right[[0, 1, 2], [2, 1, 0]].all()
    assert not rising_left[[0, 1, 2], [2, 1, 0]].any()
