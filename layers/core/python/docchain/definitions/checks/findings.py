"""What a check says: which node and field is wrong, and what to do about it."""

from typing import TypedDict

from pydantic import BaseModel, ConfigDict


class FindingDetail(TypedDict):
    code: str
    node: str | None
    field: str | None
    message: str


class Finding(BaseModel):
    model_config = ConfigDict(frozen=True)

    code: str
    node: str | None = None
    field: str | None = None
    message: str

    def as_detail(self) -> FindingDetail:
        return {"code": self.code, "node": self.node, "field": self.field, "message": self.message}
