"""A prompt, its versions, and the variables of each."""

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

PROMPTS_MOST: Final = 500
VERSIONS_MOST: Final = 50
"""Of one prompt: with a further one the oldest goes."""
NAME_PATTERN: Final = r"^[a-z][a-z0-9_]{0,63}$"

VariableType = Literal["string", "number", "boolean", "list", "object"]


class Variable(BaseModel):
    """Without ``default`` a value must be given."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=NAME_PATTERN)
    type: VariableType = "string"
    description: str = Field("", max_length=500)
    default: Any = None
    required: bool = True


class PromptText(BaseModel):
    """What a version says. ``system`` and ``template`` are rendered with the same variables."""

    model_config = ConfigDict(extra="forbid")

    template: str = Field(min_length=1, max_length=20_000)
    system: str = Field("", max_length=8_000)
    variables: list[Variable] = Field(default_factory=list, max_length=50)
    description: str = Field("", max_length=1_000)


class Prompt(PromptText):
    """A version of one. ``versions`` are all there are, of which the newest 50 are kept."""

    model_config = ConfigDict(extra="ignore")

    name: str
    version: int
    created_at: str
    created_by: str


class Rendered(BaseModel):
    """``version`` names the prompt and its version, as answers tell it."""

    prompt: str
    system: str
    version: str
