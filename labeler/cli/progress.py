"""A bar on stderr for what takes longer than a second, on a terminal only."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click

#: Nobody wants a bar that is gone before it is read.
PATIENCE_S = 1.0


@contextmanager
def bar(label: str, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Within the block a function to call with how many are done, of how many."""
    start = time.monotonic()
    shown: Any = None  # click keeps the type of its bars to itself

    def show(done: int, total: int) -> None:
        nonlocal shown
        if shown is None:
            if time.monotonic() - start <= PATIENCE_S or done == total:
                return
            shown = stack.enter_context(click.progressbar(length=total, label=label, file=sys.stderr))
        shown.update(done - shown.pos)

    with ExitStack() as stack:
        yield _not_at_all if quiet or not sys.stderr.isatty() else show


def _not_at_all(done: int, total: int) -> None:
    pass
