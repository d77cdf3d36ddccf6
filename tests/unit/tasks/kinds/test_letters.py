"""Letters and notifications of tasks: to people of the tenant alone, and at most once."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from docchain import aws
from docchain.identity.accounts import Accounts
from docchain.mail.outgoing import Outgoing
from docchain.realtime import keys
from docchain.realtime.history import read_history
from docchain.storage.table import Table
from docchain.tasks.errors import TaskRefused
from docchain.tasks.kinds.email_sending import Mailer
from docchain.tasks.kinds.letters import Post
from docchain.tasks.kinds.notification_sending import Notifier
from docchain.tasks.kinds.people import People
from tests.support.identity import a_user
from tests.support.members import a_joined_user
from tests.unit.tasks.kinds.conftest import Asked, given


@pytest.fixture
def sent(aws_account: None, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What left, as SES was told it."""
    boto3.client("sesv2").create_email_identity(EmailIdentity="docchain@example.com")
    letters: list[dict[str, Any]] = []
    send = aws.sesv2().send_email

    def noted(**asked: Any) -> Any:
        letters.append(asked)
        return send(**asked)

    monkeypatch.setattr(aws.sesv2(), "send_email", noted)
    return letters


@pytest.fixture
def post(people: People) -> Post:
    return Post(people.identity, Outgoing(aws.sesv2(), "docchain@example.com"))


@pytest.fixture
def mailer(people: People, post: Post) -> Mailer:
    return Mailer(people, post)


@pytest.fixture
def rooms(aws_account: None) -> Table:
    return Table(aws.dynamodb(), "realtime")


@pytest.fixture
def notifier(people: People, post: Post, rooms: Table) -> Notifier:
    return Notifier(people, post, rooms)


def a_letter(asked: Asked, **fields: Any) -> Any:
    return given("email_sending", **{"to": [asked.user.email], "subject": "Figures", "text": "All is well.", **fields})


def test_a_letter_is_written_from_a_template(mailer: Mailer, asked: Asked, sent: list[dict[str, Any]]) -> None:
    words = {"subject": "{{ n }} orders", "text": "{% for o in orders %}{{ o }};{% endfor %}"}
    parameters = a_letter(asked, **words, variables={"n": 2, "orders": ["a", "b"]})
    assert mailer.run(parameters, asked.context())["state"] == "sent"
    simple = sent[0]["Content"]["Simple"]
    assert simple["Subject"]["Data"] == "2 orders"
    assert "a;b;" in simple["Body"]["Text"]["Data"]


def test_without_variables_braces_are_braces(mailer: Mailer, asked: Asked, sent: list[dict[str, Any]]) -> None:
    mailer.run(a_letter(asked, text="Write {{ name }}."), asked.context())
    assert "Write {{ name }}." in sent[0]["Content"]["Simple"]["Body"]["Text"]["Data"]


def test_the_same_task_twice_is_one_letter(mailer: Mailer, asked: Asked, sent: list[dict[str, Any]]) -> None:
    context = asked.context()
    assert [mailer.run(a_letter(asked), context)["state"] for _ in range(2)] == ["sent", "sent"]
    assert len(sent) == 1


