"""What nodes make counts towards the tenant's quota, and is refused beyond it."""

import pytest

from docchain.documents import quota
from docchain.documents.models import NewDocument
from docchain.errors import PermanentStepError
from docchain.steps.call import NodeCall, NodeResult
from tests.support.engine import Stage

NODES = [{"key": "letter", "name": "Letter", "node_type": "document_template", "config": {"template": "x"}}]


def a_letter(_: NodeCall) -> NodeResult:
    made = [NewDocument(filename=f"{n}.md", media_type="text/markdown", data=b"12345") for n in range(3)]
    return NodeResult(output={}, document=made[0], parts=tuple(made[1:]))


def test_what_a_node_makes_is_counted_once_and_with_it(tenant: str, aws_calls: list[str]) -> None:
    stage = Stage(tenant)
    run = stage.started(NODES)
    aws_calls.clear()

    stage.perform(run, "letter", a_letter)
    calls = [call for call in aws_calls if call != "PutObject"]
    stage.perform(run, "letter", a_letter)  # delivered again

    usage = stage.documents.quota.read(tenant)
    assert (usage.bytes, usage.documents) == (15, 3)
    assert calls.count("Query") == 1
    assert len(calls) <= 5  # one of them reads the version, which a warm process has


def test_a_node_that_would_pass_the_limit_fails_and_keeps_nothing(tenant: str) -> None:
    stage = Stage(tenant)
    limits = {"bytes_most": 14, "documents_most": quota.DOCUMENTS_MOST}
    stage.documents.table.put({"pk": f"{tenant}#usage", "sk": "limits", "entity": "quota", **limits})
    run = stage.started(NODES)

    with pytest.raises(PermanentStepError):
        stage.perform(run, "letter", a_letter)

    record = stage.records.read_context(stage.order(run, "letter"), ["letter"], ())[1]["letter"]
    assert record.error is not None
    assert record.error["code"] == "DOCUMENT_QUOTA_EXCEEDED"
    assert stage.documents.quota.read(tenant).documents == 0
