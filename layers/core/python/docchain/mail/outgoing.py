"""Letters leave by SES."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docchain.errors import DependencyUnavailable
from docchain.mail.letter import Letter

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client


class MailNotConfigured(DependencyUnavailable):
    """The stage has no sender; the letter stays with the dead letters until it has one."""

    code = "MAIL_NOT_CONFIGURED"

    def __init__(self) -> None:
        super().__init__("This stage has no address to send mail from; set mail_sender.")


@dataclass(frozen=True)
class Outgoing:
    """``sender`` is an address that SES has verified, or one of a domain that it has."""

    client: "SESV2Client" = field(repr=False)
    sender: str

    def require_sender(self) -> None:
        """Before a link is made: one that nobody gets would end the one that somebody has."""
        if not self.sender:
            raise MailNotConfigured

    def send(self, letter: Letter) -> None:
        """Headers are SES's to build, from fields of their own: a line break in one cannot begin another."""
        self.require_sender()
        text, html = ({"Data": data, "Charset": "UTF-8"} for data in (letter.text, letter.html))
        self.client.send_email(
            FromEmailAddress=self.sender,
            Destination={"ToAddresses": [letter.to], **({"BccAddresses": [*letter.also_to]} if letter.also_to else {})},
            Content={
                "Simple": {
                    "Subject": {"Data": letter.subject, "Charset": "UTF-8"},
                    "Body": {"Text": text, "Html": html},  # type: ignore[typeddict-item]  # a generator has one type
                }
            },
        )
