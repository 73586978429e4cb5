from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from labeler.document.checks import RULES, Severity, check, check_polygons
from labeler.document.model import Polygon, PolygonRef, Role
from tests.builders import annotation_of, instance_of, polygon, rectangle, ring_with_hole, square
from tests.strategies import annotations

BOW_TIE = [(10, 10), (50, 50), (50, 10), (10, 50)]


def rules_of(annotation):
    return [finding.rule for finding in check(annotation)]


def only_finding(annotation):
    (finding,) = check(annotation)
    return finding


def test_a_clean_annotation_has_no_finding():
    clean = annotation_of(
        ring_with_hole(), square(70, 5, 20), exclude=[square(65, 0, 10)], ignore=[square(0, 60, 5)]
    )
    assert check(clean) == []
    assert check(annotation_of()) == []


# --- one ring ----------------------------------------------------------------------------------------------


def test_an_outline_that_crosses_itself_is_a_problem_at_its_place():
    finding = only_finding(annotation_of(square(), polygon(BOW_TIE)))
    assert (finding.rule, finding.severity, finding.owner) == ("crossing", Severity.PROBLEM, "i2")
    assert (finding.ref, finding.places) == (PolygonRef("i2", 0), ((30, 30),))
    assert "crosses itself: move" in finding.sentence


def test_crossings_are_counted_and_not_mixed_up_with_touches():
    twice = [(0, 0), (60, 0), (60, 40), (40, -10), (20, 40), (0, 40)]
    finding = only_finding(annotation_of(polygon(twice)))
    assert len(finding.places) == 2
    assert "2 times" in finding.sentence


def test_an_outline_that_only_touches_itself_is_a_note():
    finding = only_finding(annotation_of(polygon([(0, 0), (40, 0), (40, 40), (20, 0), (0, 40)])))
    assert (finding.rule, finding.severity, finding.places) == ("touching", Severity.NOTE, ((20, 0),))


def test_an_outline_that_nearly_touches_itself_is_fine():
    assert check(annotation_of(polygon([(0, 0), (40, 0), (40, 40), (20, 0.001), (0, 40)]))) == []


def test_what_is_thinner_than_a_pixel_is_a_sliver():
    assert rules_of(annotation_of(rectangle(10, 10, 60, 10.9))) == ["sliver"]
    assert rules_of(annotation_of(rectangle(10, 10, 60, 11))) == []


def test_a_small_dot_of_a_pixel_is_no_sliver_and_a_smaller_one_is():
    assert rules_of(annotation_of(square(10, 10, 1))) == []
    assert rules_of(annotation_of(square(10, 10, 0.9))) == ["sliver"]


def test_the_loops_of_a_crossing_outline_make_it_no_sliver():
    # By the shoelace formula a bow tie has no area.
    assert rules_of(annotation_of(polygon(BOW_TIE))) == ["crossing"]


def test_points_on_each_other_are_a_note_with_their_places():
    finding = only_finding(annotation_of(polygon([(10, 10), (50, 10), (50, 10), (50, 50), (10, 10)])))
    assert (finding.rule, finding.severity) == ("repeated-point", Severity.NOTE)
    assert set(finding.places) == {(50, 10), (10, 10)}
    assert "2 points" in finding.sentence


def test_points_a_thousandth_apart_are_two_points():
    assert check(annotation_of(polygon([(10, 10), (50, 10), (50, 10.001), (50, 50), (10, 50)]))) == []


@pytest.mark.parametrize("place", [(-50, 10), (100, 10), (10, 80), (10, -40)])
def test_a_polygon_wholly_outside_the_image_is_a_problem(place):
    finding = only_finding(annotation_of(square(*place)))
    assert (finding.rule, finding.severity) == ("outside", Severity.PROBLEM)


@pytest.mark.parametrize("place", [(-39, 10), (99, 10), (10, 79), (10, -39)])
def test_a_polygon_that_reaches_into_the_image_is_fine(place):
    assert check(annotation_of(square(*place))) == []


# --- rings together ----------------------------------------------------------------------------------------


def test_an_exclude_beside_its_include_cuts_nothing():
    finding = only_finding(annotation_of((square(), square(60, 20, 20, Role.EXCLUDE))))
    assert (finding.rule, finding.ref) == ("idle-exclude", PolygonRef("i1", 1))
    assert "cuts nothing: draw it over" in finding.sentence


