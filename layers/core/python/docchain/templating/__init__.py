"""Templates: a sandboxed Jinja over plain data, bounded in size, steps and time."""

from docchain.templating.references import references
from docchain.templating.render import render_template, render_value

__all__ = ["references", "render_template", "render_value"]
