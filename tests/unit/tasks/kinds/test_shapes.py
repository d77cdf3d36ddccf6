"""What may be asked of each kind, and how a mistake is named."""

import os
import subprocess
import sys
from typing import Any

import pytest

from docchain.errors import ValidationFailed
from docchain.tasks.kinds.pools import POOLS
from docchain.tasks.kinds.shapes import SCOPES, SHAPES, parsed

TYPES = {
    *("workflow_execution", "ai_processing", "data_processing", "notification_sending", "analytics_processing"),
    *("cache_warming", "cleanup", "backup", "report_generation", "email_sending"),
}


def test_every_type_of_the_contract_has_a_shape_a_pool_and_a_scope() -> None:
    assert SHAPES.keys() == POOLS.keys() == SCOPES.keys() == TYPES


@pytest.mark.parametrize("kind", ["data_processing", "analytics_processing", "cache_warming", "backup"])
def test_what_needs_no_parameters_takes_none_or_notes_of_its_caller(kind: str) -> None:
    assert parsed(kind, None)
    assert parsed(kind, {"source": "nightly"}).notes == {"source": "nightly"}


@pytest.mark.parametrize(
    ("kind", "metadata", "field", "says"),
    [
        ("workflow_execution", {}, "metadata.workflow_id", "required"),
        ("ai_processing", {"prompt": ""}, "metadata.prompt", "at least 1"),
        ("ai_processing", {"prompt": "a", "text": "b", "document_id": "doc_1"}, "metadata", "at most one"),
        (
            "notification_sending",
            {"channel": "sms", "recipient": "ada", "subject": "s", "message": "m"},
            "metadata.channel",
            "there are email, in_app, websocket",
        ),
        ("email_sending", {"to": [], "subject": "s", "text": "t"}, "metadata.to", "between 1 and 20"),
        ("email_sending", {"to": "a@b.com", "subject": "a\r\nBcc: x", "text": "t"}, "metadata.subject", "pattern"),
        ("cleanup", {"cleanup_type": "logs"}, "metadata.cleanup_type", "'documents', 'cache', 'tasks', 'runs'"),
        ("backup", {"mode": "restore"}, "metadata", "needs backup_id"),
        ("report_generation", {"report_type": "workflow"}, "metadata", "workflow_id"),
        ("data_processing", {"rows": [], "operatoins": []}, "metadata", "operatoins: no parameter"),
        ("data_processing", {"operations": [{"op": "limit", "rows": 1}]}, "metadata", "no input"),
        ("data_processing", {"rows": [], "operations": [{"op": "sql"}]}, "metadata.operations.0", "does not match"),
    ],
)
def test_a_mistake_names_its_field(kind: str, metadata: dict[str, Any], field: str, says: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        parsed(kind, metadata)
    [first, *_] = refused.value.details
    assert first["field"].startswith(field)
    assert says in first["message"]


def test_expressions_are_neither_too_deep_nor_too_many() -> None:
    deep: dict[str, Any] = {"column": "a"}
    for _ in range(13):
        deep = {"call": "negate", "of": [deep]}
    with pytest.raises(ValidationFailed, match="nested deeper than 12"):
        parsed("data_processing", {"rows": [], "operations": [{"op": "map", "set": {"b": deep}}]})
    many = {"op": "filter", "where": {"all": [{"column": "a", "is": "is_present"}] * 50}}
    with pytest.raises(ValidationFailed, match="more than 500 expressions"):
        parsed("data_processing", {"rows": [], "operations": [many] * 10})


def test_the_doors_read_shapes_without_any_library_of_the_kinds() -> None:
    program = (
        "import sys, docchain.tasks.kinds.shapes;"
        "print(sorted({'polars', 'typst', 'boto3', 'openai', 'jinja2'} & {m.split('.')[0] for m in sys.modules}))"
    )
    own = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=own)
    assert answer.stdout.strip() == "[]"