def test_an_exclude_that_reaches_its_include_cuts():
    assert check(annotation_of((square(), square(59.9, 20, 20, Role.EXCLUDE)))) == []


def test_an_exclude_in_the_bend_of_its_include_cuts_nothing_though_their_boxes_meet():
    bend = polygon([(0, 0), (60, 0), (60, 10), (10, 10), (10, 60), (0, 60)])
    assert rules_of(annotation_of((bend, square(20, 20, 20, Role.EXCLUDE)))) == ["idle-exclude"]


def test_an_exclude_over_another_instance_only_cuts_nothing():
    other = instance_of(square(40, 10, 20), id="i2")
    assert rules_of(annotation_of((square(0, 10, 20), square(45, 15, 5, Role.EXCLUDE)), other)) == [
        "idle-exclude"
    ]


def test_an_exclude_before_its_include_is_told_to_come_to_the_front():
    include, exclude = ring_with_hole()
    finding = only_finding(annotation_of((exclude, include)))
    assert finding.rule == "idle-exclude"
    assert "bring it to the front" in finding.sentence


def test_an_image_wide_exclude_over_nothing_is_only_worth_a_note():
    finding = only_finding(annotation_of(square(), exclude=[square(70, 5, 10)]))
    assert (finding.rule, finding.severity, finding.owner) == (
        "idle-image-exclude",
        Severity.NOTE,
        Role.EXCLUDE,
    )
    assert check(annotation_of(square(), square(65, 0, 10), exclude=[square(70, 5, 10)])) == []


def test_an_image_wide_exclude_at_the_border_says_where_the_picture_ends():
    assert check(annotation_of(square(), exclude=[rectangle(90, 0, 100, 80), square(-5, 70, 10)])) == []


def test_the_same_outline_in_two_instances_is_found_however_it_is_written():
    again = Polygon(Role.INCLUDE, np.roll(square().points[::-1], 1, axis=0))
    finding = only_finding(annotation_of(square(), again))
    assert (finding.rule, finding.owner) == ("twin", "i2")
    assert "i1" in finding.sentence


def test_the_same_outline_twice_in_an_instance_is_found():
    assert rules_of(annotation_of((square(), square()))) == ["twin"]
    assert rules_of(annotation_of(ignore=[square(), square()])) == ["twin"]


def test_outlines_in_the_same_box_or_in_different_roles_are_no_twins():
    corners = square().points[:3]
    assert check(annotation_of(square(), polygon(corners))) == []
    hole = square(30, 30, 10)
    tiled = annotation_of((square(), square(30, 30, 10, Role.EXCLUDE)), hole)
    assert check(tiled) == []


def test_an_instance_of_excludes_only_is_a_problem():
    findings = check(annotation_of(instance_of(square(role=Role.EXCLUDE))))
    assert [(f.rule, f.owner, f.ref) for f in findings if f.rule == "no-include"] == [
        ("no-include", "i1", None)
    ]


# --- one polygon at a time ---------------------------------------------------------------------------------


def test_polygons_can_be_looked_at_alone():
    annotation = annotation_of(polygon(BOW_TIE), (square(), square(70, 0, 10, Role.EXCLUDE)))
    alone = {ref: [f.rule for f in check_polygons(annotation, [ref])] for ref in annotation.refs()}
    assert list(alone.values()) == [["crossing"], [], ["idle-exclude"]]
    assert check_polygons(annotation, []) == []


@given(annotations())
def test_any_annotation_can_be_checked_and_each_polygon_alone_has_the_same_findings(annotation):
    wide = {rule.id for rule in RULES if rule.wide}
    together = check(annotation)
    assert all(f.sentence and f.rule in {rule.id for rule in RULES} for f in together)
    alone = [f for ref in annotation.refs() for f in check_polygons(annotation, [ref])]
    key = lambda f: (f.rule, str(f.owner), f.ref.index, f.places)  # noqa: E731
    assert sorted(map(key, alone)) == sorted(key(f) for f in together if f.rule not in wide)


def test_rules_have_names_of_their_own():
    assert len({rule.id for rule in RULES}) == len(RULES)
