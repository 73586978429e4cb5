"""Where a drawn polygon goes: a new instance, the selected one, or the whole image."""

from __future__ import annotations

import pytest

from labeler.document.model import PolygonRef, Role
from labeler.tools.events import Modifiers
from tests.builders import annotation_of, instance_of, ring_with_hole, square
from tests.tools.driver import ToolDriver, points_of

DRAWN = [(300, 50), (360, 50), (330, 120)]
FIRST = PolygonRef("i1", 0)


def two_squares():
    return annotation_of(square(), square(120, 20), width=400, height=300)


def draw(driver: ToolDriver) -> ToolDriver:
    return driver.click(*DRAWN).enter()


def test_an_include_is_a_new_instance_of_the_current_class():
    driver = ToolDriver(two_squares(), "include").select(FIRST)
    driver.context.current_class = "coin"
    draw(driver)
    assert [i.class_name for i in driver.annotation.instances] == ["object", "object", "coin"]
    assert driver.annotation.instances[2].id not in {"i1", "i2"}


def test_every_preview_of_a_gesture_is_the_same_instance():
    driver = ToolDriver(two_squares(), "include").click(*DRAWN)
    ids = {driver.move(310 + n, 90).annotation.instances[2].id for n in range(5)}
    driver.enter()
    assert ids == {driver.annotation.instances[2].id}
    driver.click((200, 200), (250, 200), (220, 250)).enter()
    assert len({i.id for i in driver.annotation.instances}) == 4


def test_a_further_part_goes_before_the_excludes_of_the_selected_instance():
    before = annotation_of(ring_with_hole(), width=400, height=300)
    driver = ToolDriver(before, "include").select(PolygonRef("i1", 1)).use("include", new_part=True)
    draw(driver)
    assert [p.role for p in driver.polygons] == [Role.INCLUDE, Role.INCLUDE, Role.EXCLUDE]
    assert points_of(driver.polygons[1]) == [list(p) for p in DRAWN]
    assert driver.selection == (PolygonRef("i1", 1),)


def test_while_a_part_is_drawn_the_selected_hole_is_shown_where_it_is():
    before = annotation_of(ring_with_hole(), width=400, height=300)
    driver = ToolDriver(before, "include").select(PolygonRef("i1", 1)).use("include", new_part=True)
    driver.click(*DRAWN)
    (shown,) = driver.context.shown_selection
    assert driver.annotation.polygon(shown) is before.polygon(PolygonRef("i1", 1))


@pytest.mark.parametrize("selected", [[], [FIRST, PolygonRef("i2", 0)], [PolygonRef(Role.IGNORE, 0)]])
def test_a_further_part_of_nothing_or_of_several_is_a_new_instance(selected):
    before = annotation_of(square(), square(120), ignore=[square(200, 200)], width=400, height=300)
    driver = ToolDriver(before, "include").select(*selected).use("include", new_part=True)
    draw(driver)
    assert len(driver.annotation.instances) == 3


def test_an_exclude_cuts_the_selected_instance():
    driver = draw(ToolDriver(two_squares(), "exclude").select(FIRST))
    assert [p.role for p in driver.annotation.instance("i1").polygons] == [Role.INCLUDE, Role.EXCLUDE]
    assert driver.annotation.exclude == ()


@pytest.mark.parametrize("selected", [[], [PolygonRef(Role.EXCLUDE, 0)]])
def test_an_exclude_cuts_everything_when_no_instance_is_selected(selected):
    before = annotation_of(square(), square(120), exclude=[square(200, 200)], width=400, height=300)
    driver = draw(ToolDriver(before, "exclude").select(*selected))
    assert points_of(driver.annotation.exclude[1]) == [list(p) for p in DRAWN]
    assert driver.selection == (PolygonRef(Role.EXCLUDE, 1),)


def test_ignore_is_of_the_whole_image_whatever_is_selected():
    driver = draw(ToolDriver(two_squares(), "ignore").select(FIRST))
    assert [p.role for p in driver.annotation.ignore] == [Role.IGNORE]
    assert driver.steps == ["Draw ignore region"]


def test_the_hint_says_where_it_will_go():
    driver = ToolDriver(two_squares(), "include")
    assert "a new object" in driver.hint
    assert "everything" in driver.use("exclude").hint
    assert "the selected object" in driver.select(FIRST).hint
    assert "a further part" in driver.use("include", new_part=True).hint
    assert "left out of training" in driver.use("ignore").hint


def test_the_hint_follows_alt():
    driver = ToolDriver(two_squares(), "include").click(DRAWN[0]).hold(Modifiers.ALT).move(310, 60)
    assert "Exclude from everything" in driver.hint


@pytest.mark.parametrize("shut", [ToolDriver.lock, ToolDriver.hide])
@pytest.mark.parametrize(
    ("tool", "selected", "owner"),
    [("exclude", [FIRST], "i1"), ("exclude", [], Role.EXCLUDE), ("ignore", [], Role.IGNORE)],
)
def test_nothing_is_drawn_into_what_is_locked_or_hidden(shut, tool, selected, owner):
    before = two_squares()
    driver = ToolDriver(before, tool).select(*selected)
    shut(driver, owner)
    assert "locked or hidden" in driver.hint
    draw(driver)
    assert driver.annotation is before
    assert driver.is_idle


def test_a_target_locked_while_drawing_refuses_the_end_and_keeps_the_draft():
    before = two_squares()
    driver = ToolDriver(before, "exclude").select(FIRST).click(*DRAWN).lock("i1").enter()
    assert driver.context.base is before
    assert "locked or hidden" in driver.hint
    driver.context.set_locked({"i1"}, False)
    driver.enter()
    assert len(driver.annotation.instance("i1").polygons) == 2


def test_freehand_that_starts_on_a_neighbour_cuts_what_was_selected():
    driver = ToolDriver(two_squares(), "exclude").select(FIRST)
    driver.drag((120, 40), (110, 40), (110, 90), (50, 90), (50, 40)).enter()
    assert [len(i.polygons) for i in driver.annotation.instances] == [2, 1]


def test_select_all_while_drawing_does_not_take_the_draft():
    driver = ToolDriver(annotation_of(width=400, height=300), "include").click(*DRAWN).move(310, 90)
    driver.context.select(driver.annotation.refs())
    assert driver.selection == ()
    driver.hold(Modifiers.ALT).move(320, 90).enter()
    assert [p.role for p in driver.annotation.exclude] == [Role.EXCLUDE]


def test_an_instance_of_excludes_only_can_be_given_an_include():
    only_hole = instance_of(square(role=Role.EXCLUDE))
    driver = ToolDriver(annotation_of(only_hole, width=400, height=300), "include")
    driver.select(FIRST).use("include", new_part=True)
    draw(driver)
    assert [p.role for p in driver.polygons] == [Role.INCLUDE, Role.EXCLUDE]


def test_an_exclude_asks_for_one_instance_when_several_are_selected():
    both = annotation_of(square(), square(120, 20), width=400, height=300)
    driver = ToolDriver(both, "exclude").select(PolygonRef("i1", 0), PolygonRef("i2", 0))
    assert "select one" in driver.hint
    driver.click((200, 200), (250, 200), (250, 250)).enter()
    assert (driver.annotation, driver.is_idle) == (both, True)
    driver.escape().click((200, 200), (250, 200), (250, 250)).enter()
    assert len(driver.annotation.exclude) == 1
