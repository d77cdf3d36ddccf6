"""The Lambda authorizer of the REST API."""

from docchain.entrypoints.authorizer import authorizer_handler
from functions.authorizers.rest.dependencies import identify

handler = authorizer_handler(identify)
