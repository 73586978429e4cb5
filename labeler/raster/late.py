"""OpenCV, loaded when it is first used: the window is there sooner without it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import cv2 as cv2
else:

    class _Late:
        """Stands for the module; every name is looked up in it once."""

        def __getattr__(self, name):
            import cv2 as real

            if not vars(self) and "OPENCV_LOG_LEVEL" not in os.environ:
                # What is wrong with a file is said once, by us, with its name.
                real.utils.logging.setLogLevel(real.utils.logging.LOG_LEVEL_SILENT)
            value = getattr(real, name)
            setattr(self, name, value)
            return value

    cv2 = _Late()
