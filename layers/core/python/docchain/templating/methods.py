"""The few methods of text and mappings that a template may call."""

from typing import Any

from docchain.templating.budget import Budget
from docchain.templating.errors import TemplateLimit
from docchain.templating.filters import replace_text

MAX_PARTS = 100_000

TEXT = frozenset(
    {"capitalize", "endswith", "lower", "lstrip", "replace", "rstrip", "split", "startswith", "strip", "title", "upper"}
)
MAPPING = frozenset({"get", "items", "keys", "values"})


class Method:
    """The only thing, beside ``range``, that a template can call."""

    def __init__(self, budget: Budget, owner: str | dict[str, Any], name: str) -> None:
        self._budget, self._owner, self._name = budget, owner, name

    def __call__(self, *args: Any) -> Any:
        for value in (self._owner, *args):
            self._budget.read(value)
        if isinstance(self._owner, dict):
            result = getattr(self._owner, self._name)(*args)
            return self._budget.take(result if self._name == "get" else list(result))
        if self._name == "replace":
            return self._budget.take(replace_text(self._budget, self._owner, *args))
        if self._name == "split":
            return self._budget.take(_split(self._owner, *args))
        return self._budget.take(getattr(self._owner, self._name)(*args))


def find_method(budget: Budget, owner: Any, name: str) -> Method | None:
    known = TEXT if isinstance(owner, str) else MAPPING if isinstance(owner, dict) else frozenset()
    return Method(budget, owner, name) if name in known else None


def _split(text: str, separator: str | None = None) -> list[str]:
    parts = text.split(separator, MAX_PARTS)
    if len(parts) > MAX_PARTS:
        raise TemplateLimit(f"split gives more than {MAX_PARTS} parts")
    return parts
