"""The session: what gestures do to the history, and what listeners are told."""

import inspect

from hypothesis import given
from hypothesis import strategies as st

from labeler.document import edits
from labeler.document.model import Annotation, Polygon, PolygonRef, Role
from labeler.document.session import Session
from tests.builders import annotation_of, instance_of, square, triangle
from tests.document.any_edit import ANY_EDIT, any_edit, starts

REF = PolygonRef("i1", 0)


class Listener:
    """Writes down what a session announces."""

    def __init__(self, session: Session) -> None:
        self.heard: list[object] = []
        session.annotation_changed.connect(lambda owners: self.heard.append(set(owners)))
        session.history_changed.connect(lambda: self.heard.append("history"))

    def since(self) -> list[object]:
        heard, self.heard = self.heard, []
        return heard


def moved(session: Session, dx: float) -> Annotation:
    return edits.translate(session.base, [REF], dx, 0)


# --- whatever was done -------------------------------------------------------------------------------------


def test_every_edit_takes_part_in_the_properties_below() -> None:
    functions = {
        name
        for name, function in inspect.getmembers(edits, inspect.isfunction)
        if function.__module__ == edits.__name__ and not name.startswith("_")
    }
    pieces = {"new_id", "translated", "with_role"}
    assert functions - pieces == set(ANY_EDIT)


@given(starts, st.data())
def test_any_sequence_of_edits_undone_is_the_first_object_again_and_redone_the_last(
    first: Annotation, data: st.DataObject
) -> None:
    session = Session(first)
    steps = [first]
    for _ in range(data.draw(st.integers(1, 8))):
        name, after = any_edit(data.draw, session.annotation)
        session.commit(name, after)
        if session.annotation is not steps[-1]:
            steps.append(session.annotation)
            assert session.undo_name == name

    for step in reversed(steps[:-1]):
        session.undo()
        assert session.annotation is step
    assert session.annotation is first
    assert session.undo_name is None
    for step in steps[1:]:
        session.redo()
        assert session.annotation is step
    assert session.redo_name is None


@given(starts, st.data())
def test_edits_leave_the_annotation_before_them_as_it_was(first: Annotation, data: st.DataObject) -> None:
    points = [first.polygon(ref).points.tolist() for ref in first.refs()]
    instances = [(i.id, i.class_name, i.polygons) for i in first.instances]
    any_edit(data.draw, first)
    assert [first.polygon(ref).points.tolist() for ref in first.refs()] == points
    assert [(i.id, i.class_name, i.polygons) for i in first.instances] == instances


@given(starts, st.data())
def test_whatever_is_done_the_annotation_stays_sound(annotation: Annotation, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 8))):
        _, annotation = any_edit(data.draw, annotation)
    ids = [i.id for i in annotation.instances]
    assert len(set(ids)) == len(ids)
    assert all(i.polygons for i in annotation.instances)
    assert all(p.role is not Role.IGNORE for i in annotation.instances for p in i.polygons)
    assert all(p.role is Role.EXCLUDE for p in annotation.exclude)
    assert all(p.role is Role.IGNORE for p in annotation.ignore)


@given(starts, st.data())
def test_listeners_hear_of_every_owner_whose_polygons_differ(first: Annotation, data: st.DataObject) -> None:
    session = Session(first)
    listener = Listener(session)
    name, after = any_edit(data.draw, first)
    session.preview(after)
    told: set[object] = set().union(*(heard for heard in listener.since() if isinstance(heard, set)))
    owners = [Role.EXCLUDE, Role.IGNORE, *(i.id for i in (*first.instances, *after.instances))]
    for owner in owners:
        if owner not in told:
            assert _polygons(first, owner) == _polygons(after, owner), name


def _polygons(annotation: Annotation, owner: str | Role) -> tuple[Polygon, ...] | None:
    try:
        return annotation.polygons(owner)
    except KeyError:
        return None


# --- gestures ----------------------------------------------------------------------------------------------


def test_a_drag_of_many_previews_is_one_step() -> None:
    first = annotation_of(square())
    session = Session(first)
    for dx in range(1, 300):
        session.preview(moved(session, dx))
    session.commit("Move")
    assert session.annotation.polygon(REF).bounds[0] == 20 + 299
    session.undo()
    assert session.annotation is first
    assert session.undo_name is None


def test_a_preview_shows_but_is_not_what_is_saved() -> None:
    session = Session(annotation_of(square()))
    first = session.base
    session.preview(moved(session, 5))
    assert session.is_previewing
    assert session.annotation.polygon(REF).bounds[0] == 25
    assert session.base is first


def test_a_preview_rolled_back_leaves_no_trace() -> None:
    session = Session(annotation_of(square()))
    first = session.annotation
    session.commit("Move", moved(session, 5))
    session.undo()
    listener = Listener(session)
    session.preview(moved(session, 7))
    session.rollback()
    assert session.annotation is first
    assert not session.is_previewing
    assert session.undo_name is None
    assert session.redo_name == "Move", "what was undone can still be redone"
    assert listener.since() == [{"i1"}, {"i1"}]


