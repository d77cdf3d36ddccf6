"""The sandbox that answers, looked at now."""

from typing import Any

from docchain.clock import now
from docchain.metrics.cloudwatch import FunctionMetrics
from docchain.metrics.collecting import Collector
from functions.api.metrics.schemas.reading import ApplicationOverview, SystemOverview


def system_overview(collector: Collector, of_functions: FunctionMetrics | None) -> SystemOverview:
    values, at = collector.look(), now()
    parts: dict[str, Any] = {part: {"timestamp": at} for part in ("cpu", "memory", "disk", "network")}
    for name, value in values.items():
        group, _, field = name.removeprefix("system.").partition(".")
        if group in parts:
            parts[group][field] = value
    functions = of_functions.read() if of_functions else {}
    return SystemOverview(**parts, function=collector.function, functions=functions, timestamp=at)


def application_overview(collector: Collector) -> ApplicationOverview:
    values, at = collector.look(), now()
    figures: dict[str, Any] = {
        "uptime": {"seconds": values["application.uptime"], "timestamp": at},
        "threads": {"active": values["application.threads.active"], "timestamp": at},
        "garbage_collector": {"collections": values["application.python.gc.collections"], "timestamp": at},
    }
    return ApplicationOverview(**figures, function=collector.function, timestamp=at)
