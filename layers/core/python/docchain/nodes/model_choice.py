"""What every kind that calls a language model takes."""

from typing import Annotated

from pydantic import Field, StringConstraints

from docchain.nodes.kind import Parameters

Provider = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Model = Annotated[str, StringConstraints(min_length=1, max_length=200)]
# BCP 47, as far as the methods tell languages apart: "en", "pt-BR".
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]


class ModelParameters(Parameters):
    provider: Provider | None = Field(
        default=None, description="Which provider answers; the stage's default when absent."
    )
    model: Model | None = Field(default=None, description="A model of that provider; its default when absent.")
