"""A Celery chain of five tasks on Redis, both started here: ``python celery_chain.py RUNS AT_ONCE FOLDER``."""

import os
import shutil
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

FOLDER, HERE = Path(sys.argv[3]), Path(__file__).parent
SOCKET = FOLDER / "redis.sock"
CONFIG = f'port 0\nunixsocket {SOCKET}\ndir {FOLDER}\nappendonly yes\nappendfsync everysec\nsave ""\n'
WAIT_SECONDS = 30


def main() -> None:
    (FOLDER / "redis.conf").write_text(CONFIG)
    server = shutil.which("redis-server", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert server, "redis-server is not there"
    os.environ["BROKER"] = f"redis+socket://{SOCKET}"
    redis = subprocess.Popen([server, str(FOLDER / "redis.conf")], stdout=subprocess.DEVNULL)
    until(SOCKET.exists)
    arguments = ["-A", "celery_tasks", "worker", "--loglevel=ERROR", "--concurrency=2", "--without-gossip"]
    worker = subprocess.Popen([sys.executable, "-m", "celery", *arguments], cwd=HERE, stdout=subprocess.DEVNULL)
    try:
        measure()
    finally:
        for process in (worker, redis):
            process.terminate()
            process.wait(WAIT_SECONDS)


def measure() -> None:
    from celery import chain
    from celery_tasks import step
    from work import NODES, report

    def begin(topic: str):  # type: ignore[no-untyped-def]  # Celery has no types
        return chain(step.s([], 0, topic), *(step.s(node, topic) for node in range(1, NODES))).apply_async()

    def all_at_once(many: int) -> int:
        begun = [begin(f"speed {n}") for n in range(many)]
        return sum(len(result.get(timeout=120)) == NODES for result in begun)

    note = f"Celery {version('celery')}, 2 worker processes, Redis with AOF"
    report(lambda n: begin(f"speed {n}").get(timeout=120), all_at_once, note)


def until(true) -> None:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + WAIT_SECONDS
    while not true():
        assert time.monotonic() < deadline, "it did not start"
        time.sleep(0.05)


if __name__ == "__main__":
    main()
