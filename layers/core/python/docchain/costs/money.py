"""Money as counters keep it: whole picodollars, because what is added up a million times must not drift."""

from decimal import ROUND_HALF_UP, Decimal

PICO = 10**12


def to_pico(usd: float | Decimal) -> int:
    amount = usd if isinstance(usd, Decimal) else Decimal(repr(usd))
    return int((amount * PICO).to_integral_value(ROUND_HALF_UP))


def to_usd(pico: int) -> float:
    """At most a hundredth of a cent's millionth is lost: twelve digits behind the point."""
    return float(Decimal(pico) / PICO)
