"""One message: is the speaker still who they were, may they say this, and what is the answer."""

from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError
from pydantic import ValidationError

from docchain.entrypoints.envelope import from_aws
from docchain.entrypoints.websocket import SocketCall, parse_message
from docchain.errors import ClientError, DocchainError, PayloadTooLarge, Unauthorized, ValidationFailed
from docchain.observability import logger
from docchain.realtime.departures import close_quietly, hang_up
from docchain.realtime.errors import ConnectionGone
from docchain.realtime.messages import TOO_BIG, refusal, say, session_over, too_fast
from docchain.realtime.models import MESSAGE_BYTES_MOST
from functions.websocket.message.commands import COMMANDS
from functions.websocket.message.desk import Desk, Visit

_TYPE_SHOWN = 100
_REF_MOST = 100


def take_message(call: SocketCall, desk: Desk) -> None:
    connection = desk.board.connections.hear(call.connection)
    if connection is None:  # buried, yet still talking: its socket outlived it
        close_quietly(desk.board, call.connection)
        return
    visit = Visit(desk, connection)
    visit.tally.messages_received += 1
    try:
        _answer(visit, call.body)
    except ConnectionGone:
        logger.info("speaker is gone", extra={"connection": call.connection})
    finally:
        visit.tally.write(desk.board.table)


def _answer(visit: Visit, body: str) -> None:
    connection, board = visit.connection, visit.desk.board
    if not _may_still_speak(visit):
        hang_up(board, connection, session_over(), visit.tally)
        return
    if connection.is_too_fast:
        hang_up(board, connection, too_fast(), visit.tally)
        return
    if len(body.encode(errors="replace")) > MESSAGE_BYTES_MOST:
        too_large = PayloadTooLarge(f"A message may have {MESSAGE_BYTES_MOST // 1024} KB.")
        hang_up(board, connection, {**refusal(too_large), "close_code": TOO_BIG}, visit.tally)
        return
    message = parse_message(body)
    if message is None:
        visit.say(say("error", code="BAD_REQUEST", message="Invalid JSON format"))
        return
    visit = replace(visit, ref=_ref(message))
    try:
        _obey(visit, message)
    except ConnectionGone:
        raise
    except ClientError as error:
        visit.say(refusal(error))
    except DocchainError as error:  # something we lean on is away
        logger.error("message failed", extra={"code": error.code, "detail": error.message})
        visit.say(refusal(error))
    except (BotoCoreError, AwsError) as error:
        logger.exception("aws call failed")
        visit.say(refusal(from_aws(error)))


def _ref(message: dict[str, Any]) -> str | None:
    ref = message.get("ref")
    return ref if isinstance(ref, str) and len(ref) <= _REF_MOST else None


def _may_still_speak(visit: Visit) -> bool:
    connection = visit.connection
    if connection.session_id is None or connection.user_id is None:
        return True  # nobody in particular has nothing that could be revoked
    return visit.desk.is_live(connection.tenant_id, connection.session_id, connection.user_id)


def _obey(visit: Visit, message: dict[str, Any]) -> None:
    kind = message.get("type")
    command = COMMANDS.get(kind) if isinstance(kind, str) else None
    if command is None:
        raise ClientError(f"Unknown message type: {str(kind)[:_TYPE_SHOWN]}")
    if visit.connection.is_anonymous and not command.open_to_anonymous:
        raise Unauthorized("Log in first: connect with token=<access_token>.")
    try:
        order = command.order.model_validate(message)
    except ValidationError as error:
        raise _invalid(error) from None
    command.run(visit, order)


def _invalid(error: ValidationError) -> ValidationFailed:
    details = [{"field": ".".join(map(str, e["loc"])), "message": e["msg"]} for e in error.errors()]
    return ValidationFailed("; ".join(f"{d['field']}: {d['message']}" for d in details), details=details)
