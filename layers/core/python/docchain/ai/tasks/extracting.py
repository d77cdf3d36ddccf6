"""What a text says, as JSON of a schema; an answer that does not fit is sent back once."""

import json

from docchain.ai.prompts import EXTRACT
from docchain.ai.tasks.answers import Extracted, who_told
from docchain.ai.tasks.asked import Extract
from docchain.ai.tasks.desk import Caller, Desk
from docchain.ai.tasks.questions import answered, question_of
from docchain.ai.tasks.texts import given_text
from docchain.clock import now
from docchain.errors import invalid

SCHEMA_CHARACTERS_MOST = 20_000


def extract(desk: Desk, caller: Caller, asked: Extract) -> Extracted:
    """Raises ``SchemaInvalid``, and ``AnswerDoesNotFit`` after the second answer."""
    schema = json.dumps(asked.response_schema, ensure_ascii=False, separators=(",", ":"))
    if len(schema) > SCHEMA_CHARACTERS_MOST:
        raise invalid("schema", f"has more than {SCHEMA_CHARACTERS_MOST:,} characters")
    given = given_text(desk, caller, asked)
    instruction = " ".join(filter(None, [EXTRACT, schema, asked.instructions]))
    question = question_of(
        caller,
        asked,
        user=given.fence.around(instruction, given.text),
        system=given.fence.role,
        max_tokens=asked.max_tokens,
        schema=asked.response_schema,
    )
    answer = answered(desk.gateway, question, given.fence)
    return Extracted(**who_told(answer), **given.told, data=answer.data, repaired=answer.repaired, timestamp=now())
