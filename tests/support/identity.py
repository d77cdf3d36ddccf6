"""Builders for identity: users who can log in, tokens real and forged, and what came of them."""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from docchain.auth.caller import Caller
from docchain.identity.access_tokens import AUDIENCE, ISSUER
from docchain.identity.accounts import Accounts, IdentitySettings, build_accounts
from docchain.identity.api_keys.issue import IssuedKey, NewApiKey, create_api_key
from docchain.identity.api_keys.repository import ApiKeyRepository
from docchain.identity.models import Origin, Session, User
from docchain.identity.opening import Login
from docchain.identity.registration import register
from docchain.identity.requests import Application, Credentials
from docchain.identity.sign_in import log_in
from docchain.identity.signing import SigningKey
from docchain.ids import new_ulid
from functions.authorizers.rest.handler import handler as authorizer
from tests.support.rest import a_caller, a_context

PASSWORD = "Engine-1843"
ORIGIN = Origin(ip="203.0.113.7", user_agent="pytest")


def the_accounts(**settings: Any) -> Accounts:
    """On the session's table and key."""
    return build_accounts(IdentitySettings(**settings))


def a_name() -> str:
    """Names are unique across tenants, so each test takes its own."""
    return f"ada_{new_ulid().lower()}"


def an_application(**fields: Any) -> Application:
    name = fields.pop("username", None) or a_name()
    known = {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "full_name": "Ada Lovelace"}
    return Application.model_validate({**known, **fields})


def a_user(accounts: Accounts, **fields: Any) -> User:
    return register(accounts, an_application(**fields))


def a_login(accounts: Accounts, user: User | None = None) -> Login:
    user = user or a_user(accounts)
    login = log_in(accounts, Credentials(username=user.username, password=PASSWORD), ORIGIN)
    assert isinstance(login, Login)
    return login


def a_key(accounts: Accounts, user: User, **fields: Any) -> IssuedKey:
    caller = a_caller(user.tenant_id, user_id=user.id, username=user.username, roles=user.roles)
    wanted = NewApiKey.model_validate({"name": "import", **fields})
    return create_api_key(ApiKeyRepository(accounts.table), caller, wanted, None)


def the_session(accounts: Accounts, login: Login) -> Session:
    session = accounts.sessions.find(login.user.tenant_id, claims_of(login.access_token)["sid"])
    assert session is not None
    return session


def change_user(accounts: Accounts, user: User, **changes: Any) -> None:
    """As the administration of users will: a ban, a new token version."""
    accounts.table.update(f"{user.tenant_id}#users", f"{user.id:012d}", set_=changes)


def facts_of(accounts: Accounts, tenant_id: str, kind: str) -> list[dict[str, Any]]:
    items = accounts.table.query_all(f"{tenant_id}#outbox", most=1000)
    return [i["event"] for i in items if i["event"]["type"] == kind]


@contextmanager
def calls_made(accounts: Accounts) -> Iterator[list[str]]:
    """Names of the calls to DynamoDB, in their order, but for the one that a door counts calls by."""
    calls: list[str] = []
    events = accounts.table.client.meta.events

    def note(model: Any, params: dict[str, Any], **_: Any) -> None:
        if json.loads(params["body"]).get("TableName") != "limits":
            calls.append(model.name)

    events.register("before-call.dynamodb", note)
    try:
        yield calls
    finally:
        events.unregister("before-call.dynamodb", note)


def claims_of(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims


def part(content: Any) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def header_of(key: SigningKey) -> dict[str, Any]:
    return {"alg": "ES256", "kid": key.kid, "typ": "JWT"}


def some_claims(**changes: Any) -> dict[str, Any]:
    """Good ones; a change to ``None`` leaves the claim out."""
    now = int(time.time())
    known: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "1",
        "tid": "t",
        "sid": new_ulid(),
        "roles": ["user"],
        "ver": 1,
        "typ": "access",
        "iat": now,
        "nbf": now,
        "exp": now + 60,
    }
    return {k: v for k, v in {**known, **changes}.items() if v is not None}


def a_token(key: SigningKey, header: dict[str, Any] | None = None, **changes: Any) -> str:
    """Signed by our own key, whatever it says."""
    signed = f"{part(header or header_of(key))}.{part(some_claims(**changes))}"
    return f"{signed}.{part(key.sign(signed.encode()))}"


def an_authorizer_event(token: str | None) -> dict[str, Any]:
    event: dict[str, Any] = json.loads(Path("events/authorizers/rest.json").read_text())
    event["headers"] = {} if token is None else {"Authorization": f"Bearer {token}"}
    return event


def authorized(token: str | None) -> Caller | None:
    """By the authorizer's real handler; ``None`` where API Gateway would answer 401."""
    answer = authorizer(an_authorizer_event(token), a_context())
    if effect_of(answer) == "Deny":
        return None
    return Caller.from_context(answer["context"])


def effect_of(answer: dict[str, Any]) -> str:
    (statement,) = answer["policyDocument"]["Statement"]
    return str(statement["Effect"])
