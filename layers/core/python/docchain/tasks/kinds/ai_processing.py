"""ai_processing: one question to a model by way of the gateway, asked and paid once for its task.

The answer is kept under the task's id before the task ends, so a worker that dies in between is followed by one that
finds it. What was answered and not kept yet is answered again, out of the cache where that keeps it.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from docchain.ai.tasks.asked import Generate
from docchain.ai.tasks.desk import Caller, Desk, caller_for
from docchain.ai.tasks.perform import perform
from docchain.documents.store import ContentStore
from docchain.tasks.kind import TaskContext
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.refusing import refusing
from docchain.tasks.kinds.shapes import AiProcessing

KIND = "ai_processing"
SECONDS_MOST: Final = 300.0
GRACE_SECONDS: Final = 10.0


def caller_until(context: TaskContext) -> Caller:
    """Ends in time to say what came of it."""
    left = (context.deadline - datetime.now(UTC)).total_seconds() - GRACE_SECONDS
    return caller_for(context.tenant, min(left, SECONDS_MOST))


@dataclass(frozen=True)
class Asker:
    desk: Desk = field(repr=False)
    contents: ContentStore = field(repr=False)
    people: People

    def run(self, parameters: AiProcessing, context: TaskContext) -> dict[str, Any]:
        with refusing():
            self.people.asker(context, KIND)
            name = f"tasks/{context.task_id}/answer.json"
            if kept := self.contents.find_named(context.tenant, name):
                found: dict[str, Any] = json.loads(kept)
                return found
            context.check()
            context.progress(0.1, f"asking {parameters.provider or 'the default provider'}")
            asked = parameters.model_dump(exclude=set(parameters.notes), exclude_none=True)
            answer = perform(self.desk, caller_until(context), Generate.model_validate(asked))
            told = answer.model_dump(mode="json")
            self.contents.put_named(context.tenant, name, json.dumps(told).encode())
            return told
