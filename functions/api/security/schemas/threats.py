"""Threats, their level, and blocked addresses, in and out."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from docchain.audit.kinds import Severity
from docchain.clock import to_iso
from docchain.threats.blocks import MINUTES_MOST
from docchain.threats.level import Level
from docchain.threats.models import Block, Threat

_THREAT: dict[str, JsonValue] = {
    "id": "001795254000.brute_force.users-3",
    "rule": "brute_force",
    "subject": "users/3",
    "severity": "medium",
    "title": "Guessing at one account",
    "explanation": "Logins to this account failed eight times within an hour.",
    "recommendation": "Ask its owner; if it was not they, a new password and a second factor.",
    "count": 8,
    "members": [],
    "detected_at": "2026-11-21T09:30:00.000Z",
    "blocked_until": None,
    "resolved_at": None,
    "resolved_by": None,
    "comment": None,
}
_BLOCK: dict[str, JsonValue] = {
    "address": "198.51.100.4",
    "reason": "Logins to many accounts from one address",
    "blocked_by": "rule:credential_stuffing",
    "blocked_at": "2026-11-21T09:30:00.000Z",
    "expires_at": "2026-11-21T10:30:00.000Z",
}


class ThreatView(BaseModel):
    """``members`` are the first of what was counted: accounts, networks, routes."""

    id: str
    rule: str
    subject: str
    severity: Severity
    title: str
    explanation: str
    recommendation: str
    count: int
    members: list[str]
    detected_at: str
    blocked_until: str | None = None
    resolved_at: str | None = None
    resolved_by: str | None = None
    comment: str | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [_THREAT]})

    @classmethod
    def of(cls, threat: Threat) -> "ThreatView":
        return cls.model_validate(threat.model_dump(exclude={"tenant_id", "event_id"}))


class ResolveThreat(BaseModel):
    comment: Annotated[str | None, Field(max_length=1000)] = None

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"comment": "It was our own test."}]})


class ShareView(BaseModel):
    threat_id: str
    title: str
    severity: Severity
    points: float


class LevelView(BaseModel):
    """The sum of ``shares``: critical from 20 points, high from 8, medium from 3."""

    threat_level: Severity
    points: float
    shares: list[ShareView]
    recommendations: list[str]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "threat_level": "medium",
                    "points": 3.0,
                    "shares": [
                        {
                            "threat_id": _THREAT["id"],
                            "title": _THREAT["title"],
                            "severity": "medium",
                            "points": 3.0,
                        }
                    ],
                    "recommendations": [_THREAT["recommendation"]],
                }
            ]
        }
    )

    @classmethod
    def of(cls, level: Level) -> "LevelView":
        shares = [
            ShareView(threat_id=s.threat.id, title=s.threat.title, severity=s.threat.severity, points=s.points)
            for s in level.shares
        ]
        return cls(
            threat_level=level.level, points=level.points, shares=shares, recommendations=list(level.recommendations)
        )


class BlockAddress(BaseModel):
    address: Annotated[str, Field(min_length=2, max_length=45, description="One IPv4 or IPv6 address.")]
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    minutes: Annotated[int, Field(ge=1, le=MINUTES_MOST, description="At most 30 days.")] = 60

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"address": "198.51.100.4", "reason": "guesses passwords", "minutes": 60}]},
    )


class BlockView(BaseModel):
    address: str
    reason: str
    blocked_by: str
    blocked_at: str
    expires_at: str

    model_config = ConfigDict(json_schema_extra={"examples": [_BLOCK]})

    @classmethod
    def of(cls, block: Block) -> "BlockView":
        until = to_iso(datetime.fromtimestamp(block.expires_at, UTC))
        return cls(**block.model_dump(exclude={"expires_at"}), expires_at=until)
