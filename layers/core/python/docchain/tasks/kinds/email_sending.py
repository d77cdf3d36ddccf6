"""email_sending: one letter to people of the tenant, in given words or from a template and its variables."""

from dataclasses import dataclass
from typing import Any

from docchain.tasks.errors import TaskRefused
from docchain.tasks.kind import TaskContext
from docchain.tasks.kinds.letters import Post, letter_of, told_of
from docchain.tasks.kinds.people import People
from docchain.tasks.kinds.refusing import refusing
from docchain.tasks.kinds.shapes import TEXT_MOST, EmailSending

KIND = "email_sending"
SUBJECT_MOST = 200


@dataclass(frozen=True)
class Mailer:
    people: People
    post: Post

    def run(self, parameters: EmailSending, context: TaskContext) -> dict[str, Any]:
        with refusing():
            sender = self.people.asker(context, KIND)
            to = list(parameters.to)
            self.people.check_addresses(context.tenant, to)
            subject, text = _written(parameters)
            context.check()
            letter = letter_of(subject, text, to, sender, context.task_id)
            return {**told_of(self.post.send(context, letter), len(to)), "subject": subject}


def _written(asked: EmailSending) -> tuple[str, str]:
    """Raises ``TemplateError``, and ``TaskRefused`` for what a template makes too long or no single line."""
    if asked.variables is None:
        return asked.subject, asked.text
    # The sandbox is not needed for a letter in plain words.
    from docchain.templating.render import render_template

    subject = render_template(asked.subject, asked.variables, autoescape=False).strip()
    text = render_template(asked.text, asked.variables, autoescape=False)
    if not subject or len(subject) > SUBJECT_MOST or "\n" in subject or "\r" in subject:
        raise _refused("subject", f"becomes no line of 1 to {SUBJECT_MOST} characters")
    if not text.strip() or len(text) > TEXT_MOST:
        raise _refused("text", f"becomes no text of 1 to {TEXT_MOST} characters")
    return subject, text


def _refused(field: str, message: str) -> TaskRefused:
    return TaskRefused(f"{field}: {message}", details=[{"field": f"metadata.{field}", "message": message}])
