"""What would take more memory than a worker has is refused before it is made, and what the engine panics at as well."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import polars as pl
import pytest

from docchain.tasks.errors import TaskRefused
from docchain.tasks.kinds.table_shapes import DataProcessing
from docchain.tasks.kinds.tables import joining, reading, sizes
from docchain.tasks.kinds.tables.operations import apply
from docchain.tasks.kinds.tables.reading import read_rows, read_table
from docchain.tasks.kinds.tables.sizes import least_written, size_of

LONG = "x" * 10_000


def applied(frame: pl.DataFrame, **operation: Any) -> pl.DataFrame:
    asked = DataProcessing.model_validate({"rows": [{}], "operations": [operation]})
    return apply(frame, asked.operations[0], {"input": frame}, "operations.0")


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(TaskRefused) as error:
        work()
    return f"{error.value.reason}: {error.value.message}"


def never(name: str) -> Callable[..., None]:
    return lambda *_, **__: pytest.fail(f"{name} was called")


@pytest.mark.parametrize("header", [b"a" + b",a" * 600, b'"a\nb"' + b",a" * 600])
def test_a_csv_of_endless_columns_is_not_read(header: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading.pl, "read_csv", never("read_csv"))
    assert "601 columns" in refused(lambda: read_table(header + b"\n1\n", "csv", ",", "inputs.a"))


@pytest.mark.parametrize("name", ["*", "^b.*$"])
def test_a_name_that_means_other_columns_is_refused(name: str) -> None:
    data = f"{name},b,c\n1,2,3\n".encode()
    assert "COLUMN_NAME_REFUSED" in refused(lambda: read_table(data, "csv", ",", "inputs.a"))
    assert "COLUMN_NAME_REFUSED" in refused(lambda: applied(pl.DataFrame({"b": [1]}), op="rename", columns={"b": name}))


def test_separators_between_quotes_are_no_columns() -> None:
    data = b'"' + b"," * 600 + b'",b\n1,2\n'
    assert read_table(data, "csv", ",", "inputs.a").width == 2


@pytest.mark.parametrize("form", ["json", "ndjson"])
@pytest.mark.parametrize("nested", [False, True])
def test_objects_that_share_no_name_make_no_table(form: Any, nested: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[dict[str, Any]] = [{f"k{n}": n} for n in range(8_000)]
    if nested:
        rows = [{"all": [{"of": row} for row in rows]}]
    data = json.dumps(rows).encode() if form == "json" else b"\n".join(json.dumps(row).encode() for row in rows)
    for name in ("from_dicts", "read_ndjson"):
        monkeypatch.setattr(reading.pl, name, never(name))

    assert "bytes in memory" in refused(lambda: read_table(data, form, None, "inputs.a"))


def test_what_is_missing_in_many_rows_takes_room_in_each() -> None:
    wide = {"inner": {f"k{n}": n for n in range(8_000)}}
    assert "bytes in memory" in refused(lambda: read_rows([wide, *({"inner": {}} for _ in range(8_000))], "inputs.a"))


def test_a_parquet_that_would_unpack_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    out = BytesIO()
    pl.DataFrame({f"c{n}": [0] * 1_000 for n in range(20)}).write_parquet(out)
    monkeypatch.setattr(sizes, "BYTES_MOST", 150_000)
    monkeypatch.setattr(reading.pl, "read_parquet", never("read_parquet"))

    says = refused(lambda: read_table(out.getvalue(), "parquet", None, "inputs.a"))
    assert says == "TABLE_TOO_LARGE: inputs.a: there are 160,000 bytes in memory, more than 150,000"


def test_a_wide_join_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = pl.DataFrame({"k": [1] * 100, **{f"c{n}": [0] * 100 for n in range(9)}})
    asked = DataProcessing.model_validate({"rows": [{}], "operations": [{"op": "join", "with": "input", "on": ["k"]}]})
    monkeypatch.setattr(joining, "BYTES_MOST", 1_000_000)

    assert "1,600,000 bytes" in refused(lambda: apply(wide, asked.operations[0], {"input": wide}, "operations.0"))


@pytest.mark.parametrize(
    "expression",
    [
        {"call": "concat", "of": [{"column": "t"}, {"value": LONG}]},
        {"call": "add", "of": [{"column": "t"}, {"value": LONG}]},
        {"call": "replace", "of": [{"column": "t"}, {"value": "a"}, {"value": LONG}]},
        {"call": "length", "of": [{"call": "concat", "of": [{"column": "t"}, {"value": LONG}]}]},
        {
            "if": {"column": "n", "is": "is_missing"},
            "then": {"value": ""},
            "else": {"call": "concat", "of": [{"column": "t"}, {"value": LONG}]},
        },
        {"value": LONG},
    ],
)
def test_texts_do_not_grow_without_end(expression: dict[str, Any]) -> None:
    frame = pl.DataFrame({"t": ["a"], "n": [1]}).select(pl.all().repeat_by(50_000).explode())

    assert "TABLE_TOO_LARGE" in refused(lambda: applied(frame, op="map", set={"x": expression}))


def test_many_columns_together_do_not_grow_without_end_either(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pl.DataFrame({"t": ["a"] * 1_000})
    longer = {"call": "concat", "of": [{"column": "t"}, {"value": "b" * 99}]}
    monkeypatch.setattr(sizes, "BYTES_MOST", 450_000)

    assert applied(frame, op="map", set={f"x{n}": longer for n in range(2)}).width == 3
    assert "500,000 bytes of text" in refused(lambda: applied(frame, op="map", set={f"x{n}": longer for n in range(5)}))


@pytest.mark.parametrize("old", ["a", "aa", "", "z"])
@pytest.mark.parametrize("new", ["", "b", "bcd"])
def test_what_a_replacement_makes_is_known_exactly(old: str, new: str, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pl.DataFrame({"t": ["aaa", "banana", "", None]})
    replace = {"call": "replace", "of": [{"column": "t"}, {"value": old}, {"value": new}]}
    made = applied(frame, op="map", set={"x": replace})["x"].str.len_bytes().sum()
    monkeypatch.setattr(sizes, "rows_size", lambda *_: 0)
    monkeypatch.setattr(sizes, "BYTES_MOST", made - 1)

    assert f"{made} bytes of text" in refused(lambda: applied(frame, op="map", set={"x": replace}))


def test_texts_that_are_shared_are_counted_each() -> None:
    frame = pl.DataFrame({"t": ["a"] * 1_000}).with_columns(pl.lit(LONG).alias("x"))

    assert size_of(frame) >= 10_000_000
    assert least_written(frame, "csv") >= 10_000_000
    assert least_written(frame, "parquet") == 0


def test_a_json_names_each_column_in_each_row() -> None:
    frame = pl.DataFrame({"n" * 200: [1] * 1_000})

    assert 200_000 < least_written(frame, "json") <= len(frame.write_json())
    assert least_written(frame, "ndjson") <= len(frame.write_ndjson())
    assert least_written(frame, "csv") <= len(frame.write_csv())


@pytest.mark.parametrize(
    "expression",
    [
        {"call": "round", "of": [{"column": "n"}, {"value": -2}]},
        {"call": "round", "of": [{"column": "n"}, {"value": 2**40}]},
        {"value": 10**40},
        {"call": "slice", "of": [{"value": "abc"}, {"value": 10**30}, {"value": -1}]},
    ],
)
def test_a_number_beyond_the_engines_is_refused_by_its_operation(expression: dict[str, Any]) -> None:
    frame = pl.DataFrame({"n": [1.5]})

    assert "operations.0: map cannot be done" in refused(lambda: applied(frame, op="map", set={"x": expression}))
