"""Sends an answer to whoever waits for its token: after it was recorded, and again if it may not have arrived."""

import json
from typing import TYPE_CHECKING

from docchain.observability import logger
from docchain.waits.models import Reply, Wait
from docchain.waits.repository import WaitRepository

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

CAUSE_MOST = 2_000


def send(client: "SFNClient", waits: WaitRepository, wait: Wait) -> None:
    """A second time is harmless: a token is taken once. Two calls."""
    if wait.reply is not None:
        send_reply(client, wait.token, wait.reply)
    waits.settle(wait)


def send_reply(client: "SFNClient", token: str, reply: Reply) -> None:
    """An execution that no longer waits has its reasons: its run says them."""
    gone = client.exceptions
    try:
        if reply.error is None:
            client.send_task_success(taskToken=token, output=json.dumps(reply.payload()))
        else:
            cause = json.dumps({"errorMessage": reply.cause[:CAUSE_MOST]})
            client.send_task_failure(taskToken=token, error=reply.error, cause=cause)
    except (gone.TaskDoesNotExist, gone.TaskTimedOut, gone.InvalidToken) as error:
        logger.info("nobody waits for this answer any more", extra={"fault": type(error).__name__})
