"""The canvas: turns Qt events into tool events and paints the layers. Decides nothing about polygons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from labeler.document.edits import Refs
from labeler.document.model import Owner
from labeler.editor.canvas_input import CanvasInput
from labeler.editor.painting import PAINTERS
from labeler.editor.painting.baked import Baked, BakedPicture
from labeler.editor.painting.camera import Camera
from labeler.editor.painting.changes import changed_boxes
from labeler.editor.painting.labels import MARGIN_PX, LabelPainter, Pens
from labeler.editor.painting.layer import AtOnce, Layer
from labeler.editor.painting.layers import Layers
from labeler.editor.painting.live import Live, SelectedRows, screen_rect
from labeler.editor.painting.look import Look
from labeler.editor.painting.model_mask import ModelMask, no_mask
from labeler.editor.painting.picture import Picture, PicturePainter, Source
from labeler.editor.painting.scene import Scene
from labeler.editor.painting.style import Style
from labeler.editor.view_options import BAKED, PICTURE, ViewOptions
from labeler.geometry.nearest import Position
from labeler.geometry.rings import Box
from labeler.geometry.viewport import Viewport
from labeler.tools.controller import Controller
from labeler.tools.events import PointerEvent

_FIT_MARGIN_PX = 16
#: Of more owners than this the box around all is painted anew.
_MANY_CHANGED = 500
#: From so many selected polygons on their boxes are asked which are in sight.
_MANY_SELECTED = 100
#: So long after the view last changed what takes long is painted sharp: while the wheel turns it would be
#: thrown away.
_REST_MS = 8
_SURROUNDINGS = "#232427"


class Canvas(QWidget):
    """Shows one image and what is drawn on it.

    ``view_changed`` fires on every zoom and pan, ``pointed`` with the image position under the pointer or
    None, ``menu_requested`` with the place on the screen for a menu of what is selected.
    """

    view_changed = Signal()
    pointed = Signal(object)
    #: The tool's size should change by so many steps.
    resize_asked = Signal(float)
    menu_requested = Signal(QPoint)

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        # First: Qt sends events as soon as there is a widget.
        self.controller = controller
        self._input = CanvasInput(self)
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.grabGesture(Qt.GestureType.PinchGesture)
        self.setMinimumSize(200, 150)
        self._context = controller.context
        self._style = Style({})
        self._picture: Picture | None = None
        self._message = ""
        self._baked = Baked(lambda: self._context.table)
        self._options = ViewOptions()
        self._mask: ModelMask | None = None
        self._note = ""
        self._fits = True
        self._labels_hidden = False
        self._drawn = self._context.table
        self._drawn_hidden = self._context.hidden
        self._is_sharp = False
        self._scene = self._scene_now()
        self._picture_painter = PicturePainter(_SURROUNDINGS)
        self._layers = Layers(
            Layer(lambda: AtOnce(self._picture_painter.paint), margin=2, opaque=True),
            Layer(lambda: LabelPainter(self._context.table, self._style, self._context.hidden), MARGIN_PX),
            _SURROUNDINGS,
        )
        self._sharpener = QTimer(self, singleShot=True)
        self._sharpener.timeout.connect(self._sharpen)
        self._context.annotation_changed.connect(self._on_annotation_changed)
        self._context.selection_changed.connect(self.refresh)
        self._context.visibility_changed.connect(self._on_visibility_changed)
        controller.state_changed.connect(self._on_state_changed)
        self.pointed.connect(self.refresh)

    # --- what is shown -----------------------------------------------------------------------------------

    def show_image(self, picture: Picture | None, message: str = "") -> None:
        """Show this picture under the context's annotation, or ``message`` where there is none."""
        self._picture = picture
        self._message = message
        self._baked.forget()
        self._drawn = self._context.table
        self._layers.picture.mark_all()
        self._layers.labels.clear()
        if self._fits:
            self.fit()
        self.refresh()
        self.update()

    @property
    def picture(self) -> Picture | None:
        return self._picture

    def set_style(self, style: Style) -> None:
        self._style = style
        self.repaint_labels()
        self.refresh()

    def repaint_labels(self) -> None:
        """Every polygon may look different: classes, hiding, another style."""
        self._layers.labels.mark_all()
        self.update()

    @property
    def pointer_event(self) -> PointerEvent | None:
        """Where the pointer is, as a tool is told; None when it is not over a picture."""
        return self._input.pointer_event()

    def hide_labels(self, hidden: bool) -> None:
        """Show the bare picture for a while."""
        if hidden != self._labels_hidden:
            self._labels_hidden = hidden
            self.update()

    # --- how it is looked at -----------------------------------------------------------------------------

    def look(self, options: ViewOptions, mask: ModelMask | None = None, note: str = "") -> None:
        """Look at it this way, with the image's model mask; ``note`` says what is missing."""
        self._options, self._mask, self._note = options, mask, note
        self._layers.picture.mark_all()
        self.refresh()
        self.update()

    @property
    def shows_baked(self) -> bool:
        return self._options.shown == BAKED

    def show_baked(self, shown: bool) -> None:
        """Show the exporter's own pixels in place of the picture."""
        self.look(replace(self._options, shown=BAKED if shown else PICTURE), self._mask, self._note)

    def _look_at(self) -> Source | None:
        """Have the picture, or the mask in its place, painted as it is looked at; returns which it is."""
        options, painter = self._options, self._picture_painter
        painter.look = Look(grid=options.grid)
        if self._picture is None:
            painter.picture = None
        elif options.shown == PICTURE:
            painter.picture = self._picture
            mask = self._mask if options.overlay else None
            painter.look = Look(options.tones, mask, options.darkness / 100, options.grid)
        elif options.shown == BAKED:
            painter.picture = self.baked
        else:
            painter.picture = self._mask or no_mask(self._picture.width, self._picture.height)
        return painter.picture

    @property
    def baked(self) -> BakedPicture:
        """The binary mask of what is drawn, as the exporter would write it now."""
        return self._baked.picture

    # --- view --------------------------------------------------------------------------------------------

    @property
    def view(self) -> Viewport:
        return self._context.view

    def fit(self) -> None:
        """The whole picture; stays so when the canvas changes size."""
        self._fits = True
        self._look(self._resized_view().fitted(_FIT_MARGIN_PX))

    @property
    def zoom(self) -> float:
        """Pixels of the screen itself per image pixel; 1.0 is 100 %."""
        return self.view.scale * self.devicePixelRatioF()

    def zoom_to(self, zoom: float) -> None:
        """Zoom around the middle; 1.0 is 100 %, one image pixel on one pixel of the screen itself."""
        self.zoom_by(zoom / self.zoom)

    def zoom_by(self, factor: float) -> None:
        view = self.view
        self.zoom_at(factor, (view.width / 2, view.height / 2))

    def show_box(self, box: Box) -> None:
        """Zoom to a box of the image."""
        self._fits = False
        self._look(self.view.showing(box, margin=min(self.width(), self.height()) * 0.2))

    def zoom_at(self, factor: float, anchor: Position) -> None:
        """Zoom with what is under ``anchor``, in device-independent px of the canvas, staying there."""
        self._fits = False
        self._look(self.view.zoomed(factor, anchor))

    def pan_by(self, dx: float, dy: float) -> None:
        """Move the picture on screen, in device-independent px."""
        self._fits = False
        self._look(self.view.panned(dx, dy))

    def _resized_view(self) -> Viewport:
        return self.view.resized(max(self.width(), 1), max(self.height(), 1))

    def _look(self, view: Viewport) -> None:
        if view == self.view:
            return
        self._context.view = view
        self._is_sharp = False
        self._sharpener.start(_REST_MS)
        self.update()
        self.view_changed.emit()

    # --- painting ----------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        camera = Camera.of(self.view, self.devicePixelRatioF())
        shows_picture = self._look_at() is self._picture
        # A painter left open by an exception would take the process down with it.
        with QPainter(self) as painter:
            painter.setClipRegion(event.region())
            labels = self._picture is not None and shows_picture and not self._labels_hidden
            # The stubs do not know that it iterates.
            self._layers.draw(painter, event.region(), camera, labels=labels)  # type: ignore[arg-type]
            if self._picture is None:
                self._paint_message(painter)
            else:
                self._paint_scene(painter)
        self._is_sharp = not self._layers.is_pending
        if not self._is_sharp and not self._sharpener.isActive():
            self._sharpener.start(0)

    def _paint_scene(self, painter: QPainter) -> None:
        scene = replace(self._scene, view=self.view)
        for thing in PAINTERS:
            if not (thing.is_label and self._labels_hidden):
                painter.save()
                thing.paint(painter, scene)
                painter.restore()

    @property
    def is_sharp(self) -> bool:
        """Whether everything is shown as it is, and nothing stretched or from before."""
        return self._is_sharp

    def _sharpen(self) -> None:
        """Paint a little of what takes long, between events."""
        if self._layers.work():
            self.update()
        elif self._layers.is_pending:
            self._sharpener.start(0)

    def _paint_message(self, painter: QPainter) -> None:
        painter.setPen(QColor("#c7c9cc"))
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 1.2)
        painter.setFont(font)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(40, 40, -40, -40), int(flags), self._message)

    # --- what changed ------------------------------------------------------------------------------------

    def _on_annotation_changed(self, owners: frozenset[Owner]) -> None:
        before, self._drawn = self._drawn, self._context.table
        if len(owners) > _MANY_CHANGED:
            boxes = [before.bounds, self._drawn.bounds]
        else:
            boxes = list(changed_boxes(before.annotation, self._drawn.annotation, owners))
        if Pens.for_many(before) == Pens.for_many(self._drawn):
            self._layers.labels.mark(boxes)
        else:
            self.repaint_labels()
        if self.shows_baked:
            self._baked.repair(boxes)
            self._layers.picture.mark(boxes)
        else:
            self._baked.forget()
        self._update(screen_rect(box, self.view) for box in boxes)
        self.refresh()

    def _on_visibility_changed(self) -> None:
        before, self._drawn_hidden = self._drawn_hidden, self._context.hidden
        table = self._context.table
        found = table.boxes[:, table.of_owners(before ^ self._drawn_hidden)].T
        boxes = [(left, top, right, bottom) for left, top, right, bottom in found.tolist()]
        self._layers.labels.mark(boxes)
        self._update(screen_rect(box, self.view) for box in boxes)
        self.refresh()

    def _on_state_changed(self) -> None:
        self.refresh()
        self._input.show_cursor()

    def _scene_now(self) -> Scene:
        context = self._context
        selection = context.shown_selection
        live = Live(context.annotation, selection, self.controller.overlay, self._rows_of(selection))
        return Scene(
            self.view,
            live,
            self._style,
            context.options,
            self._picture,
            self._input.pointer,
            self._options,
            self._note,
        )

    def _rows_of(self, selection: Refs) -> SelectedRows | None:
        """The rows of a selection that is too large to be looked at one by one, as long as they hold."""
        if len(selection) < _MANY_SELECTED:
            return None
        known, table = self._scene.live, self._context.table
        if known.rows and known.rows.table is table and known.selection is selection:
            return known.rows
        return SelectedRows(table, table.rows(selection))

    def refresh(self) -> None:
        """Paint anew what looks different over the layers: tool, selection, pointer, options."""
        before, self._scene = self._scene, self._scene_now()
        for thing in PAINTERS:
            self._update(thing.changes(before, self._scene))

    def _update(self, rects: Iterable[QRectF]) -> None:
        whole = QRectF(self.rect())
        for rect in rects:
            visible = rect & whole
            if not visible.isEmpty():
                self.update(visible.toAlignedRect())

    # --- events ------------------------------------------------------------------------------------------

    def set_held_keys(self, keys: Mapping[str, Iterable[str]]) -> None:
        """The keys of each of ``HELD_KEYS``, by its id."""
        self._input.set_keys(keys)

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self._fits:
            self.fit()
        else:
            self._look(self._resized_view())

    def event(self, event: QEvent) -> bool:
        return self._input.handle(event) or super().event(event)
