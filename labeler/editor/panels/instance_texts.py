"""What the rows of the instances panel say. No Qt."""

from __future__ import annotations

from labeler.document.model import Instance, Polygon, Role
from labeler.editor.panels.instance_rows import Row
from labeler.i18n import N_, _, ngettext

ROLE_TITLES = {Role.INCLUDE: N_("Include"), Role.EXCLUDE: N_("Exclude"), Role.IGNORE: N_("Ignore")}
_ROLE_TIPS = {
    Role.INCLUDE: N_("Adds to the mask."),
    Role.EXCLUDE: N_("Cuts what is listed before it from the mask of its instance."),
    Role.IGNORE: N_("“Don't know”: left out of training and metrics."),
}


def row_text(row: Row) -> str:
    """Of an instance or an image-wide list."""
    if isinstance(row, Instance):
        return f"{row.class_name} · {row.id}"
    return _("Cuts everything") if row is Role.EXCLUDE else _("Ignore")


def polygon_text(polygon: Polygon) -> str:
    count = len(polygon.points)
    points = ngettext("{count} point", "{count} points", count).format(count=count)
    return f"{_(ROLE_TITLES[polygon.role])} · {points}"


def row_tip(row: Row, count: int, polygon: Polygon | None) -> str:
    """Of a row with so many polygons, or of one of them."""
    if not isinstance(row, Instance):
        if row is Role.EXCLUDE:
            return _("These polygons cut every instance of the image.")
        return _(_ROLE_TIPS[Role.IGNORE])
    if polygon:
        return _("{role_tip}\nThe mask is made from top to bottom: drag to change the order.").format(
            role_tip=_(_ROLE_TIPS[polygon.role])
        )
    polygons = ngettext("{count} polygon", "{count} polygons", count).format(count=count)
    order = _(
        "Painted over the instances listed below it: drag to change the order. Double-click zooms to it."
    )
    return f"{row_text(row)}, {polygons}\n{order}"


def toggle_tip(*, is_eye: bool, on: bool) -> str:
    """What a click would do."""
    if is_eye:
        return _("Hidden on the canvas, exported all the same: click to show") if on else _("Click to hide")
    return _("Locked: click to unlock") if on else _("Click to lock: it cannot be changed then")
