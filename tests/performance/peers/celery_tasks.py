"""The task that the Celery worker and its caller both know; BROKER is a Redis socket."""

import os

from celery import Celery
from work import work

app = Celery("bench", broker=os.environ["BROKER"], backend=os.environ["BROKER"])
app.conf.update(task_acks_late=True, worker_prefetch_multiplier=1, broker_connection_retry_on_startup=True)


@app.task(name="bench.step")
def step(done: list[str], node: int, topic: str) -> list[str]:
    return [*done, work(node, topic)]
