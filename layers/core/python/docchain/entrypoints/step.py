"""The door of a step: an order of references in, facts out, and one of three words when it fails."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from docchain.entrypoints.invocation import invocation
from docchain.errors import DependencyUnavailable, DocchainError, PermanentStepError, RunOver, TransientStepError
from docchain.observability import logger
from docchain.runs.models import StepOrder

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def step_handler(run: Callable[[StepOrder, float], dict[str, Any]]) -> Handler:
    """``run`` gets the order and the seconds that are left.

    Step Functions matches an error by the exact name of its class, so all errors leave here as one of the three.
    """

    def door(event: dict[str, Any], context: Any) -> dict[str, Any]:
        if event.get("warm"):  # loads the function before the first run needs it
            return {}
        order = StepOrder.model_validate(event)
        seconds_left = context.get_remaining_time_in_millis() / 1000
        with invocation("step", context, tenant=order.tenant, run=order.run, node=order.node) as outcome:
            outcome.note(attempt=order.attempt, generation=order.generation)
            try:
                return run(order, seconds_left)
            except (TransientStepError, DependencyUnavailable) as error:
                outcome.note(failed=error.code, transient=True)
                raise TransientStepError(error.message) from error
            except RunOver as error:
                outcome.note(failed=error.code)
                raise RunOver(error.message) from error
            except DocchainError as error:
                outcome.note(failed=error.code)
                raise PermanentStepError(error.message) from error
            except (BotoCoreError, ClientError) as error:
                logger.warning("aws call failed", exc_info=error)
                raise TransientStepError("A service this step depends on did not answer.") from error

    return door
