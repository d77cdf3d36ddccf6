"""data_processing: tables in, declared operations, a table out."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from docchain.documents.models import DOCUMENT_BYTES_MOST
from docchain.tasks.kind import TaskContext
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.refusing import refusing
from docchain.tasks.kinds.shelf import Shelf
from docchain.tasks.kinds.table_shapes import DataProcessing, Output, TableInput
from docchain.tasks.kinds.tables.limits import BYTES_MOST, INPUT_BYTES_MOST, too_large
from docchain.tasks.kinds.tables.operations import apply
from docchain.tasks.kinds.tables.reading import format_of, read_rows, read_table
from docchain.tasks.kinds.tables.sizes import least_written, size_of
from docchain.tasks.kinds.tables.writing import MEDIA_TYPES, columns_told, shown, written

KIND = "data_processing"


@dataclass(frozen=True)
class Processor:
    shelf: Shelf
    people: People

    def run(self, parameters: DataProcessing, context: TaskContext) -> dict[str, Any]:
        """The same task gives the same bytes, kept under its own id: done twice, there is one document."""
        if not parameters.tables:
            return {"rows": 0, "columns": {}, "data": [], "message": "There is no input, so there was nothing to do."}
        with refusing():
            asker = self.people.asker(context, KIND)
            tables = self._read(parameters, context)
            frame = tables[parameters.first]
            for number, operation in enumerate(parameters.operations):
                context.check()
                context.progress(0.3 + 0.6 * number / len(parameters.operations), operation.op)
                frame = apply(frame, operation, tables, f"operations.{number}")
            context.check()
            return {
                "rows": frame.height,
                "columns": columns_told(frame),
                "inputs": {name: {"rows": table.height, "columns": table.width} for name, table in tables.items()},
                "data": shown(frame),
                **self._kept(parameters, context, frame, asker.username),
            }

    def _read(self, parameters: DataProcessing, context: TaskContext) -> dict[str, pl.DataFrame]:
        tables: dict[str, pl.DataFrame] = {}
        size = 0
        for number, (name, given) in enumerate(parameters.tables.items()):
            context.check()
            context.progress(0.3 * number / len(parameters.tables), f"reading {name}")
            tables[name], read = self._table(context.tenant, name, given)
            size += read
            if size > INPUT_BYTES_MOST:
                raise too_large("inputs", "bytes", size, INPUT_BYTES_MOST)
            if (held := sum(map(size_of, tables.values()))) > BYTES_MOST:
                raise too_large("inputs", "bytes in memory", held, BYTES_MOST)
        return tables

    def _table(self, tenant: str, name: str, given: TableInput) -> tuple[pl.DataFrame, int]:
        at = f"inputs.{name}"
        if given.document_id is None:
            return read_rows(given.rows or [], at), 0
        document, data = self.shelf.read(tenant, given.document_id)
        form = format_of(document.filename, data, given.format, at)
        return read_table(data, form, given.separator, at), document.size

    def _kept(self, asked: DataProcessing, context: TaskContext, frame: pl.DataFrame, actor: str) -> dict[str, Any]:
        """A result that is shown whole needs no document, unless one was asked for."""
        if asked.output is None and frame.height <= len(shown(frame)):
            return {}
        output = asked.output or Output()
        if (least := least_written(frame, output.format)) > DOCUMENT_BYTES_MOST:
            raise too_large("output", "bytes", least, DOCUMENT_BYTES_MOST)
        data = written(frame, output.format)
        if len(data) > DOCUMENT_BYTES_MOST:
            raise too_large("output", "bytes", len(data), DOCUMENT_BYTES_MOST)
        name = output.filename or f"table.{output.format}"
        parents = [one.document_id for one in asked.tables.values() if one.document_id]
        file = (name, MEDIA_TYPES[output.format], data)
        return self.shelf.keep(context, KIND, file, actor, parents)
