"""System metrics: read from the kernel, kept for who collects, and CloudWatch's where there is one."""

import os
from datetime import UTC, datetime

import boto3
import pytest
from botocore.stub import ANY, Stubber

from docchain.metrics import proc
from docchain.metrics.catalogue import read_cards
from docchain.metrics.cloudwatch import FunctionMetrics
from docchain.metrics.collecting import Collector
from docchain.metrics.sampling import COLLECTED, sample
from docchain.metrics.service import each_collecting, read_state, start, stop
from tests.support.metrics import a_recorder, metrics_table

CONTRACT = {
    *(f"system.cpu.{n}" for n in ("percent", "count")),
    *(f"system.memory.{n}" for n in ("total", "available", "percent", "used")),
    *(f"system.disk.{n}" for n in ("total", "used", "free", "percent")),
    *(f"system.network.{n}" for n in ("bytes_sent", "bytes_recv", "packets_sent", "packets_recv")),
    *(f"system.process.{n}" for n in ("memory_percent", "cpu_percent", "num_threads")),
    *("application.uptime", "application.python.gc.collections", "application.threads.active"),
}


def test_every_name_of_the_contract_is_collected() -> None:
    assert set(sample(proc.Cpu())) == set(COLLECTED) == CONTRACT


def test_what_is_read_is_this_machine() -> None:
    found = sample(proc.Cpu())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    disk = os.statvfs("/tmp")

    assert found["system.cpu.count"] == os.cpu_count()
    assert found["system.memory.total"] == pytest.approx(memory, rel=0.05)
    assert found["system.memory.used"] + found["system.memory.available"] == found["system.memory.total"]
    assert found["system.disk.total"] == disk.f_blocks * disk.f_frsize
    assert all(0 <= found[f"system.{part}.percent"] <= 100 for part in ("cpu", "memory", "disk"))
    assert found["application.uptime"] > 0
    assert found["system.process.memory_percent"] > 0


def test_a_process_that_works_shows_in_its_share() -> None:
    cpu = proc.Cpu()
    cpu.percents()
    before = proc.cpu_times()
    while proc.cpu_times().process - before.process < 0.2:
        sum(n * n for n in range(10_000))

    # How much of the time that passed depends on who else works here.
    assert cpu.percents()[1] > 0


def test_collection_is_kept_labelled_by_its_function(tenant: str) -> None:
    collector = Collector(a_recorder(), proc.Cpu(), "schedules-metrics")

    assert collector.keep(tenant, collector.look())
    cards = read_cards(metrics_table(), tenant)
    assert {card.series.name for card in cards} == CONTRACT
    assert {card.series.labels for card in cards} == {(("function", "schedules-metrics"),)}
    assert read_state(metrics_table(), tenant).last_collection


def test_a_collection_that_fails_is_counted(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from docchain.storage.errors import TooMuchContention

    collector = Collector(a_recorder(), proc.Cpu(), "f")

    def failing(*_: object, **__: object) -> None:
        raise TooMuchContention("busy")

    monkeypatch.setattr(type(collector.recorder), "record", failing)
    assert not collector.keep(tenant, {"system.cpu.count": 2.0})
    assert read_state(metrics_table(), tenant).collection_errors == 1


def test_who_starts_is_on_the_collectors_list_and_who_stops_is_not(tenant: str) -> None:
    table = metrics_table()

    assert [start(table, tenant, "ada"), start(table, tenant, "ada")] == [True, False]
    assert tenant in each_collecting(table)
    assert read_state(table, tenant).is_collecting
    assert [stop(table, tenant, "ada"), stop(table, tenant, "ada")] == [True, False]
    assert tenant not in each_collecting(table)
    assert not read_state(table, tenant).is_collecting
    events = [item["event"]["type"] for item in table.query_all(f"{tenant}#outbox", most=10)]
    assert events == ["metrics_collection.started", "metrics_collection.stopped"]


def test_cloudwatch_is_asked_once_for_all_functions() -> None:
    client = boto3.client("cloudwatch", region_name="us-east-1")
    answer = {
        "MetricDataResults": [
            _result("invocations", "docchain-prod-api-workflows", [3.0, 4.0]),
            _result("errors", "docchain-prod-api-workflows", []),
            _result("duration", "docchain-prod-api-workflows", [12.0, 40.5]),
            _result("invocations", "docchain-prod-steps-ai", [1.0]),
        ]
    }
    with Stubber(client) as stub:
        stub.add_response("get_metric_data", answer, {"MetricDataQueries": ANY, "StartTime": ANY, "EndTime": ANY})
        functions = FunctionMetrics(client, "docchain-prod-")
        found = functions.read()
        assert functions.read() == found  # the stub answers once: a minute's answer is not paid twice

    assert found == {
        "api-workflows": {"invocations": 7.0, "errors": 0.0, "duration": 40.5},
        "steps-ai": {"invocations": 1.0},
    }


def test_without_cloudwatch_there_are_no_figures_of_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    client = boto3.client("cloudwatch", region_name="us-east-1")
    functions = FunctionMetrics(client, "docchain-prod-")
    with Stubber(client) as stub:
        stub.add_client_error("get_metric_data", "AccessDenied")
        assert functions.read() == {}
        assert functions.read() == {}  # and it is not asked again for a minute
        monkeypatch.setattr("docchain.metrics.cloudwatch._STANDS_SECONDS", 0)
        stub.add_response("get_metric_data", {"MetricDataResults": [_result("errors", "docchain-prod-a", [1.0])]})
        assert functions.read() == {"a": {"errors": 1.0}}


def _result(metric: str, function: str, values: list[float]) -> dict[str, object]:
    at = [datetime(2026, 11, 21, tzinfo=UTC)] * len(values)
    return {"Id": metric, "Label": function, "Values": values, "Timestamps": at}
