"""All that the document steps need from the world."""

from functools import cache

from docchain.steps.settings import StepSettings, build_world
from docchain.steps.world import StepWorld
from functions.steps.document.extract import extract_document
from functions.steps.document.merge import merge_documents
from functions.steps.document.render import render_document
from functions.steps.document.split import split_document
from functions.steps.document.template import write_document

WORKERS = {
    "document_extract": extract_document,
    "document_template": write_document,
    "document_render": render_document,
    "document_merge": merge_documents,
    "document_split": split_document,
}


class Settings(StepSettings):
    """Nothing of its own."""


@cache
def world() -> StepWorld:
    return build_world(Settings(), WORKERS)
