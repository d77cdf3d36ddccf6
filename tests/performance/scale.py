"""Many runs, long chains and waiting: nothing lost, nothing twice, and a run that waits costs nothing."""

import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.performance.chains import _moment
from tests.performance.figures import Figure
from tests.support.client import TEMPLATE_CHAIN, Client

# As a run's room calls them; REST and WebSocket tell the same.
RUN_EVENT, NODE_EVENT = "workflow_execution", "node_execution"
RUNS, NODES, LONG, WAIT_SECONDS, ATTEMPTS = 200, 5, 1_000, 20, 6


def measure(address: str) -> Iterator[Figure]:
    client = Client(address, address.replace("http", "ws", 1)).log_in()
    busy = f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs"
    yield from _many(client, busy)
    yield from _long(client)
    yield from _waiting(client)


def _many(client: Client, busy: str) -> Iterator[Figure]:
    """Each run's events are counted: a node that ran twice, or not at all, would show."""
    workflow = client.workflow(*TEMPLATE_CHAIN, name="two hundred")
    client.ok("POST", f"/api/v3/workflows/{workflow}/publish")
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda n: _started(client, workflow, n), range(RUNS)))
    ended = [client.wait_for_run(i, lambda r: r["status"] not in {"running", "queued"}, 300) for i in ids]
    seconds = max(_moment(r["finished_at"]) for r in ended) - min(_moment(r["started_at"]) for r in ended)
    yield Figure(f"{RUNS} runs of {NODES} nodes at once, to the last one's end", seconds, "s", note=busy)
    yield Figure("of them not completed, or given twice", _wrong(ended), "", 0)
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda i: _completions(client, i), ids))
    wrong = sum(count != {f"n{n}": 1 for n in range(NODES)} for count in counts)
    yield Figure("of them with a node that completed never, or twice", wrong, "", 0, note="by their events")


def _started(client: Client, workflow: int, n: int) -> int:
    """As a caller should: the same key again when the answer is that a machine under load was too slow."""
    body, key = {"parameters": {"topic": f"t{n}"}}, {"idempotency-key": f"scale-{workflow}-{n}"}
    for attempt in range(ATTEMPTS):
        answer = client.call("POST", f"/api/v3/workflows/{workflow}/execute", body, headers=key)
        if answer.status_code != 503:
            break
        time.sleep(0.5 * 2**attempt)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["id"])


def _wrong(ended: list[dict[str, Any]]) -> int:
    return sum(r["status"] != "completed" for r in ended) + RUNS - len({r["id"] for r in ended})


def _completions(client: Client, run_id: int) -> dict[str, int]:
    deadline = time.monotonic() + 60
    while True:
        events = client.ok("GET", f"/api/v3/workflows/runs/{run_id}/events?limit=1000")
        has_ended = any(e["event_type"] == RUN_EVENT and e["data"].get("status") == "completed" for e in events)
        if has_ended or time.monotonic() > deadline:
            done = (e["data"] for e in events if e["event_type"] == NODE_EVENT)
            return dict(Counter(data["node"] for data in done if data["status"] == "completed"))
        time.sleep(0.2)


def _long(client: Client) -> Iterator[Figure]:
    node = {"node_type": "document_template", "config": {"template": "{{ params.topic }}"}}
    started = time.perf_counter()
    workflow = client.workflow(*({"name": f"L{n}", **node} for n in range(LONG)), name="long")
    client.ok("POST", f"/api/v3/workflows/{workflow}/publish")
    yield Figure(f"a chain of {LONG} nodes, created and published", time.perf_counter() - started, "s")
    run = client.run(workflow, wait_seconds=0, topic="long")
    ended = client.wait_for_run(run["id"], lambda r: r["status"] != "running", 600)
    seconds = _moment(ended["finished_at"]) - _moment(ended["started_at"])
    yield Figure(f"a chain of {LONG} nodes, run", seconds, "s", note=f"{1000 * seconds / LONG:.1f} ms a node")
    yield Figure("of its nodes not completed", LONG - ended["node_counts"].get("completed", 0), "", 0)


def _waiting(client: Client) -> Iterator[Figure]:
    """Between the beginning of a wait and its end no worker is called: what is recorded before it is all there is."""
    delay = {"name": "Wait", "node_type": "delay", "config": {"seconds": WAIT_SECONDS}}
    workflow = client.workflow(TEMPLATE_CHAIN[0], delay, TEMPLATE_CHAIN[1], name="waits")
    run = client.run(workflow, wait_seconds=0, topic="wait")
    time.sleep(WAIT_SECONDS / 2)
    before = _bill(client, run["id"])
    time.sleep(WAIT_SECONDS / 4)
    yield Figure("what waiting added to a run's bill", _bill(client, run["id"]) - before, "$", 0)
    client.wait_for_run(run["id"], lambda r: r["status"] == "completed", 60)
    spent = client.ok("GET", f"/api/v3/workflows/runs/{run['id']}/nodes")
    worked = sum(n["execution_time"] or 0 for n in spent if n["node_type"] != "delay")
    yield Figure(f"workers' time in a run that waited {WAIT_SECONDS} s", worked, "s", 1)


def _bill(client: Client, run_id: int) -> float:
    return float(client.ok("GET", f"/api/v3/workflows/runs/{run_id}/cost")["total"])
