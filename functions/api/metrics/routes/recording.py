"""Recording: a route for each type, and one for many observations at once."""

from fastapi import APIRouter

from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.metrics.models import MetricType
from functions.api.metrics.dependencies import CanWrite, TheRecorder
from functions.api.metrics.schemas.recording import RecordedMetric, RecordedMetrics, RecordMetric, RecordMetrics
from functions.api.metrics.service import recording

router = APIRouter(prefix="/api/v3/metrics/metrics", tags=["metrics"], responses=ERROR_RESPONSES)


@router.post("/counter", summary="Add to a counter")
async def record_counter(
    body: RecordMetric, caller: CanWrite, recorder: TheRecorder, key: Idempotency
) -> RecordedMetric:
    return recording.record_one(recorder, caller, MetricType.COUNTER, body, key)


@router.post("/gauge", summary="Say what a gauge is now")
async def record_gauge(body: RecordMetric, caller: CanWrite, recorder: TheRecorder, key: Idempotency) -> RecordedMetric:
    return recording.record_one(recorder, caller, MetricType.GAUGE, body, key)


@router.post("/histogram", summary="Record an observation of a histogram")
async def record_histogram(
    body: RecordMetric, caller: CanWrite, recorder: TheRecorder, key: Idempotency
) -> RecordedMetric:
    return recording.record_one(recorder, caller, MetricType.HISTOGRAM, body, key)


@router.post("/timer", summary="Record how long something took, in seconds")
async def record_timer(body: RecordMetric, caller: CanWrite, recorder: TheRecorder, key: Idempotency) -> RecordedMetric:
    return recording.record_one(recorder, caller, MetricType.TIMER, body, key)


@router.post("/summary", summary="Record an observation of a summary")
async def record_summary(
    body: RecordMetric, caller: CanWrite, recorder: TheRecorder, key: Idempotency
) -> RecordedMetric:
    return recording.record_one(recorder, caller, MetricType.SUMMARY, body, key)


@router.post("/batch", summary="Record up to a thousand observations")
async def record_batch(
    body: RecordMetrics, caller: CanWrite, recorder: TheRecorder, key: Idempotency
) -> RecordedMetrics:
    return recording.record_many(recorder, caller, body, key)
