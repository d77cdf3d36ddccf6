"""Why a document cannot be written."""

from docchain.errors import PermanentStepError


class RenderingFailed(PermanentStepError):
    code = "RENDERING_FAILED"


class RenderingTooLarge(RenderingFailed):
    """``details`` is ``{"limit", "found"}``."""

    code = "RENDERING_TOO_LARGE"


class NotArchivable(RenderingFailed):
    """PDF/A must carry every letter's shape, and the fonts at hand lack some."""

    code = "PDF_A_NOT_POSSIBLE"
