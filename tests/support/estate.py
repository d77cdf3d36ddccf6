"""A tenant that has one of everything, made through the real handlers, each marked with a word that is only its own."""

import json
from dataclasses import dataclass
from typing import Any

from docchain.ai_workflows.models import AiTask, AskedOf
from docchain.ai_workflows.outcomes import adding
from docchain.audit.chain import Chain
from docchain.audit.kinds import Severity
from docchain.auth.caller import Caller
from docchain.clock import epoch, now
from docchain.events.models import Event
from docchain.identity.accounts import Accounts
from docchain.ids import new_ulid
from docchain.realtime.switchboard import Switchboard
from docchain.runs.models import StepOrder
from docchain.storage.table import Table
from docchain.threats.models import Threat
from docchain.threats.repository import Once, ThreatRepository
from docchain.values.repository import ValueRepository
from functions.api.advanced_ai.handler import handler as advanced_ai
from functions.api.ai_workflows.handler import handler as ai_workflows
from functions.api.auth.handler import handler as auth
from functions.api.background.handler import handler as background
from functions.api.cache.handler import handler as cache
from functions.api.compliance.handler import handler as compliance
from functions.api.metrics.handler import handler as metrics
from functions.api.scheduler.handler import handler as scheduler
from functions.api.security.handler import handler as security
from functions.api.workflows.handler import handler as workflows
from functions.steps.control.run import run as control
from tests.support.cast import Cast, a_cast
from tests.support.realtime import RecordingPush, connected
from tests.support.rest import a_context, rest_event

_WORKFLOWS = "/api/v3/workflows"
_AI_WORKFLOWS = "/api/v3/ai-workflows"


@dataclass(frozen=True)
class Estate:
    """``ids`` are by the names of parameters in paths, each of something that was made last."""

    cast: Cast
    marker: str
    ids: dict[str, str]

    @property
    def admin(self) -> Caller:
        caller = self.cast.caller("admin")
        assert caller is not None
        return caller


def an_estate(accounts: Accounts, *, rounds: int) -> Estate:
    """Ids count up per tenant: who has made more of everything has numbers that the other has not."""
    cast, marker = a_cast(accounts), f"m{new_ulid().lower()}"
    estate = Estate(cast, marker, {})
    for _ in range(rounds):
        _fill(estate)
        _let_ai_work(estate)
    _learn(estate, rounds)
    _open_socket(estate)
    _record(estate)
    _watch(estate, rounds)
    _measure(estate, rounds)
    return estate


def _measure(estate: Estate, rounds: int) -> None:
    name = f"m.{new_ulid().lower()}"
    told = {"value": 1, "metric_type": "counter", "category": "application", "labels": {"who": estate.marker}}
    _made(estate, metrics, "/api/v3/metrics/metrics/counter", {"name": name, **told})
    rule = {"name": estate.marker, "metric_name": name, "threshold": 1}
    for _ in range(rounds):
        made = _made(estate, metrics, "/api/v3/metrics/alerts", rule)
    estate.ids.update(metric_name=name, alert_rule_id=made["id"])


