"""Lists and trees of the panels, with real clicks, keys and drops; and an annotation to show in them."""

from __future__ import annotations

import warnings

from PySide6.QtCore import QAbstractItemModel, QEvent, QMimeData, QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QTreeView,
)

from labeler.document.model import Annotation
from labeler.editor.panels.instance_tree import NAME
from tests.builders import annotation_of, instance_of, rectangle, ring_with_hole, square, triangle
from tests.gui.desk import Desk

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
    with warnings.catch_warnings():
        # Whole pixels are deprecated since Qt 6.12, and all that there is before.
        warnings.simplefilter("ignore", DeprecationWarning)
        enter, move = (kind(place.toPoint(), *arguments) for kind in (QDragEnterEvent, QDragMoveEvent))
    for event in (enter, move, QDropEvent(place, *arguments)):
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
