"""What can be wrong with a template: its text, a name it uses, its values, or its appetite."""

from docchain.errors import PermanentStepError


class TemplateError(PermanentStepError):
    code = "TEMPLATE_FAILED"


class TemplateInvalid(TemplateError):
    """Not a template, or one that uses something the sandbox does not have; ``details`` has the line."""

    code = "TEMPLATE_INVALID"


class TemplateUndefined(TemplateError):
    code = "TEMPLATE_UNDEFINED"


class TemplateLimit(TemplateError):
    """Stopped because it would have taken too much time, memory or output."""

    code = "TEMPLATE_LIMIT"
