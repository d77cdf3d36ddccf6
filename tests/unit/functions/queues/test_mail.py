"""The mail's worker: from an event of the bus to a letter with a link that works."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from botocore.exceptions import ClientError

from docchain import aws
from docchain.clock import to_iso
from docchain.events.models import Event
from docchain.identity.resets import InvalidResetLink, confirm_reset
from docchain.mail.kinds import Desk
from docchain.mail.outgoing import MailNotConfigured, Outgoing
from functions.queues.mail.handler import handler
from functions.queues.mail.run import send_letter
from tests.support.identity import a_user, change_user, the_accounts
from tests.support.rest import a_context

NEW = "Tulip-Garnet-7"
LINK = re.compile(r"http://localhost:8000/api/v3/security/auth/reset-password#(rs_\S+)")


class Post:
    """What SES was asked to send: moto sends nothing and keeps little."""

    def __init__(self):
        self.sent = []

    def send_email(self, **letter):
        self.sent.append(letter)


@pytest.fixture
def accounts(aws_account):
    return the_accounts()


@pytest.fixture
def desk(accounts):
    return Desk(accounts.table, "http://localhost:8000")


@pytest.fixture
def post():
    return Post()


def requested(tenant_id, user_id=1, **fields):
    return Event(
        type="user.password_reset_requested",
        tenant_id=tenant_id,
        subject=f"users/{user_id}",
        data={"user_id": user_id},
        **fields,
    )


def send(post, desk, fact):
    send_letter(fact, desk, Outgoing(post, "docchain@example.com"))


def token_in(letter):
    body = letter["Content"]["Simple"]["Body"]
    (token,) = LINK.findall(body["Text"]["Data"])
    assert token in body["Html"]["Data"]
    return token


def test_the_owner_of_the_account_gets_a_link_that_sets_a_password(accounts, desk, post):
    user = a_user(accounts)
    send(post, desk, requested(user.tenant_id))
    (letter,) = post.sent
    assert letter["FromEmailAddress"] == "docchain@example.com"
    assert letter["Destination"] == {"ToAddresses": [user.email]}
    confirm_reset(accounts, token_in(letter), NEW)
    assert accounts.passwords.matches(accounts.users.read(user.tenant_id, 1).password_hash, NEW)


def test_of_a_request_delivered_twice_the_second_link_is_the_good_one(accounts, desk, post):
    user = a_user(accounts)
    fact = requested(user.tenant_id)
    send(post, desk, fact)
    send(post, desk, fact)
    first, second = map(token_in, post.sent)
    with pytest.raises(InvalidResetLink):
        confirm_reset(accounts, first, NEW)
    confirm_reset(accounts, second, NEW)


def test_nobody_gets_nothing(accounts, desk, post):
    banned = a_user(accounts)
    change_user(accounts, banned, is_active=False)
    send(post, desk, requested(banned.tenant_id))
    send(post, desk, requested("_anonymous", None))
    send(post, desk, requested("t_of_nobody"))
    assert post.sent == []


def test_a_request_that_waited_longer_than_a_link_lives_is_dropped(accounts, desk, post):
    old = to_iso(datetime.now(UTC) - timedelta(minutes=31))
    send(post, desk, requested(a_user(accounts).tenant_id, occurred_at=old))
    assert post.sent == []


def test_without_a_sender_no_link_is_made_and_the_request_is_kept(accounts, desk, post):
    user = a_user(accounts)
    with pytest.raises(MailNotConfigured):
        send_letter(requested(user.tenant_id), desk, Outgoing(post, ""))
    assert accounts.table.get(f"{user.tenant_id}#link#reset-1", "link") is None


def an_order(fact):
    order = json.loads(Path("events/queues/mail.json").read_text())
    order["Records"][0]["body"] = fact.model_dump_json()
    return order


def test_the_worker_sends_by_ses(accounts):
    boto3.client("sesv2").create_email_identity(EmailIdentity="docchain@example.com")
    before = boto3.client("ses").get_send_quota()["SentLast24Hours"]
    assert handler(an_order(requested(a_user(accounts).tenant_id)), a_context()) == {"batchItemFailures": []}
    assert boto3.client("ses").get_send_quota()["SentLast24Hours"] == before + 1


def test_a_letter_that_ses_refuses_is_tried_again(accounts, monkeypatch):
    def refused(**_):
        raise ClientError({"Error": {"Code": "MessageRejected", "Message": "not verified"}}, "SendEmail")

    monkeypatch.setattr(aws.sesv2(), "send_email", refused)
    answer = handler(an_order(requested(a_user(accounts).tenant_id)), a_context())
    assert len(answer["batchItemFailures"]) == 1


def test_the_sample_is_an_order():
    """Dated, so that `make invoke` sends it to nobody."""
    sample = json.loads(Path("events/queues/mail.json").read_text())
    assert Event.model_validate_json(sample["Records"][0]["body"]).type == "user.password_reset_requested"


def test_the_link_is_in_no_log(accounts, desk, post, caplog):
    send(post, desk, requested(a_user(accounts).tenant_id))
    assert token_in(post.sent[0]) not in caplog.text
