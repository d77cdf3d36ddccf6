"""A task while its caller waits."""

from docchain.ai.tasks.answers import AnyAnswer, Embedded, Generated
from docchain.ai.tasks.asked import AnyTask, Embed, Generate
from docchain.ai.tasks.desk import Desk, caller_for, counted, counted_vectors
from docchain.ai.tasks.embedding import embed
from docchain.ai.tasks.perform import perform
from docchain.auth.caller import Caller
from docchain.realtime.switchboard import Switchboard
from functions.api.advanced_ai.service.streaming import stream

SECONDS = 25.0
"""API Gateway gives up after 29."""


def ask(desk: Desk, caller: Caller, asked: AnyTask) -> AnyAnswer:
    return perform(desk, caller_for(caller.tenant_id, SECONDS), asked)


def generate(desk: Desk, board: Switchboard, caller: Caller, asked: Generate) -> Generated:
    of = caller_for(caller.tenant_id, SECONDS)
    if not asked.stream:
        answer = perform(desk, of, asked)
        assert isinstance(answer, Generated)  # noqa: S101  # of what was asked; mypy cannot see it
        return answer
    return counted(desk, of, asked.task, lambda: stream(desk, board, of, caller.user_id, asked))


def vectors(desk: Desk, caller: Caller, asked: Embed) -> Embedded:
    of = caller_for(caller.tenant_id, SECONDS)
    return counted_vectors(desk, of, lambda: embed(desk, of, asked))
