"""The sockets' functions as they are wired, with real tokens and sessions."""

from dataclasses import replace

import pytest

from docchain import aws
from docchain.clock import epoch, now
from docchain.entrypoints.websocket import SocketCall
from docchain.identity import keys
from docchain.identity.access_tokens import issue_access_token
from docchain.identity.models import Session, User
from docchain.identity.sessions import SessionRepository
from docchain.identity.signing import SigningKey
from docchain.ids import UserId
from docchain.realtime.switchboard import Switchboard
from docchain.storage.table import Table
from functions.websocket.connect import dependencies as connecting
from functions.websocket.connect.handler import handler as connect
from functions.websocket.message import dependencies as speaking
from functions.websocket.message.run import take_message
from tests.support.realtime import a_sample
from tests.support.rest import a_context


@pytest.fixture
def identity(tenant):
    return Table(aws.dynamodb(), "identity")


@pytest.fixture
def sessions(identity):
    return SessionRepository(identity)


@pytest.fixture
def user(identity, tenant):
    user = User(
        tenant_id=tenant,
        id=UserId(5),
        username="ada",
        email="ada@example.org",
        password_hash="-",
        roles=("user",),
        created_at=now(),
    )
    at = {"pk": keys.users(tenant), "sk": keys.user(user.id), "entity": "user"}
    identity.put({**at, **user.model_dump(exclude={"tenant_id"})})
    return user


@pytest.fixture
def token(sessions, user, signing_key):
    session = Session(
        tenant_id=user.tenant_id,
        id="s1",
        user_id=user.id,
        token_version=user.token_version,
        family_hash="-",
        refresh_hash="-",
        ip="",
        user_agent="",
        created_at=now(),
        last_seen_at=now(),
        expires_at=epoch() + 600,
    )
    sessions.table.transact([sessions.opening(session)])
    return issue_access_token(signing_key, user, session.id)


@pytest.fixture
def signing_key(aws_account):
    connecting.doorkeeper.cache_clear()
    speaking.desk.cache_clear()
    return SigningKey(aws.kms(), connecting.Settings().signing_keys)


def knock(connection, **query):
    event = a_sample("websocket/connect.json")
    event["requestContext"]["connectionId"] = connection
    event["queryStringParameters"] |= query
    return connect(event, a_context())["statusCode"]


def found(connection):
    return connecting.doorkeeper().connections.find(connection)


def test_a_token_opens_a_socket_as_its_user(token, user, tenant):
    assert knock(f"{tenant}_1", token=token, user_id="1") == 200
    connection = found(f"{tenant}_1")
    assert (connection.tenant_id, connection.user_id, connection.username) == (tenant, 5, "ada")


def test_a_changed_token_is_refused(token, tenant):
    assert knock(f"{tenant}_1", token=token[:-4] + "AAAA") == 401
    assert found(f"{tenant}_1") is None


def test_an_address_that_the_tenant_has_blocked_is_refused_as_by_rest(token, tenant, identity):
    block = {"address": "203.0.113.9", "expires_at": epoch() + 600}
    identity.put({"pk": keys.blocked(tenant, block["address"]), "sk": keys.BLOCKED, "entity": "block", **block})
    assert knock(f"{tenant}_1", token=token) == 403
    assert found(f"{tenant}_1") is None


def test_a_token_of_a_session_that_is_over_is_refused(token, tenant, sessions):
    sessions.revoke(tenant, "s1", 5, reason="logout", actor="ada")
    assert knock(f"{tenant}_1", token=token) == 401
    assert found(f"{tenant}_1") is None


def test_an_open_socket_is_closed_at_its_next_message_after_the_session_is_over(token, tenant, sessions, push):
    socket = f"{tenant}_1"
    knock(socket, token=token)
    desk = speaking.desk()
    desk = replace(desk, board=Switchboard(desk.board.table, push))
    sessions.revoke(tenant, "s1", 5, reason="logout", actor="ada")
    take_message(SocketCall(socket, body='{"type":"ping"}'), desk)
    (heard,) = push.heard_by(socket)
    assert heard["code"] == "UNAUTHORIZED"
    assert push.closed == [socket]
    assert found(socket) is None
