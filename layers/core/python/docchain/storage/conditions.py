"""Conditions of writes, spelled as boto3 spells them: ``Attr("fence").lt(7) & Attr("status").ne("completed")``.

boto3's own cost every cold start 50 ms: they come with its S3 transfers, which nothing here makes.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Condition:
    """``form`` has a ``{}`` for each operand: an ``Attr``, a ``Size``, another condition, or a value."""

    form: str
    operands: tuple[Any, ...]

    def __and__(self, other: "Condition") -> "Condition":
        return Condition("({} AND {})", (self, other))

    def __or__(self, other: "Condition") -> "Condition":
        return Condition("({} OR {})", (self, other))

    def __invert__(self) -> "Condition":
        return Condition("(NOT {})", (self,))


@dataclass(frozen=True)
class _Comparable:
    name: str

    def eq(self, value: Any) -> Condition:
        return Condition("{} = {}", (self, value))

    def ne(self, value: Any) -> Condition:
        return Condition("{} <> {}", (self, value))

    def lt(self, value: Any) -> Condition:
        return Condition("{} < {}", (self, value))

    def lte(self, value: Any) -> Condition:
        return Condition("{} <= {}", (self, value))

    def gt(self, value: Any) -> Condition:
        return Condition("{} > {}", (self, value))

    def gte(self, value: Any) -> Condition:
        return Condition("{} >= {}", (self, value))


@dataclass(frozen=True)
class Size(_Comparable):
    """Characters of a string, members of a list or map."""


@dataclass(frozen=True)
class Attr(_Comparable):
    """A dotted name addresses a field of a map: ``counts.failed``."""

    def exists(self) -> Condition:
        return Condition("attribute_exists({})", (self,))

    def not_exists(self) -> Condition:
        return Condition("attribute_not_exists({})", (self,))

    def is_in(self, values: list[Any]) -> Condition:
        return Condition(f"{{}} IN ({', '.join('{}' for _ in values)})", (self, *values))

    def contains(self, value: Any) -> Condition:
        """Of a set, a list or a string."""
        return Condition("contains({}, {})", (self, value))

    def size(self) -> Size:
        return Size(self.name)
