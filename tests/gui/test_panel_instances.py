"""The instances panel: what is listed, selected, hidden and locked."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
)

from labeler.document import edits
from labeler.document.model import PolygonRef, Role
from labeler.editor.panels import instances
from labeler.editor.panels.instance_tree import EYE, LOCK, NAME
from tests.builders import annotation_of, instance_of, square, triangle
from tests.gui.desk import Desk
from tests.gui.lists import (
    CTRL,
    LEFT,
    NONE,
    count_signals,
    double_click,
    draw,
    highlighted,
    move_pressed,
    press,
    row,
    texts,
    tree_of,
)

# --- instances: what is listed --------------------------------------------------------------------------


def test_instances_are_listed_topmost_first_then_what_is_image_wide(desk: Desk):
    tree = tree_of(draw(desk))
    assert texts(tree) == ["cup · cup", "coin · mid", "coin · low", "Cuts everything", "Ignore"]
    assert texts(tree, 0) == ["Include · 4 points", "Exclude · 4 points"]
    assert texts(tree, 3) == ["Exclude · 3 points"]
    assert "below it" in row(tree, 0).data(Qt.ItemDataRole.ToolTipRole)


def test_the_list_follows_undo_redo_and_the_image(desk: Desk):
    tree = tree_of(desk)
    assert texts(tree) == []
    draw(desk)
    desk.undo()
    assert texts(tree) == []
    desk.redo()
    assert len(texts(tree)) == 5
    desk.keys("d")
    assert texts(tree) == []
    desk.keys("a")
    assert len(texts(tree)) == 5


def test_drawing_changes_the_list_once_and_resets_nothing(desk: Desk):
    tree = tree_of(draw(desk))
    tree.expand(row(tree, 1))
    counts = count_signals(tree.model())
    desk.keys("q").click((50, 5), (70, 5), (70, 15))
    desk.move(60, 17).move(58, 16).move(52, 15)
    assert set(counts.values()) == {0}
    desk.key(Qt.Key.Key_Return)
    assert (counts["inserted"], counts["reset"], counts["removed"]) == (1, 0, 0)
    assert tree.isExpanded(row(tree, 2))  # the one above moved it down
    assert highlighted(tree) == [texts(tree)[0]]


def test_a_drag_of_a_vertex_touches_only_its_own_rows(desk: Desk):
    tree = tree_of(draw(desk))
    counts = count_signals(tree.model())
    desk.keys("v").click((5, 5)).drag((10, 10), (12, 14), (14, 16))
    assert counts["changed"] <= 1  # its polygon if somebody looked at it; the instance's row says the same
    assert counts["reset"] == counts["inserted"] == counts["removed"] == 0


def test_a_long_list_follows_when_nobody_draws_or_when_it_is_touched(desk: Desk, monkeypatch):
    monkeypatch.setattr(instances, "_MANY_ROWS", 2)
    tree = tree_of(draw(desk))
    session, base = desk.workbench.context.session, desk.workbench.context.base
    session.commit("Add", edits.add_instance(base, instance_of(square(), id="new")))
    assert len(texts(tree)) == 5
    desk.wait(lambda: len(texts(tree)) == 6, "the new row")
    session.undo()
    assert len(texts(tree)) == 6
    press(tree, row(tree, 0))
    assert len(texts(tree)) == 5


@pytest.mark.parametrize("seed", range(6))
def test_any_change_leaves_the_list_as_if_made_anew(desk: Desk, seed: int):
    """Rows that come, go and move, all at once, against a list that was never anything else."""
    import random

    rng = random.Random(seed)
    tree = tree_of(desk)
    ids = [f"n{i}" for i in range(12)]
    for _step in range(25):
        chosen = rng.sample(ids, rng.randrange(len(ids)))
        things = [
            instance_of(*(square(rng.randrange(50)) for _ in range(rng.randrange(1, 4))), id=i)
            for i in chosen
        ]
        before = {i.id: i for i in desk.annotation.instances}
        kept = [before[t.id] if t.id in before and rng.random() < 0.6 else t for t in things]
        wide = [triangle()] * rng.randrange(3)
        draw(desk, annotation_of(*kept, exclude=wide, width=120, height=90, file="a.png"))
        QApplication.processEvents()
        anew = type(tree.model())(desk.workbench)
        assert [
            [anew.index(i, NAME).data(), *(anew.index(j, NAME, anew.index(i, NAME)).data() for j in range(n))]
            for i in range(anew.rowCount())
            for n in [anew.rowCount(anew.index(i, NAME))]
        ] == [[text, *texts(tree, i)] for i, text in enumerate(texts(tree))]


def test_a_change_of_almost_everything_keeps_what_is_expanded(desk: Desk):
    tree = tree_of(desk)
    many = [instance_of(square(i % 50), id=f"n{i}") for i in range(300)]
    draw(desk, annotation_of(*many, width=120, height=90, file="a.png"))
    tree.expand(row(tree, 299))
    QApplication.processEvents()
    tree.verticalScrollBar().setValue(100)
    counts = count_signals(tree.model())
    draw(desk, annotation_of(*many[::2], width=120, height=90, file="a.png"))
    assert counts["reset"] == 1
    assert tree.isExpanded(row(tree, 149))
    assert tree.verticalScrollBar().value() == 100


def test_an_empty_list_says_what_to_do(desk: Desk):
    tree = tree_of(desk)
    empty = bytes(tree.viewport().grab().toImage().constBits())
    colors = {empty[i : i + 4] for i in range(0, len(empty), 4)}
    assert len(colors) > 1  # there is a text
    assert texts(tree_of(draw(desk)))


# --- instances: selection -------------------------------------------------------------------------------


def test_a_row_selects_on_the_canvas(desk: Desk):
    tree = tree_of(draw(desk))
    press(tree, row(tree, 0))
    assert desk.workbench.context.selection == (PolygonRef("cup", 0), PolygonRef("cup", 1))
    tree.expand(row(tree, 0))
    press(tree, row(tree, 0, 1))
    assert desk.workbench.context.selection == (PolygonRef("cup", 1),)
    press(tree, row(tree, 3), CTRL)
    assert desk.workbench.context.selection == (PolygonRef("cup", 1), PolygonRef(Role.EXCLUDE, 0))


def test_the_canvas_selects_a_row(desk: Desk):
    tree = tree_of(draw(desk))
    desk.keys("v").click((5, 5))
    assert highlighted(tree) == ["coin · low"]
    desk.click((60, 40))  # in the hole
    assert highlighted(tree) == ["Exclude · 4 points"]
    assert tree.isExpanded(row(tree, 0))
    desk.double_click(45, 30)
    assert highlighted(tree) == ["cup · cup"]
    desk.key(Qt.Key.Key_Escape).key(Qt.Key.Key_Escape)  # lets go of the button, then of the selection
    assert highlighted(tree) == []


def test_selecting_on_the_canvas_scrolls_the_list_there(desk: Desk):
    tree = tree_of(desk)
    many = [instance_of(square(i % 50), id=f"n{i}") for i in range(300)]
    draw(desk, annotation_of(*many, width=120, height=90, file="a.png"))
    desk.workbench.context.select([PolygonRef("n3", 0)])
    QApplication.processEvents()
    shown = tree.visualRect(row(tree, 296))
    assert tree.viewport().rect().contains(shown.center())
    tree.scrollToTop()
    desk.workbench.context.select(())
    desk.workbench.context.select([PolygonRef("n3", 0)])
    assert tree.viewport().rect().contains(tree.visualRect(row(tree, 296)).center())


def test_one_selection_is_announced_once(desk: Desk):
    tree = tree_of(draw(desk))
    announced = []
    desk.workbench.selection_changed.connect(lambda: announced.append(desk.workbench.context.selection))
    press(tree, row(tree, 1))
    assert len(announced) == 1


def test_delete_in_the_list_deletes_and_asks_for_no_focus_on_the_canvas(desk: Desk):
    tree = tree_of(draw(desk))
    press(tree, row(tree, 1))
    press(tree, row(tree, 2), CTRL)
    QTest.keyClick(tree, Qt.Key.Key_Delete)
    assert [i.id for i in desk.annotation.instances] == ["cup"]
    desk.undo()
    assert len(desk.annotation.instances) == 3


def test_a_row_is_zoomed_to_by_double_click_and_f2(desk: Desk):
    tree = tree_of(draw(desk))
    boxes = []
    desk.workbench.zoom_requested.connect(boxes.append)
    double_click(tree, row(tree, 0))
    QTest.keyClick(tree, Qt.Key.Key_F2)
    assert boxes == [(40.0, 20.0, 80.0, 60.0)] * 2
    assert desk.canvas.view.to_image((0, 0))[0] > 0


# --- instances: eyes and locks --------------------------------------------------------------------------


def test_the_eye_hides_and_shows_without_selecting(desk: Desk):
    tree, context = tree_of(draw(desk)), desk.workbench.context
    counts = count_signals(tree.model())
    press(tree, row(tree, 0, column=EYE))
    assert context.hidden == {"cup"}
    assert context.selection == ()
    assert counts["changed"] == 1
    press(tree, row(tree, 3, column=EYE))
    assert context.hidden == {"cup", Role.EXCLUDE}
    press(tree, row(tree, 0, column=EYE))
    assert context.hidden == {Role.EXCLUDE}


def test_a_press_on_an_eye_starts_no_drag_and_no_selection(desk: Desk):
    tree, context = tree_of(draw(desk)), desk.workbench.context
    start = tree.visualRect(row(tree, 0, column=EYE)).center()
    QTest.mousePress(tree.viewport(), LEFT, NONE, start)
    for place in (1, 2, 3):
        move_pressed(tree, tree.visualRect(row(tree, place, column=EYE)).center())
    QTest.mouseRelease(tree.viewport(), LEFT, NONE, tree.visualRect(row(tree, 3, column=EYE)).center())
    assert context.hidden == {"cup"}
    assert context.selection == ()
    assert highlighted(tree) == []


def test_pressing_an_eye_fast_counts_every_press(desk: Desk):
    tree, context = tree_of(draw(desk)), desk.workbench.context
    place = tree.visualRect(row(tree, 0, column=EYE)).center()
    QTest.mouseClick(tree.viewport(), LEFT, NONE, place)
    QTest.mouseDClick(tree.viewport(), LEFT, NONE, place)
    assert context.hidden == frozenset()


def test_what_is_locked_cannot_be_deleted(desk: Desk):
    tree, context = tree_of(draw(desk)), desk.workbench.context
    press(tree, row(tree, 1, column=LOCK))
    assert context.locked == {"mid"}
    press(tree, row(tree, 1))
    QTest.keyClick(tree, Qt.Key.Key_Delete)
    assert len(desk.annotation.instances) == 3
    press(tree, row(tree, 1, column=LOCK))
    QTest.keyClick(tree, Qt.Key.Key_Delete)
    assert [i.id for i in desk.annotation.instances] == ["low", "cup"]


def test_an_instance_without_polygons_can_be_deleted(desk: Desk):
    annotation = annotation_of(instance_of(id="none"), square(), width=120, height=90)
    desk.workbench.context.session.commit("Draw", annotation)
    tree = tree_of(desk)
    assert texts(tree)[-1] == "object · none"
    press(tree, row(tree, 1))
    QTest.keyClick(tree, Qt.Key.Key_Delete)
    assert [i.id for i in desk.annotation.instances] == ["i2"]
    desk.undo()
    assert len(desk.annotation.instances) == 2
