"""Routes of the documentation: open to everybody."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html
from fastapi.responses import HTMLResponse

from docchain.entrypoints.access import PUBLIC
from docchain.errors import NotFound
from functions.api.docs.dependencies import assets, openapi_document

TITLE = "Document Workflow Chain"
MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".png": "image/png"}
# The pages run Swagger's and ReDoc's own inline start scripts; nothing may come from elsewhere.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'"
)

router = APIRouter(include_in_schema=False, dependencies=[PUBLIC])


@router.get("/docs")
async def read_docs() -> HTMLResponse:
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title=TITLE,
        swagger_js_url="/docs/swagger-ui-bundle.js",
        swagger_css_url="/docs/swagger-ui.css",
        swagger_favicon_url="/docs/favicon.png",
    )
    page.headers["content-security-policy"] = POLICY
    return page


@router.get("/redoc")
async def read_redoc() -> HTMLResponse:
    page = get_redoc_html(
        openapi_url="/openapi.json",
        title=TITLE,
        redoc_js_url="/docs/redoc.standalone.js",
        redoc_favicon_url="/docs/favicon.png",
        with_google_fonts=False,
    )
    page.headers["content-security-policy"] = POLICY
    return page


@router.get("/openapi.json")
@router.get("/api/v3/openapi.json")
async def read_openapi() -> Response:
    return Response(openapi_document(), media_type="application/json", headers={"cache-control": "max-age=60"})


@router.get("/docs/{name}")
async def read_asset(name: Annotated[str, Path(pattern=r"^[a-z][a-z.-]{1,60}$")]) -> Response:
    file = assets() / name
    media_type = MEDIA_TYPES.get(file.suffix)
    if media_type is None or not file.is_file():
        raise NotFound(f"There is no file {name!r} here.")
    headers = {"cache-control": "public, max-age=86400"}
    return Response(file.read_bytes(), media_type=media_type, headers=headers)
