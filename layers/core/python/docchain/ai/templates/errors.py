"""What can be wrong with a prompt that is kept."""

from docchain.errors import Conflict, NotFound, ValidationFailed


class PromptNotFound(NotFound):
    def __init__(self, name: str, version: int | None = None) -> None:
        which = f"Prompt {name}" if version is None else f"Version {version} of prompt {name}"
        super().__init__(f"{which} does not exist.", details={"name": name, "version": version})


class PromptExists(Conflict):
    code = "PROMPT_EXISTS"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a prompt {name}; PUT makes a new version of it.", details={"name": name})


class PromptChanged(Conflict):
    code = "PROMPT_CHANGED"

    def __init__(self, name: str, version: int) -> None:
        super().__init__(f"Prompt {name} is at version {version} now; read it again.", details={"version": version})


class TooManyPrompts(Conflict):
    code = "TOO_MANY_PROMPTS"

    def __init__(self, most: int) -> None:
        super().__init__(f"A tenant keeps at most {most} prompts; delete one first.", details={"most": most})


class PromptInvalid(ValidationFailed):
    """A template that cannot be read, or that uses a name which is no variable."""

    code = "PROMPT_INVALID"


class VariablesInvalid(ValidationFailed):
    code = "PROMPT_VARIABLES_INVALID"
