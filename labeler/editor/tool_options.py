"""How the tools work, as the settings offer it: a record for each field of the tools' ``Options``."""

from __future__ import annotations

from labeler.editor.view_options import Choice, Range, Switch
from labeler.i18n import N_
from labeler.tools.options import LARGEST_RADIUS, SMALLEST_RADIUS

SNAP = Switch(
    "snap", N_("Snap"), N_("The pointer snaps to neighbours' vertices and edges and to the image's border")
)
CLIP = Switch("clip", N_("Clip to neighbours"), N_("A new polygon is cut where its neighbours are"))
SHARED = Switch(
    "shared",
    N_("Move shared vertices together"),
    N_("Vertices of several polygons at the same place follow the one that is dragged"),
)
RETURN_TO_INCLUDE = Switch(
    "return_to_include",
    N_("Include again on the next image"),
    N_("Who drew excludes or ignore regions starts the next image with the include tool"),
)
BRUSH_RADIUS = Range(
    "brush_radius",
    N_("Brush radius"),
    SMALLEST_RADIUS,
    LARGEST_RADIUS,
    N_("Of brush and eraser, in image pixels"),
    unit="px",
)
BRUSH_EXACT = Switch(
    "brush_exact",
    N_("Exact strokes"),
    N_("Strokes keep every pixel; otherwise, below 50 %, within half a screen pixel, with fewer points"),
)

#: Everything that can be set, in groups with their titles: a new option is one record here.
TOOL_GROUPS: tuple[tuple[str, tuple[Range | Choice | Switch, ...]], ...] = (
    (N_("Drawing"), (SNAP, CLIP, SHARED, RETURN_TO_INCLUDE, BRUSH_RADIUS, BRUSH_EXACT)),
)
