"""A fact of the bus about an AI workflow's run finds its card, as the rule hands it over."""

import json
from pathlib import Path
from typing import Any

from functions.listeners.ai_workflows.handler import handler
from tests.support.engine import Stage
from tests.support.rest import a_context
from tests.unit.functions.api.ai_workflows.conftest import Client


def a_sample(tenant: str) -> dict[str, Any]:
    sample: dict[str, Any] = json.loads(Path("events/listeners/ai_workflows.json").read_text())
    sample["detail"]["tenant_id"] = tenant
    return sample


def test_the_end_of_a_run_is_the_end_of_its_workflow(tenant: str) -> None:
    client = Client(tenant)
    client.ended(client.made())
    for _ in range(2):
        handler(a_sample(tenant), a_context())
    (card,) = client("GET", "")[1]
    assert (card["status"], card["run_id"]) == ("completed", 1)
    assert client("GET", "/stats")[1]["completed_workflows"] == 1


def test_a_run_that_is_not_the_workflows_last_changes_nothing(tenant: str) -> None:
    client = Client(tenant)
    client.begun(client.made())
    sample = a_sample(tenant)
    sample["detail"]["data"]["run_id"] = 77
    handler(sample, a_context())
    assert client("GET", "")[1][0]["status"] == "processing"


def test_a_tenant_without_it_is_left_alone(tenant: str) -> None:
    handler(a_sample(tenant), a_context())
    assert Stage(tenant).workflows.table.get(f"{tenant}#ai_workflows", "stats") is None
