"""The doors of queues: a message is one order; a failed one is left for another try, the others are done."""

from collections.abc import Callable
from typing import Any, TypeVar

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from pydantic import BaseModel, ValidationError

from docchain.entrypoints.invocation import invocation
from docchain.observability import logger

Order = TypeVar("Order", bound=BaseModel)


def queue_handler(model: type[Order], run: Callable[[Order], None]) -> Callable[[dict[str, Any], Any], Any]:
    def door(event: dict[str, Any], context: Any) -> Any:
        def one(record: SQSRecord) -> None:
            run(model.model_validate_json(record.body))

        processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
        with invocation("queue", context) as outcome:
            answer = process_partial_response(event=event, record_handler=one, processor=processor, context=context)
            outcome.note(records=len(event["Records"]), failed=len(answer["batchItemFailures"]))
        return answer

    return door


def batch_handler(
    model: type[Order], run: Callable[[list[Order]], set[int]]
) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """For work that is cheaper together. ``run`` answers the positions of the orders that it could not do.

    A message that is no order fails alone, until it lies with the dead letters.
    """

    def door(event: dict[str, Any], context: Any) -> dict[str, Any]:
        records = event["Records"]
        orders: list[Order] = []
        identifiers: list[str] = []
        failed: list[str] = []
        for record in records:
            try:
                orders.append(model.model_validate_json(record["body"]))
            except ValidationError:
                logger.warning("a message that cannot be read", extra={"message_id": record["messageId"]})
                failed.append(record["messageId"])
            else:
                identifiers.append(record["messageId"])
        with invocation("queue", context) as outcome:
            failed += [identifiers[position] for position in sorted(run(orders))]
            outcome.note(records=len(records), failed=len(failed))
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}

    return door
