"""What the canvas shows: cached layers for what is settled, live things straight to the widget.

A new thing over the layers is one module and one entry in PAINTERS.
"""

from __future__ import annotations

from labeler.editor.painting.crosshair import Crosshair
from labeler.editor.painting.live_things import LiveThings
from labeler.editor.painting.note import Note
from labeler.editor.painting.scene import ScenePainter

#: Painted in this order.
PAINTERS: tuple[ScenePainter, ...] = (LiveThings(), Crosshair(), Note())
