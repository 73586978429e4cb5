"""The panels, through the window's own widgets and real events."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QEvent, QMimeData, QPointF, Qt
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QColorDialog,
    QLabel,
    QLineEdit,
    QListView,
    QProgressDialog,
    QToolButton,
    QTreeView,
)

from labeler.dataset.dataset import ImageEntry
from labeler.document.model import Annotation, PolygonRef, Role
from labeler.editor.panels import PANELS
from labeler.editor.panels import class_list as classes_columns
from labeler.editor.panels.fields import TextField
from labeler.editor.panels.image_list import ImageList
from labeler.editor.panels.images import ImageView
from labeler.editor.panels.instance_menu import InstanceMenu
from labeler.editor.panels.instance_tree import EYE, LOCK, NAME
from labeler.editor.panels.instances import InstancesPanel
from labeler.editor.workbench import Workbench
from labeler.settings import Settings
from tests.builders import annotation_of, instance_of, rectangle, ring_with_hole, square, triangle
from tests.gui.desk import Desk, folder_of_images

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


def three_things() -> Annotation:
    """Two coins and, painted last, a cup with its hole; an image-wide exclude and an ignore region."""
    return annotation_of(
        instance_of(square(0, 0, 10), id="low", class_name="coin"),
        instance_of(square(20, 0, 10), id="mid", class_name="coin"),
        instance_of(*ring_with_hole(40, 20, 40), id="cup", class_name="cup"),
        exclude=[triangle()],
        ignore=[rectangle(90, 60, 110, 80)],
        width=120,
        height=90,
        file="a.png",
    )


def draw(desk: Desk, annotation: Annotation | None = None) -> Desk:
    desk.workbench.context.session.commit("Draw", annotation or three_things())
    return desk


def find(desk: Desk, kind: type, name: str):
    widget = desk.window.findChild(kind, name)
    assert widget is not None, name
    return widget


def tree_of(desk: Desk) -> QTreeView:
    return find(desk, QTreeView, "instances.tree")


def row(view, *places: int, column: int = NAME):
    """The index of a row, by its places from the top level down."""
    index = view.rootIndex()
    for place in places:
        index = view.model().index(place, 0, index)
        assert index.isValid()
    return index.siblingAtColumn(column)


def press(view, index, modifiers=NONE) -> None:
    view.scrollTo(index)
    QTest.mouseClick(view.viewport(), LEFT, modifiers, view.visualRect(index).center())
    QApplication.processEvents()


def double_click(view, index) -> None:
    press(view, index)
    QTest.mouseDClick(view.viewport(), LEFT, NONE, view.visualRect(index).center())
    QApplication.processEvents()


def texts(view, *places: int) -> list[str]:
    parent = row(view, *places) if places else view.rootIndex()
    model = view.model()
    return [model.index(i, NAME, parent).data() for i in range(model.rowCount(parent))]


def highlighted(view) -> list[str]:
    return sorted(index.data() for index in view.selectionModel().selectedRows(NAME))


def drop(view, index, where: str) -> bool:
    """Drag what is selected in the view and drop it above, below or on a row; whether it was taken.

    The loop that Qt runs while the button is down cannot be played back, so the drop's own events are sent.
    """
    rect = view.visualRect(index)
    place = {"above": rect.topLeft(), "below": rect.bottomLeft(), "on": rect.center()}[where]
    data = view.model().mimeData(view.selectedIndexes())
    return send_drop(view, data, QPointF(rect.center().x(), place.y()))


def move_pressed(view, place) -> None:
    """QTest's moves hold no button."""
    where = QPointF(place), QPointF(view.viewport().mapToGlobal(place))
    event = QMouseEvent(QEvent.Type.MouseMove, *where, Qt.MouseButton.NoButton, LEFT, NONE)
    QApplication.sendEvent(view.viewport(), event)


