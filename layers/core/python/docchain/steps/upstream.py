"""The text a node works on when its author named none: that of the first dependency that has one."""

from docchain.errors import PermanentStepError
from docchain.steps.call import NodeCall


class NoTextUpstream(PermanentStepError):
    code = "NO_TEXT_UPSTREAM"


def upstream_text(call: NodeCall) -> str:
    for output in call.upstream.values():
        text = output.get("text")
        if isinstance(text, str) and text.strip():
            return text
    raise NoTextUpstream(
        "No text was named in the config and the nodes before gave none; set the field to a template, "
        "for example {{ nodes.<key>.text }}."
    )
