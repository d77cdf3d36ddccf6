"""The pool ``light``: workflows and letters, with the core layer alone."""

from functools import partial
from typing import ClassVar

from docchain import aws
from docchain.mail.outgoing import Outgoing
from docchain.runs.settings import RunSettings
from docchain.storage.table import Table
from docchain.tasks.kind import TaskKind
from docchain.tasks.kinds.lazy import Work, kinds_of
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.pools import Pool


class LightSettings(RunSettings):
    """``mail_sender`` is empty on a stage that sends no mail."""

    pool: ClassVar[Pool] = "light"
    identity_table: str
    mail_sender: str
    realtime_table: str


def kinds(settings: LightSettings) -> dict[str, TaskKind]:
    return kinds_of(
        {
            "workflow_execution": partial(_workflow_execution, settings),
            "notification_sending": partial(_notification_sending, settings),
            "email_sending": partial(_email_sending, settings),
        }
    )


def _people(settings: LightSettings) -> People:
    return People(Table(aws.dynamodb(), settings.identity_table))


def _workflow_execution(settings: LightSettings) -> Work:
    from docchain.documents.store import ContentStore
    from docchain.runs.settings import build_control
    from docchain.tasks.kinds.workflow_execution import Runner
    from docchain.workflows.definitions import DefinitionReader

    control = build_control(settings)
    contents = ContentStore(aws.s3(), settings.documents_bucket)
    return Runner(control, DefinitionReader(control.publisher.versions), contents, _people(settings)).run


def _notification_sending(settings: LightSettings) -> Work:
    from docchain.tasks.kinds.letters import Post
    from docchain.tasks.kinds.notification_sending import Notifier

    people, rooms = _people(settings), Table(aws.dynamodb(), settings.realtime_table)
    return Notifier(people, Post(people.identity, _outgoing(settings)), rooms).run


def _email_sending(settings: LightSettings) -> Work:
    from docchain.tasks.kinds.email_sending import Mailer
    from docchain.tasks.kinds.letters import Post

    people = _people(settings)
    return Mailer(people, Post(people.identity, _outgoing(settings))).run


def _outgoing(settings: LightSettings) -> Outgoing:
    return Outgoing(aws.sesv2(), settings.mail_sender)
