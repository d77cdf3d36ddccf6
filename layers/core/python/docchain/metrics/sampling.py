"""The names that are collected, and what each is now."""

import os
from typing import Final

from docchain.metrics import proc
from docchain.metrics.models import MetricCategory, Observation, Series

COLLECTED: Final = {
    **{f"system.cpu.{n}": "cpu" for n in ("percent", "count")},
    **{f"system.memory.{n}": "memory" for n in ("total", "available", "percent", "used")},
    **{f"system.disk.{n}": "disk" for n in ("total", "used", "free", "percent")},
    **{f"system.network.{n}": "network" for n in ("bytes_sent", "bytes_recv", "packets_sent", "packets_recv")},
    **{f"system.process.{n}": "system" for n in ("memory_percent", "cpu_percent", "num_threads")},
    "application.uptime": "application",
    "application.python.gc.collections": "application",
    "application.threads.active": "application",
}
"""Name → category. All are gauges: what a sandbox has counted begins anew with the next one."""


def sample(cpu: proc.Cpu) -> dict[str, float]:
    """Every name of ``COLLECTED``."""
    busy, own = cpu.percents()
    memory = proc.memory()
    return {
        "system.cpu.percent": busy,
        "system.cpu.count": os.cpu_count() or 1,
        **{f"system.memory.{name}": value for name, value in memory.items()},
        **{f"system.disk.{name}": value for name, value in proc.disk().items()},
        **{f"system.network.{name}": value for name, value in proc.network().items()},
        "system.process.memory_percent": round(100 * proc.resident_bytes() / memory["total"], 3),
        "system.process.cpu_percent": own,
        "system.process.num_threads": proc.threads_of_process(),
        "application.uptime": proc.uptime_seconds(),
        "application.python.gc.collections": proc.garbage_collections(),
        "application.threads.active": proc.threads_active(),
    }


def observed(values: dict[str, float], function: str, at: str) -> list[Observation]:
    """Labelled by the function in whose sandbox they were read."""
    labels = {"function": function}
    return [
        Observation(Series.of(name, "gauge", MetricCategory(COLLECTED[name]), labels), float(value), at)
        for name, value in values.items()
    ]
