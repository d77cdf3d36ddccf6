"""A thousand tasks of mixed priorities from one tenant and one of another, with workers killed and tokens doubled.

``python -m tests.performance.background_load``: on a stage of its own, for it kills processes of the stage. Each task
writes one document, so a task that was done twice or not at all is seen.
"""

import argparse
import base64
import json
import os
import random
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import mean
from typing import Any

from docchain.clock import from_iso
from docchain.tasks.models import Priority
from infra.local import deployment
from infra.local.place import Place
from tests.performance.figures import Figure, conclude, percentile, show
from tests.performance.stages import add_stage_options, the_stage
from tests.support.client import Client

TASKS, BULK = 1_000, 100
PATIENCE_SECONDS = 1_500
BASE = "/api/v3/background"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.performance.background_load")
    parser.add_argument("--tasks", type=int, default=TASKS)
    parser.add_argument("--kills", type=int, default=6)
    add_stage_options(parser)
    given = parser.parse_args()
    place = Place(given.name, given.port, given.stage_port, given.model_port)
    with the_stage(given) as address:
        title = f"{given.tasks} tasks, {given.kills} workers killed, each token twice, at {address}"
        conclude(show(title, measure(address, place, given.tasks, given.kills)))


def measure(address: str, place: Place, tasks: int, kills: int) -> Iterator[Figure]:
    crowd, single = _newcomer(address), _newcomer(address)
    _await(single, [_submit(single, [_order(0, Priority.NORMAL)])[0]], 120)  # the first worker has its imports
    began = time.monotonic()
    ids = _submit_crowd(crowd, tasks)
    seconds = time.monotonic() - began
    yield Figure("tasks submitted in bulk", tasks / seconds, "/s")
    tokens = threading.Thread(target=_double_tokens, args=(place, crowd, tasks))
    tokens.start()
    waits = [_wait_of_one(single) for _ in range(5)]
    tokens.join()
    killed = _kill_workers(place, crowd, kills)
    _await(crowd, ids, PATIENCE_SECONDS)
    seconds = time.monotonic() - began
    cards = _cards(crowd)
    yield Figure(
        "tasks done, submission included", tasks / seconds, "/s", note=f"load average {os.getloadavg()[0]:.1f}"
    )
    yield Figure("wait of the other tenant's one task, worst of 5", max(waits), "s", 2.0, note=_list(waits))
    yield Figure("workers killed", killed, "", kills, at_least=True)
    yield Figure("tasks begun again", sum(1 for card in cards if card["attempt"] > 1), "")
    yield Figure("tasks that have not completed", sum(1 for c in cards if c["status"] != "completed"), "", 0)
    documents = _count_documents(crowd)
    yield Figure("documents too few or too many", abs(documents - tasks), "", 0)
    stats = crowd.ok("GET", f"{BASE}/service/stats")
    off = abs(stats["completed_tasks"] - tasks) + stats["running_tasks"] + stats["pending_tasks"] + stats["queue_size"]
    yield Figure("difference between counters and tasks", off, "", 0)
    yield from _order_of_priorities(cards)


def _order_of_priorities(cards: list[dict[str, Any]]) -> Iterator[Figure]:
    """Mean place among all beginnings, of those that were begun once."""
    once = sorted((card for card in cards if card["attempt"] == 1), key=lambda card: card["started_at"])
    places: dict[str, list[int]] = defaultdict(list)
    for place, card in enumerate(once):
        places[card["priority"]].append(place)
    before = 0.0
    for priority in Priority:
        here = mean(places[priority])
        yield Figure(f"mean place of {priority}", here, "", before, at_least=True)
        before = here
    yield Figure("first place of low", min(places["low"]), "", len(once) / 4)


def _newcomer(address: str) -> Client:
    return Client(address, address.replace("http", "ws", 1)).newcomer()


