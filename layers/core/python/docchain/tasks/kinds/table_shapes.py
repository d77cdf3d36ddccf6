"""What data_processing is told: tables, operations in their order, and what becomes of the last one's table."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field, field_validator, model_validator

from docchain.tasks.kinds.shape import Part, Shape
from docchain.tasks.kinds.table_expressions import ColumnName, Condition, Expression, Scalar, weight_of

INPUTS_MOST: Final = 5
INLINE_ROWS_MOST: Final = 5_000
OPERATIONS_MOST: Final = 50
COLUMNS_MOST: Final = 500
EXPRESSIONS_MOST: Final = 500

Columns = Annotated[list[ColumnName], Field(min_length=1, max_length=COLUMNS_MOST)]
Format = Literal["csv", "json", "ndjson", "parquet"]
Aggregation = Literal[
    "count", "sum", "mean", "median", "min", "max", "std", "var", "first", "last", "count_distinct", "quantile"
]
TypeName = Literal["integer", "float", "text", "boolean", "date", "datetime"]


class TableInput(Part):
    """A document by its id, or ``rows``. ``format``: by the file's name unless it is said."""

    document_id: str | None = Field(None, pattern=r"^doc_[A-Za-z0-9_-]{1,120}$")
    rows: list[dict[str, Any]] | None = Field(None, max_length=INLINE_ROWS_MOST)
    format: Format | None = None
    separator: str | None = Field(None, min_length=1, max_length=1, description="Of a CSV; found out otherwise.")

    @model_validator(mode="after")
    def _has_one(self) -> "TableInput":
        if (self.document_id is None) == (self.rows is None):
            raise ValueError("give either document_id or rows")
        return self


class Filter(Part):
    op: Literal["filter"]
    where: Condition


class Select(Part):
    op: Literal["select"]
    columns: Columns


class Drop(Part):
    op: Literal["drop"]
    columns: Columns


class Rename(Part):
    op: Literal["rename"]
    columns: dict[ColumnName, ColumnName] = Field(min_length=1, max_length=COLUMNS_MOST)


class Map(Part):
    """New columns, or other values for those there are; each sees the table as it was before."""

    op: Literal["map"]
    set: dict[ColumnName, Expression] = Field(min_length=1, max_length=100)


class Aggregate(Part):
    """``function`` of ``column``; ``count`` without a column counts rows. ``quantile`` takes ``q``."""

    function: Aggregation
    column: ColumnName | None = None
    q: float | None = Field(None, ge=0, le=1)

    @model_validator(mode="after")
    def _is_whole(self) -> "Aggregate":
        if self.column is None and self.function != "count":
            raise ValueError(f"{self.function} needs a column")
        if (self.q is None) == (self.function == "quantile"):
            raise ValueError("q belongs to quantile, and only to it")
        return self


class Group(Part):
    """Without ``by`` the whole table is one group."""

    op: Literal["aggregate"]
    by: list[ColumnName] = Field(default_factory=list, max_length=50)
    set: dict[ColumnName, Aggregate] = Field(min_length=1, max_length=100)


class Join(Part):
    """With another input, as it came in. Columns of both that are not joined on get ``suffix`` on the right."""

    op: Literal["join"]
    table: str = Field(alias="with", min_length=1, max_length=100)
    on: list[ColumnName] | None = Field(None, min_length=1, max_length=20)
    left_on: list[ColumnName] | None = Field(None, min_length=1, max_length=20)
    right_on: list[ColumnName] | None = Field(None, min_length=1, max_length=20)
    how: Literal["inner", "left", "right", "full", "semi", "anti"] = "inner"
    suffix: str = Field("_right", min_length=1, max_length=30)

    @model_validator(mode="after")
    def _says_on_what(self) -> "Join":
        both = self.left_on is not None and self.right_on is not None
        if (self.on is None) != both or (self.on is not None and (self.left_on or self.right_on)):
            raise ValueError("give either on, or left_on and right_on")
        if len(self.left) != len(self.right):
            raise ValueError("left_on and right_on have the same number of columns")
        return self

    @property
    def left(self) -> list[str]:
        return self.on or self.left_on or []

    @property
    def right(self) -> list[str]:
        return self.on or self.right_on or []


