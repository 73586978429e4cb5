"""The context menu of the instances panel: what can be done with what is selected."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from labeler.document.model import Role
from labeler.editor import class_commands, selection
from labeler.editor.icons import icon
from labeler.editor.panels.instance_texts import ROLE_TITLES
from labeler.editor.panels.marks import swatch
from labeler.editor.workbench import Workbench
from labeler.i18n import _


class InstanceMenu(QMenu):
    """Made anew each time it is shown; takes itself away when it is closed."""

    def __init__(self, workbench: Workbench, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setToolTipsVisible(True)
        self._workbench = workbench
        self._context = workbench.context
        if not self._context.selection:
            return
        self._can_edit = bool(self._context.editable(self._context.selection))
        self._add("scan", _("Zoom to it"), lambda: selection.zoom_to(workbench, self._context.selection))
        self.addSeparator()
        self._add_classes()
        self._add_roles()
        self.addSeparator()
        self._add_edit("copy", _("Duplicate"), selection.duplicate)
        self._add_edit("bring-to-front", _("Bring to front"), selection.bring_to_front)
        self._add_edit("send-to-back", _("Send to back"), selection.send_to_back)
        self.addSeparator()
        self._add_visibility()
        self.addSeparator()
        self._add_edit("trash-2", _("Delete"), selection.delete)

    def _add(self, icon_name: str, title: str, run: Callable[[], object]) -> None:
        self.addAction(icon(icon_name), title).triggered.connect(lambda checked=False: run())

    def _add_edit(self, icon_name: str, title: str, run: Callable[[Workbench], None]) -> None:
        self._add(icon_name, title, partial(run, self._workbench))
        self.actions()[-1].setEnabled(self._can_edit)

    def _add_classes(self) -> None:
        instances = self._context.selected_instances
        submenu = self.addMenu(_("Class"))
        submenu.setEnabled(self._can_edit and bool(instances))
        names = {instance.class_name for instance in instances}
        for entry in self._workbench.classes.entries:
            action = submenu.addAction(swatch(entry.color), entry.name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(names == {entry.name})
            action.triggered.connect(partial(self._choose_class, entry.name))

    def _choose_class(self, name: str, checked: bool = True) -> None:
        class_commands.choose(self._workbench, name)

    def _add_roles(self) -> None:
        submenu = self.addMenu(_("Role"))
        submenu.setEnabled(self._can_edit)
        annotation = self._context.annotation
        roles = {annotation.polygon(ref).role for ref in self._context.selection}
        for role in Role:
            action = submenu.addAction(icon(role.value), _(ROLE_TITLES[role]))
            action.setCheckable(True)
            action.setChecked(roles == {role})
            action.triggered.connect(partial(self._set_role, role))

    def _set_role(self, role: Role, checked: bool = True) -> None:
        selection.set_role(self._workbench, role)

    def _add_visibility(self) -> None:
        owners = {ref.owner for ref in self._context.selection}
        hidden, locked = owners <= self._context.hidden, owners <= self._context.locked
        context = self._context
        self._add(
            "eye" if hidden else "eye-off",
            _("Show") if hidden else _("Hide"),
            partial(context.set_hidden, owners, not hidden),
        )
        self._add(
            "lock-open" if locked else "lock",
            _("Unlock") if locked else _("Lock"),
            partial(context.set_locked, owners, not locked),
        )
