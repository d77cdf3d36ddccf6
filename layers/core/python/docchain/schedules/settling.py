"""How a fire ended: written down once, counted once, and the next in the queue may go."""

from dataclasses import dataclass
from typing import Any, Final

from docchain.clock import now
from docchain.schedules.counting import counting
from docchain.schedules.facts import FAILED, schedule_event, settled_event
from docchain.schedules.models import UNSETTLED, Fire, FireState, Schedule, ScheduleStatus
from docchain.schedules.orders import Order, Orders
from docchain.schedules.repository import ScheduleRepository
from docchain.schedules.running import as_timed_out
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.outbox import event_item
from docchain.storage.table import Action

_ATTEMPTS: Final = 6


@dataclass(frozen=True)
class Settling:
    schedules: ScheduleRepository
    orders: Orders

    def settle(
        self,
        tenant_id: str,
        schedule_id: str,
        fire_id: str,
        state: FireState,
        error: dict[str, Any] | None = None,
        *,
        for_good: bool = False,
    ) -> None:
        """``for_good``: what the schedule starts is gone, so it fails with its fire. Two calls; harmless when again."""
        for _ in range(_ATTEMPTS):
            schedule, fire = self.schedules.read_fire(tenant_id, schedule_id, fire_id)
            if fire is None or fire.state not in UNSETTLED:
                return
            timeout = schedule.definition.timeout if schedule else None
            became, why = as_timed_out(fire, timeout, state, error)
            ended = fire.model_copy(
                update={"state": became, "error": why, "finished_at": now(), "started_at": fire.started_at or now()}
            )
            try:
                if schedule is None:
                    self._settle_alone(tenant_id, fire, ended)
                else:
                    self._settle(tenant_id, schedule, fire, ended, for_good=for_good)
            except ConditionFailed:
                continue
            return
        raise TooMuchContention(f"Schedule {schedule_id} is written by too many at once.")

    def _settle(self, tenant_id: str, schedule: Schedule, fire: Fire, ended: Fire, *, for_good: bool) -> None:
        good = ended.state == FireState.SUCCEEDED
        open_left = [f for f in schedule.open_fires if f != fire.id]
        queued_left = [f for f in schedule.queued_fires if f != fire.id]
        changed: dict[str, Any] = {
            "updated_at": now(),
            "open_fires": open_left,
            "queued_fires": queued_left,
            "successful_runs": schedule.successful_runs + good,
            "failed_runs": schedule.failed_runs + (not good),
        }
        events = [settled_event(tenant_id, schedule.id, ended)]
        fires = [self.schedules.change_fire(tenant_id, fire, ended)]
        fails = for_good and schedule.status == ScheduleStatus.ACTIVE
        if fails:
            changed |= {"status": ScheduleStatus.FAILED, "error": ended.error, "next_at": None, "due_at": None}
            changed["sequence"] = schedule.sequence + 1
        # Also when it fails: what waits is due already, and each learns for itself what became of it.
        following = queued_left[0] if queued_left and not open_left else None
        if following is not None:
            begun = self._next_in_queue(tenant_id, schedule.id, following)
            changed["queued_fires"] = queued_left[1:]
            changed["open_fires"] = [following] if begun else []
            fires += begun
        after = schedule.model_copy(update=changed)
        if fails:
            events.append(schedule_event(tenant_id, FAILED, after, None, error=ended.error))
        running = (len(fires) - 1) - (fire.state != FireState.QUEUED)
        self.schedules.move(tenant_id, schedule, after, events, fires, running=running, **_outcome(good=good))
        if fails:
            self.orders.disarm(schedule.id, schedule.due_at)
        if following is not None:
            self.orders.send(Order(tenant_id=tenant_id, schedule_id=schedule.id, fire_id=following), seconds=0)

    def _next_in_queue(self, tenant_id: str, schedule_id: str, fire_id: str) -> list[Action]:
        """Its order may get lost: as a claimed fire it is found by the sweep."""
        _, waiting = self.schedules.read_fire(tenant_id, schedule_id, fire_id)
        if waiting is None or waiting.state != FireState.QUEUED:
            return []
        begun = waiting.model_copy(update={"state": FireState.CLAIMED, "claimed_at": now()})
        return [self.schedules.change_fire(tenant_id, waiting, begun)]

    def _settle_alone(self, tenant_id: str, fire: Fire, ended: Fire) -> None:
        """Of a schedule that was deleted meanwhile."""
        table = self.schedules.table
        running = 0 if fire.state == FireState.QUEUED else -1
        good = ended.state == FireState.SUCCEEDED
        table.transact(
            [
                self.schedules.change_fire(tenant_id, fire, ended),
                *counting(table, tenant_id, fire.schedule_id, None, None, running=running, **_outcome(good=good)),
                table.putting(event_item(settled_event(tenant_id, fire.schedule_id, ended))),
            ]
        )


def _outcome(*, good: bool) -> dict[str, int]:
    return {"successful_runs": 1} if good else {"failed_runs": 1}
