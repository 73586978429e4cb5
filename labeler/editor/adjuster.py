"""A slow edit shown as a preview and then kept or given up: worked out off the UI thread, the latest wins."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer, Signal

from labeler.document.edits import Refs
from labeler.document.model import Annotation
from labeler.editor.workbench import Workbench
from labeler.errors import LabelerError
from labeler.geometry.reshaping import Tick
from labeler.i18n import _
from labeler.tools.adjusting import Adjusting

#: Makes another annotation of one and some of its polygons, and says where what it made is.
Edit = Callable[[Annotation, Refs, Tick], tuple[Annotation, Refs]]
#: What takes longer than this is given up for something newer; what is quicker may still be shown (s).
_PATIENCE = 0.3


@dataclass(frozen=True)
class Made:
    """What an edit made of the selected polygons."""

    annotation: Annotation
    refs: Refs


class _GivenUpError(Exception):
    pass


@dataclass
class _Work:
    edit: Edit
    #: The UI thread sets it: nobody waits for this any more.
    is_stale: bool = False
    begun: float = field(default_factory=time.monotonic)

    def tick(self) -> None:
        if self.is_stale and time.monotonic() - self.begun > _PATIENCE:
            raise _GivenUpError


class Adjuster(QObject):
    """One edit of what is selected, under way. It ends once: by ``accept``, ``cancel`` or from outside.

    While it lasts the tool rests: the canvas pans and zooms, Enter accepts and Esc cancels.
    """

    shown = Signal(object)  # Made
    failed = Signal(str)  # a sentence for the user
    busy_changed = Signal()
    ended = Signal(object)  # Made when it was kept, else None

    def __init__(self, workbench: Workbench, name: str, hint: str) -> None:
        super().__init__(workbench)
        controller = workbench.controller
        controller.settle()
        self._workbench = workbench
        self._context = workbench.context
        self._name = name
        self._base = self._context.base
        self.refs = self._context.editable(self._context.selection)
        self._work: _Work | None = None
        self._next: Edit | None = None
        self._made: Made | None = None
        self._accepts = False
        self._is_over = False
        accept = QTimer(self)  # not from within the state that is being left
        accept.setSingleShot(True)
        accept.timeout.connect(self.accept)
        controller.enter(Adjusting(controller.state, hint, accept.start, self._on_given_up))

    @property
    def base(self) -> Annotation:
        """What every preview starts from."""
        return self._base

    @property
    def is_busy(self) -> bool:
        return self._work is not None

    def show(self, edit: Edit) -> None:
        """Show what this edit makes, as soon as it is known; what was asked for before is forgotten."""
        if self._is_over:
            return
        self._made = None
        if self._work:
            self._next, self._work.is_stale = edit, True
        else:
            self._start(edit)

    def accept(self) -> None:
        """Keep what is asked for as one step, when it is there."""
        if self._is_over:
            return
        self._accepts = True
        if self._made:
            self._keep(self._made)

    def cancel(self) -> None:
        """As if nothing had been."""
        if not self._is_over:
            self._context.session.rollback()
            self._workbench.controller.reset()
            self._end(None)

    # --- working -----------------------------------------------------------------------------------------

    def _start(self, edit: Edit) -> None:
        work = self._work = _Work(edit)
        base, refs = self._base, self.refs

        def made() -> Made | None:
            try:
                return Made(*work.edit(base, refs, work.tick))
            except _GivenUpError:
                return None

        self._workbench.slow_jobs.run(made, self._on_made, self._on_failed)
        self.busy_changed.emit()

    def _on_made(self, made: Made | None) -> None:
        if not self._is_over and made and self._context.base is self._base:
            self._context.session.preview(made.annotation)
        self._go_on(made)

    def _on_failed(self, error: LabelerError) -> None:
        if self._is_over:
            return
        if not self._next:
            self.failed.emit(str(error))
        self._go_on(None)

    def _go_on(self, made: Made | None) -> None:
        """Work on what was asked for meanwhile, if anything was."""
        if self._is_over:
            return
        self._work = None
        if self._next:
            following, self._next = self._next, None
            self._start(following)
            return
        self.busy_changed.emit()
        if made is None:
            self._accepts = False
            return
        self._made = made
        self.shown.emit(made)
        if self._accepts:
            self._keep(made)

    # --- ending ------------------------------------------------------------------------------------------

    def _keep(self, made: Made) -> None:
        if self._context.base is not self._base or self._context.editable(self.refs) != self.refs:
            self.cancel()  # something else changed the labels meanwhile, or they were locked
            return
        self._context.session.commit(self._name, made.annotation)
        self._context.select(made.refs)
        self._workbench.controller.reset()
        self._end(made)

    def _on_given_up(self) -> None:
        if not self._is_over:
            self._end(None)

    def _end(self, made: Made | None) -> None:
        self._is_over = True
        if self._work:
            self._work.is_stale, self._work.begun = True, 0.0
        self.ended.emit(made)
        self.deleteLater()


def run(
    workbench: Workbench, name: str, edit: Edit, then: Callable[[Annotation, Made], object], *, at_once: bool
) -> None:
    """Make an edit of what is selected one step. ``at_once``: it is quick, so do it here and now."""
    context = workbench.context
    refs = context.editable(context.selection)
    if workbench.controller.state.is_gesture or not refs:
        return
    if not at_once:
        adjuster = Adjuster(workbench, name, _("Working… Esc gives it up."))
        base = adjuster.base
        adjuster.ended.connect(lambda made: then(base, made) if made else None)
        adjuster.failed.connect(workbench.reported)
        adjuster.failed.connect(adjuster.cancel)
        adjuster.show(edit)
        adjuster.accept()
        return
    try:
        made = Made(*edit(context.base, refs, lambda: None))
    except LabelerError as error:
        workbench.reported.emit(str(error))
        return
    before = context.base
    context.session.commit(name, made.annotation)
    context.select(made.refs)
    then(before, made)
