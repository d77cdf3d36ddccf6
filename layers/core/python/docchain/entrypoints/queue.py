"""The door of a queue: each message is one order; a failed one is left for another try, the others are done."""

from collections.abc import Callable
from typing import Any, TypeVar

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from pydantic import BaseModel

from docchain.entrypoints.invocation import invocation

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
