"""Lists: ``limit`` and an opaque cursor in, a plain array and a ``Link: rel="next"`` header out."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel

LIMIT_DEFAULT = 100
LIMIT_MOST = 1000


class Paging(BaseModel):
    limit: int
    cursor: str | None


async def _paging(
    limit: Annotated[int, Query(ge=1, le=LIMIT_MOST)] = LIMIT_DEFAULT,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
) -> Paging:
    return Paging(limit=limit, cursor=cursor)


Pages = Annotated[Paging, Depends(_paging)]


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Names the next page; other query parameters are kept, ``skip`` is not: the cursor stands behind it."""
    if cursor is None:
        return
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in {"cursor", "skip"}]
    response.headers["link"] = f'<{request.url.path}?{urlencode([*kept, ("cursor", cursor)])}>; rel="next"'
