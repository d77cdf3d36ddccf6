"""The caller's address behind CloudFront, which the gateway takes for the caller itself.

The edge's function names the viewer in a header, and CloudFront adds a proof that the call came through it; who calls
the gateway directly knows none, and is where the gateway saw them. The local front is the gateway's own client, whose
word it takes.
"""

from functools import cache
from hmac import compare_digest
from typing import Any, Final

from pydantic_settings import BaseSettings

VIEWER: Final = "x-viewer-address"
PROOF: Final = "x-docchain-proof"


class ViewerSettings(BaseSettings):
    """Empty for a stage without an edge."""

    edge_proof: str


@cache
def _proof() -> str:
    return ViewerSettings().edge_proof


def name_viewer(event: dict[str, Any]) -> None:
    """Puts the viewer's address where the gateway puts the caller's."""
    if not _proof():
        return
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    proof, viewer = headers.get(PROOF, ""), headers.get(VIEWER, "")
    if viewer and compare_digest(proof.encode(), _proof().encode()):
        event["requestContext"].setdefault("identity", {})["sourceIp"] = viewer
