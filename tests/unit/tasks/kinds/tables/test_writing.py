"""Rows as they stand in a task's result."""

import polars as pl
import pytest

from docchain.tasks.kinds.tables.limits import TableRefused
from docchain.tasks.kinds.tables.writing import shown


def test_bytes_are_shown_as_base64_and_lists_of_them_are_refused() -> None:
    assert shown(pl.DataFrame({"b": [b"\xff\x00", None]})) == [{"b": "/wA="}, {"b": None}]
    with pytest.raises(TableRefused, match="has no form in JSON"):
        shown(pl.DataFrame({"b": [[b"\xff"]]}))
