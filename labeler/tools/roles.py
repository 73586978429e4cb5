"""What a polygon that is drawn will be and where it goes, said before it is drawn."""

from __future__ import annotations

from labeler.document.model import Role
from labeler.i18n import _
from labeler.tools.context import Context


def role_for(role: Role, *, flipped: bool) -> Role:
    """The role itself, or the other one while Alt is held."""
    other = {Role.INCLUDE: Role.EXCLUDE, Role.EXCLUDE: Role.INCLUDE}
    return other.get(role, role) if flipped else role


def commit_name(role: Role) -> str:
    return {
        Role.INCLUDE: _("Draw include polygon"),
        Role.EXCLUDE: _("Draw exclude polygon"),
        Role.IGNORE: _("Draw ignore region"),
    }[role]


def refusal(context: Context, role: Role) -> str | None:
    """Why nothing may be drawn into the target now, if so."""
    owner = context.target(role)
    if role is Role.EXCLUDE and owner is Role.EXCLUDE and len(context.selected_instances) > 1:
        return _("Several instances are selected: select one to cut it, or press Esc to cut everything.")
    if owner not in context.locked and owner not in context.hidden:
        return None
    return _("The target is locked or hidden: show and unlock it in the list, or press Esc to deselect.")


def target_hint(context: Context, role: Role) -> str:
    """Says what the polygon will do before it is drawn."""
    instance = context.selected_instance
    if role is Role.IGNORE:
        return _("Ignore region: “don't know”, left out of training and metrics.")
    if role is Role.EXCLUDE and instance:
        return _("Exclude from the selected {name}.").format(name=instance.class_name)
    if role is Role.EXCLUDE:
        return _("Exclude from everything on the image.")
    if context.target(role) is not None and instance:
        return _("Include: a further part of the selected {name}.").format(name=instance.class_name)
    return _("Include: a new {name}.").format(name=context.current_class)
