"""A letter as data, and the two forms in which it is sent: one text, so that what both say cannot differ."""

from dataclasses import dataclass, field
from html import escape

_PAGE = """<!doctype html>
<html lang="en"><body style="font:16px/1.5 sans-serif;max-width:36rem;margin:2rem auto;padding:0 1rem">
{body}
</body></html>
"""
_BUTTON = (
    '<p><a href="{url}" style="background:#1f4fd8;color:#fff;padding:.6rem 1.2rem;border-radius:4px;'
    'text-decoration:none">{label}</a></p>\n<p style="color:#555;word-break:break-all">{url}</p>'
)


@dataclass(frozen=True)
class Letter:
    """``url`` holds a secret, so it is not shown by accident. Names in a text are what people call themselves.

    ``also_to`` get the same letter and do not see each other. Without a ``url`` it has no button.
    """

    to: str
    subject: str
    greeting: str
    before: tuple[str, ...]
    label: str = ""
    url: str = field(default="", repr=False)
    after: tuple[str, ...] = ()
    also_to: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        button = [f"{self.label}:\n{self.url}"] if self.url else []
        return "\n\n".join([self.greeting, *self.before, *button, *self.after]) + "\n"

    @property
    def html(self) -> str:
        button = _BUTTON.format(url=escape(self.url), label=escape(self.label))
        body = [*map(_paragraph, (self.greeting, *self.before)), *([button] if self.url else [])]
        body += map(_paragraph, self.after)
        return _PAGE.format(body="\n".join(body))


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"
