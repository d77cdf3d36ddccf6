"""The rules, one file each: every module here has one ``RULE``, and a new rule is one file more."""

from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from docchain.threats.rule import Rule

RULES: Final[tuple[Rule, ...]] = tuple(
    import_module(f"{__name__}.{name}").RULE for name in sorted(module.name for module in iter_modules(__path__))
)
LISTENED: Final = frozenset().union(*(rule.listens for rule in RULES))