def test_committing_what_is_there_already_is_no_step() -> None:
    session = Session(annotation_of(square()))
    listener = Listener(session)
    session.commit("Nothing", session.base)
    session.commit("Nothing")
    assert session.undo_name is None
    assert listener.since() == []


def test_a_drag_that_ends_where_it_began_is_no_step() -> None:
    session = Session(annotation_of(square()))
    first = session.base
    session.preview(moved(session, 5))
    session.preview(moved(session, 0))
    session.commit("Move")
    assert session.annotation is first
    assert session.undo_name is None


def test_committing_the_base_drops_the_preview() -> None:
    session = Session(annotation_of(square()))
    first = session.base
    listener = Listener(session)
    session.preview(moved(session, 5))
    session.commit("Nothing", first)
    assert session.annotation is first
    assert listener.since() == [{"i1"}, {"i1"}]


def test_a_new_step_forgets_what_was_undone() -> None:
    session = Session(annotation_of(square()))
    session.commit("Move", moved(session, 5))
    session.undo()
    session.commit("Move far", moved(session, 50))
    assert session.redo_name is None
    session.redo()
    assert session.annotation.polygon(REF).bounds[0] == 70


def test_undo_and_redo_are_named_and_stop_at_the_ends() -> None:
    session = Session(annotation_of(square()))
    session.commit("One", moved(session, 1))
    session.commit("Two", moved(session, 1))
    assert (session.undo_name, session.redo_name) == ("Two", None)
    session.undo()
    assert (session.undo_name, session.redo_name) == ("One", "Two")
    listener = Listener(session)
    session.undo()
    session.undo()
    assert (session.undo_name, session.redo_name) == (None, "One")
    assert listener.since() == [{"i1"}, "history"], "there was nothing left for the second undo"


def test_undo_during_a_gesture_drops_the_gesture() -> None:
    session = Session(annotation_of(square()))
    first = session.base
    session.commit("Move", moved(session, 5))
    session.preview(moved(session, 50))
    session.undo()
    assert session.annotation is first
    assert not session.is_previewing


def test_the_history_has_no_fixed_depth() -> None:
    session = Session(annotation_of(square()))
    first = session.base
    for _ in range(2000):
        session.commit("Move", moved(session, 1))
    for _ in range(2000):
        session.undo()
    assert session.annotation is first


# --- what listeners hear -----------------------------------------------------------------------------------


def test_listeners_hear_once_per_gesture_of_history_and_of_each_change_who_changed() -> None:
    session = Session(annotation_of(square(), triangle()))
    listener = Listener(session)
    session.preview(moved(session, 1))
    session.preview(moved(session, 2))
    session.commit("Move")
    assert listener.since() == [{"i1"}, {"i1"}, "history"]
    session.undo()
    assert listener.since() == [{"i1"}, "history"]


def test_listeners_hear_of_image_wide_lists_by_role() -> None:
    session = Session(annotation_of(square()))
    listener = Listener(session)
    session.commit("Exclude", edits.add_polygon(session.base, Role.EXCLUDE, triangle())[0])
    session.commit("Ignore", edits.set_role(session.base, [PolygonRef(Role.EXCLUDE, 0)], Role.IGNORE, "")[0])
    assert listener.since() == [{Role.EXCLUDE}, "history", {Role.EXCLUDE, Role.IGNORE}, "history"]


def test_listeners_hear_who_changed_places() -> None:
    session = Session(annotation_of(square(), triangle(), square(1)))
    listener = Listener(session)
    session.commit("Reorder", edits.reorder_instances(session.base, {"i1"}, 2))
    assert listener.since() == [{"i1", "i2"}, "history"]


def test_who_disconnected_hears_no_more() -> None:
    session = Session(annotation_of(square()))
    heard: list[str] = []

    def once() -> None:
        heard.append("once")
        session.history_changed.disconnect(once)

    session.history_changed.connect(once)
    session.history_changed.connect(lambda: heard.append("always"))
    session.commit("Move", moved(session, 1))
    session.commit("Move", moved(session, 1))
    assert heard == ["once", "always", "always"]


# --- renaming a class of the dataset -----------------------------------------------------------------------


def test_a_renamed_class_is_renamed_in_every_step_and_is_no_step_itself() -> None:
    coin, cup = (instance_of(square(), id=n, class_name=n) for n in ("coin", "cup"))
    session = Session(annotation_of(coin))
    session.commit("Add", edits.add_instance(session.base, cup))
    session.commit("Remove", edits.remove_instances(session.base, {"coin"}))
    session.undo()
    listener = Listener(session)
    session.rename_class("coin", "token")
    assert listener.since() == [{"coin"}]
    classes = []
    for go in (session.undo, session.redo, session.redo):
        go()
        classes.append([i.class_name for i in session.annotation.instances])
    assert classes == [["token"], ["token", "cup"], ["cup"]]
    assert session.undo_name == "Remove"
    assert session.annotation.instance("cup") is cup, "what has another class is the same object"


def test_renaming_a_class_that_is_not_used_changes_nothing() -> None:
    session = Session(annotation_of(square()))
    first = session.annotation
    listener = Listener(session)
    session.rename_class("coin", "token")
    assert session.annotation is first
    assert listener.since() == []
