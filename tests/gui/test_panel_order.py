"""The instances panel: drag and drop, and the context menu."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPointF

from labeler.document.model import PolygonRef, Role
from labeler.editor import class_commands
from labeler.editor.panels.instance_menu import InstanceMenu
from labeler.editor.panels.instances import InstancesPanel
from tests.builders import annotation_of, instance_of, square
from tests.gui.desk import Desk
from tests.gui.lists import (
    CTRL,
    NONE,
    draw,
    drop,
    highlighted,
    press,
    row,
    send_drop,
    texts,
    tree_of,
)

# --- instances: order -----------------------------------------------------------------------------------


def ids(desk: Desk) -> list[str]:
    """From the top, as listed."""
    return [instance.id for instance in reversed(desk.annotation.instances)]


@pytest.mark.parametrize(
    ("dragged", "onto", "where", "expected"),
    [
        ([2], 0, "above", ["low", "cup", "mid"]),
        ([0], 2, "below", ["mid", "low", "cup"]),
        ([0], 1, "below", ["mid", "cup", "low"]),
        ([0], 2, "on", ["mid", "low", "cup"]),
        ([2], 0, "on", ["low", "cup", "mid"]),
        ([0, 1], 2, "below", ["low", "cup", "mid"]),
        ([0, 2], 1, "above", ["cup", "low", "mid"]),
        ([0], 4, "below", ["mid", "low", "cup"]),
        ([0], 3, "on", ["mid", "low", "cup"]),
    ],
)
def test_dragging_instances_changes_the_painting_order_in_one_step(
    desk: Desk, dragged, onto, where, expected
):
    tree = tree_of(draw(desk))
    for i, place in enumerate(dragged):
        press(tree, row(tree, place), CTRL if i else NONE)
    selection = set(desk.workbench.context.selection)
    assert drop(tree, row(tree, onto), where)
    assert ids(desk) == expected
    assert set(desk.workbench.context.selection) == selection
    assert desk.workbench.undo_name == "Change order"
    desk.undo()
    assert ids(desk) == ["cup", "mid", "low"]
    assert desk.workbench.undo_name == "Draw"


def test_a_drop_where_it_was_is_no_step(desk: Desk):
    tree = tree_of(draw(desk))
    press(tree, row(tree, 1))
    drop(tree, row(tree, 2), "above")
    assert desk.workbench.undo_name == "Draw"


def test_an_instance_without_a_polygon_goes_nowhere(desk: Desk):
    empty = instance_of(id="none", class_name="coin")
    tree = tree_of(draw(desk, annotation_of(empty, instance_of(square(0, 0, 10), id="low"))))
    press(tree, row(tree, 1))
    assert not drop(tree, row(tree, 0), "on")
    assert ids(desk) == ["low", "none"]


def test_the_row_dragged_keeps_its_children_open(desk: Desk):
    tree = tree_of(draw(desk))
    press(tree, row(tree, 0))
    tree.expand(row(tree, 0))
    assert drop(tree, row(tree, 2), "below")
    assert texts(tree)[:3] == ["coin · mid", "coin · low", "cup · cup"]
    assert tree.isExpanded(row(tree, 2))
    assert texts(tree, 2) == ["Include · 4 points", "Exclude · 4 points"]


@pytest.mark.parametrize(
    ("child", "onto", "where"), [(0, 1, "below"), (1, 0, "above"), (0, 1, "on"), (1, 0, "on")]
)
def test_dragging_a_polygon_changes_the_order_in_its_instance(desk: Desk, child: int, onto: int, where: str):
    tree = tree_of(draw(desk))
    tree.expand(row(tree, 0))
    press(tree, row(tree, 0, child))
    assert drop(tree, row(tree, 0, onto), where)
    assert [p.role for p in desk.annotation.instance("cup").polygons] == [Role.EXCLUDE, Role.INCLUDE]
    assert desk.workbench.context.selection == (PolygonRef("cup", 1 - child),)
    desk.undo()
    assert [p.role for p in desk.annotation.instance("cup").polygons] == [Role.INCLUDE, Role.EXCLUDE]


def test_odd_drops_change_nothing(desk: Desk):
    tree = tree_of(draw(desk))
    tree.expandAll()
    annotation = desk.annotation
    odd = [
        ([(0, 0)], (1,), "on"),  # a polygon into another instance
        ([(0, 0)], (1, 0), "below"),
        ([(0, 0)], (4, 0), "on"),  # or among the ignore regions
        ([(0, 0), (1, 0)], (0, 1), "below"),  # polygons of two instances
        ([(3,)], (0,), "above"),  # an image-wide list
        ([(0,), (1, 0)], (2,), "below"),  # an instance and a loose polygon
    ]
    for dragged, onto, where in odd:
        for i, places in enumerate(dragged):
            press(tree, row(tree, *places), CTRL if i else NONE)
        assert not drop(tree, row(tree, *onto), where), (dragged, onto, where)
        assert desk.annotation is annotation


def test_a_drag_from_elsewhere_or_of_yesterday_changes_nothing(desk: Desk):
    tree = tree_of(draw(desk))
    foreign = QMimeData()
    foreign.setText("cup")
    place = QPointF(tree.visualRect(row(tree, 2)).center())
    assert not send_drop(tree, foreign, place)
    press(tree, row(tree, 0))
    stale = tree.model().mimeData(tree.selectedIndexes())
    desk.undo()
    assert not send_drop(tree, stale, place)
    desk.redo()
    assert ids(desk) == ["cup", "mid", "low"]


def test_what_is_locked_or_read_only_is_not_reordered(desk: Desk):
    tree, context = tree_of(draw(desk)), desk.workbench.context
    press(tree, row(tree, 0))
    context.set_locked({"cup"}, True)
    assert not drop(tree, row(tree, 2), "below")
    context.set_locked({"cup"}, False)
    context.read_only = "Of a later version."
    assert not drop(tree, row(tree, 2), "below")
    assert ids(desk) == ["cup", "mid", "low"]


def test_nothing_is_reordered_in_the_middle_of_a_polygon(desk: Desk):
    tree = tree_of(draw(desk))
    said = []
    desk.workbench.reported.connect(said.append)
    desk.keys("q").click((50, 5), (70, 5), (70, 15))
    press(tree, row(tree, 1))
    assert not drop(tree, row(tree, 2), "below")
    assert ids(desk)[-3:] == ["cup", "mid", "low"]
    assert said


# --- instances: context menu ----------------------------------------------------------------------------


def choose(desk: Desk, *titles: str) -> None:
    """Trigger an entry of the context menu by its titles."""
    panel = desk.window.findChild(InstancesPanel)
    menu = InstanceMenu(desk.workbench, panel)
    for title in titles[:-1]:
        menu = next(action.menu() for action in menu.actions() if action.text() == title)
    action = next(action for action in menu.actions() if action.text() == titles[-1])
    assert action.isEnabled()
    action.trigger()


def test_the_menu_changes_class_and_role(desk: Desk):
    tree = tree_of(draw(desk))
    class_commands.add(desk.workbench, "plate")
    press(tree, row(tree, 1))
    choose(desk, "Class", "plate")
    assert desk.annotation.instance("mid").class_name == "plate"
    choose(desk, "Role", "Ignore")
    assert len(desk.annotation.ignore) == 2
    assert desk.workbench.context.selection == (PolygonRef(Role.IGNORE, 1),)
    assert highlighted(tree) == ["Ignore · 4 points"]


def test_the_menu_duplicates_reorders_and_deletes(desk: Desk):
    tree = tree_of(draw(desk))
    press(tree, row(tree, 2))
    choose(desk, "Bring to front")
    assert ids(desk) == ["low", "cup", "mid"]
    choose(desk, "Send to back")
    assert ids(desk) == ["cup", "mid", "low"]
    choose(desk, "Duplicate")
    assert len(ids(desk)) == 4
    assert desk.workbench.context.selected_instance.id == ids(desk)[2]
    choose(desk, "Delete")
    assert ids(desk) == ["cup", "mid", "low"]


def test_the_menu_brings_an_island_to_the_front_of_its_hole(desk: Desk):
    tree = tree_of(draw(desk))
    tree.expand(row(tree, 0))
    press(tree, row(tree, 0, 0))
    choose(desk, "Bring to front")
    assert [p.role for p in desk.annotation.instance("cup").polygons] == [Role.EXCLUDE, Role.INCLUDE]
    assert ids(desk) == ["cup", "mid", "low"]


def test_the_menu_hides_locks_and_then_offers_no_edit(desk: Desk):
    tree = tree_of(draw(desk))
    press(tree, row(tree, 0))
    press(tree, row(tree, 1), CTRL)
    choose(desk, "Hide")
    assert desk.workbench.context.hidden == {"cup", "mid"}
    choose(desk, "Show")
    assert desk.workbench.context.hidden == frozenset()
    choose(desk, "Lock")
    with pytest.raises(AssertionError):
        choose(desk, "Delete")
    choose(desk, "Unlock")
    choose(desk, "Delete")
    assert ids(desk) == ["low"]
