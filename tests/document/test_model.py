import pickle
import tracemalloc

import numpy as np
import pytest

from labeler.document.model import Annotation, ImageInfo, Polygon, PolygonRef, Role
from tests.builders import annotation_of, instance_of, ring_with_hole, square, triangle


def test_points_are_kept_to_a_thousandth_and_cannot_be_changed() -> None:
    source = np.array([[0.12345, -0.0], [1, 2], [3, 4]])
    polygon = Polygon(Role.INCLUDE, source)
    source[0, 0] = 99
    assert polygon.points[0].tolist() == [0.123, 0.0]
    assert not np.signbit(polygon.points).any()
    with pytest.raises(ValueError, match="read-only"):
        polygon.points[0, 0] = 1


@pytest.mark.parametrize(
    ("points", "problem"),
    [
        ([[1, 2], [3, 4]], "at least 3 points"),
        ([], "pairs"),
        ([1, 2, 3, 4, 5, 6], "pairs"),
        ([[1, 2, 3]] * 3, "pairs"),
        ([[1, 2], [3, 4], [5, np.nan]], "finite"),
        ([[1, 2], [3, 4], [5, np.inf]], "finite"),
        ([[1, 2], [3, 4], [5, 1e308]], "within ±1000000"),
        ([[1, 2], [3, 4], [5, -1000000.001]], "within ±1000000"),
    ],
)
def test_what_is_no_ring_is_refused(points: list[object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Polygon(Role.INCLUDE, np.array(points, dtype=np.float64))


def test_polygons_are_equal_by_value() -> None:
    assert square() == square()
    assert square() != square(left=21)
    assert square() != square(role=Role.EXCLUDE)
    assert square() != triangle()
    assert square() != "square"
    assert annotation_of(square()) == annotation_of(square())
    assert annotation_of(square()) != annotation_of(square(), square())


def test_bounds() -> None:
    assert square(1, 2, 3).bounds == (1, 2, 4, 5)


def test_an_annotation_with_anything_in_it_is_not_empty() -> None:
    assert annotation_of().is_empty
    assert not annotation_of(square()).is_empty
    assert not annotation_of(exclude=[square()]).is_empty
    assert not annotation_of(ignore=[square()]).is_empty
    assert not annotation_of(flags={"verified": True}).is_empty
    assert not Annotation(ImageInfo("a.png", 1, 1), extra={"note": "x"}).is_empty


def test_every_polygon_is_found_by_its_ref_in_painting_order() -> None:
    annotation = annotation_of(ring_with_hole(), square(), exclude=[triangle()], ignore=[square(1)])
    refs = list(annotation.refs())
    assert refs == [
        *(PolygonRef("i1", 0), PolygonRef("i1", 1), PolygonRef("i2", 0)),
        *(PolygonRef(Role.EXCLUDE, 0), PolygonRef(Role.IGNORE, 0)),
    ]
    assert [annotation.polygon(ref).role for ref in refs] == [
        *(Role.INCLUDE, Role.EXCLUDE, Role.INCLUDE, Role.EXCLUDE, Role.IGNORE),
    ]
    assert all(ref.in_(annotation) for ref in refs)


def test_a_ref_to_nothing_is_told() -> None:
    annotation = annotation_of(square())
    for ref in (PolygonRef("i1", 1), PolygonRef("i1", -1), PolygonRef("i2", 0), PolygonRef(Role.IGNORE, 0)):
        assert not ref.in_(annotation)
    with pytest.raises(KeyError):
        annotation.instance("i2")
    with pytest.raises(IndexError):
        annotation.polygon(PolygonRef("i1", 1))


def test_where_an_instance_is_in_the_painting_order() -> None:
    annotation = annotation_of(square(), triangle())
    assert [annotation.position(i.id) for i in annotation.instances] == [0, 1]
    with pytest.raises(KeyError):
        annotation.position("nobody")


def test_the_index_by_id_follows_changes_and_additions() -> None:
    before = annotation_of(square(), triangle())
    assert before.position("i2") == 1
    changed = before.with_instances({1: instance_of(square(5), id="i2")})
    assert (changed.position("i2"), changed.instance("i2").polygons) == (1, (square(5),))
    grown = changed.with_instance_on_top(instance_of(triangle(), id="new"))
    assert (grown.position("new"), grown.position("i1")) == (2, 0)
    assert grown.has_instance("new")
    assert not changed.has_instance("new")
    assert before.instance("i2").polygons == (triangle(),)


def test_steps_of_many_instances_share_their_index() -> None:
    """What a step keeps is its tuple of instances: 80 kB at 10,000, not an index by id too."""
    annotation = annotation_of(*[square()] * 10_000)
    moved = square(30)
    steps = []
    tracemalloc.start()
    try:
        for number in range(20):
            annotation = annotation.with_instances({number: instance_of(moved, id=f"i{number + 1}")})
            annotation = annotation.with_instance_on_top(instance_of(moved, id=f"new{number}"))
            steps.append(annotation)
            assert annotation.position("i7") == 6
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert taken < 20 * 150_000 + 4_000_000  # the last few indexes are kept


def test_an_annotation_goes_to_another_process_and_back_as_it_was():
    annotation = annotation_of(ring_with_hole(), square(), ignore=[square()])
    annotation.instance(annotation.instances[0].id)  # an index that stays at home
    again = pickle.loads(pickle.dumps(annotation))
    assert again == annotation
    assert again.extra is annotation.extra
    points = again.instances[0].polygons[0].points
    with pytest.raises(ValueError, match="read-only"):
        points[0, 0] = 1
