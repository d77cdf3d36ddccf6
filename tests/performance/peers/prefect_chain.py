"""Five tasks of a Prefect flow, its server beside it, SQLite: ``python prefect_chain.py RUNS AT_ONCE FOLDER``."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version

os.environ |= {
    "PREFECT_HOME": sys.argv[3],
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_SERVER_LEVEL": "CRITICAL",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}

from prefect import flow, task  # reads the environment when it is imported
from prefect.testing.utilities import prefect_test_harness
from work import NODES, report, work


@task
def step(node: int, topic: str) -> str:
    return work(node, topic)


@flow
def chain(topic: str) -> list[str]:
    return [step(node, topic) for node in range(NODES)]


def all_at_once(many: int) -> int:
    with ThreadPoolExecutor(10) as pool:
        return sum(len(done) == NODES for done in pool.map(lambda n: chain(f"speed {n}"), range(many)))


with prefect_test_harness(server_startup_timeout=120):
    report(lambda n: chain(f"speed {n}"), all_at_once, f"Prefect {version('prefect')}, server in a process, SQLite")
