"""What one event adds to which figures."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from docchain.analytics.keys import Place, tenant_figures, workflow_figures
from docchain.analytics.sketch import bucket_of
from docchain.clock import from_iso
from docchain.costs.money import to_pico
from docchain.costs.steps import own_cost_of_run
from docchain.events.models import Event

ENDINGS = {
    "run.completed": "completed",
    "run.failed": "failed",
    "run.cancelled": "cancelled",
    "run.interrupted": "interrupted",
}
NODE_ENDINGS = {"node.completed": "completed", "node.failed": "failed"}
COUNTED = frozenset({"run.started", *ENDINGS, *NODE_ENDINGS})

Increments = dict[Place, Counter[str]]
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,59}")


def increments_of(events: Iterable[Event]) -> Increments:
    """Added up over all of them; events of other types add nothing."""
    added: Increments = defaultdict(Counter)
    for event in events:
        if event.type in NODE_ENDINGS:
            _add_node(added, event)
        elif event.type in COUNTED:
            _add_run(added, event)
    return added


def _add_node(added: Increments, event: Event) -> None:
    data, tenant, day = event.data, event.tenant_id, event.occurred_at[:10]
    workflow = int(data["workflow_id"])
    money = _money(data)
    ending = NODE_ENDINGS[event.type]
    own = workflow_figures(tenant, workflow)
    added[own, f"day#{day}#node#{data['node']}"].update({ending: 1, **money, **_duration(data), **_reason(event)})
    added[own, f"day#{day}#run"].update({f"nodes_{ending}": 1, **money})
    added[own, f"hour#{event.occurred_at[:13]}#run"].update({f"nodes_{ending}": 1, **money})
    added[tenant_figures(tenant), f"day#{day}#all"].update({"nodes": 1, **money})
    added[tenant_figures(tenant), f"workflow#{day}#{workflow:012d}"].update({"nodes": 1, **money})
    if model := data.get("model"):
        provider = data.get("provider", "unknown")
        fallback = {"fallbacks": 1} if data.get("fallback_from") else {}
        counted = {"nodes": 1, **money, **_duration(data), **fallback}
        added[tenant_figures(tenant), f"model#{day}#{provider}/{model}"].update(counted)


def _add_run(added: Increments, event: Event) -> None:
    data, tenant, day = event.data, event.tenant_id, event.occurred_at[:10]
    workflow = int(data["workflow_id"])
    ending = ENDINGS.get(event.type, "started")
    counts: dict[str, int] = {f"runs_{ending}": 1}
    told: dict[str, int] = {}
    if ending != "started":
        told = {**_run_duration(event), **_reason(event)}
    if ending in ("completed", "failed"):
        # These two a last step tells: the start and the end were paid for.
        counts["cost"] = to_pico(own_cost_of_run())
    own = workflow_figures(tenant, workflow)
    for period in (f"day#{day}#run", f"hour#{event.occurred_at[:13]}#run"):
        added[own, period].update({**counts, **told})
    added[tenant_figures(tenant), f"day#{day}#all"].update(counts)
    added[tenant_figures(tenant), f"workflow#{day}#{workflow:012d}"].update(counts)
    if ending == "started" and event.actor:
        added[own, f"day#{day}#user#{event.actor}"].update({"runs_started": 1})


def _money(data: dict[str, Any]) -> dict[str, int]:
    names = {"input_tokens": "input_tokens", "output_tokens": "output_tokens"}
    money = {name: int(data[field]) for name, field in names.items() if data.get(field)}
    if data.get("cost_usd"):
        money["cost"] = to_pico(float(data["cost_usd"]))
    if data.get("unpriced"):
        money["unpriced"] = 1
    return money


def _duration(data: dict[str, Any]) -> dict[str, int]:
    if data.get("milliseconds") is None:
        return {}
    milliseconds = max(0, int(data["milliseconds"]))
    return {"ms": milliseconds, "timed": 1, f"b{bucket_of(milliseconds)}": 1}


def _run_duration(event: Event) -> dict[str, int]:
    started = event.data.get("started_at")
    if not started:
        return {}
    seconds = (from_iso(event.occurred_at) - from_iso(started)).total_seconds()
    return _duration({"milliseconds": seconds * 1000})


def _reason(event: Event) -> dict[str, int]:
    error = event.data.get("error")
    if event.type not in ("node.failed", "run.failed", "run.interrupted") or not isinstance(error, dict):
        return {}
    code = str(error.get("code"))
    return {f"e_{code}" if _CODE.fullmatch(code) else "e_OTHER": 1}
