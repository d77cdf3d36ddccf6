"""What a target asks of whoever has it started, and whether they still have it when the time comes."""

from dataclasses import dataclass
from typing import Final

from docchain.auth.caller import Caller
from docchain.auth.permissions import scopes_of
from docchain.errors import Forbidden
from docchain.identity.users import UserRepository
from docchain.schedules.models import Fire, Schedule
from docchain.schedules.targets import AiWorkflowTarget, Target, TaskTarget, WebhookTarget, WorkflowTarget
from docchain.tasks.kinds.shapes import SCOPES

_TASKS: Final = "background:write"


class AskerRefused(Forbidden):
    """Who answers for what is started may not have it started any more."""


class AskerGone(AskerRefused):
    code = "SCHEDULE_ASKER_GONE"


def scopes_needed(target: Target | None) -> tuple[str, ...]:
    match target:
        case WorkflowTarget():
            return ("workflows:write",)
        case AiWorkflowTarget():
            return ("ai_workflows:write",)
        case TaskTarget():
            return (_TASKS, *SCOPES.get(target.task_type, ()))
        case WebhookTarget():
            # It is signed with a secret of the tenant, which only who may use its vault puts to use.
            return ("vault:read",)
        case None:
            return ()


def require_scopes(caller: Caller, target: Target | None) -> None:
    for scope in scopes_needed(target):
        if not caller.may(scope):
            raise Forbidden(f"What this schedule starts needs the scope {scope}.", details={"scope": scope})


@dataclass(frozen=True)
class Rights:
    users: UserRepository

    def check(self, tenant_id: str, schedule: Schedule, fire: Fire) -> None:
        """Raises ``AskerRefused``: a schedule outlives the roles, and the account, of who made it."""
        needed = scopes_needed(schedule.definition.target)
        if not needed:
            return
        user = self.users.find(tenant_id, fire.asker_id or schedule.user_id)
        if user is None or not user.is_active:
            raise AskerGone("Who has this started has no account any more.")
        if missing := sorted(set(needed) - scopes_of(frozenset(user.roles))):
            raise AskerRefused(f"Who has this started may not do it any more: {', '.join(missing)}.")
