"""The door of the REST authorizer: a bearer token in, a policy and the caller's context out."""

from collections.abc import Callable
from typing import Any

from docchain.auth.caller import Caller
from docchain.entrypoints.invocation import invocation
from docchain.errors import Unauthorized
from docchain.identity.errors import InvalidAccessToken

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def authorizer_handler(authorize: Callable[[str], Caller]) -> Handler:
    """``authorize`` raises ``Unauthorized``. API Gateway wants exactly the word below to answer 401 and not 500."""

    def door(event: dict[str, Any], context: Any) -> dict[str, Any]:
        with invocation("authorize", context) as outcome:
            try:
                caller = authorize(_bearer(event))
            except Unauthorized as error:
                outcome.note(refused=error.fault if isinstance(error, InvalidAccessToken) else error.message)
                raise Exception("Unauthorized") from None  # noqa: TRY002
            outcome.note(tenant=caller.tenant_id, user=caller.user_id)
            return _allow(event["methodArn"], caller)

    return door


def _bearer(event: dict[str, Any]) -> str:
    headers = {k.lower(): v for k, v in (event.get("headers") or {}).items()}
    header: str = headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized("no bearer token")
    return token.strip()


def _allow(method_arn: str, caller: Caller) -> dict[str, Any]:
    """The whole stage, not this one method: the answer is cached by token and serves the next route too."""
    api, stage, *_ = method_arn.split("/")
    statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{api}/{stage}/*"}
    return {
        "principalId": f"{caller.tenant_id}:{caller.user_id}",
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": caller.to_context(),
    }
