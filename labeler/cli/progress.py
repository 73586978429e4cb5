"""A bar on stderr for what takes longer than a second, on a terminal only."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Any, TypeVar

import click

#: Nobody wants a bar that is gone before it is read.
PATIENCE_S = 1.0

T = TypeVar("T")


def watched(items: Iterable[T], length: int, label: str, quiet: bool = False) -> Iterator[T]:
    """The same items; a bar shows how many of ``length`` are done."""
    if quiet or not sys.stderr.isatty():
        yield from items
        return
    start = time.monotonic()
    bar: Any = None  # click keeps the type of its bars to itself
    with ExitStack() as stack:
        for done, item in enumerate(items):
            if bar is not None:
                bar.update(1)
            elif time.monotonic() - start > PATIENCE_S:
                bar = stack.enter_context(click.progressbar(length=length, label=label, file=sys.stderr))
                bar.update(done)
            yield item
        if bar is not None:
            bar.update(1)
