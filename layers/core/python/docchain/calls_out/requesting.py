"""http_request: sends, waits where the peer asks for it, and says how sure it is of what happened."""

import json
import time
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from docchain.calls_out.answers import output_of, retry_after
from docchain.calls_out.secrets import FindSecret, with_secrets
from docchain.errors import NotYetActed, OutcomeUnknown, PermanentStepError, TransientStepError
from docchain.nodes.kinds.http_request import HttpRequest
from docchain.outbound.client import Answer, Client, Request
from docchain.outbound.errors import AnswerRefused, PeerSilent, PeerUnreachable
from docchain.steps.call import NodeCall, NodeResult

REFUSED_FOR_NOW: Final = frozenset({429, 503})
"""The peer itself says that it did nothing."""
LATER: Final = REFUSED_FOR_NOW | {502, 504}
_WAITS_MOST: Final = 3
_MARGIN_SECONDS: Final = 2.0


class UnexpectedStatus(PermanentStepError):
    code = "UNEXPECTED_STATUS"


class RequestInvalid(PermanentStepError):
    code = "REQUEST_INVALID"


class AskedToWaitTooLong(PermanentStepError):
    code = "RETRY_AFTER_TOO_LONG"


def send_request(
    client: Client, find: FindSecret, call: NodeCall, sleep: Callable[[float], None] = time.sleep
) -> NodeResult:
    config = _rendered(call.config)
    written = call.written.get("headers")
    try:
        headers, secrets = with_secrets(
            config.headers, written if isinstance(written, dict) else {}, find, call.tenant_id
        )
    except (BotoCoreError, ClientError) as error:
        raise NotYetActed("The vault did not answer; nothing was sent.") from error
    request = _request(config, headers, call)
    started = time.monotonic()
    for waited in range(_WAITS_MOST + 1):
        answer = _sent(client, request, config.timeout_seconds, call)
        wait = retry_after(answer) if answer.status in REFUSED_FOR_NOW and not _is_expected(config, answer) else None
        if wait is None or waited == _WAITS_MOST:
            break
        if wait > call.seconds_left() - _MARGIN_SECONDS:
            raise AskedToWaitTooLong(
                f"The peer answered {answer.status} and asks to come again in {wait:.0f} s, which is longer than the "
                "node's timeout_seconds leave. Resume the run later, or give the node more time."
            )
        sleep(wait)
    if not _is_expected(config, answer):
        _refuse(answer, call)
    ms = round((time.monotonic() - started) * 1000)
    ok = 200 <= answer.status < 300
    return NodeResult(
        output={**output_of(answer, secrets), "ms": ms},
        facts={"status": answer.status, "ok": ok},
        usage={"bytes_sent": len(request.body), "bytes_received": len(answer.body)},
    )


def _rendered(config: HttpRequest) -> HttpRequest:
    """Checked again, now that its templates have become values: a lone expression gives whatever it stands for."""
    fields = config.model_dump(warnings=False)
    fields["headers"] = {n: v if isinstance(v, bool | dict | list) else str(v) for n, v in fields["headers"].items()}
    if isinstance(fields["body"], int | float):
        fields["body"] = str(fields["body"])
    try:
        return HttpRequest.model_validate(fields)
    except ValidationError as error:
        # Without its input: a value may be anybody's text.
        found = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)]
        raise RequestInvalid("The request is not one when its templates are filled in: " + "; ".join(found)) from None


def _request(config: HttpRequest, headers: dict[str, str], call: NodeCall) -> Request:
    body, media_type = _body(config)
    known = {name.lower() for name in headers}
    if media_type and "content-type" not in known:
        headers["Content-Type"] = media_type
    if "user-agent" not in known:
        headers["User-Agent"] = "docchain"
    if call.effect_class == "keyed" and "idempotency-key" not in known:
        headers["Idempotency-Key"] = call.effect_key
    url = config.url
    if config.query:
        pairs = {k: json.dumps(v) if isinstance(v, bool) else v for k, v in config.query.items()}
        url += ("&" if "?" in url else "?") + urlencode(pairs)
    return Request(config.method, url, headers, body)


def _body(config: HttpRequest) -> tuple[bytes, str]:
    if config.json is not None:
        return json.dumps(config.json, ensure_ascii=False).encode(), "application/json"
    if config.form is not None:
        return urlencode(config.form).encode(), "application/x-www-form-urlencoded"
    return (config.body or "").encode(), "text/plain; charset=utf-8" if config.body else ""


def _sent(client: Client, request: Request, seconds: int, call: NodeCall) -> Answer:
    left = min(float(seconds), call.seconds_left())
    try:
        return client.send(Request(request.method, request.url, request.headers, request.body, left))
    except PeerUnreachable as error:
        raise NotYetActed(error.message) from error
    except PeerSilent as error:
        raise TransientStepError(error.message) from error
    except AnswerRefused as error:
        raise OutcomeUnknown(f"{error.message} The request was sent; whether it was done is not known.") from error


def _is_expected(config: HttpRequest, answer: Answer) -> bool:
    return answer.status in config.expect_status if config.expect_status else 200 <= answer.status < 300


def _refuse(answer: Answer, call: NodeCall) -> None:
    """A status of 500 and more (but 503) may come after the deed: for ``once`` that is not known."""
    told = f"The peer answered {answer.status}."
    details: dict[str, Any] = {"status": answer.status}
    if answer.status in REFUSED_FOR_NOW:
        raise NotYetActed(told, details=details)
    if answer.status in LATER:
        raise TransientStepError(told, details=details)
    if answer.status >= 500 and call.effect_class == "once":
        raise OutcomeUnknown(f"{told} Whether it did what it was asked for is not known.", details=details)
    raise UnexpectedStatus(told, details=details)
