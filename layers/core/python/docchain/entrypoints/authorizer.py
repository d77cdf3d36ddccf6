"""The door of the REST authorizer: an access token or an API key in, a policy and the caller's context out.

Both come as ``Authorization: Bearer``, by which the gateway keeps the answer. ``X-API-Key`` is moved there by the one
address of a stage (CloudFront's function, the local front): the gateway itself asks for every header that it keeps
answers by, and would refuse who sends only one of two.
"""

from collections.abc import Callable
from typing import Any

from docchain.auth.caller import Caller
from docchain.entrypoints.invocation import invocation
from docchain.entrypoints.viewer import ViewerSettings, name_viewer
from docchain.errors import Unauthorized
from docchain.identity.api_keys.errors import InvalidApiKey
from docchain.identity.errors import InvalidAccessToken

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def authorizer_handler(authorize: Callable[[str, str], Caller]) -> Handler:
    """``authorize`` takes what was sent and from where; it raises ``Unauthorized``, which becomes a denial.

    What a known caller may do the groups say, and whether from that address: another may send the same token while the
    gateway keeps the answer.

    The gateway answers a denial with 401 in the envelope (ACCESS_DENIED in the REST API's responses). Raising the word
    "Unauthorized" would give a 401 too, but count as a failure of the function, and never be cached.
    """

    def door(event: dict[str, Any], context: Any) -> dict[str, Any]:
        with invocation("authorize", context) as outcome:
            try:
                name_viewer(event)
                caller = authorize(_bearer(event), _address(event))
            except Unauthorized as error:
                outcome.note(
                    refused=error.fault if isinstance(error, InvalidAccessToken | InvalidApiKey) else error.message
                )
                return _policy(event["methodArn"], "Deny", "nobody")
            outcome.note(tenant=caller.tenant_id, user=caller.user_id, api_key=caller.api_key_id or None)
            return {
                **_policy(event["methodArn"], "Allow", f"{caller.tenant_id}:{caller.user_id}"),
                "context": caller.to_context(),
            }

    door.settings = (ViewerSettings,)  # type: ignore[attr-defined]  # infra is held to it by a test
    return door


def _bearer(event: dict[str, Any]) -> str:
    headers = {k.lower(): v for k, v in (event.get("headers") or {}).items()}
    header: str = headers.get("authorization", "")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthorized("no bearer token")
    return token.strip()


def _address(event: dict[str, Any]) -> str:
    return (event["requestContext"].get("identity") or {}).get("sourceIp") or ""


def _policy(method_arn: str, effect: str, principal: str) -> dict[str, Any]:
    """The whole stage, not this one method: the answer is cached by token and serves the next route too."""
    api, stage, *_ = method_arn.split("/")
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": f"{api}/{stage}/*"}
    return {"principalId": principal, "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
