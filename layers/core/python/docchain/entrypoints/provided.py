"""Factories of ``dependencies.py`` as FastAPI dependencies.

FastAPI runs a plain function in a thread pool, which costs half a millisecond each; a Lambda serves one event at a time
and gains nothing from it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import Depends

Thing = TypeVar("Thing")


def provided(factory: Callable[[], Thing]) -> Any:
    """``Control = Annotated[RunControl, provided(control)]``"""

    async def dependency() -> Thing:
        return factory()

    return Depends(dependency)
