"""The shown image to the dataset's trash, and back while nothing else was done since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labeler.errors import LabelerError
from labeler.i18n import _

if TYPE_CHECKING:
    from labeler.dataset.dataset import Trashed

if TYPE_CHECKING:
    from labeler.editor.workbench import Workbench


class Trashing:
    """Belongs to the workbench: undo brings back what was trashed, the last first, until one draws."""

    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench
        self._trashed: list[Trashed] = []

    def forget(self) -> None:
        """Something else was done since: undo is of that now."""
        self._trashed.clear()

    @property
    def undone_next(self) -> Trashed | None:
        """What undo would bring back now: the points of a draft go first."""
        state = self._workbench.controller.state
        is_drawing = state.is_gesture or state.can_step_back
        return self._trashed[-1] if self._trashed and not is_drawing else None

    def trash_shown(self) -> None:
        """Move the shown image, with its sidecar and model mask, to the trash and show the next one."""
        workbench = self._workbench
        if workbench.image is None or workbench.dataset is None:
            return
        name, row = workbench.image.entry.name, workbench.row
        if name in workbench.flush():
            workbench.reported.emit(_("Not moved: {name} could not be saved first.").format(name=name))
            return
        try:
            trashed = workbench.dataset.trash_image(name)
        except LabelerError as error:
            workbench.reported.emit(str(error))
            return
        workbench.images_are_others(show=min(row, len(workbench.images) - 1))
        self._trashed.append(trashed)
        workbench.state_changed.emit()
        text = _("{name} is in the dataset's trash, its labels with it.").format(name=name)
        workbench.offered.emit(text, _("Bring it back"), lambda: self.restore(trashed))

    def restore(self, trashed: Trashed) -> None:
        """Bring an image back and show it; says why when it cannot."""
        workbench = self._workbench
        if workbench.dataset is None or workbench.dataset.root != trashed.entry.root:
            return
        try:
            place = workbench.dataset.restore_image(trashed)
        except LabelerError as error:
            workbench.reported.emit(str(error))
            return
        self._trashed = [other for other in self._trashed if other is not trashed]
        workbench.images_are_others(show=place)
        workbench.state_changed.emit()
