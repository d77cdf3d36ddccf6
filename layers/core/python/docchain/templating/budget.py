"""What one rendering may use up, counted as it goes: Jinja's sandbox bounds neither time nor memory.

Every operation that can make a value bigger, or walk one, pays for it here before or right after it happens. The bound
on work is counted in characters and elements, so that the same template and data always end the same way; the clock is
only a second wall.
"""

import time
from collections.abc import Iterable, Iterator
from typing import Any

from jinja2 import Undefined
from jinja2.runtime import LoopContext

from docchain.templating.errors import TemplateLimit

MAX_STEPS = 200_000
MAX_WORK = 20_000_000  # characters and elements read or made by all operations together
MAX_SECONDS = 2.0
MAX_INTEGER_BITS = 4_096
ELEMENT = 20  # what an element of a list or mapping costs, in characters: about the time it takes to walk over it

SCALARS = (str, int, float, bool, type(None))


def is_stream(value: Any) -> bool:
    """A lazy sequence, as map and select give. ``loop`` can be iterated too, but is no value."""
    return isinstance(value, Iterator) and not isinstance(value, LoopContext)


def weight(value: Any, limit: int = MAX_WORK) -> int:
    """How much a JSON value holds, shared parts counted each time they appear; stops at ``limit``."""
    total, waiting = 0, [value]
    while waiting:
        item = waiting.pop()
        total += ELEMENT
        if isinstance(item, str):
            total += len(item)
        elif isinstance(item, dict):
            waiting.extend(item.keys())
            waiting.extend(item.values())
        elif isinstance(item, (list, tuple)):
            waiting.extend(item)
        elif isinstance(item, range):
            total += len(item) * ELEMENT
        elif isinstance(item, Undefined):
            # Asking an undefined value for its text raises the error that names it.
            str(item)
        elif not isinstance(item, SCALARS):
            raise TypeError(f"a {type(item).__name__} is not a value; did you forget to call it?")
        if total + len(waiting) * ELEMENT > limit:
            return limit + 1
    return total


class Budget:
    def __init__(self, max_seconds: float = MAX_SECONDS) -> None:
        self._deadline = time.monotonic() + max_seconds
        self._steps = MAX_STEPS
        self._work = MAX_WORK

    def spend(self, work: int) -> None:
        self._steps -= 1
        self._work -= work
        if self._steps < 0:
            raise TemplateLimit(f"the template takes more than {MAX_STEPS} steps")
        if self._work < 0:
            raise TemplateLimit(f"the template handles more than {MAX_WORK} characters")
        if time.monotonic() > self._deadline:
            raise TemplateLimit("the template takes too long")

    def read(self, value: Any) -> None:
        """Pays for an operand. Generators pay per item, and a missing value may still get a default."""
        self.spend(1 if isinstance(value, Undefined) or is_stream(value) else weight(value, max(self._work, 0)))

    def take(self, value: Any) -> Any:
        """Pays for a result, and gives it back."""
        if is_stream(value):
            return self.each(value)
        self.spend(weight(value, max(self._work, 0)))
        return value

    def each(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self.spend(1)
            yield item
