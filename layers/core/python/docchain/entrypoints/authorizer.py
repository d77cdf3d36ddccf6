"""The door of the REST authorizer: a bearer token in, a policy and the caller's context out."""

from collections.abc import Callable
from typing import Any

from docchain.auth.caller import Caller
from docchain.entrypoints.invocation import invocation
from docchain.errors import Unauthorized
from docchain.identity.errors import InvalidAccessToken

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def authorizer_handler(authorize: Callable[[str], Caller]) -> Handler:
    """``authorize`` raises ``Unauthorized``, which becomes a denial; what a known caller may do the groups say.

    The gateway answers a denial with 401 in the envelope (ACCESS_DENIED in the REST API's responses). Raising the word
    "Unauthorized" would give a 401 too, but count as a failure of the function, and never be cached.
    """

    def door(event: dict[str, Any], context: Any) -> dict[str, Any]:
        with invocation("authorize", context) as outcome:
            try:
                caller = authorize(_bearer(event))
            except Unauthorized as error:
                outcome.note(refused=error.fault if isinstance(error, InvalidAccessToken) else error.message)
                return _policy(event["methodArn"], "Deny", "nobody")
            outcome.note(tenant=caller.tenant_id, user=caller.user_id)
            return {
                **_policy(event["methodArn"], "Allow", f"{caller.tenant_id}:{caller.user_id}"),
                "context": caller.to_context(),
            }

    return door


def _bearer(event: dict[str, Any]) -> str:
    headers = {k.lower(): v for k, v in (event.get("headers") or {}).items()}
    header: str = headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized("no bearer token")
    return token.strip()


def _policy(method_arn: str, effect: str, principal: str) -> dict[str, Any]:
    """The whole stage, not this one method: the answer is cached by token and serves the next route too."""
    api, stage, *_ = method_arn.split("/")
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": f"{api}/{stage}/*"}
    return {"principalId": principal, "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
