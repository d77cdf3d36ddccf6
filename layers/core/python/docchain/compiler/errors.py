"""Why a valid definition cannot become a state machine."""

from docchain.definitions.errors import DefinitionInvalid
from docchain.errors import DocchainError


class DefinitionTooLarge(DefinitionInvalid):
    code = "DEFINITION_TOO_LARGE"


class WorkerMissing(DocchainError):
    """The stage has no worker for a family of the catalogue: ours to mend, not the author's."""
