"""What all parameters of kinds have in common: what is not known beside what is known is a mistake, and is named."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator


class Shape(BaseModel):
    """A task's ``metadata``. Notes of a caller's own stand in it freely, as long as no parameter is among them: beside
    parameters, a name that is none is taken for one that was mistyped.
    """

    model_config = ConfigDict(extra="allow")

    @model_validator(mode="after")
    def _knows_all(self) -> "Shape":
        extra = sorted(self.notes)
        if extra and self.model_fields_set & type(self).model_fields.keys():
            known = ", ".join(type(self).model_fields)
            raise ValueError(f"{', '.join(extra)}: no parameter of this kind; there are {known}")
        return self

    @property
    def notes(self) -> dict[str, Any]:
        return self.model_extra or {}


class Part(BaseModel):
    """A member of parameters."""

    model_config = ConfigDict(extra="forbid")
