"""Polygons by way of the system's clipboard: in the form of a sidecar, between images and windows."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from labeler.dataset import sidecar
from labeler.document import edits
from labeler.document.model import Annotation, Owner, PolygonRef
from labeler.editor import selection
from labeler.editor.workbench import Workbench
from labeler.errors import LabelerError
from labeler.i18n import _, ngettext

MIME_TYPE = "application/x-labeler-polygons+json"
#: How far aside a copy lies that would else lie on what it was copied from, in screen pixels.
_ASIDE_PX = 12


def copy(workbench: Workbench) -> None:
    """The selected polygons onto the clipboard, as text too."""
    context = workbench.context
    if not context.selection:
        return
    try:
        data = sidecar.serialise(edits.part(context.base, context.selection))
    except LabelerError as error:
        workbench.reported.emit(str(error))
        return
    mime = QMimeData()
    mime.setData(MIME_TYPE, data)
    mime.setText(data.decode())
    QGuiApplication.clipboard().setMimeData(mime)
    count = len(context.selection)
    text = ngettext("{count} polygon copied.", "{count} polygons copied.", count)
    workbench.reported.emit(text.format(count=count))


def cut(workbench: Workbench) -> None:
    copy(workbench)
    selection.delete(workbench)


def paste(workbench: Workbench) -> None:
    """What the clipboard holds, where it was; a little aside of what lies there already."""
    try:
        pasted = _on_clipboard()
    except LabelerError as error:
        workbench.reported.emit(str(error))
        return
    if pasted is None:
        workbench.reported.emit(_nothing_to_paste(workbench))
        return
    base = workbench.context.base
    pasted = _moved(pasted, *_way_inside(pasted, base))
    step = _ASIDE_PX * workbench.context.pixel
    while _lies_on(pasted, base):
        pasted = _moved(pasted, step, step)
    _commit(workbench, _("Paste"), pasted)


def paste_previous(workbench: Workbench) -> None:
    """Everything that is drawn on the image before this one, at the same place."""
    name = workbench.previous_name
    if name is None:
        workbench.reported.emit(_("There is no image before this one."))
        return
    try:
        previous = workbench.annotation_of(name)
    except LabelerError as error:
        workbench.reported.emit(str(error))
        return
    count = len(list(previous.refs()))
    if not count:
        workbench.reported.emit(_("Nothing is drawn on {name}.").format(name=name))
        return
    if _commit(workbench, _("Paste the previous image's labels"), previous):
        text = ngettext("{count} polygon of {name} pasted.", "{count} polygons of {name} pasted.", count)
        workbench.reported.emit(text.format(count=count, name=name))


def _commit(workbench: Workbench, name: str, pasted: Annotation) -> bool:
    context = workbench.context
    if context.read_only:
        workbench.reported.emit(context.read_only)
        return False
    if workbench.controller.state.is_gesture:
        workbench.reported.emit(_("First finish what is being drawn, or press Esc."))
        return False
    annotation, refs = edits.merge(context.base, pasted, _cut_by(workbench, pasted))
    context.session.commit(name, annotation)
    context.select(refs)
    workbench.unlisted_found.emit()
    return True


def _cut_by(workbench: Workbench, pasted: Annotation) -> Owner | None:
    """Excludes alone go where a drawn one would: into the selected instance, if there is one."""
    instance = workbench.context.selected_instance
    is_cutter = bool(pasted.exclude) and not pasted.instances and not pasted.ignore
    if not is_cutter or instance is None or instance.id in workbench.context.locked:
        return None
    return instance.id


def _on_clipboard() -> Annotation | None:
    """LabelerError for what says that it is ours and is not."""
    # The stubs do not know that there is none where the clipboard is empty or out of reach.
    mime: QMimeData | None = QGuiApplication.clipboard().mimeData()
    if mime is None or not mime.hasFormat(MIME_TYPE):
        return None
    return sidecar.parse(bytes(mime.data(MIME_TYPE).data()), Path(_("the clipboard")))


def _nothing_to_paste(workbench: Workbench) -> str:
    key = workbench.key_of("edit.copy")
    if not key:
        return _("The clipboard holds no polygons: copy some first.")
    return _("The clipboard holds no polygons: copy some with {key} first.").format(key=key)


def _way_inside(pasted: Annotation, base: Annotation) -> tuple[float, float]:
    """How far it has to go to lie on the image when it lies wholly beside it."""
    bounds = [pasted.polygon(ref).bounds for ref in pasted.refs()]
    if not bounds:
        return 0.0, 0.0
    lefts, tops, rights, bottoms = zip(*bounds, strict=True)
    sides = ((min(lefts), max(rights), base.image.width), (min(tops), max(bottoms), base.image.height))
    across, down = ((size - low - high) / 2 if high <= 0 or low >= size else 0.0 for low, high, size in sides)
    return across, down


def _moved(annotation: Annotation, dx: float, dy: float) -> Annotation:
    return edits.translate(annotation, annotation.refs(), dx, dy) if dx or dy else annotation


def _lies_on(pasted: Annotation, base: Annotation) -> bool:
    """Whether the first polygon lies exactly on one that is there: it would not be seen."""
    first = next((pasted.polygon(ref) for ref in pasted.refs()), None)
    return first is not None and any(_same(base, ref, first.points.tobytes()) for ref in base.refs())


def _same(base: Annotation, ref: PolygonRef, points: bytes) -> bool:
    polygon = base.polygon(ref)
    return polygon.points.nbytes == len(points) and polygon.points.tobytes() == points