def _fill(estate: Estate) -> None:
    node = {"name": estate.marker, "node_type": "document_template", "config": {"template": estate.marker}}
    # A path's ``key`` is the cache's entry and the foreach, which nobody else's are called.
    key_name = f"k{new_ulid().lower()}"
    each = {
        "name": "Each",
        "key": key_name,
        "node_type": "foreach",
        "config": {"items": [1], "nodes": [{**node, "name": "One"}]},
    }
    workflow = _made(estate, workflows, _WORKFLOWS, {"name": estate.marker, "nodes": [node, each]})["id"]
    added = _made(estate, workflows, f"{_WORKFLOWS}/{workflow}/nodes", {**node, "name": f"{estate.marker}_2"})
    run = _made(estate, workflows, f"{_WORKFLOWS}/{workflow}/execute", {"parameters": {"who": estate.marker}})
    upload = _made(estate, workflows, f"{_WORKFLOWS}/documents/uploads", {"filename": "a.txt", "size": 3})
    document = _made(estate, workflows, f"{_WORKFLOWS}/documents", *_a_form(f"{estate.marker}.txt"))
    collection = _made(estate, workflows, f"{_WORKFLOWS}/documents/collections", {"name": estate.marker})
    email = f"{estate.marker}{new_ulid().lower()}@example.com"
    invitation = _made(estate, auth, "/api/v3/auth/invitations", {"email": email})
    key = _made(estate, security, "/api/v3/security/api-keys", {"name": estate.marker})
    secret = {"value": estate.marker, "kind": "other", "description": estate.marker}
    secret_name = f"s{new_ulid().lower()}"
    _made(estate, security, f"/api/v3/security/vault/secrets/{secret_name}", secret, method="PUT")
    _made(estate, cache, f"/api/v3/advanced/cache/entries/{key_name}", {"value": estate.marker}, method="PUT")
    prompt = {"name": f"p{new_ulid().lower()}", "template": estate.marker, "description": estate.marker}
    _made(estate, advanced_ai, "/api/v3/advanced/ai/prompts", prompt)
    tasks = {"items": [{"task": "summarize", "text": estate.marker}], "wait_seconds": 0}
    batch = _made(estate, advanced_ai, "/api/v3/advanced/ai/batch", tasks)
    schedule = {"name": estate.marker, "interval_seconds": 3600, "metadata": {"says": estate.marker}}
    later = {"name": estate.marker, "delay_seconds": 86_400, "metadata": {"says": estate.marker}}
    group = _made(estate, background, "/api/v3/background/tasks/groups", {"tasks": [later]})
    made = {
        "task_id": group["tasks"][0]["id"],
        "group_id": group["group_id"],
        "schedule_id": _made(estate, scheduler, "/api/v3/scheduler/schedules/interval", schedule)["schedule_id"],
        "prompt_name": prompt["name"],
        "batch_id": batch["id"],
        "key": key_name,
        "workflow_id": workflow,
        "version": 1,
        "other": "draft",
        "template_name": "contract_review",
        "node_id": added["id"],
        "run_id": run["id"],
        "name": _stored(estate),
        "approval_id": _asked(estate),
        "other_run_id": run["id"],
        "upload_id": upload["upload_id"],
        "document_id": document["id"],
        "collection_id": collection["id"],
        "invitation_id": invitation["id"],
        "api_key_id": key["api_key_id"],
        "secret_name": secret_name,
        "user_id": estate.cast.users["guest"].id,
        "session_id": estate.admin.session_id,
        # A device makes the real one; this has its form, and the tests of passkeys make one with a device of theirs.
        "passkey_id": "a" * 64,
    }
    estate.ids.update({name: str(value) for name, value in made.items()})
    estate.ids["room_id"] = f"workflow_{made['workflow_id']}"


def _let_ai_work(estate: Estate) -> None:
    steps = [{"ai_task": "generate_summary", "name": estate.marker}]
    name = f"t{new_ulid().lower()}"
    _made(estate, ai_workflows, f"{_AI_WORKFLOWS}/templates?name={name}&description={estate.marker}", steps)
    order = {"name": estate.marker, "workflow_type": "summarization", "template_name": name}
    made = _made(estate, ai_workflows, _AI_WORKFLOWS, {**order, "input_data": {"text": estate.marker}})
    _made(estate, ai_workflows, f"{_AI_WORKFLOWS}/{made['workflow_id']}/execute", {"wait_seconds": 0})
    estate.ids.update(ai_workflow_id=made["workflow_id"], ai_template_name=name)


def _learn(estate: Estate, rounds: int) -> None:
    """Tasks are the same words for all: only who has made more has applied a choice."""
    table, tenant_id = Table(estate.cast.accounts.table.client, "workflows"), estate.cast.tenant_id
    for task in (AiTask.GENERATE_SUMMARY, AiTask.ANALYZE_TEXT)[:rounds]:
        for provider, failed in (("openai", 60), ("anthropic", 0)):
            counts = {"completed": 100 - failed, "failed": failed}
            table.transact([adding(table, tenant_id, task, AskedOf(provider=provider), counts)])
    path = f"{_AI_WORKFLOWS}/proposals"
    found = json.loads(ai_workflows(rest_event("GET", path, None, estate.admin), a_context())["body"])
    if rounds > 1:
        _made(estate, ai_workflows, f"{path}/{found[-1]['id']}/apply", None)
    estate.ids.update(task=found[-1]["task"], proposal_id=found[0]["id"])


