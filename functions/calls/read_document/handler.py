"""The Lambda that reads documents for others."""

from docchain.documents.reading import ReadOrder
from docchain.entrypoints.call import call_handler
from functions.calls.read_document.dependencies import contents
from functions.calls.read_document.run import read_text

handler = call_handler(ReadOrder, lambda order, seconds_left: read_text(order, contents(), seconds_left))
