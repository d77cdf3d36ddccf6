"""Around every node that waits: its failures are sent by the token; some stages do not hear what is raised here."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docchain.errors import DependencyUnavailable, DocchainError, PermanentStepError, RunOver, TransientStepError
from docchain.observability import logger
from docchain.runs.models import StepOrder
from docchain.steps.world import StepWorld
from docchain.waits.answering import send_reply
from docchain.waits.failing import fail_step
from docchain.waits.models import Reply
from docchain.waits.opening import Ask, open_wait
from functions.steps.control.dependencies import machines


def wait_for(order: StepOrder, world: StepWorld, ask: Ask) -> dict[str, Any]:
    """Nothing that it gives back counts: the token says how the node ends."""
    reply = _reply(order, world, ask)
    if reply is not None:
        send_reply(machines(), order.token, reply)
    return {}


def _reply(order: StepOrder, world: StepWorld, ask: Ask) -> Reply | None:
    try:
        return open_wait(order, world, ask)
    except (TransientStepError, DependencyUnavailable) as error:
        return Reply(error=TransientStepError.__name__, cause=error.message)
    except RunOver as error:
        return Reply(error=RunOver.__name__, cause=error.message)
    except DocchainError as error:
        fail_step(order, world, error)
        return Reply(error=PermanentStepError.__name__, cause=error.message)
    except (BotoCoreError, ClientError) as error:
        logger.warning("aws call failed", exc_info=error)
        return Reply(error=TransientStepError.__name__, cause="A service this step depends on did not answer.")
