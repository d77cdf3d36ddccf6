"""Jinja's immutable sandbox, narrowed to plain data and made to pay for what it does."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, cast

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext, markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from docchain.templating import grammar, operators
from docchain.templating.budget import Budget, is_stream
from docchain.templating.filters import allowed_filters, allowed_tests
from docchain.templating.methods import Method, find_method

LOOP_ATTRIBUTES = frozenset(
    {"index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem"}
)
NAMED_FIELDS = 12


class Sandbox(ImmutableSandboxedEnvironment):
    """One per rendering, because it carries that rendering's budget."""

    intercepted_binops = frozenset(operators.PLAIN)

    def __init__(self, budget: Budget, *, autoescape: bool) -> None:
        super().__init__(
            autoescape=autoescape,
            undefined=jinja2.StrictUndefined,
            finalize=self.presented,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.budget = budget
        self.globals = {"range": range}
        self.filters: dict[str, Any] = allowed_filters(budget)
        self.tests: dict[str, Any] = allowed_tests(budget)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        grammar.check(tree)
        return grammar.meter(tree)

    def presented(self, value: Any) -> Any:
        """How a value is written: null as nothing, and what is neither text nor number as JSON, not as Python."""
        if isinstance(value, (str, int, float)) and not isinstance(value, bool):
            return value
        self.budget.read(value)
        if value is None:
            return ""
        if is_stream(value):
            value = list(value)
        return json.dumps(value, ensure_ascii=False) if isinstance(value, (bool, dict, list, tuple)) else value

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Keys before methods, so that a field named ``items`` is reachable; nothing else of an object is."""
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in LOOP_ATTRIBUTES:
            return getattr(obj, attribute)
        return find_method(self.budget, obj, attribute) or self._missing(obj, attribute)

    def _missing(self, obj: Any, name: Any) -> Any:
        if isinstance(obj, jinja2.Undefined):
            return obj  # the first name that is missing is the one to tell
        if isinstance(obj, dict):
            known = ", ".join(list(obj)[:NAMED_FIELDS]) or "none"
            return self.undefined(f"there is no field {name!r}; the fields are: {known}", obj=obj, name=name)
        return self.undefined(obj=obj, name=name)

    def getitem(self, obj: Any, argument: Any) -> Any:
        try:
            if isinstance(obj, (dict, list, tuple, str)):
                return obj[argument]
        except (TypeError, LookupError):
            pass
        return self._missing(obj, argument)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        own = getattr(__obj, "__self__", None) is __self
        if not (own or __obj is range or isinstance(__obj, Method)):
            raise SecurityError("only range and the methods of text and mappings can be called")
        # The compiler adds these to calls inside loops, for functions that want the template's context.
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        return __obj(*args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        return operators.apply(self.budget, operator, left, right)

    def each(self, items: Any) -> Iterator[Any]:
        return self.budget.each(cast("Iterable[Any]", items))

    def taken(self, value: Any) -> Any:
        return self.budget.take(value)

    def read(self, value: Any) -> Any:
        self.budget.read(value)
        return value

    def cut(self, value: Any, start: Any, stop: Any, step: Any) -> Any:
        return self.budget.take(value[start:stop:step])

    def join_texts(self, *values: Any) -> str | Markup:
        shown = [self.presented(value) for value in values]
        for value in shown:
            self.budget.read(value)
        return markup_join(shown) if self.autoescape else str_join(shown)
