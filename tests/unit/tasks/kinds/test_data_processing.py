"""data_processing with the real engine, over documents as they are kept."""

import json
from io import BytesIO
from typing import Any

import polars as pl
import pytest

from docchain.documents.models import Document
from docchain.events.models import Event
from docchain.ids import new_ulid
from docchain.tasks.errors import TaskCancelled, TaskRefused
from docchain.tasks.kinds.data_processing import Processor
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.shelf import Shelf
from docchain.tasks.kinds.tables import joining, reading
from tests.support.identity import change_user, the_accounts
from tests.unit.tasks.kinds.conftest import Asked, given

ORDERS = b"""id,customer,amount,day
1,ada,10.5,2026-11-01
2,bob,20,2026-11-02
3,ada,30,2026-11-02
4,,5,2026-11-03
"""
PEOPLE = b'[{"name": "ada", "city": "London"}, {"name": "bob", "city": "Quito"}, {"name": "eve", "city": "Oslo"}]'


@pytest.fixture
def processor(shelf: Shelf, people: People) -> Processor:
    return Processor(shelf, people)


def kept(shelf: Shelf, tenant: str, filename: str, data: bytes) -> str:
    document = Document(
        id=f"doc_{new_ulid()}",
        filename=filename,
        media_type="application/octet-stream",
        size=len(data),
        sha256=shelf.contents.put(tenant, data),
        origin={"kind": "upload"},
        created_at="2026-11-21T09:00:00.000Z",
        created_by="ada",
    )
    fact = Event(type="document.uploaded", tenant_id=tenant, subject=f"documents/{document.id}")
    shelf.documents.create(tenant, document, fact)
    return document.id


def ran(processor: Processor, asked: Asked, **metadata: Any) -> dict[str, Any]:
    return processor.run(given("data_processing", **metadata), asked.context())


def refusal(processor: Processor, asked: Asked, **metadata: Any) -> TaskRefused:
    with pytest.raises(TaskRefused) as refused:
        ran(processor, asked, **metadata)
    return refused.value


def test_without_an_input_there_is_nothing_to_do(processor: Processor, asked: Asked) -> None:
    assert ran(processor, asked)["rows"] == 0


def test_orders_are_filtered_mapped_grouped_joined_and_sorted(processor: Processor, asked: Asked, shelf: Shelf) -> None:
    tenant = asked.user.tenant_id
    inputs = {
        "orders": {"document_id": kept(shelf, tenant, "orders.csv", ORDERS)},
        "people": {"document_id": kept(shelf, tenant, "people.json", PEOPLE)},
    }
    with_tax = {"call": "multiply", "of": [{"column": "amount"}, {"value": 1.21}]}
    operations = [
        {"op": "filter", "where": {"column": "customer", "is": "is_present"}},
        {"op": "map", "set": {"gross": {"call": "round", "of": [with_tax, {"value": 2}]}}},
        {
            "op": "aggregate",
            "by": ["customer"],
            "set": {"orders": {"function": "count"}, "gross": {"function": "sum", "column": "gross"}},
        },
        {"op": "join", "with": "people", "left_on": ["customer"], "right_on": ["name"], "how": "left"},
        {"op": "sort", "by": [{"column": "gross", "descending": True}]},
    ]
    result = ran(processor, asked, inputs=inputs, operations=operations)
    assert result["data"] == [
        {"customer": "ada", "orders": 2, "gross": 49.01, "city": "London"},
        {"customer": "bob", "orders": 1, "gross": 24.2, "city": "Quito"},
    ]
    assert result["inputs"] == {"orders": {"rows": 4, "columns": 4}, "people": {"rows": 3, "columns": 2}}


@pytest.mark.parametrize("form", ["csv", "json", "ndjson", "parquet"])
def test_what_is_written_in_a_format_is_read_from_it(
    processor: Processor, asked: Asked, shelf: Shelf, form: str
) -> None:
    rows = [{"name": "ada", "n": 1, "share": 0.5}, {"name": 'ñandú, "2"', "n": 2, "share": None}]
    made = ran(processor, asked, rows=rows, output={"format": form, "filename": f"out.{form}"})
    again = ran(processor, asked, document_id=made["document_id"])
    assert again["data"] == rows
    assert made["filename"] == f"out.{form}"


