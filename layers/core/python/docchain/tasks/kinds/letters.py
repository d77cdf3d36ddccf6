"""Letters of tasks: each leaves at most once, noted under the task's id before it is sent."""

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from botocore.exceptions import ClientError

from docchain.events.models import Event
from docchain.identity.models import User
from docchain.mail.letter import Letter
from docchain.mail.once import SentLetters
from docchain.mail.outgoing import MailNotConfigured, Outgoing
from docchain.storage.table import Table
from docchain.tasks.errors import TaskRefused
from docchain.tasks.kind import TaskContext

# What SES will not send the next time either.
_FINAL: Final = frozenset({"MessageRejected", "BadRequestException", "MailFromDomainNotVerifiedException"})
State = Literal["sent", "unknown"]


@dataclass(frozen=True)
class Post:
    """``identity`` has the notes of letters."""

    identity: Table = field(repr=False)
    outgoing: Outgoing

    def send(self, context: TaskContext, letter: Letter) -> State:
        """``unknown`` when a worker died between the note and the answer: then it may have left, and is not sent again.

        Raises ``TaskRefused`` where SES refuses it for what it is, and the error of SES where it may take it later.
        """
        try:
            self.outgoing.require_sender()
        except MailNotConfigured as error:
            raise TaskRefused(error.message, code=error.code) from error
        recipients = [letter.to, *letter.also_to]
        noted = Event(
            id=context.task_id,
            type="mail.requested",
            tenant_id=context.tenant,
            subject=f"tasks/{context.task_id}",
            data={"to": recipients, "subject": letter.subject},
        )
        try:
            SentLetters(self.identity).send_once(noted, lambda: self.outgoing.send(letter))
        except ClientError as error:
            if error.response["Error"]["Code"] in _FINAL:
                raise TaskRefused(f"SES refuses the letter: {error.response['Error']['Message']}") from error
            raise
        note = self.identity.get(f"{context.tenant}#letters", context.task_id, consistent=True) or {}
        return "sent" if note.get("state") == "sent" else "unknown"


def letter_of(subject: str, text: str, to: list[str], sender: User, task_id: str) -> Letter:
    """In its sender's words, with their name under it."""
    first, *others = to
    return Letter(
        to=first,
        also_to=tuple(others),
        subject=subject,
        greeting="Hello,",
        before=tuple(part.strip() for part in text.split("\n\n") if part.strip()),
        after=(f"Sent for {sender.full_name or sender.username}, task {task_id}.",),
    )


def told_of(state: State, recipients: int) -> dict[str, Any]:
    return {"channel": "email", "state": state, "recipients": recipients}
