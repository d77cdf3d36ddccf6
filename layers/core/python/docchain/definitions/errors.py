"""What a definition can be refused with."""

from docchain.errors import ValidationFailed


class DefinitionInvalid(ValidationFailed):
    """``details`` is a list of ``{"code", "node", "field", "message"}``."""

    code = "DEFINITION_INVALID"