def test_the_same_task_twice_is_one_document(processor: Processor, asked: Asked, shelf: Shelf) -> None:
    context = asked.context()
    parameters = given("data_processing", rows=[{"a": 1}, {"a": 2}], output={"format": "parquet"})
    first, second = processor.run(parameters, context), processor.run(parameters, context)
    assert first == second
    documents, _ = shelf.documents.read_page(context.tenant, limit=10, start_key=None)
    assert [d.id for d in documents] == [first["document_id"]]
    usage = shelf.documents.quota.read(context.tenant)
    assert (usage.documents, usage.bytes) == (1, first["size"])


def test_a_made_document_names_what_it_was_made_from(processor: Processor, asked: Asked, shelf: Shelf) -> None:
    source = kept(shelf, asked.user.tenant_id, "orders.csv", ORDERS)
    made = ran(processor, asked, document_id=source, output={})
    origin = shelf.documents.read(asked.user.tenant_id, made["document_id"]).origin
    assert (origin["kind"], origin["parents"]) == ("task", [source])


def test_a_document_of_another_tenant_is_not_there(processor: Processor, asked: Asked, shelf: Shelf) -> None:
    theirs = kept(shelf, "somebody_else", "orders.csv", ORDERS)
    assert refusal(processor, asked, document_id=theirs).reason == "DOCUMENT_NOT_FOUND"


def test_a_missing_value_is_neither_less_nor_equal_and_its_negation_holds(processor: Processor, asked: Asked) -> None:
    rows = [{"n": 1}, {"n": None}, {"n": 3}]
    below = {"column": "n", "is": "less_than", "value": 2}
    kept_, others = (
        ran(processor, asked, rows=rows, operations=[{"op": "filter", "where": where}])["data"]
        for where in (below, {"not": below})
    )
    assert (kept_, others) == ([{"n": 1}], [{"n": None}, {"n": 3}])


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ({"call": "divide", "of": [{"column": "n"}, {"value": 0}]}, None),
        ({"call": "logarithm", "of": [{"call": "negate", "of": [{"column": "n"}]}]}, None),
        ({"call": "concat", "of": [{"column": "t"}, {"value": "-"}, {"column": "n"}]}, " Ab -7"),
        ({"call": "upper", "of": [{"call": "trim", "of": [{"column": "t"}]}]}, "AB"),
        ({"call": "replace", "of": [{"column": "t"}, {"value": "."}, {"value": "!"}]}, " Ab "),
        ({"call": "weekday", "of": [{"column": "day"}]}, 5),
        ({"call": "days_between", "of": [{"column": "day"}, {"column": "later"}]}, 10),
        ({"call": "split_part", "of": [{"value": "a/b/c"}, {"value": "/"}, {"value": 1}]}, "b"),
        ({"call": "to_integer", "of": [{"value": "12.7"}]}, 12),
        (
            {"if": {"column": "n", "is": "at_least", "value": 7}, "then": {"value": "big"}, "else": {"value": "small"}},
            "big",
        ),
    ],
)
def test_expressions_mean_what_they_say(
    processor: Processor, asked: Asked, shelf: Shelf, expression: dict[str, Any], result: Any
) -> None:
    source = kept(shelf, asked.user.tenant_id, "one.csv", b"n,t,day,later\n7, Ab ,2026-11-21,2026-12-01\n")
    found = ran(processor, asked, document_id=source, operations=[{"op": "map", "set": {"x": expression}}])
    assert found["data"][0]["x"] == result


@pytest.mark.parametrize(
    ("operation", "at", "says"),
    [
        ({"op": "select", "columns": ["b"]}, "operations.0.columns", "there is no column b; there are a, t"),
        ({"op": "filter", "where": {"column": "b", "is": "is_missing"}}, "operations.0.where", "no column b"),
        (
            {"op": "aggregate", "set": {"x": {"function": "mean", "column": "t"}}},
            "operations.0.set.x",
            "mean of t, which is String",
        ),
        ({"op": "cast", "columns": {"t": "integer"}}, "operations.0", "cast cannot be done"),
        (
            {"op": "filter", "where": {"column": "t", "is": "regex_match", "value": "("}},
            "operations.0",
            "filter cannot be done",
        ),
    ],
)
def test_a_mistake_names_its_operation(
    processor: Processor, asked: Asked, operation: dict[str, Any], at: str, says: str
) -> None:
    error = refusal(processor, asked, rows=[{"a": 1, "t": "x"}], operations=[operation])
    assert error.details[0]["field"] == f"metadata.{at}"
    assert says in error.message