class SortKey(Part):
    column: ColumnName
    descending: bool = False


class Sort(Part):
    """Equal rows keep their order; missing values come last."""

    op: Literal["sort"]
    by: list[SortKey] = Field(min_length=1, max_length=20)


class Limit(Part):
    op: Literal["limit"]
    rows: int = Field(ge=0, le=10_000_000)
    offset: int = Field(0, ge=0, le=10_000_000)


class Dedupe(Part):
    """By all columns unless some are named."""

    op: Literal["dedupe"]
    columns: list[ColumnName] | None = Field(None, min_length=1, max_length=COLUMNS_MOST)
    keep: Literal["first", "last"] = "first"


class Cast(Part):
    op: Literal["cast"]
    columns: dict[ColumnName, TypeName] = Field(min_length=1, max_length=COLUMNS_MOST)


class FillMissing(Part):
    op: Literal["fill_missing"]
    columns: dict[ColumnName, Scalar] = Field(min_length=1, max_length=COLUMNS_MOST)


class DropMissing(Part):
    """Rows in which one of the columns is missing; any of them unless some are named."""

    op: Literal["drop_missing"]
    columns: list[ColumnName] | None = Field(None, min_length=1, max_length=COLUMNS_MOST)


Operation = Annotated[
    Filter | Select | Drop | Rename | Map | Group | Join | Sort | Limit | Dedupe | Cast | FillMissing | DropMissing,
    Field(discriminator="op"),
]


class Output(Part):
    """A document. Rows of a small result stand in the task's result as well."""

    format: Format = "csv"
    filename: str | None = Field(None, min_length=1, max_length=200)


class DataProcessing(Shape):
    """``document_id`` or ``rows`` alone is short for the one input ``input``; operations begin with ``start``, the
    first input unless it is named. Without inputs there is nothing to do, which is no mistake.
    """

    inputs: dict[str, TableInput] = Field(default_factory=dict, max_length=INPUTS_MOST)
    document_id: str | None = Field(None, pattern=r"^doc_[A-Za-z0-9_-]{1,120}$")
    rows: list[dict[str, Any]] | None = Field(None, max_length=INLINE_ROWS_MOST)
    start: str | None = None
    operations: list[Operation] = Field(default_factory=list, max_length=OPERATIONS_MOST)
    output: Output | None = None

    @field_validator("operations")
    @classmethod
    def _are_bounded(cls, operations: list[Any]) -> list[Any]:
        if sum(map(_weight, operations)) > EXPRESSIONS_MOST:
            raise ValueError(f"the operations have more than {EXPRESSIONS_MOST} expressions and conditions together")
        return operations

    @model_validator(mode="after")
    def _is_whole(self) -> "DataProcessing":
        given = self.tables
        if not given:
            if self.operations or self.output or self.start:
                raise ValueError("there is no input to work on: give inputs, document_id or rows")
            return self
        if self.start is not None and self.start not in given:
            raise ValueError(f"start: there is no input {self.start}")
        for operation in self.operations:
            if isinstance(operation, Join) and operation.table not in given:
                raise ValueError(f"join with: there is no input {operation.table}")
        return self

    @property
    def tables(self) -> dict[str, TableInput]:
        if self.document_id is not None or self.rows is not None:
            return {"input": TableInput(document_id=self.document_id, rows=self.rows), **self.inputs}
        return self.inputs

    @property
    def first(self) -> str:
        return self.start or next(iter(self.tables))


def _weight(operation: Any) -> int:
    if isinstance(operation, Filter):
        return weight_of(operation.where)
    return sum(map(weight_of, operation.set.values())) if isinstance(operation, Map) else 1
