"""The canvas: turns Qt events into tool events and paints the layers. Decides nothing about polygons."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from labeler.document.model import Annotation, Owner
from labeler.editor.painting.camera import Camera, Pixels, Rect
from labeler.editor.painting.changes import changed_boxes
from labeler.editor.painting.labels import MARGIN_PX, LabelPainter, Pens
from labeler.editor.painting.layer import Layer
from labeler.editor.painting.live import Live, LivePainter, screen_rect
from labeler.editor.painting.picture import BakedPicture, Picture, PicturePainter
from labeler.editor.painting.style import Style
from labeler.geometry.nearest import Position
from labeler.geometry.rings import Box
from labeler.geometry.viewport import Viewport
from labeler.raster.runs import rasterize, rasterize_window
from labeler.tools.controller import Controller
from labeler.tools.events import Modifiers, PointerEvent
from labeler.tools.state import Cursor

_CURSORS = {
    Cursor.ARROW: Qt.CursorShape.ArrowCursor,
    Cursor.CROSS: Qt.CursorShape.CrossCursor,
    Cursor.HAND: Qt.CursorShape.PointingHandCursor,
    Cursor.MOVE: Qt.CursorShape.SizeAllCursor,
}
_MODIFIERS = {
    Qt.KeyboardModifier.ShiftModifier: Modifiers.SHIFT,
    Qt.KeyboardModifier.ControlModifier: Modifiers.CTRL,
    Qt.KeyboardModifier.AltModifier: Modifiers.ALT,
}
_MODIFIER_KEYS = {
    Qt.Key.Key_Shift: Modifiers.SHIFT,
    Qt.Key.Key_Control: Modifiers.CTRL,
    Qt.Key.Key_Alt: Modifiers.ALT,
}
#: One notch of a wheel (120 units) zooms by this.
_WHEEL_STEP = 1.2
_FIT_MARGIN_PX = 16


class Canvas(QWidget):
    """Shows one image and what is drawn on it.

    ``view_changed`` fires on every zoom and pan, ``pointed`` with the image position under the pointer or
    None.
    """

    view_changed = Signal()
    pointed = Signal(object)

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(200, 150)
        self._controller = controller
        self._context = controller.context
        self._style = Style({})
        self._picture: Picture | None = None
        self._message = ""
        self._baked: BakedPicture | None = None
        self._shows_baked = False
        self._fits = True
        self._panning_from: QPointF | None = None
        self._panning_button = Qt.MouseButton.NoButton
        self._space_held = False
        self._labels_hidden = False
        #: A press reached the tool and its release not yet.
        self._pressed = False
        #: Where the pointer is over the canvas.
        self._pointer: QPointF | None = None
        self._drawn_annotation: Annotation = self._context.annotation
        self._live = self._live_now()
        self._picture_painter = PicturePainter("#232427")
        self._picture_layer = Layer(self._picture_painter.paint, margin=2)
        self._label_layer = Layer(self._paint_labels, margin=MARGIN_PX)
        self._live_painter = LivePainter(self._style)
        self._context.annotation_changed.connect(self._on_annotation_changed)
        self._context.selection_changed.connect(self._refresh_live)
        self._context.visibility_changed.connect(self.repaint_labels)
        controller.state_changed.connect(self._on_state_changed)

    # --- what is shown -----------------------------------------------------------------------------------

    def show_image(self, picture: Picture | None, message: str = "") -> None:
        """Show this picture under the context's annotation, or ``message`` where there is none."""
        self._picture = picture
        self._message = message
        self._baked = None
        self._drawn_annotation = self._context.annotation
        self._picture_layer.mark_all()
        self._label_layer.mark_all()
        if self._fits:
            self.fit()
        self._refresh_live()
        self.update()

    @property
    def picture(self) -> Picture | None:
        return self._picture

    def set_style(self, style: Style) -> None:
        self._style = style
        self._live_painter = LivePainter(style)
        self.repaint_labels()

    def repaint_labels(self) -> None:
        """Every polygon may look different: classes, hiding, another style."""
        self._label_layer.mark_all()
        self.update()

    # --- baked mask --------------------------------------------------------------------------------------

    @property
    def shows_baked(self) -> bool:
        return self._shows_baked

    def show_baked(self, shown: bool) -> None:
        """Show the exporter's own pixels in place of the picture."""
        self._shows_baked = shown
        self._picture_layer.mark_all()
        self.update()

    @property
    def baked(self) -> BakedPicture:
        """The binary mask of what is drawn, as the exporter would write it now."""
        if self._baked is None:
            self._baked = BakedPicture(rasterize(self._context.annotation).union.to_mask())
        return self._baked

    def _repair_baked(self, boxes: Iterable[Box]) -> None:
        if self._baked is None:
            return
        if not self._shows_baked:
            self._baked = None  # made anew when it is asked for
            return
        for left, top, right, bottom in boxes:
            x0, y0 = max(int(left) - 1, 0), max(int(top) - 1, 0)
            x1 = min(int(right) + 2, self._baked.width)
            y1 = min(int(bottom) + 2, self._baked.height)
            if x1 > x0 and y1 > y0:
                window = rasterize_window(self._context.annotation, x0, y0, x1 - x0, y1 - y0)
                self._baked.repair(x0, y0, window.union.to_mask())

    # --- view --------------------------------------------------------------------------------------------

    @property
    def view(self) -> Viewport:
        return self._context.view

    def fit(self) -> None:
        """The whole picture; stays so when the canvas changes size."""
        self._fits = True
        self._look(self._resized_view().fitted(_FIT_MARGIN_PX))

    def zoom_to(self, scale: float) -> None:
        """Screen pixels per image pixel, around the middle; 1.0 is 100 %."""
        view = self.view
        self._zoom(scale / view.scale, (view.width / 2, view.height / 2))

    def zoom_by(self, factor: float) -> None:
        view = self.view
        self._zoom(factor, (view.width / 2, view.height / 2))

    def show_box(self, box: Box) -> None:
        """Zoom to a box of the image."""
        self._fits = False
        self._look(self.view.showing(box, margin=min(self.width(), self.height()) * 0.2))

    def _zoom(self, factor: float, anchor: Position) -> None:
        self._fits = False
        self._look(self.view.zoomed(factor, anchor))

    def _resized_view(self) -> Viewport:
        return self.view.resized(max(self.width(), 1), max(self.height(), 1))

    def _look(self, view: Viewport) -> None:
        if view == self.view:
            return
        self._context.view = view
        self.update()
        self.view_changed.emit()

    # --- painting ----------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        camera = Camera.of(self.view, self.devicePixelRatioF())
        baked = self._shows_baked and self._picture is not None
        self._picture_painter.picture = self.baked if baked else self._picture
        # A painter left open by an exception would take the process down with it.
        with QPainter(self) as painter:
            painter.setClipRegion(event.region())
            self._blit(painter, event, self._picture_layer, camera)
            if self._picture is None:
                self._paint_message(painter)
                return
            if self._labels_hidden:
                return
            if not baked:
                self._blit(painter, event, self._label_layer, camera)
            self._live_painter.paint(painter, self.view, self._live)

    def _blit(self, painter: QPainter, event: QPaintEvent, layer: Layer, camera: Camera) -> None:
        image = layer.sync(camera)
        ratio = self.devicePixelRatioF()
        for rect in event.region():  # type: ignore[attr-defined]  # the stubs do not know that it iterates
            target = QRectF(rect)
            source = QRectF(
                target.x() * ratio, target.y() * ratio, target.width() * ratio, target.height() * ratio
            )
            painter.drawImage(target, image, source)

    def _paint_labels(self, pixels: Pixels, rect: Rect, camera: Camera) -> None:
        painter = LabelPainter(self._context.annotation, self._style, self._context.hidden)
        painter.paint(pixels, rect, camera)

    def _paint_message(self, painter: QPainter) -> None:
        painter.setPen(QColor("#c7c9cc"))
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.2)
        painter.setFont(font)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(40, 40, -40, -40), int(flags), self._message)

    # --- what changed ------------------------------------------------------------------------------------

    def _on_annotation_changed(self, owners: frozenset[Owner]) -> None:
        before, after = self._drawn_annotation, self._context.annotation
        self._drawn_annotation = after
        boxes = list(changed_boxes(before, after, owners))
        if Pens.for_many(before) == Pens.for_many(after):
            self._label_layer.mark(boxes)
        else:
            self.repaint_labels()
        self._repair_baked(boxes)
        if self._shows_baked:
            self._picture_layer.mark(boxes)
        self._update(boxes)
        self._refresh_live()

    def _on_state_changed(self) -> None:
        self._refresh_live()
        if self._panning_from is None and not self._space_held:
            self.setCursor(_CURSORS[self._controller.state.cursor(self._context)])

    def _live_now(self) -> Live:
        context = self._context
        return Live(context.annotation, context.shown_selection, self._controller.overlay)

    def _refresh_live(self) -> None:
        before, self._live = self._live, self._live_now()
        self._update(before.changes(self._live))

    def _update(self, boxes: Iterable[Box]) -> None:
        for box in boxes:
            rect = screen_rect(box, self.view) & QRectF(self.rect())
            if not rect.isEmpty():
                self.update(rect.toAlignedRect())

    # --- events ------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._fits:
            self.fit()
        else:
            self._look(self._resized_view())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if event.button() == Qt.MouseButton.MiddleButton or self._space_held:
            self._start_pan(event)
        elif self._picture is None:
            return
        elif event.button() == Qt.MouseButton.LeftButton:
            self._pressed = True
            self._controller.press(self._event(event))
        elif event.button() == Qt.MouseButton.RightButton:
            self._controller.step_back()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._picture and not self._space_held:
            self._pressed = True
            self._controller.double_press(self._event(event))
        else:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        # A release may have gone to another window.
        if not event.buttons() & self._panning_button:
            self._end_pan()
        if self._pressed and not event.buttons() & Qt.MouseButton.LeftButton:
            self._release(event)
        if self._panning_from is not None:
            self._pan_to(event.position())
        elif self._picture:
            self._controller.move(self._event(event))
        self.pointed.emit(self.view.to_image((event.position().x(), event.position().y())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._panning_from is not None and event.button() == self._panning_button:
            self._end_pan()
        elif event.button() == Qt.MouseButton.LeftButton and self._pressed:
            self._release(event)

    def _release(self, event: QMouseEvent) -> None:
        self._pressed = False
        if self._picture:
            self._controller.release(self._event(event))

    def _start_pan(self, event: QMouseEvent) -> None:
        self._panning_from = event.position()
        self._panning_button = event.button()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def _pan_to(self, position: QPointF) -> None:
        """Move the view by whole device pixels: then what is painted can be moved along."""
        assert self._panning_from is not None
        ratio = self.devicePixelRatioF()
        moved = position - self._panning_from
        dx, dy = round(moved.x() * ratio) / ratio, round(moved.y() * ratio) / ratio
        self._panning_from += QPointF(dx, dy)
        self._fits = False
        self._look(self.view.panned(dx, dy))

    def _end_pan(self) -> None:
        if self._panning_from is not None:
            self._panning_from = None
            self._panning_button = Qt.MouseButton.NoButton
            self._restore_cursor()

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = (event.angleDelta().y() or event.angleDelta().x()) / 120
        if notches:
            anchor = event.position()
            self._zoom(_WHEEL_STEP**notches, (anchor.x(), anchor.y()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self._space_held = True
            if self._panning_from is None:
                self.setCursor(Qt.CursorShape.OpenHandCursor)
        elif event.key() == Qt.Key.Key_H and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self._hide_labels(True)
        elif not self._modifier_key(event, held=True):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space_held = False
                self._restore_cursor()
        elif event.key() == Qt.Key.Key_H:
            if not event.isAutoRepeat():
                self._hide_labels(False)
        elif not self._modifier_key(event, held=False):
            super().keyReleaseEvent(event)

    def _hide_labels(self, hidden: bool) -> None:
        """Show the bare picture while a key is held."""
        if hidden != self._labels_hidden:
            self._labels_hidden = hidden
            self.update()

    def _modifier_key(self, event: QKeyEvent, *, held: bool) -> bool:
        """Show what a modifier would do without waiting for the pointer to move; False for other keys."""
        key = _MODIFIER_KEYS.get(Qt.Key(event.key()))
        if key is None:
            return False
        # Whether the event's modifiers have the key itself already differs by platform.
        others = _modifiers(event.modifiers()) & ~key
        if self._picture and self._pointer is not None and self._panning_from is None:
            position = self.view.to_image((self._pointer.x(), self._pointer.y()))
            self._controller.move(PointerEvent(position, others | key if held else others))
        return True

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self.pointed.emit(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        # The release of a held key goes to whoever has the focus then.
        self._space_held = False
        self._hide_labels(False)
        self._restore_cursor()
        super().focusOutEvent(event)

    def event(self, event: QEvent) -> bool:
        zoom = Qt.NativeGestureType.ZoomNativeGesture
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == zoom:
            anchor = event.position()
            self._zoom(1 + event.value(), (anchor.x(), anchor.y()))
            return True
        return super().event(event)

    def _restore_cursor(self) -> None:
        if self._space_held:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
            return
        self.setCursor(_CURSORS[self._controller.state.cursor(self._context)])

    def _event(self, event: QMouseEvent) -> PointerEvent:
        position = self.view.to_image((event.position().x(), event.position().y()))
        return PointerEvent(position, _modifiers(event.modifiers()))


def _modifiers(modifiers: Qt.KeyboardModifier) -> Modifiers:
    held = Modifiers.NONE
    for qt, ours in _MODIFIERS.items():
        if modifiers & qt:
            held |= ours
    return held
