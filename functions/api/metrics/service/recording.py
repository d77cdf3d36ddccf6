"""What may be recorded where."""

from docchain.auth.caller import Caller
from docchain.errors import invalid
from docchain.metrics.limits import SERIES_OF_BATCH_MOST
from docchain.metrics.models import MetricType
from docchain.metrics.recording import Recorder
from docchain.storage.idempotency import IdempotencyKey
from functions.api.metrics.schemas.recording import RecordedMetric, RecordedMetrics, RecordMetric, RecordMetrics


def record_one(
    recorder: Recorder, caller: Caller, kind: MetricType, body: RecordMetric, key: IdempotencyKey | None
) -> RecordedMetric:
    if body.metric_type is not kind:
        raise invalid("metric_type", f"this route records a {kind.value}, not a {body.metric_type.value}")
    _check_sign(body, "value")
    answer = RecordedMetric(message=f"{kind.value.capitalize()} recorded", metric_name=body.name, value=body.value)
    recorder.record(caller.tenant_id, [body.observed()], key=key, answer=answer.model_dump())
    return answer


def record_many(recorder: Recorder, caller: Caller, body: RecordMetrics, key: IdempotencyKey | None) -> RecordedMetrics:
    for position, one in enumerate(body.metrics):
        _check_sign(one, f"metrics.{position}.value")
    observations = [one.observed() for one in body.metrics]
    series = len({observation.series.key for observation in observations})
    if series > SERIES_OF_BATCH_MOST:
        raise invalid("metrics", f"{series} series in one batch; there may be {SERIES_OF_BATCH_MOST}")
    count = len(observations)
    answer = RecordedMetrics(message=f"{count} observations recorded", recorded=count, series=series)
    recorder.record(caller.tenant_id, observations, key=key, answer=answer.model_dump())
    return answer


def _check_sign(body: RecordMetric, field: str) -> None:
    if not body.is_allowed:
        raise invalid(field, f"a {body.metric_type.value} takes no negative value")
