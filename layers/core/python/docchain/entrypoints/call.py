"""The door of a function that another function asks, and waits for: an order in, an answer or a named error out.

An error that Lambda reports has only a class and a text; so ours are told as data, and who asks raises them again.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel

from docchain.entrypoints.envelope import from_aws
from docchain.entrypoints.invocation import invocation
from docchain.errors import DocchainError
from docchain.observability import logger

Order = TypeVar("Order", bound=BaseModel)


def call_handler(
    model: type[Order], run: Callable[[Order, float], BaseModel]
) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """``run`` gets the order and the seconds that are left."""

    def door(event: dict[str, Any], context: Any) -> dict[str, Any]:
        if event.get("warm"):  # loads the function before the first call needs it
            return {}
        order = model.model_validate(event)
        seconds_left = context.get_remaining_time_in_millis() / 1000
        with invocation("call", context, tenant=getattr(order, "tenant_id", None)) as outcome:
            try:
                return {"answer": run(order, seconds_left).model_dump(mode="json")}
            except DocchainError as error:
                outcome.note(failed=error.code)
                return {"error": told(error)}
            except (BotoCoreError, ClientError) as error:
                logger.warning("aws call failed", exc_info=error)
                outcome.note(failed="AWS")
                return {"error": told(from_aws(error))}

    return door


def told(error: DocchainError) -> dict[str, Any]:
    return {"status": error.status, "code": error.code, "message": error.message, "details": error.details}
