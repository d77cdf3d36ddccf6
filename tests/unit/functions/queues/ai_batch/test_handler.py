"""The queue's real handler with the message that SQS would bring."""

import json
from pathlib import Path

from functions.queues.ai_batch.handler import handler
from tests.support.rest import a_context

SAMPLE = Path(__file__).parents[5] / "events" / "queues" / "ai_batch.json"


def test_a_batch_that_is_gone_is_done(aws_account: None) -> None:
    assert handler(json.loads(SAMPLE.read_text()), a_context()) == {"batchItemFailures": []}
