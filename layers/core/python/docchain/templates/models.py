"""A template of a workflow: its nodes, what is settled when it is taken, and what each of its runs is given."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from docchain.errors import NotFound, ValidationFailed

# One list of them is far more than anybody approves by hand.
STRINGS_MOST = 20
TEXT_MOST = 500


class TemplateNotFound(NotFound):
    code = "TEMPLATE_NOT_FOUND"

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(f"There is no template {name[:80]!r}.", details={"known": known})


class SettingsInvalid(ValidationFailed):
    code = "TEMPLATE_PARAMETERS_INVALID"


class Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Setting(Data):
    """Settled when the template is taken; written ``[[name]]`` in its nodes."""

    type: Literal["string", "integer", "number", "boolean", "strings"]
    description: str
    default: Any


class RunParameter(Data):
    """What a run is given; ``sample`` is a value to try it with, absent for a document, which is uploaded first."""

    type: Literal["string", "number", "document"]
    description: str
    sample: str | float | None = None


class WorkflowTemplate(Data):
    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    title: str
    description: str
    tags: tuple[str, ...]
    settings: dict[str, Setting] = Field(default_factory=dict)
    parameters: dict[str, RunParameter] = Field(default_factory=dict)
    nodes: tuple[dict[str, Any], ...]
