"""Mails of several parts, encodings and intents."""

from collections.abc import Callable
from email.message import EmailMessage

HEAD = b"From: ana@example.com\r\nTo: luis@example.com\r\nSubject: "


def a_mail() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Ana <ana@example.com>", "luis@example.com", "Año nuevo"
    message["Date"] = "Mon, 05 Jan 2026 10:00:00 +0100"
    message.set_content("The delivery arrives on Thursday.\n")
    message.add_alternative("<p>The <b>delivery</b> arrives on Thursday.</p>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="note.pdf")
    return bytes(message)


def only_html() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", "b@example.com", "Offer"
    message.set_content(
        "<html><body><h1>Offer</h1><script>x()</script><p>Ten per cent off.</p></body></html>", subtype="html"
    )
    return bytes(message)


def nested() -> bytes:
    """Two thousand parts, each inside the one before."""
    body = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(2_000))
    return HEAD + b"nested\r\nMIME-Version: 1.0\r\n" + body + b"Content-Type: text/plain\r\n\r\nend\r\n"


FILES: dict[str, Callable[[], bytes]] = {
    "delivery.eml": a_mail,
    "only-html.eml": only_html,
    "nested.eml": nested,
    "wrong-charset.eml": lambda: (
        HEAD + b"x\r\nContent-Type: text/plain; charset=klingon\r\n\r\nStill \xe9 readable.\r\n"
    ),
    "no-body.eml": lambda: HEAD + b"Only a subject\r\n\r\n",
    "many-parts.eml": lambda: (
        HEAD
        + b'x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 3_000
        + b"--b--\r\n"
    ),
}
