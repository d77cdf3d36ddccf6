"""Why a document cannot be written."""

from docchain.errors import PermanentStepError


class RenderingFailed(PermanentStepError):
    code = "RENDERING_FAILED"


class RenderingTooLarge(RenderingFailed):
    """``details`` is ``{"limit", "found"}``."""

    code = "RENDERING_TOO_LARGE"
