"""Every event has its place among the contract's twenty types, the ones to come as well."""

import pytest

from docchain.audit.kinds import KINDS, UNKEPT, AuditEventType, Severity, is_kept, kind_of
from tests.unit.audit.emitted import emitted_names

# Constants of the same form that are no events.
NO_EVENTS = {"head.size", "aws.context", "parameters.…"}


def test_every_event_that_the_code_tells_has_an_entry_in_the_table() -> None:
    told = {name: where for name, where in emitted_names().items() if name not in NO_EVENTS}

    assert {name: where for name, where in told.items() if name not in KINDS and name not in UNKEPT} == {}


def test_the_reading_of_the_code_finds_events() -> None:
    """Else the test above would pass by finding nothing."""
    found = emitted_names()

    assert {"user.logged_in", "workflow.created", "node.added", "run.cancelled", "document.deleted"} <= found.keys()
    assert "layers/core/python/docchain/runs/records.py" in found["node.completed"]


def test_the_contract_has_twenty_types_and_four_severities() -> None:
    assert len(AuditEventType) == 20
    assert [s.value for s in Severity] == ["low", "medium", "high", "critical"]


@pytest.mark.parametrize(
    ("name", "event_type"),
    [
        ("user.renamed", AuditEventType.USER_UPDATED),
        ("run.paused", AuditEventType.WORKFLOW_EXECUTED),
        ("secret.exported", AuditEventType.CONFIGURATION_CHANGE),
        ("blockchain.anchored", AuditEventType.SYSTEM_EVENT),
        ("", AuditEventType.SYSTEM_EVENT),
    ],
)
def test_what_is_not_known_yet_is_kept_by_its_family(name: str, event_type: AuditEventType) -> None:
    assert is_kept(name)
    assert kind_of(name)[0] == event_type
