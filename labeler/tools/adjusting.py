"""A dialog shows on the canvas what it would do: until it is over the pointer only looks around."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from labeler.tools.context import Context
from labeler.tools.state import State


@dataclass(frozen=True)
class Adjusting(State):
    """``accepted`` is called by Enter and ends it later; ``given_up`` when something else ends it."""

    home: State
    sentence: str
    accepted: Callable[[], object]
    given_up: Callable[[], object]

    @property
    def is_gesture(self) -> bool:
        return True

    def finish(self, context: Context) -> State:
        self.accepted()
        return self

    def cancel(self, context: Context) -> State:
        context.session.rollback()
        self.given_up()
        return self.home

    def interrupt(self, context: Context) -> State:
        return self

    def hint(self, context: Context) -> str:
        return self.sentence