def _stored(estate: Estate) -> str:
    """The node ``store`` writes it together with its own record."""
    name = f"v{new_ulid().lower()}"
    runs = Table(estate.cast.accounts.table.client, "runs")
    by = {"run_id": 1, "node": estate.marker}
    runs.transact([ValueRepository(runs).storing(estate.cast.tenant_id, name, estate.marker, by)])
    return name


def _asked(estate: Estate) -> str:
    """The step itself, as Step Functions would call it."""
    ask = {"message": estate.marker, "approvers": [estate.admin.username]}
    node = {"name": "Ask", "key": "ask", "node_type": "approval", "config": ask}
    workflow = _made(estate, workflows, _WORKFLOWS, {"name": estate.marker, "nodes": [node]})["id"]
    run = _made(estate, workflows, f"{_WORKFLOWS}/{workflow}/execute", {})
    known = {"tenant": estate.cast.tenant_id, "run": run["id"], "workflow": workflow, "version": 1}
    control(StepOrder(**known, node="ask", phase="approval", token="t"), 30.0)
    return f"{run['id']}-ask"


def _open_socket(estate: Estate) -> None:
    board = Switchboard(Table(estate.cast.accounts.table.client, "realtime"), RecordingPush())
    name = f"{estate.marker}_room"
    connected(board, name, tenant_id=estate.cast.tenant_id, user_id=1, connection_id=estate.marker)


def _record(estate: Estate) -> None:
    """What the bus would have carried to the audit."""
    accounts, tenant_id = estate.cast.accounts, estate.cast.tenant_id
    outbox = accounts.table.query_all(f"{tenant_id}#outbox", most=1000)
    told = Event(type="user.updated", tenant_id=tenant_id, subject=f"users/{estate.marker}", actor=estate.marker)
    chain = Chain(Table(accounts.table.client, "audit"))
    chain.append(tenant_id, [Event.model_validate(item["event"]) for item in outbox])
    chain.append(tenant_id, [told])
    estate.ids["entry_id"] = f"audit_{chain.head(tenant_id).seq}"


def _watch(estate: Estate, number: int) -> None:
    """A blocked address, a threat and a report: each of its own, not below a number that both tenants have."""
    address = f"198.51.100.{number}"
    _made(estate, security, "/api/v3/security/blocked-addresses", {"address": address, "reason": estate.marker})
    today = now()[:10]
    asked = {"type": "full", "format": "json", "start_date": today, "end_date": today}
    report = _made(estate, compliance, "/api/v3/security/compliance/reports", asked)
    threat = Threat(
        id=new_ulid(),
        tenant_id=estate.cast.tenant_id,
        rule="token_reuse",
        subject="users/1",
        severity=Severity.HIGH,
        title=estate.marker,
        explanation=estate.marker,
        recommendation="Look at it.",
        count=1,
        detected_at=now(),
        event_id=new_ulid(),
    )
    assert ThreatRepository(estate.cast.accounts.guard).found(threat, Once(threat.id, epoch() + 60), [])
    estate.ids.update(address=address, threat_id=threat.id, report_id=report["id"])


def _made(
    estate: Estate, handler: Any, path: str, body: Any, content_type: str = "application/json", method: str = "POST"
) -> Any:
    headers = {"content-type": content_type}
    answer = handler(rest_event(method, path, body, estate.admin, headers), a_context())
    assert answer["statusCode"] == 200, f"{path}: {answer['body']}"
    return json.loads(answer["body"])


def _a_form(filename: str) -> tuple[bytes, str]:
    lines = [
        "--x",
        f'Content-Disposition: form-data; name="file"; filename="{filename}"',
        "Content-Type: text/plain",
        "",
        filename,
        "--x--",
        "",
    ]
    return "\r\n".join(lines).encode(), "multipart/form-data; boundary=x"
