"""Any sequence of events, in any order: nothing raises, nothing is lost, undo and redo go all the way."""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from labeler.document import edits
from labeler.document.model import Annotation, Role
from labeler.tools import TOOLS
from labeler.tools.events import Modifiers
from tests.builders import annotation_of, ring_with_hole, square, triangle
from tests.tools.driver import ToolDriver

#: In, on the outlines and on the vertices of the polygons below.
spots = st.sampled_from([
    (35.0, 60.0), (60.0, 60.0), (20.0, 20.0), (60.0, 20.0), (100.0, 100.0), (80.0, 60.0), (120.0, 40.0),
    (140.0, 60.0), (150.0, 20.0), (165.0, 35.0), (75.0, 110.0), (60.0, 100.0), (195.0, 115.0), (210.0, 130.0),
])  # fmt: skip
#: So that most presses hit something; and the ends of the world.
places = (
    spots
    | st.tuples(st.integers(0, 24), st.integers(0, 16)).map(lambda at: (at[0] * 10.0, at[1] * 10.0))
    | st.tuples(st.floats(-2e6, 2e6), st.floats(-2e6, 2e6))
)
modifiers = st.sampled_from([Modifiers.NONE] * 4 + [Modifiers.SHIFT, Modifiers.CTRL, Modifiers.ALT]) | (
    st.integers(0, 7).map(Modifiers)
)
owners = st.sampled_from(["i1", "i2", "i3", Role.EXCLUDE, Role.IGNORE])


def first() -> Annotation:
    return annotation_of(
        ring_with_hole(20, 20, 80),
        square(100, 20, 40),
        triangle(150, 20, 60),
        exclude=[square(60, 90, 30)],
        ignore=[square(180, 100, 30)],
        width=240,
        height=160,
    )


class AnyOrder(RuleBasedStateMachine):
    @initialize(
        tool=st.just(TOOLS[0]) | st.sampled_from(TOOLS),
        zoom=st.sampled_from([0.05, 1.0, 1.0, 40.0]),
        empty=st.booleans(),
    )
    def open(self, tool, zoom, empty):
        self.first = annotation_of(width=240, height=160) if empty else first()
        self.driver = ToolDriver(self.first, tool.id, zoom=zoom)
        self.controller, self.context = self.driver.controller, self.driver.context

    @rule(at=places, held=modifiers)
    def press(self, at, held):
        self.driver.hold(held).press(*at)

    @rule(at=places, held=modifiers)
    def double_press(self, at, held):
        self.driver.hold(held).double_press(*at)

    @rule(at=places, held=modifiers)
    def move(self, at, held):
        self.driver.hold(held).move(*at)

    @rule(at=places)
    def release(self, at):
        self.driver.release(*at)

    @rule(at=places, held=modifiers)
    def click(self, at, held):
        self.driver.hold(held).click(at)

    @rule(start=spots, way=st.lists(places, min_size=1, max_size=4))
    def drag(self, start, way):
        self.driver.hold().drag(start, *way)

    @rule(start=spots, way=st.lists(places, min_size=1, max_size=4), held=modifiers)
    def begin_drag(self, start, way, held):
        self.driver.hold(held).begin_drag(start, *way)

    @rule(ring=st.lists(places, min_size=2, max_size=4))
    def click_on(self, ring):
        self.driver.click(*ring)

    @rule(key=st.sampled_from(["enter", "shift_enter", "backspace", "undo", "undo", "redo"]))
    def press_key(self, key):
        getattr(self.driver, key)()

    @rule(at=places)
    def repeat(self, at):
        self.driver.repeat(*at)

    @rule(snap=st.booleans(), clip=st.booleans(), shared=st.booleans(), suspended=st.booleans())
    def change_options(self, snap, clip, shared, suspended):
        self.driver.set(snap=snap, clip=clip, shared=shared).suspend_snapping(suspended)

    @rule(start=spots, way=st.lists(places, max_size=3), end=spots, alt=st.booleans())
    def redraw(self, start, way, end, alt):
        """Shift+click a vertex of what is selected, if one is there, and another at the end."""
        self.driver.hold(Modifiers.SHIFT).click(start)
        self.driver.hold(Modifiers.ALT if alt else Modifiers.NONE).click(*way, end)

    @rule(dx=st.sampled_from([-10.0, 0.1, 2e6]), dy=st.sampled_from([0.0, 1.0]))
    def nudge(self, dx, dy):
        self.driver.nudge(dx, dy)

    @rule()
    def key_up(self):
        self.driver.key_up()

    @rule()
    def pick_under(self):
        self.driver.pick_under()

    @rule()
    def interrupt(self):
        """Two fingers touch where one had pressed."""
        self.controller.interrupt()

    @rule()
    def escape(self):
        before = self.context.base
        self.driver.escape()
        assert self.driver.is_idle
        assert self.context.annotation is before

    @rule(tool=st.sampled_from(TOOLS), new_part=st.booleans())
    def change_tool(self, tool, new_part):
        self.driver.use(tool.id, new_part=new_part and tool.role is Role.INCLUDE)
        assert self.driver.is_idle

    @rule(which=st.integers(0, 6), more=st.booleans())
    def select(self, which, more):
        refs = list(self.context.annotation.refs())
        self.context.select(refs if more else refs[which : which + 1])

    @rule(owner=owners, hide=st.booleans(), lock=st.booleans())
    def shut(self, owner, hide, lock):
        self.context.set_hidden({owner}, hide)
        self.context.set_locked({owner}, lock)

    @precondition(lambda self: self.driver.is_idle)
    @rule(role=st.sampled_from(Role))
    def change_role(self, role):
        refs = self.context.editable(self.context.selection)
        after, moved = edits.set_role(self.context.base, refs, role, "object")
        if moved:
            self.context.session.commit("Change role", after)
            self.context.select(moved)

    @precondition(lambda self: self.driver.is_idle)
    @rule()
    def delete(self):
        refs = self.context.editable(self.context.selection)
        if refs:
            self.context.session.commit("Delete", edits.remove_polygons(self.context.base, refs))

    # --- what always holds -------------------------------------------------------------------------------

    @invariant()
    def idle_shows_what_is_committed(self):
        if self.driver.is_idle:
            assert not self.context.session.is_previewing
            assert self.context.annotation is self.context.base

    @invariant()
    def polygons_are_polygons(self):
        for polygon in self.driver.polygons:
            assert len(polygon.points) >= 3
            assert np.isfinite(polygon.points).all()
        assert all(instance.polygons for instance in self.driver.annotation.instances)

    @invariant()
    def the_selection_is_there(self):
        assert all(ref.in_(self.context.base) for ref in self.context.selection)
        assert all(ref.in_(self.context.annotation) for ref in self.context.shown_selection)

    @invariant()
    def chosen_vertices_are_there(self):
        for ref, found in self.context.vertices.items():
            assert ref in self.context.selection
            assert max(found) < len(self.context.base.polygon(ref).points)

    @invariant()
    def everything_can_be_shown(self):
        assert self.driver.hint
        assert self.controller.state.cursor(self.context)
        overlay = self.controller.overlay
        assert overlay.hovered is None or overlay.hovered.in_(self.context.annotation)

    def teardown(self):
        if not hasattr(self, "driver"):
            return
        self.driver.escape().escape()  # the second forgets the draft that redo would bring back
        session = self.context.session
        # Steps that can be redone belong to the end.
        while session.redo_name is not None:
            session.redo()
        last = session.base
        for _ in range(1000):
            self.driver.undo()
        assert self.context.annotation is self.first
        for _ in range(1000):
            self.driver.redo()
        assert self.context.annotation is last


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
