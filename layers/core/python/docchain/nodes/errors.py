"""What the catalogue cannot answer."""

from docchain.errors import ValidationFailed


class UnknownNodeKind(ValidationFailed):
    code = "UNKNOWN_NODE_KIND"
