"""What can be wrong with a schedule."""

from docchain.errors import Conflict, NotFound, ValidationFailed


class ScheduleNotFound(NotFound):
    code = "SCHEDULE_NOT_FOUND"

    def __init__(self, schedule_id: str) -> None:
        super().__init__(f"Schedule {schedule_id} does not exist.", details={"schedule_id": schedule_id})


class ScheduleChanged(Conflict):
    code = "SCHEDULE_CHANGED"

    def __init__(self, schedule_id: str) -> None:
        super().__init__(f"Schedule {schedule_id} changed meanwhile; read it again and retry.")


class IllegalScheduleStatus(Conflict):
    """``details.status`` is what it is now."""

    code = "ILLEGAL_SCHEDULE_STATUS"

    def __init__(self, schedule_id: str, status: str, wanted: str) -> None:
        super().__init__(f"Schedule {schedule_id} is {status} and cannot be {wanted}.", details={"status": status})


class TooManySchedules(Conflict):
    code = "TOO_MANY_SCHEDULES"


class TooManyRunning(Conflict):
    code = "TOO_MANY_RUNNING"

    def __init__(self, schedule_id: str, most: int) -> None:
        super().__init__(f"{most} of schedule {schedule_id} are at work; wait for some to end.")


class SchedulerStopped(Conflict):
    code = "SCHEDULER_STOPPED"

    def __init__(self) -> None:
        super().__init__("The tenant's scheduler is stopped; start it with POST /api/v3/scheduler/service/start.")


class NeverDue(ValidationFailed):
    code = "SCHEDULE_NEVER_DUE"

    def __init__(self) -> None:
        super().__init__(
            "This schedule would never be due: there is no such time from now to its end.",
            details=[{"field": "body", "message": "names no time that is to come"}],
        )