def test_a_letter_whose_outcome_nobody_knows_is_not_sent_again(
    mailer: Mailer, asked: Asked, sent: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://email")

    context = asked.context()
    with monkeypatch.context() as patch, pytest.raises(ReadTimeoutError):
        patch.setattr(aws.sesv2(), "send_email", lost)
        mailer.run(a_letter(asked), context)
    assert mailer.run(a_letter(asked), context)["state"] == "unknown"
    assert sent == []


@pytest.mark.parametrize(
    ("code", "error"), [("MessageRejected", TaskRefused), ("TooManyRequestsException", ClientError)]
)
def test_what_ses_refuses_ends_the_task_and_what_it_cannot_take_now_comes_again(
    mailer: Mailer, asked: Asked, monkeypatch: pytest.MonkeyPatch, code: str, error: type[Exception]
) -> None:
    def refused(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "SendEmail")

    monkeypatch.setattr(aws.sesv2(), "send_email", refused)
    with pytest.raises(error):
        mailer.run(a_letter(asked), asked.context())


def test_the_platform_is_no_relay(mailer: Mailer, asked: Asked, accounts: Accounts, sent: list[dict[str, Any]]) -> None:
    stranger = a_user(accounts)
    for address in ("nobody@example.org", stranger.email):
        with pytest.raises(TaskRefused) as refused:
            mailer.run(a_letter(asked, to=[asked.user.email, address]), asked.context())
        assert refused.value.reason == "RECIPIENT_UNKNOWN"
    assert sent == []


@pytest.mark.parametrize("template", ["{{ missing }}", "{% for %}", "{{ ''.__class__ }}", "{{ 'a\nb' }}"])
def test_a_template_that_fails_refuses_the_task(
    mailer: Mailer, asked: Asked, sent: list[dict[str, Any]], template: str
) -> None:
    parameters = a_letter(asked, variables={"n": 1}).model_copy(update={"subject": template})
    with pytest.raises(TaskRefused):
        mailer.run(parameters, asked.context())
    assert sent == []


def test_a_stage_without_a_sender_says_so(people: People, asked: Asked) -> None:
    silent = Mailer(people, Post(people.identity, Outgoing(aws.sesv2(), "")))
    with pytest.raises(TaskRefused) as refused:
        silent.run(a_letter(asked), asked.context())
    assert refused.value.reason == "MAIL_NOT_CONFIGURED"


@pytest.mark.parametrize("channel", ["in_app", "websocket"])
def test_a_notification_stands_once_in_the_room_of_its_recipient(
    notifier: Notifier, asked: Asked, accounts: Accounts, rooms: Table, channel: str
) -> None:
    tenant = asked.user.tenant_id
    colleague = a_joined_user(accounts, tenant, "user")
    words = {"subject": "Done", "message": "It is ready.", "data": {"report": 7}}
    parameters = given("notification_sending", channel=channel, recipient=colleague.username, **words)
    context = asked.context()
    first, second = notifier.run(parameters, context), notifier.run(parameters, context)
    assert first == second
    [message] = read_history(rooms, tenant, keys.user_room(colleague.id), 0, 10)
    assert (message.event_type, message.event_id) == ("notification_sent", context.task_id)
    assert message.data["subject"] == "Done"
    assert message.data["from"] == asked.user.username


@pytest.mark.parametrize("by", ["email", "username", "id"])
def test_a_recipient_is_found_by_address_name_or_number(
    notifier: Notifier, asked: Asked, sent: list[dict[str, Any]], by: str
) -> None:
    who = str(getattr(asked.user, by))
    parameters = given("notification_sending", channel="email", recipient=who, subject="S", message="M")
    assert notifier.run(parameters, asked.context())["state"] == "sent"
    assert sent[0]["Destination"]["ToAddresses"] == [asked.user.email]


@pytest.mark.parametrize("who", ["²", "9" * 300, "nobody at all"])
def test_who_is_nobody_ends_the_task_at_once(notifier: Notifier, asked: Asked, who: str) -> None:
    parameters = given("notification_sending", channel="in_app", recipient=who, subject="S", message="M")
    with pytest.raises(TaskRefused) as refused:
        notifier.run(parameters, asked.context())
    assert refused.value.reason == "RECIPIENT_UNKNOWN"


def test_somebody_of_another_tenant_is_nobody(notifier: Notifier, asked: Asked, accounts: Accounts) -> None:
    stranger = a_user(accounts)
    parameters = given("notification_sending", channel="in_app", recipient=stranger.username, subject="S", message="M")
    with pytest.raises(TaskRefused) as refused:
        notifier.run(parameters, asked.context())
    assert refused.value.reason == "RECIPIENT_UNKNOWN"