def _order(number: int, priority: Priority) -> dict[str, Any]:
    asked = {"rows": [{"n": number, "square": number * number}], "output": {"format": "csv"}}
    return {"name": f"Task {number}", "priority": priority.value, "max_retries": 5, "metadata": asked}


def _submit_crowd(client: Client, tasks: int) -> list[str]:
    chance = random.Random(5)
    orders = [_order(number, chance.choice(list(Priority))) for number in range(tasks)]
    return [task_id for start in range(0, tasks, BULK) for task_id in _submit(client, orders[start : start + BULK])]


def _submit(client: Client, orders: list[dict[str, Any]]) -> list[str]:
    answer = client.ok("POST", f"{BASE}/tasks/bulk/submit", orders)
    assert answer["status"] == "success", answer
    return [result["task_id"] for result in answer["results"]]


def _wait_of_one(client: Client) -> float:
    """From its submission to its beginning, by the server's clock."""
    task_id = client.ok("POST", f"{BASE}/tasks/submit", _order(1, Priority.LOW))["task_id"]
    _await(client, [task_id], 60)
    card = client.ok("GET", f"{BASE}/tasks/{task_id}")
    return (from_iso(card["started_at"]) - from_iso(card["created_at"])).total_seconds()


def _await(client: Client, task_ids: list[str], seconds: float) -> None:
    until, stats = time.monotonic() + seconds, {}
    while time.monotonic() < until:
        answer = client.call("GET", f"{BASE}/service/stats")
        if answer.status_code == 200:  # a stage that is busy to its limit may not answer in time: looked at again
            stats = answer.json()
            if stats["running_tasks"] == stats["pending_tasks"] == 0:
                return
        time.sleep(0.2 if len(task_ids) == 1 else 2)
    raise SystemExit(f"After {seconds:.0f} s not all tasks have ended: {stats}")


def _cards(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    path = f"{BASE}/tasks?limit=1000"
    while path:
        answer = client.call("GET", path)
        found += answer.json()
        path = answer.headers.get("link", "").partition("<")[2].partition(">")[0]
    return found


def _count_documents(client: Client) -> int:
    count, path = 0, "/api/v3/workflows/documents?limit=1000"
    while path:
        answer = client.call("GET", path)
        body = answer.json()
        count += len(body if isinstance(body, list) else body["documents"])
        path = answer.headers.get("link", "").partition("<")[2].partition(">")[0]
    return count


def _double_tokens(place: Place, client: Client, tasks: int) -> None:
    """SQS may deliver twice; here it does so for every task."""
    tenant_id = _tenant_of(client)
    sqs = deployment.client(place, "sqs")
    (queue,) = [url for url in sqs.list_queues()["QueueUrls"] if "tasksdataqueue" in url.lower().replace("-", "")]
    for _ in range(0, tasks, 10):
        entries = [{"Id": str(n), "MessageBody": f'{{"tenant_id": "{tenant_id}"}}'} for n in range(10)]
        sqs.send_message_batch(QueueUrl=queue, Entries=entries)


def _tenant_of(client: Client) -> str:
    """As the access token says it."""
    part = (client.token or "").split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return str(claims["tid"])


def _kill_workers(place: Place, client: Client, kills: int) -> int:
    """Processes of the pool at random moments, as long as there is something to do."""
    chance, killed = random.Random(9), 0
    while killed < kills and client.ok("GET", f"{BASE}/service/stats")["queue_size"]:
        time.sleep(chance.uniform(0.5, 3))
        workers = _workers(place)
        if workers:
            os.kill(chance.choice(workers), signal.SIGKILL)
            killed += 1
    return killed


def _workers(place: Place) -> list[int]:
    """Of this stage alone: its functions' code lies in its own folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if str(place.home).encode() in words and b"queues-tasks-data" in words:
            found.append(int(folder.name))
    return found


def _list(values: list[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in sorted(values)) + f"; p50 {percentile(values, 0.5):.2f}"


if __name__ == "__main__":
    main()
