"""Reading documents: text, structure and metadata from the bytes of a file, within stated bounds."""

from docchain.extraction.extract import extract
from docchain.extraction.models import Extracted, Heading, Page, Table

__all__ = ["Extracted", "Heading", "Page", "Table", "extract"]