def send_drop(view, data: QMimeData, place: QPointF) -> bool:
    arguments = (Qt.DropAction.MoveAction, data, LEFT, NONE)
    for event in (
        QDragEnterEvent(place.toPoint(), *arguments),
        QDragMoveEvent(place.toPoint(), *arguments),
        QDropEvent(place, *arguments),
    ):
        event.setDropAction(Qt.DropAction.MoveAction)
        event.ignore()
        QApplication.sendEvent(view.viewport(), event)
        if not event.isAccepted():
            QApplication.sendEvent(view.viewport(), QDragLeaveEvent())
            return False
    return True


def count_signals(model: QAbstractItemModel) -> dict[str, int]:
    counts = {"reset": 0, "inserted": 0, "removed": 0, "moved": 0, "changed": 0}

    def counter(name: str):
        def note(*_: object) -> None:
            counts[name] += 1

        return note

    model.modelReset.connect(counter("reset"))
    model.rowsInserted.connect(counter("inserted"))
    model.rowsRemoved.connect(counter("removed"))
    model.layoutChanged.connect(counter("moved"))
    model.dataChanged.connect(counter("changed"))
    return counts


# --- all of them ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_each_panel_needs_nothing_but_a_workbench(panel, qtbot, tmp_path):
    workbench = Workbench(Settings.load(tmp_path / "settings.json"))
    widget = panel.make(workbench)
    qtbot.addWidget(widget)
    widget.show()
    assert workbench.open(folder_of_images(tmp_path / "photos"))
    workbench.close()


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_what_takes_the_keyboard_says_what_it_is(panel, qtbot, tmp_path):
    workbench = Workbench(Settings.load(tmp_path / "settings.json"))
    widget = panel.make(workbench)
    qtbot.addWidget(widget)
    kinds = (QToolButton, QLineEdit, QListView, QTreeView)
    for child in (
        c for kind in kinds for c in widget.findChildren(kind) if c.objectName().startswith(panel.id)
    ):
        assert child.accessibleName(), child.objectName()
        assert child.focusPolicy() != Qt.FocusPolicy.NoFocus, child.objectName()
        if not isinstance(child, (QListView, QTreeView)):
            assert child.toolTip(), child.objectName()
    workbench.close()


# --- images ---------------------------------------------------------------------------------------------


def test_a_click_opens_an_image_and_the_list_follows_the_keys(desk: Desk):
    images = find(desk, QListView, "images.list")
    press(images, row(images, 2))
    assert desk.image_name == "c.png"
    desk.keys("a")
    assert desk.image_name == "b.png"
    assert images.currentIndex().data() == "b.png"
    assert images.selectionModel().isSelected(images.currentIndex())


def test_arrow_keys_open_where_they_rest_and_enter_opens_at_once(desk: Desk):
    images = find(desk, QListView, "images.list")
    images.setFocus()
    QTest.keyClick(images, Qt.Key.Key_Down)
    QTest.keyClick(images, Qt.Key.Key_Down)
    assert desk.image_name == "a.png"
    desk.wait(lambda: desk.image_name == "c.png", "the image where the arrow rests")
    QTest.keyClick(images, Qt.Key.Key_Up)
    QTest.keyClick(images, Qt.Key.Key_Return)
    assert desk.image_name == "b.png"


def test_the_shown_image_is_not_opened_again(desk: Desk):
    opened = []
    desk.workbench.image_changed.connect(lambda: opened.append(desk.image_name))
    images = find(desk, QListView, "images.list")
    press(images, row(images, 0))
    assert opened == []


def test_a_labelled_image_is_marked_and_counted(desk: Desk):
    images, counter = find(desk, QListView, "images.list"), find(desk, QLabel, "images.counter")
    assert counter.text() == "1 / 3 · 0 labelled"
    before = grabbed(images, row(images, 0))
    draw(desk).wait_until_saved()
    assert counter.text() == "1 / 3 · 1 labelled"
    assert "labelled" in row(images, 0).data(Qt.ItemDataRole.AccessibleTextRole).split(", ")
    assert grabbed(images, row(images, 0)) != before


