"""The main window: puts canvas, panels, actions and status together and remembers how they stood."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDockWidget,
    QGridLayout,
    QMainWindow,
    QMenu,
    QToolBar,
    QWidget,
)

from labeler import __version__
from labeler.editor import class_commands, theme
from labeler.editor.actions import ACTIONS, MENUS, Action
from labeler.editor.actions.base import Rule, can_redo, can_undo
from labeler.editor.bindings import ActionKeys, Bindings
from labeler.editor.canvas import Canvas
from labeler.editor.icons import icon
from labeler.editor.minimap import Minimap
from labeler.editor.notice import Notice
from labeler.editor.panels import PANELS
from labeler.editor.panels.instance_menu import InstanceMenu
from labeler.editor.status import Status
from labeler.editor.workbench import Workbench
from labeler.errors import LabelerError
from labeler.i18n import N_, _
from labeler.settings import Settings, Theme

_STATE_VERSION = 1
#: Actions that the menu on the canvas has besides what the instances panel's has.
_CANVAS_MENU = ("edit.cut", "edit.copy", "edit.paste", "edit.paste_previous", "edit.underneath")


class Window(QMainWindow):
    workbench: Workbench
    canvas: Canvas

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.workbench = Workbench(settings, self)
        self.canvas = Canvas(self.workbench.controller)
        self.minimap = Minimap(self.workbench, self.canvas)
        self.notice = Notice()
        self.bindings = Bindings(settings, self)
        self.workbench.key_of = self.bindings.text
        self.bindings.changed.connect(self.workbench.keys_changed)
        self.actions_by_id: dict[str, QAction] = {}
        #: Those that one rule enables, and what it said last: many share one, and most say what they said.
        self._ruled: dict[Rule, list[QAction]] = {}
        self._said: dict[Rule, bool] = {}
        self._checkable: list[tuple[QAction, Callable[[Window], bool]]] = []
        self._themes: dict[Theme, QAction] = {}
        self._offered: tuple[object, ...] = ()
        self._is_running = False
        self._closed = False
        self._save_problem: str | None = None
        self.setAcceptDrops(True)
        self.setCentralWidget(self._central())
        self.setStatusBar(Status(self.workbench, self.canvas))
        self._add_panels()
        self._add_actions()
        self.bindings.changed.connect(self._show_picture)
        self._connect()
        self._restore()
        self._use_style()
        self._look()
        self._show_picture()

    # --- building ----------------------------------------------------------------------------------------

    def _central(self) -> QWidget:
        central = QWidget()
        cell = QGridLayout(central)
        cell.setContentsMargins(0, 0, 0, 0)
        cell.addWidget(self.canvas, 0, 0)
        # Over the canvas: beside it, the picture would move under the hand that draws as it comes and goes.
        cell.addWidget(self.notice, 0, 0, Qt.AlignmentFlag.AlignTop)
        self.notice.raise_()
        return central

    def _add_panels(self) -> None:
        for panel in PANELS:
            dock = QDockWidget(_(panel.title))
            dock.setObjectName(f"panel.{panel.id}")
            dock.setWidget(panel.make(self.workbench))
            self.addDockWidget(panel.area, dock)
            dock.setVisible(panel.shown)

    def _add_actions(self) -> None:
        menus = {title: self.menuBar().addMenu(_(title)) for title in MENUS}
        bar = QToolBar(_("Tools"))
        bar.setObjectName("toolbar")
        bar.setIconSize(QSize(20, 20))
        bar.setMovable(False)
        self.addToolBar(bar)
        bar_menu = ""
        for action in ACTIONS:
            made = self._make_action(action)
            if action.menu:
                if action.separated:
                    menus[action.menu].addSeparator()
                menus[action.menu].addAction(made)
            if action.toolbar:
                if bar_menu and bar_menu != action.menu:
                    bar.addSeparator()
                bar_menu = action.menu
                bar.addAction(made)
        self._add_window_menu(menus[N_("&View")])
        self._keys = ActionKeys(self.bindings, self.actions_by_id, menus, self.canvas)

    def _make_action(self, action: Action) -> QAction:
        made = QAction(_(action.title), self)
        made.setObjectName(action.id)
        if action.icon:
            made.setIcon(icon(action.icon))
        self._ruled.setdefault(action.enabled, []).append(made)
        if action.checked:
            made.setCheckable(True)
            self._checkable.append((made, action.checked))
        made.setAutoRepeat(action.repeats)
        made.triggered.connect(partial(self._run, action))
        if action.on_canvas:
            made.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self.canvas.addAction(made)
        else:
            self.addAction(made)
        self.actions_by_id[action.id] = made
        return made

    def _add_window_menu(self, menu: QMenu) -> None:
        menu.addSeparator()
        docks = {dock.objectName(): dock for dock in self.findChildren(QDockWidget)}
        for panel in PANELS:
            if panel.shown:  # the others have a command of their own in this menu
                menu.addAction(docks[f"panel.{panel.id}"].toggleViewAction())
        themes = menu.addMenu(_("Theme"))
        group = QActionGroup(themes)
        for value, title in theme.THEMES:
            choice = themes.addAction(_(title))
            choice.setCheckable(True)
            choice.setChecked(self.workbench.settings.theme == value)
            choice.triggered.connect(partial(self.use_theme, value))
            group.addAction(choice)
            self._themes[value] = choice

    def _connect(self) -> None:
        workbench = self.workbench
        workbench.picture_changed.connect(self._show_picture)
        workbench.image_changed.connect(self._on_image_changed)
        workbench.view.changed.connect(self._on_view_changed)
        workbench.view.model_mask_changed.connect(self._look)
        workbench.view.style_changed.connect(self._use_style)
        workbench.reported.connect(self.notice.say)
        self.canvas.menu_requested.connect(self._show_menu)
        workbench.offered.connect(self.notice.say)
        workbench.unlisted_found.connect(self._offer_unlisted)
        workbench.saving_changed.connect(self._on_saving_changed)
        workbench.zoom_requested.connect(self.canvas.show_box)
        workbench.options_changed.connect(self.canvas.refresh)
        self.canvas.resize_asked.connect(workbench.resize_brush)
        for signal in (
            workbench.history_changed,
            workbench.selection_changed,
            workbench.tool_changed,
            workbench.options_changed,
            workbench.class_changed,
            workbench.dataset_changed,
            workbench.classes_changed,
            workbench.visibility_changed,
        ):
            signal.connect(self._refresh)
        workbench.state_changed.connect(self._on_state_changed)
        # The stubs allow None; a window cannot be without an application.
        QApplication.instance().styleHints().colorSchemeChanged.connect(self._on_color_scheme)  # type: ignore[union-attr]

    # --- showing -----------------------------------------------------------------------------------------

    def _show_picture(self) -> None:
        message = self.workbench.message
        if self.workbench.dataset is None:
            message = self.bindings.with_key(message, "file.open")
        self.canvas.show_image(self.workbench.picture, message)
        if self.notice.text == message:
            self.notice.hide()  # once is enough
        self._refresh()

    def _on_image_changed(self) -> None:
        image = self.workbench.image
        self.setWindowTitle(f"{image.entry.name} – labeler" if image else "labeler")
        self.notice.hide()
        if not self.workbench.view.options.keep_view:
            self.canvas.fit()
        # The last picture would lie under the new polygons until the new one is decoded.
        self.canvas.show_image(None, self.workbench.message)
        if image and image.scaled:
            self.notice.say(
                image.read_only or "", _("Scale the polygons to the image"), self.workbench.accept_scaled
            )
        elif image and image.read_only:
            self.notice.say(image.read_only)
        else:
            self._offer_unlisted()
        self._refresh()

    def _offer_unlisted(self) -> None:
        unlisted = class_commands.unlisted(self.workbench)
        if unlisted:
            self.notice.say(
                _("Not in the class list, so not exported: {names}.").format(names=", ".join(unlisted)),
                _("Add to the classes"),
                partial(class_commands.list_unlisted, self.workbench, unlisted),
            )

    def _on_saving_changed(self) -> None:
        """A failed save stays in sight until it is mended, no longer."""
        problem = self.workbench.saving.problem
        if self._save_problem and not problem and self.notice.text == self._save_problem:
            self.notice.hide()
        self._save_problem = problem

    def _use_style(self) -> None:
        self.canvas.set_style(self.workbench.view.style)

    def _on_view_changed(self) -> None:
        self._look()
        self._refresh()

    def _look(self) -> None:
        view = self.workbench.view
        self.canvas.look(view.options, view.model_mask, view.note)

    def _on_state_changed(self) -> None:
        """At mouse speed, and then what can be done is seldom another."""
        if self._offered != self._on_offer():
            self._refresh()

    def _on_offer(self) -> tuple[object, ...]:
        """What actions may ask the tool's state for."""
        workbench = self.workbench
        state = workbench.controller.state
        return (
            type(state),
            state.is_gesture,
            can_undo(workbench),
            can_redo(workbench),
            workbench.undo_name,
            workbench.redo_name,
        )

    def _refresh(self) -> None:
        """Bring every action to what can be done now."""
        if self._is_running:
            return  # once, when all that it sets off is done
        self._offered = self._on_offer()
        for rule, actions in self._ruled.items():
            enabled = rule(self.workbench)
            if enabled != self._said.get(rule):
                self._said[rule] = enabled
                for made in actions:
                    made.setEnabled(enabled)
        for made, is_checked in self._checkable:
            made.setChecked(is_checked(self))
        self._keys.settle()
        self._name_step("edit.undo", _("Undo"), self.workbench.undo_name)
        self._name_step("edit.redo", _("Redo"), self.workbench.redo_name)

    def _name_step(self, id: str, verb: str, name: str | None) -> None:
        made, text = self.actions_by_id[id], f"{verb}: {name}" if name else verb
        tip = self.bindings.with_key(text, id)
        if made.text() == text:
            made.setToolTip(tip)
            return
        # Menu, toolbar and button hear of it once; the button shows no text and needs no other room for it.
        made.blockSignals(True)
        made.setIconText(verb)
        made.setToolTip(tip)
        made.blockSignals(False)
        made.setText(text)

    def _run(self, action: Action, checked: bool = False) -> None:
        # Keys repeat and menus linger: what was enabled when drawn may not be now.
        if action.enabled(self.workbench):
            self._is_running = True
            try:
                action.run(self)
            finally:
                self._is_running = False
        self._refresh()

    def _show_menu(self, place: QPoint) -> None:
        menu = InstanceMenu(self.workbench, self.canvas)
        menu.addSeparator()
        for id in _CANVAS_MENU:
            menu.addAction(self.actions_by_id[id])
        menu.popup(place)

    # --- commands ----------------------------------------------------------------------------------------

    def ask_folder(self) -> None:
        from PySide6.QtWidgets import QFileDialog  # not before the first frame

        folder = QFileDialog.getExistingDirectory(
            self, _("Open a folder of images"), self.workbench.settings.folder
        )
        if folder:
            self.open(Path(folder))

    def open(self, path: Path, labels: Path | None = None) -> bool:
        """Open a folder or an image; asks what to do when the last one cannot be saved."""
        if not self._may_leave():
            return False
        opened = self.workbench.open(path, labels)
        self.canvas.setFocus()
        return opened

    def toggle_panel(self, id: str) -> None:
        """Show this panel, in front of others at its place, or hide it."""
        dock = next(dock for dock in self.findChildren(QDockWidget) if dock.objectName() == f"panel.{id}")
        dock.setVisible(dock.isHidden())
        dock.raise_()

    def export(self) -> None:
        from labeler.editor.export_dialog import ExportDialog

        ExportDialog(self.workbench, self).open()

    def import_labels(self) -> None:
        from labeler.editor.import_dialog import ImportDialog

        ImportDialog(self.workbench, self).open()

    def show_shortcuts(self) -> None:
        from labeler.editor.shortcuts import ShortcutPage

        page = ShortcutPage(self.bindings, self)
        page.change_asked.connect(partial(self.show_settings, keys=True))
        page.open()

    def show_settings(self, *, keys: bool = False) -> None:
        """The settings, with the page of keys in front if asked for."""
        from labeler.editor.settings_dialog import SettingsDialog

        SettingsDialog(self, keys=keys).open()

    def show_about(self) -> None:
        from PySide6.QtWidgets import QMessageBox  # not before the first frame

        QMessageBox.about(
            self,
            _("About labeler"),
            _(
                "labeler {version}: include and exclude polygons, exact masks.\n"
                "MIT licence. Icons by Lucide (ISC licence)."
            ).format(version=__version__),
        )

    def use_theme(self, value: Theme, checked: bool = True) -> None:
        self.workbench.settings.theme = value
        self._themes[value].setChecked(True)
        self._on_color_scheme()

    def _on_color_scheme(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply(app, self.workbench.settings.theme)

    # --- files dropped on the window ---------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.open(Path(paths[0]))

    # --- closing -----------------------------------------------------------------------------------------

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._may_leave():
            event.ignore()
            return
        if self.findChildren(QDialog):  # else the module need not be there
            from labeler.editor.exchange_dialog import ExchangeDialog

            for dialog in self.findChildren(ExchangeDialog):
                dialog.stop()
        self._remember()
        if not self._closed:
            self._closed = True
            self.workbench.close()
        event.accept()

    def _may_leave(self) -> bool:
        """Save everything; if that fails, the user decides."""
        while self.workbench.flush():
            from PySide6.QtWidgets import QMessageBox

            answer = QMessageBox.warning(
                self,
                _("Not saved"),
                self.workbench.saving.problem or _("Some labels could not be saved."),
                QMessageBox.StandardButton.Retry
                | QMessageBox.StandardButton.Discard
                | QMessageBox.StandardButton.Cancel,
                QMessageBox.StandardButton.Retry,
            )
            if answer == QMessageBox.StandardButton.Cancel:
                return False
            if answer == QMessageBox.StandardButton.Discard:
                self.workbench.saving.discard()
                return True
        return True

    def _remember(self) -> None:
        settings = self.workbench.settings
        settings.window_geometry = _text(self.saveGeometry())
        settings.window_state = _text(self.saveState(_STATE_VERSION))
        self.save_settings()

    def save_settings(self) -> None:
        try:
            self.workbench.settings.save()
        except LabelerError as error:
            self.notice.say(str(error))

    def _restore(self) -> None:
        settings = self.workbench.settings
        available = self.screen().availableGeometry()
        self.resize(min(1360, available.width()), min(860, available.height()))
        if settings.window_geometry:
            self.restoreGeometry(_bytes(settings.window_geometry))
        if settings.window_state:
            self.restoreState(_bytes(settings.window_state), _STATE_VERSION)


def _text(data: QByteArray) -> str:
    return base64.b64encode(data.data()).decode("ascii")


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode("ascii"))
