"""Values and conditions over the columns of a table, as data: a closed list of functions and comparisons."""

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from docchain.tasks.kinds.shape import Part

DEPTH_MOST: Final = 12

ColumnName = Annotated[str, Field(min_length=1, max_length=200)]
Scalar = bool | int | float | Annotated[str, Field(max_length=10_000)] | None
Function = Literal[
    "add",
    "subtract",
    "multiply",
    "divide",
    "modulo",
    "power",
    "negate",
    "absolute",
    "round",
    "floor",
    "ceiling",
    "square_root",
    "logarithm",
    "minimum",
    "maximum",
    "concat",
    "lower",
    "upper",
    "trim",
    "length",
    "replace",
    "slice",
    "split_part",
    "year",
    "month",
    "day",
    "weekday",
    "hour",
    "days_between",
    "parse_date",
    "coalesce",
    "to_integer",
    "to_float",
    "to_text",
    "is_missing",
]
Comparison = Literal[
    "equals",
    "not_equals",
    "greater_than",
    "less_than",
    "at_least",
    "at_most",
    "between",
    "contains",
    "not_contains",
    "starts_with",
    "ends_with",
    "regex_match",
    "in_list",
    "not_in_list",
    "is_missing",
    "is_present",
]
# Function → least and most arguments.
ARGUMENTS: Final[dict[str, tuple[int, int]]] = {
    **dict.fromkeys(("add", "multiply", "concat", "minimum", "maximum", "coalesce"), (2, 20)),
    **dict.fromkeys(("subtract", "divide", "modulo", "power", "days_between"), (2, 2)),
    **dict.fromkeys(("negate", "absolute", "floor", "ceiling", "square_root", "logarithm", "is_missing"), (1, 1)),
    **dict.fromkeys(("lower", "upper", "trim", "length", "to_integer", "to_float", "to_text"), (1, 1)),
    **dict.fromkeys(("year", "month", "day", "weekday", "hour"), (1, 1)),
    **dict.fromkeys(("round", "parse_date"), (1, 2)),
    **dict.fromkeys(("replace", "slice", "split_part"), (3, 3)),
}
_WITHOUT_VALUE: Final = ("is_missing", "is_present")
_WITH_LIST: Final = ("in_list", "not_in_list", "between")


class ColumnValue(Part):
    column: ColumnName


class LiteralValue(Part):
    value: Scalar


class Call(Part):
    """``of`` are the arguments, in their order."""

    call: Function
    of: "list[Expression]" = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def _has_its_arguments(self) -> "Call":
        least, most = ARGUMENTS[self.call]
        if not least <= len(self.of) <= most:
            raise ValueError(f"{self.call} takes {least if least == most else f'{least} to {most}'} arguments")
        return self


class Choose(Part):
    condition: "Condition" = Field(alias="if")
    then: "Expression"
    otherwise: "Expression" = Field(alias="else")


class Compare(Part):
    """``value``, or ``other``: another column. ``in_list`` takes ``values``, ``between`` two of them, both included."""

    column: ColumnName
    comparison: Comparison = Field(alias="is")
    value: Scalar = None
    values: list[Scalar] | None = Field(None, min_length=1, max_length=1_000)
    other: ColumnName | None = None

    @model_validator(mode="after")
    def _has_what_it_needs(self) -> "Compare":
        given = [name for name in ("value", "values", "other") if name in self.model_fields_set]
        if self.comparison in _WITHOUT_VALUE:
            wanted = not given
        elif self.comparison in _WITH_LIST:
            wanted = given == ["values"] and (self.comparison != "between" or len(self.values or ()) == 2)
        else:
            wanted = given in (["value"], ["other"])
        if not wanted:
            raise ValueError(f"{self.comparison} takes {_needs(self.comparison)}")
        if given == ["value"] and self.value is None:
            raise ValueError("nothing equals what is missing; ask by is_missing or is_present")
        return self


class AllOf(Part):
    all: "list[Condition]" = Field(min_length=1, max_length=50)


class AnyOf(Part):
    any: "list[Condition]" = Field(min_length=1, max_length=50)


class Not(Part):
    no: "Condition" = Field(alias="not")


def _form(value: Any, forms: tuple[str, ...]) -> str | None:
    names = value if isinstance(value, dict) else vars(value)
    aliases = {"condition": "if", "no": "not"}
    present = {aliases.get(name, name) for name in names}
    return next((form for form in forms if form in present), None)


def _expression_form(value: Any) -> str | None:
    return _form(value, ("column", "value", "call", "if")) if isinstance(value, dict | Part) else None


def _condition_form(value: Any) -> str | None:
    return _form(value, ("column", "all", "any", "not")) if isinstance(value, dict | Part) else None


Expression = Annotated[
    Annotated[ColumnValue, Tag("column")]
    | Annotated[LiteralValue, Tag("value")]
    | Annotated[Call, Tag("call")]
    | Annotated[Choose, Tag("if")],
    Discriminator(
        _expression_form,
        custom_error_type="expression",
        custom_error_message="a value is one of {column}, {value}, {call, of} and {if, then, else}",
    ),
]
Condition = Annotated[
    Annotated[Compare, Tag("column")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")],
    Discriminator(
        _condition_form,
        custom_error_type="condition",
        custom_error_message="a condition is one of {column, is, …}, {all}, {any} and {not}",
    ),
]
for _model in (Call, Choose, AllOf, AnyOf, Not):
    _model.model_rebuild()


def weight_of(node: Any) -> int:
    """How many expressions and conditions there are in it. Raises ``ValueError`` for one nested too deeply."""
    return sum(1 for _ in _walk(node, 1))


def _walk(node: Any, depth: int) -> Iterator[Any]:
    if depth > DEPTH_MOST:
        raise ValueError(f"an expression is nested deeper than {DEPTH_MOST}")
    yield node
    for part in parts_of(node):
        yield from _walk(part, depth + 1)


def parts_of(node: Any) -> list[Any]:
    """The expressions and conditions that it is made of."""
    match node:
        case Call():
            return list(node.of)
        case Choose():
            return [node.condition, node.then, node.otherwise]
        case AllOf():
            return list(node.all)
        case AnyOf():
            return list(node.any)
        case Not():
            return [node.no]
    return []


def _needs(comparison: str) -> str:
    if comparison in _WITHOUT_VALUE:
        return "nothing beside the column"
    if comparison == "between":
        return "two values, the least and the most"
    return "values" if comparison in _WITH_LIST else "either value or other"