def grabbed(view, index) -> bytes:
    image = view.viewport().grab(view.visualRect(index)).toImage()
    return bytes(image.constBits())


def test_a_broken_image_says_why_once_it_was_tried(open_desk, tmp_path: Path):
    folder = folder_of_images(tmp_path / "photos", "a.png", "b.png")
    (folder / "c.png").write_bytes(b"not a picture")
    desk = open_desk(folder)
    images = find(desk, QListView, "images.list")
    broken, whole = row(images, 2), row(images, 0)
    assert len(broken.data(Qt.ItemDataRole.ToolTipRole).splitlines()) == 2
    counts = count_signals(images.model())
    desk.keys("d")  # now it is the neighbour, and decoded ahead
    desk.wait(lambda: counts["changed"] == 1, "the list to hear of it")
    assert "c.png" in broken.data(Qt.ItemDataRole.ToolTipRole).splitlines()[-1]
    assert len(whole.data(Qt.ItemDataRole.ToolTipRole).splitlines()) == 2
    assert broken.data(Qt.ItemDataRole.ForegroundRole) is not None
    assert whole.data(Qt.ItemDataRole.ForegroundRole) is None


def test_the_filter_finds_names_and_escape_shows_all_again(open_desk, tmp_path: Path):
    desk = open_desk(
        folder_of_images(tmp_path / "photos", "street/One.png", "street/two.png", "park/one.png")
    )
    images, field = find(desk, QListView, "images.list"), find(desk, QLineEdit, "images.filter")
    counter = find(desk, QLabel, "images.counter")
    shown = desk.image_name
    field.setFocus()
    QTest.keyClicks(field, "ONE")
    assert texts(images) == ["park/one.png", "street/One.png"]
    assert counter.text().endswith("2 matches")
    QTest.keyClicks(field, "x")
    assert texts(images) == []
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    assert len(texts(images)) == 3
    assert images.currentIndex().data() == shown == desk.image_name


def test_typing_in_the_filter_fires_no_shortcut(desk: Desk):
    field, tool = find(desk, QLineEdit, "images.filter"), desk.workbench.controller.tool
    field.setFocus()
    QTest.keyClicks(field, "vadwe b1")
    assert field.text() == "vadwe b1"
    assert desk.image_name == "a.png"
    assert desk.workbench.controller.tool is tool
    assert not desk.canvas.shows_baked


def test_enter_in_the_filter_opens_the_first_match(desk: Desk):
    field = find(desk, QLineEdit, "images.filter")
    field.setFocus()
    QTest.keyClicks(field, "c.")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.image_name == "c.png"


class _ManyImages:
    """As much of a workbench as the list model asks for."""

    def __init__(self, count: int) -> None:
        self.images = tuple(ImageEntry(f"{i:06}.jpg", Path("photos"), False) for i in range(count))
        self.broken: dict[str, str] = {}
        self.asked: list[str] = []

    def row_of(self, name: str) -> int:
        return int(name.removesuffix(".jpg"))

    def is_labelled(self, name: str) -> bool:
        self.asked.append(name)
        return False


def test_the_cost_of_a_long_list_follows_what_is_seen(qtbot):
    workbench = _ManyImages(100_000)
    model = ImageList(workbench)
    view = ImageView()
    qtbot.addWidget(view)
    view.resize(250, 400)
    view.setModel(model)
    view.show()
    QApplication.processEvents()
    assert 0 < len(workbench.asked) < 200
    layouts = []
    for change in (
        lambda: model.refresh("000003.jpg"),
        lambda: view.setCurrentIndex(model.index_of("090000.jpg")),
        lambda: model.show_matching("99"),
        lambda: model.show_matching(""),
    ):
        workbench.asked.clear()
        change()
        QApplication.processEvents()
        layouts.append(len(workbench.asked))
    assert max(layouts) < 200


