"""Modules that are loaded when they are first used: the window is there sooner without them."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Late:
    """Stands for the module of this name; every name in it is looked up once."""

    def __init__(self, module: str) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        value = getattr(import_module(self._module), name)
        setattr(self, name, value)
        return value
