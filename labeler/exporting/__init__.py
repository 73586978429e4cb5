"""Export: a dataset read, a format writing, and what was found on the way.

The one place that joins `labeler.dataset` and `labeler.formats`, so that the window and the command line
write the same bytes. Knows neither of them.
"""

from __future__ import annotations

from labeler.exporting.running import Progress, export, export_at, refuse_to_write_into
from labeler.formats.output import InsideDataset

__all__ = ["InsideDataset", "Progress", "export", "export_at", "refuse_to_write_into"]