def test_a_filtered_long_list_still_finds_its_rows(qtbot):
    model = ImageList(_ManyImages(5_000))
    model.show_matching("99")
    for place in range(model.rowCount()):
        assert model.index_of(model.index(place).data()).row() == place
    assert not model.index_of("000000.jpg").isValid()


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
    assert counts["changed"] == 2
    assert counts["reset"] == counts["inserted"] == counts["removed"] == 0


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
    context.set_locked("cup", True)
    assert not drop(tree, row(tree, 2), "below")
    context.set_locked("cup", False)
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
    desk.workbench.add_class("plate")
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


# --- classes --------------------------------------------------------------------------------------------


def class_row(desk: Desk, place: int, column: int = classes_columns.NAME):
    view = find(desk, QTreeView, "classes.list")
    return view, row(view, place, column=column)


def add_class(desk: Desk, name: str) -> QLineEdit:
    QTest.mouseClick(find(desk, QToolButton, "classes.add"), LEFT)
    field = find(desk, QLineEdit, "classes.new")
    field.clear()
    QTest.keyClicks(field, name)
    QTest.keyClick(field, Qt.Key.Key_Return)
    return field


def class_names(desk: Desk) -> list[str]:
    view, _index = class_row(desk, 0)
    return [row(view, i, column=classes_columns.NAME).data() for i in range(view.model().rowCount())]


def test_a_class_is_added_with_the_next_key_and_drawn_with(desk: Desk, photos: Path):
    field = add_class(desk, " cup ")
    assert not field.isVisible()
    assert class_names(desk) == ["object", "cup"]
    view, index = class_row(desk, 1, classes_columns.KEY)
    assert index.data() == "2"
    assert desk.workbench.context.current_class == "cup"
    assert view.currentIndex().row() == 1
    written = json.loads((photos / "labeler.json").read_text(encoding="utf-8"))
    assert [entry["name"] for entry in written["classes"]] == ["object", "cup"]


@pytest.mark.parametrize("name", ["", "   ", "object"])
def test_a_name_that_cannot_be_is_refused_with_a_sentence(desk: Desk, name: str):
    said = []
    desk.workbench.reported.connect(said.append)
    field = add_class(desk, name)
    assert field.isVisible()
    assert len(said) == 1
    assert said[0].endswith(".")
    assert class_names(desk) == ["object"]
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()


def test_a_click_chooses_the_class_of_the_selection_and_of_what_comes(desk: Desk):
    draw(desk)
    add_class(desk, "cup")
    view, first = class_row(desk, 0)
    desk.workbench.context.select([PolygonRef("low", 0)])
    press(view, first)
    assert desk.workbench.context.current_class == "object"
    assert desk.annotation.instance("low").class_name == "object"
    steps = desk.workbench.undo_name
    press(view, first)
    desk.undo()
    assert desk.annotation.instance("low").class_name == "coin"
    assert steps == "Change class"


def test_moving_through_the_list_chooses_nothing_until_enter(desk: Desk):
    add_class(desk, "cup")
    view, _index = class_row(desk, 0)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert desk.workbench.context.current_class == "cup"
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert desk.workbench.context.current_class == "object"


def rename(desk: Desk, place: int, name: str, end=Qt.Key.Key_Return) -> None:
    view, index = class_row(desk, place)
    view.setCurrentIndex(index)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_F2)
    editor = find(desk, QLineEdit, "classes.rename")
    editor.selectAll()
    QTest.keyClicks(editor, name)
    QTest.keyClick(editor, end)
    QApplication.processEvents()
    QApplication.processEvents()


def test_a_class_is_renamed_in_the_list_on_disk_and_in_every_step(desk: Desk, photos: Path):
    add_class(desk, "coin")
    draw(desk).wait_until_saved()
    rename(desk, 1, "money")
    assert class_names(desk) == ["object", "money"]
    assert texts(tree_of(desk))[1:3] == ["money · mid", "money · low"]
    assert "money" in (photos / "a.png.labels.json").read_text(encoding="utf-8")
    desk.undo().redo()
    assert desk.annotation.instance("low").class_name == "money"


