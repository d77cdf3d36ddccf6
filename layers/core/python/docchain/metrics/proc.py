"""What the kernel says of this sandbox, read from /proc: the figures of the function that asks, and of nobody else."""

import os
import threading
import time
from dataclasses import dataclass
from gc import get_stats
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_SHORTEST_SECONDS: Final = 0.1
_DISK: Final = "/tmp"  # noqa: S108  # the one disk a Lambda may write to


@dataclass(frozen=True)
class CpuTimes:
    """Seconds since the start: of the machine, how much of it was idle, of this process; and when that was read."""

    total: float
    idle: float
    process: float
    read_at: float


def cpu_times() -> CpuTimes:
    fields = [int(n) / _TICKS for n in (_PROC / "stat").read_text().splitlines()[0].split()[1:9]]
    own = os.times()
    return CpuTimes(sum(fields), fields[3] + fields[4], own.user + own.system, time.monotonic())


class Cpu:
    """Shares since it was asked last; the first time since a tenth of a second ago."""

    def __init__(self) -> None:
        self._before: CpuTimes | None = None

    def percents(self) -> tuple[float, float]:
        """Of the machine, and of one processor by this process."""
        before = self._before or cpu_times()
        if time.monotonic() - before.read_at < _SHORTEST_SECONDS:
            time.sleep(_SHORTEST_SECONDS)
        now = self._before = cpu_times()
        passed = now.total - before.total
        busy = 100 * (1 - (now.idle - before.idle) / passed) if passed > 0 else 0.0
        own = 100 * (now.process - before.process) / (now.read_at - before.read_at)
        return round(min(max(busy, 0.0), 100.0), 2), round(max(own, 0.0), 2)


def memory() -> dict[str, float]:
    """Bytes: total, available, used; and how much of a hundred is used."""
    lines = (line.split() for line in (_PROC / "meminfo").read_text().splitlines())
    found = {line[0].rstrip(":"): int(line[1]) * 1024 for line in lines}
    total, available = found["MemTotal"], found["MemAvailable"]
    used = total - available
    return {"total": total, "available": available, "used": used, "percent": round(100 * used / total, 2)}


def disk() -> dict[str, float]:
    """Bytes of the disk that a function may write to; ``percent`` as df has it: of what a user may use."""
    found = os.statvfs(_DISK)
    total, free = found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize
    used = total - found.f_bfree * found.f_frsize
    return {"total": total, "used": used, "free": free, "percent": round(100 * used / max(used + free, 1), 2)}


def network() -> dict[str, float]:
    """Since the sandbox began, over all but the loopback."""
    sums = {"bytes_recv": 0, "packets_recv": 0, "bytes_sent": 0, "packets_sent": 0}
    for line in (_PROC / "net" / "dev").read_text().splitlines()[2:]:
        name, _, figures = line.partition(":")
        if name.strip() == "lo":
            continue
        columns = [int(n) for n in figures.split()]
        for field, column in (("bytes_recv", 0), ("packets_recv", 1), ("bytes_sent", 8), ("packets_sent", 9)):
            sums[field] += columns[column]
    return dict(sums)


def resident_bytes() -> int:
    return int((_PROC / "self" / "statm").read_text().split()[1]) * _PAGE


def uptime_seconds() -> float:
    """Of this process."""
    begun = _own_stat(19) / _TICKS
    return round(max(float((_PROC / "uptime").read_text().split()[0]) - begun, 0.0), 2)


def threads_of_process() -> int:
    """As the kernel counts them: also those that Python knows nothing of."""
    return _own_stat(17)


def _own_stat(field: int) -> int:
    """By its place behind the name, which may hold anything."""
    return int((_PROC / "self" / "stat").read_text().rpartition(")")[2].split()[field])


def garbage_collections() -> int:
    return sum(generation["collections"] for generation in get_stats())


def threads_active() -> int:
    return threading.active_count()
