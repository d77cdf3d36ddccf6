"""Routes of the scheduler's group."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from docchain.entrypoints.idempotency import Idempotency
from docchain.entrypoints.openapi import ERROR_RESPONSES
from docchain.entrypoints.paging import Pages, link_next
from docchain.schedules.counting import read_figures
from docchain.schedules.definition import ScheduleType
from docchain.schedules.models import Fire, ScheduleStatus
from docchain.storage.cursors import from_cursor, to_cursor
from functions.api.scheduler.dependencies import CanGovern, CanRead, CanWrite, Schedules, TheChecker, TheOrders
from functions.api.scheduler.schemas import (
    NEXT_MOST,
    ChangeSchedule,
    CreateCron,
    CreateDaily,
    CreateInterval,
    CreateMonthly,
    CreateOnce,
    CreateWeekly,
    PreviewSchedule,
)
from functions.api.scheduler.service import changing, making, running, upcoming
from functions.api.scheduler.views import (
    CreatedSchedule,
    FireView,
    HealthView,
    Message,
    NextTimes,
    RunOrdered,
    ScheduleMoved,
    ScheduleView,
    ServiceMoved,
    StatsView,
)

router = APIRouter(prefix="/api/v3/scheduler", tags=["scheduler"], responses=ERROR_RESPONSES)

ScheduleId = Annotated[str, Path(min_length=1, max_length=60)]


@router.get("/health", summary="Whether the tenant's scheduler is at work")
async def read_health(caller: CanRead, schedules: Schedules) -> HealthView:
    return HealthView.of(read_figures(schedules.table, caller.tenant_id))


@router.get("/service/stats", summary="Schedules and what came of them, in figures")
async def read_stats(caller: CanRead, schedules: Schedules) -> StatsView:
    return StatsView.of(read_figures(schedules.table, caller.tenant_id))


@router.post("/service/start", summary="Let the tenant's schedules fire")
async def start_service(caller: CanGovern, schedules: Schedules) -> ServiceMoved:
    running.switch(schedules, caller, stopped=False)
    return ServiceMoved(message="The scheduler is started.", status="running")


@router.post("/service/stop", summary="Let none of the tenant's schedules fire; what falls due meanwhile is skipped")
async def stop_service(caller: CanGovern, schedules: Schedules) -> ServiceMoved:
    running.switch(schedules, caller, stopped=True)
    return ServiceMoved(message="The scheduler is stopped.", status="stopped")


@router.post("/schedules/cron", summary="Make a schedule by a cron expression of five fields")
async def create_cron_schedule(
    body: CreateCron, caller: CanWrite, schedules: Schedules, orders: TheOrders, checker: TheChecker, key: Idempotency
) -> CreatedSchedule:
    return CreatedSchedule.of(making.create(schedules, orders, checker, caller, ScheduleType.CRON, body, key))


@router.post("/schedules/interval", summary="Make a schedule that is due every so many seconds")
async def create_interval_schedule(
    body: CreateInterval,
    caller: CanWrite,
    schedules: Schedules,
    orders: TheOrders,
    checker: TheChecker,
    key: Idempotency,
) -> CreatedSchedule:
    return CreatedSchedule.of(making.create(schedules, orders, checker, caller, ScheduleType.INTERVAL, body, key))


@router.post("/schedules/once", summary="Make a schedule that is due once")
async def create_once_schedule(
    body: CreateOnce, caller: CanWrite, schedules: Schedules, orders: TheOrders, checker: TheChecker, key: Idempotency
) -> CreatedSchedule:
    return CreatedSchedule.of(making.create(schedules, orders, checker, caller, ScheduleType.ONCE, body, key))


@router.post("/schedules/daily", summary="Make a schedule that is due every day")
async def create_daily_schedule(
    body: CreateDaily, caller: CanWrite, schedules: Schedules, orders: TheOrders, checker: TheChecker, key: Idempotency
) -> CreatedSchedule:
    return CreatedSchedule.of(making.create(schedules, orders, checker, caller, ScheduleType.DAILY, body, key))


@router.post("/schedules/weekly", summary="Make a schedule that is due on one day of the week")
async def create_weekly_schedule(
    body: CreateWeekly, caller: CanWrite, schedules: Schedules, orders: TheOrders, checker: TheChecker, key: Idempotency
) -> CreatedSchedule:
    return CreatedSchedule.of(making.create(schedules, orders, checker, caller, ScheduleType.WEEKLY, body, key))


@router.post("/schedules/monthly", summary="Make a schedule that is due on one day of the month")
async def create_monthly_schedule(
    body: CreateMonthly,
    caller: CanWrite,
    schedules: Schedules,
    orders: TheOrders,
    checker: TheChecker,
    key: Idempotency,
) -> CreatedSchedule:
    return CreatedSchedule.of(making.create(schedules, orders, checker, caller, ScheduleType.MONTHLY, body, key))


@router.post("/schedules/preview", summary="When a definition would be due, without keeping it")
async def preview_schedule(body: PreviewSchedule, caller: CanRead) -> NextTimes:
    definition = body.definition()
    timing, moments = upcoming.upcoming(definition, None, f"preview/{caller.tenant_id}", body.count)
    return NextTimes.of(definition, timing, moments, body.count)


@router.get("/schedules", summary="Schedules, newest first")
async def list_schedules(
    caller: CanRead,
    schedules: Schedules,
    pages: Pages,
    request: Request,
    response: Response,
    status: Annotated[ScheduleStatus | None, Query()] = None,
    schedule_type: Annotated[ScheduleType | None, Query()] = None,
) -> list[ScheduleView]:
    scope = "/".join(["schedules", caller.tenant_id, status or "", schedule_type or ""])
    found, following = schedules.read_page(
        caller.tenant_id,
        status=status,
        kind=schedule_type,
        limit=pages.limit,
        start_key=from_cursor(pages.cursor, scope),
    )
    link_next(request, response, to_cursor(following, scope))
    return [ScheduleView.of(schedule) for schedule in found]


@router.get("/schedules/{schedule_id}", summary="A schedule, with when it is due next")
async def read_schedule(schedule_id: ScheduleId, caller: CanRead, schedules: Schedules) -> ScheduleView:
    return ScheduleView.of(schedules.read(caller.tenant_id, schedule_id))


@router.put("/schedules/{schedule_id}", summary="Change it; what is not named stays")
async def change_schedule(
    schedule_id: ScheduleId,
    body: ChangeSchedule,
    caller: CanWrite,
    schedules: Schedules,
    orders: TheOrders,
    checker: TheChecker,
) -> ScheduleView:
    asked = body.model_dump(exclude_unset=True)
    return ScheduleView.of(changing.change(schedules, orders, checker, caller, schedule_id, asked))


@router.delete("/schedules/{schedule_id}", summary="Delete it; what it has started goes on")
async def delete_schedule(
    schedule_id: ScheduleId, caller: CanWrite, schedules: Schedules, orders: TheOrders
) -> Message:
    changing.delete(schedules, orders, caller, schedule_id)
    return Message(message="Schedule deleted.")


@router.post("/schedules/{schedule_id}/pause", summary="Not due until it is resumed")
async def pause_schedule(
    schedule_id: ScheduleId, caller: CanWrite, schedules: Schedules, orders: TheOrders
) -> ScheduleMoved:
    moved = changing.pause(schedules, orders, caller, schedule_id)
    return ScheduleMoved(schedule_id=moved.id, message="Schedule paused.", status=moved.status)


@router.post("/schedules/{schedule_id}/resume", summary="Due again from now on")
async def resume_schedule(
    schedule_id: ScheduleId, caller: CanWrite, schedules: Schedules, orders: TheOrders
) -> ScheduleMoved:
    moved = changing.resume(schedules, orders, caller, schedule_id)
    return ScheduleMoved(schedule_id=moved.id, message="Schedule resumed.", status=moved.status, next_run=moved.next_at)


@router.post("/schedules/{schedule_id}/cancel", summary="Not due any more, for good")
async def cancel_schedule(
    schedule_id: ScheduleId, caller: CanWrite, schedules: Schedules, orders: TheOrders
) -> ScheduleMoved:
    moved = changing.cancel(schedules, orders, caller, schedule_id)
    return ScheduleMoved(schedule_id=moved.id, message="Schedule cancelled.", status=moved.status)


@router.post("/schedules/{schedule_id}/run", summary="Run it now, beside its times")
async def run_schedule(
    schedule_id: ScheduleId, caller: CanWrite, schedules: Schedules, orders: TheOrders, key: Idempotency
) -> RunOrdered:
    status, fire_id = running.run_now(schedules, orders, caller, schedule_id, key)
    return RunOrdered(schedule_id=schedule_id, fire_id=fire_id, status=status)


@router.get("/schedules/{schedule_id}/history", summary="The times that it was due and what came of them, newest first")
async def read_history(
    schedule_id: ScheduleId,
    caller: CanRead,
    schedules: Schedules,
    pages: Pages,
    request: Request,
    response: Response,
) -> list[FireView]:
    schedules.read(caller.tenant_id, schedule_id)
    scope = f"fires/{caller.tenant_id}/{schedule_id}"
    page = schedules.read_history(
        caller.tenant_id, schedule_id, limit=pages.limit, start_key=from_cursor(pages.cursor, scope)
    )
    link_next(request, response, to_cursor(page.next_key, scope))
    return [FireView.of(Fire.model_validate(item)) for item in page.items]


@router.get("/schedules/{schedule_id}/next", summary="When it is due next, as often as asked")
async def read_next_times(
    schedule_id: ScheduleId,
    caller: CanRead,
    schedules: Schedules,
    count: Annotated[int, Query(ge=1, le=NEXT_MOST)] = 5,
) -> NextTimes:
    schedule = schedules.read(caller.tenant_id, schedule_id)
    found = upcoming.upcoming_of(schedule, count)
    return NextTimes.of(schedule.definition, *found, count, schedule_id=schedule.id)