def test_a_rename_is_refused_or_cancelled_without_a_trace(desk: Desk):
    said = []
    desk.workbench.reported.connect(said.append)
    add_class(desk, "coin")
    rename(desk, 1, "object")
    assert len(said) == 1
    rename(desk, 1, "money", end=Qt.Key.Key_Escape)
    assert class_names(desk) == ["object", "coin"]
    assert len(said) == 1


def test_typing_a_class_name_fires_no_shortcut(desk: Desk):
    tool = desk.workbench.controller.tool
    rename(desk, 0, "v a d b 12")
    assert class_names(desk) == ["v a d b 12"]
    assert desk.image_name == "a.png"
    assert desk.workbench.controller.tool is tool


def test_enter_after_a_new_name_gives_the_selection_no_class(desk: Desk):
    draw(desk)
    desk.workbench.context.select([PolygonRef("low", 0)])
    rename(desk, 0, "thing")
    assert class_names(desk) == ["thing"]
    assert desk.annotation.instance("low").class_name == "coin"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (Qt.Key.Key_Return, "\r"),
        (Qt.Key.Key_Enter, "\r"),
        (Qt.Key.Key_Escape, "\x1b"),
        (Qt.Key.Key_Q, "q"),
        (Qt.Key.Key_1, "1"),
        (Qt.Key.Key_Delete, "\x7f"),
    ],
)
def test_a_text_field_claims_its_keys_before_any_shortcut(qtbot, key: Qt.Key, text: str):
    field = TextField()
    qtbot.addWidget(field)
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, NONE, text)
    event.ignore()
    QApplication.sendEvent(field, event)
    assert event.isAccepted()


def test_what_is_being_typed_outlives_other_changes(desk: Desk):
    view, _index = class_row(desk, 0)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_F2)
    editor = find(desk, QLineEdit, "classes.rename")
    QTest.keyClicks(editor, "half")
    draw(desk).wait_until_saved()
    assert editor.text() == "half"


def test_a_rename_that_takes_long_shows_how_far_it_is(desk: Desk, monkeypatch):
    import time

    seen = []

    def slow(old, new, progress):
        for done in range(4):
            progress(done, 4)
            seen.extend(d.value() for d in desk.window.findChildren(QProgressDialog) if d.isVisible())
            time.sleep(0.3)

    monkeypatch.setattr(desk.workbench.dataset, "rename_class", slow)
    rename(desk, 0, "thing")
    assert seen == [2, 3]
    assert not any(d.isVisible() for d in desk.window.findChildren(QProgressDialog))


def test_a_click_on_the_swatch_changes_the_colour(desk: Desk, monkeypatch):
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor("#123456"))
    view, swatch = class_row(desk, 0, classes_columns.COLOR)
    press(view, swatch)
    assert desk.workbench.classes.entries[0].color == "#123456"
    assert desk.canvas.style_of_labels.color_of("object") == "#123456"
    assert desk.workbench.context.current_class == "object"


def test_a_colour_that_was_not_chosen_changes_nothing(desk: Desk, monkeypatch):
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor())
    color = desk.workbench.classes.entries[0].color
    QTest.mouseClick(find(desk, QToolButton, "classes.recolor"), LEFT)
    assert desk.workbench.classes.entries[0].color == color


def test_classes_count_their_instances_on_this_image(desk: Desk):
    add_class(desk, "coin")
    _view, count = class_row(desk, 1, classes_columns.COUNT)
    assert count.data() == ""
    draw(desk)
    assert class_row(desk, 1, classes_columns.COUNT)[1].data() == "2"
    desk.undo()
    assert class_row(desk, 1, classes_columns.COUNT)[1].data() == ""
