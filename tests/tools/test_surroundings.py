"""What the tools do when the surroundings change: another tool, another image, read-only, another zoom."""

from __future__ import annotations

import pytest

from labeler.document.model import PolygonRef
from labeler.tools import TOOLS
from labeler.tools.events import Modifiers
from tests.builders import annotation_of, square
from tests.tools.driver import ToolDriver, points_of

FIRST = PolygonRef("i1", 0)
OTHER = annotation_of(square(), width=50, height=40, file="other.png")
DRAWN = [(300, 50), (360, 50), (330, 120)]


def one_square():
    return annotation_of(square(), width=400, height=300)


def leave_by_tool(driver: ToolDriver) -> None:
    driver.use("select" if driver.controller.tool.id != "select" else "include")


def leave_by_image(driver: ToolDriver) -> None:
    driver.show(OTHER)


LEAVING = pytest.mark.parametrize("leave", [leave_by_tool, leave_by_image])


@LEAVING
def test_a_draft_of_three_points_is_closed_not_lost(leave):
    driver = ToolDriver(one_square(), "include")
    session = driver.context.session
    leave(driver.click(*DRAWN).move(10, 10))
    assert points_of(session.annotation.instances[1].polygons[0]) == [list(p) for p in DRAWN]
    assert session.undo_name == "Draw include polygon"
    assert not session.is_previewing


@LEAVING
def test_a_draft_of_two_points_goes(leave):
    before = one_square()
    driver = ToolDriver(before, "include")
    session = driver.context.session
    leave(driver.click(*DRAWN[:2]).move(330, 100))
    assert session.annotation is before
    assert session.undo_name is None


@LEAVING
def test_a_stroke_under_way_is_closed_as_drawn(leave):
    driver = ToolDriver(one_square(), "include")
    session = driver.context.session
    leave(driver.begin_drag((300, 50), (360, 50), (360, 90), (330, 120)))
    assert len(session.annotation.instances) == 2
    assert not session.is_previewing


@LEAVING
@pytest.mark.parametrize(
    ("start", "end", "name"), [((60, 60), (80, 80), "Move vertex"), ((40, 20), (40, 5), "Add vertex"),
                               ((40, 40), (50, 50), "Move polygon")],
)  # fmt: skip
def test_a_drag_stays_where_it_is(leave, start, end, name):
    driver = ToolDriver(one_square(), "select").select(FIRST)
    session = driver.context.session
    leave(driver.begin_drag(start, end))
    assert session.undo_name == name
    assert not session.is_previewing
    assert driver.release(0, 0).is_idle


def test_the_old_image_keeps_its_steps():
    driver = ToolDriver(one_square(), "select").select(FIRST).drag((40, 40), (60, 60))
    session = driver.context.session
    driver.show(OTHER)
    assert driver.selection == ()
    assert not driver.controller.can_undo
    assert session.undo_name == "Move polygon"


def test_nothing_of_the_old_image_is_hovered_on_the_new():
    driver = ToolDriver(one_square(), "select").move(40, 40)
    assert driver.controller.overlay.hovered == FIRST
    driver.show(OTHER)
    assert driver.controller.overlay.hovered is None


@pytest.mark.parametrize("tool", [tool.id for tool in TOOLS])
def test_read_only_changes_nothing_and_says_why(tool):
    before = one_square()
    driver = ToolDriver(before, tool, read_only="This is of a newer version.")
    assert driver.hint == "This is of a newer version."
    driver.click((40, 20)).drag((40, 40), (80, 80)).drag((60, 60), (90, 90)).click(*DRAWN).enter()
    driver.hold(Modifiers.CTRL).click((40, 20), (60, 60)).hold(Modifiers.ALT).click(*DRAWN).enter()
    driver.hold().double_click(40, 40).undo().redo().backspace().redo()
    assert driver.annotation is before
    assert not driver.context.session.is_previewing
    assert driver.is_idle


@pytest.mark.parametrize("tool", [tool.id for tool in TOOLS])
def test_read_only_lets_one_look_what_is_selected(tool):
    driver = ToolDriver(one_square(), tool, read_only="No.").click((40, 20))
    assert driver.selection == (FIRST,)
    assert driver.click((300, 200)).selection == ()


def test_every_tool_says_its_next_step():
    for tool in TOOLS:
        driver = ToolDriver(one_square(), tool.id)
        assert driver.hint
        assert driver.begin_drag((40, 40), (80, 90)).hint
        assert driver.controller.state.cursor(driver.context)


# --- the same to the hand at every zoom --------------------------------------------------------------------


@pytest.mark.parametrize("zoom", [0.05, 1.0, 40.0])
class TestAtZoom:
    """A square of 200 screen pixels; all distances are given on screen."""

    def driver(self, zoom: float, tool: str = "select") -> ToolDriver:
        size = 200 / zoom
        before = annotation_of(square(0, 0, size), width=10_000, height=10_000)
        return ToolDriver(before, tool, zoom=zoom)

    def test_an_outline_is_near_within_eight_pixels(self, zoom):
        driver = self.driver(zoom, "include")
        px, size = driver.px, 200 / zoom
        assert driver.click((size / 2, -7.5 * px)).selection == (FIRST,)
        driver = self.driver(zoom, "include").click((size / 2, -8.5 * px))
        assert driver.selection == ()

    def test_a_vertex_is_near_within_eight_pixels(self, zoom):
        driver = self.driver(zoom).select(FIRST)
        px = driver.px
        driver.drag((-5 * px, -5 * px), (-25 * px, -5 * px))
        assert points_of(driver.polygons[0])[0] == pytest.approx([-20 * px, 0], abs=0.001)
        assert driver.steps == ["Move vertex"]

    def test_less_than_three_pixels_are_no_drag(self, zoom):
        driver = self.driver(zoom)
        px, middle = driver.px, 100 / zoom
        driver.drag((middle, middle), (middle + 2.5 * px, middle))
        assert driver.steps == []
        driver.drag((middle, middle), (middle + 3.5 * px, middle))
        assert driver.steps == ["Move polygon"]

    def test_the_first_point_closes_within_eight_pixels(self, zoom):
        driver = self.driver(zoom, "include")
        px = driver.px
        ring = [(300 * px, 300 * px), (400 * px, 300 * px), (350 * px, 400 * px)]
        driver.click(*ring, (308.5 * px, 300 * px))
        assert not driver.is_idle
        driver.click((292.5 * px, 300 * px))
        assert driver.is_idle
        assert len(driver.polygons[1].points) == 4


def test_the_hint_says_that_what_is_selected_is_locked():
    driver = ToolDriver(one_square(), "select").select(FIRST).lock("i1")
    assert "locked or hidden" in driver.hint
