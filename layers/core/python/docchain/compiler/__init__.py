"""From a definition to Amazon States Language: pure, and the same bytes for the same input."""

from docchain.compiler.machine import asl_bytes, compile_definition
from docchain.compiler.targets import Targets

__all__ = ["Targets", "asl_bytes", "compile_definition"]