def test_a_join_that_would_multiply_is_refused_before_it_is_made(
    processor: Processor, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "ROWS_MOST", 99)
    inputs = {"a": {"rows": [{"k": 1}] * 10}, "b": {"rows": [{"k": 1}] * 10}}
    error = refusal(processor, asked, inputs=inputs, operations=[{"op": "join", "with": "b", "on": ["k"]}])
    assert (error.reason, "100 pairs of rows" in error.message) == ("TABLE_TOO_LARGE", True)


def test_a_parquet_of_too_many_rows_is_not_unpacked(
    processor: Processor, asked: Asked, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = BytesIO()
    pl.DataFrame({"a": [0] * 1000}).write_parquet(out)
    source = kept(shelf, asked.user.tenant_id, "zeros.parquet", out.getvalue())
    monkeypatch.setattr(reading, "ROWS_MOST", 999)
    monkeypatch.setattr(reading.pl, "read_parquet", lambda _: pytest.fail("it was unpacked"))
    assert refusal(processor, asked, document_id=source).reason == "TABLE_TOO_LARGE"


@pytest.mark.parametrize(
    ("filename", "data"),
    [
        ("a.json", b'{"a": 1}'),
        ("a.json", b"["),
        ("a.parquet", b"PAR1 nonsense"),
        ("a.csv", b"\xff\xfea"),
        ("a.pdf", b"x"),
    ],
)
def test_what_is_no_table_is_refused(
    processor: Processor, asked: Asked, shelf: Shelf, filename: str, data: bytes
) -> None:
    source = kept(shelf, asked.user.tenant_id, filename, data)
    error = refusal(processor, asked, document_id=source)
    assert error.reason in {"TABLE_UNREADABLE", "FORMAT_UNKNOWN"}
    assert error.details[0]["field"] == "metadata.inputs.input"


def test_semicolons_are_found_and_a_mark_of_byte_order_is_left_out(
    processor: Processor, asked: Asked, shelf: Shelf
) -> None:
    source = kept(shelf, asked.user.tenant_id, "a.csv", b"\xef\xbb\xbfname;n\nada;1,5\n")
    assert ran(processor, asked, document_id=source)["data"] == [{"name": "ada", "n": "1,5"}]


def test_a_large_table_becomes_a_document_and_its_first_rows_are_shown(processor: Processor, asked: Asked) -> None:
    rows = [{"n": n} for n in range(1_000)]
    result = ran(processor, asked, rows=rows, operations=[{"op": "dedupe", "columns": ["n"]}])
    assert (result["rows"], len(result["data"]), result["media_type"]) == (1_000, 200, "text/csv")


def test_infinity_is_missing_in_json(processor: Processor, asked: Asked) -> None:
    power = {"call": "power", "of": [{"column": "n"}, {"value": 400}]}
    result = ran(processor, asked, rows=[{"n": 10.0}], operations=[{"op": "map", "set": {"x": power}}])
    assert json.dumps(result["data"], allow_nan=False) == '[{"n": 10.0, "x": null}]'


def test_a_cancelled_task_stops_between_operations(processor: Processor, asked: Asked, shelf: Shelf) -> None:
    def stop(looks: int) -> None:
        if looks == 3:
            raise TaskCancelled("cancelled")

    asked.stop = stop
    operations = [{"op": "limit", "rows": 5}] * 5
    with pytest.raises(TaskCancelled):
        ran(processor, asked, rows=[{"a": 1}], operations=operations, output={})
    assert asked.told.count("limit") == 1
    assert shelf.documents.read_page(asked.user.tenant_id, limit=1, start_key=None)[0] == []


def test_who_left_meanwhile_gets_nothing(processor: Processor, asked: Asked) -> None:
    change_user(the_accounts(), asked.user, is_active=False)
    assert refusal(processor, asked, rows=[{"a": 1}]).reason == "TASK_ASKER_GONE"
