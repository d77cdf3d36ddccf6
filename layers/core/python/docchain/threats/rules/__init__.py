"""The rules, one file each."""

from typing import Final

from docchain.threats.rule import Rule
from docchain.threats.rules import (
    administrator_made,
    brute_force,
    changed_network,
    credential_stuffing,
    key_from_new_network,
    password_spraying,
    permission_probing,
    personal_data_reading,
    rate_limit_storm,
    second_factor_guessing,
    token_reuse,
)

RULES: Final[tuple[Rule, ...]] = tuple(
    module.RULE
    for module in (
        administrator_made,
        brute_force,
        changed_network,
        credential_stuffing,
        key_from_new_network,
        password_spraying,
        permission_probing,
        personal_data_reading,
        rate_limit_storm,
        second_factor_guessing,
        token_reuse,
    )
)
LISTENED: Final = frozenset().union(*(rule.listens for rule in RULES))
