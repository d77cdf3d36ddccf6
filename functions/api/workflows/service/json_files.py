"""A JSON file as an answer: in it while it fits, else behind a link."""

import json

from fastapi.responses import RedirectResponse, Response

from docchain.documents.store import ContentStore

ANSWER_BYTES_MOST = 4 * 1024 * 1024


def json_file(contents: ContentStore, tenant_id: str, data: bytes, *, kept_as: str, filename: str) -> Response:
    # As it is quoted inside a function's answer.
    if len(json.dumps(data.decode())) <= ANSWER_BYTES_MOST:
        headers = {"content-disposition": f'attachment; filename="{filename}"'}
        return Response(data, media_type="application/json", headers=headers)
    contents.put_named(tenant_id, kept_as, data)
    return RedirectResponse(contents.link_to_named(tenant_id, kept_as, filename, "application/json"), 303)
