"""Five steps of a DBOS workflow, in this process, with SQLite: ``python dbos_chain.py RUNS AT_ONCE FOLDER``."""

import sys
from importlib.metadata import version

from dbos import DBOS
from work import NODES, report, work

DBOS(
    config={
        "name": "bench",
        "system_database_url": f"sqlite:///{sys.argv[3]}/dbos.sqlite",
        "console_log_level": "ERROR",
        "log_level": "ERROR",
        "run_admin_server": False,
    }
)


@DBOS.step()
def step(node: int, topic: str) -> str:
    return work(node, topic)


@DBOS.workflow()
def chain(topic: str) -> list[str]:
    return [step(node, topic) for node in range(NODES)]


def all_at_once(many: int) -> int:
    handles = [DBOS.start_workflow(chain, f"speed {n}") for n in range(many)]
    return sum(len(handle.get_result()) == NODES for handle in handles)


DBOS.launch()
try:
    report(lambda n: chain(f"speed {n}"), all_at_once, f"DBOS {version('dbos')}, SQLite, one process")
finally:
    DBOS.destroy()
