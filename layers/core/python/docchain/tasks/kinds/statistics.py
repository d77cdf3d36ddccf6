"""Statistics of a series, each by the method that its name in ``METHODS`` says. Missing values are left out."""

import math
from collections import Counter
from statistics import fmean, median, stdev
from typing import Any, Final

Series = list[float | None]
METHODS: Final[dict[str, str]] = {
    "describe": "sample standard deviation (n - 1); quantiles by linear interpolation (type 7, Hyndman and Fan 1996); "
    "skewness g1 and excess kurtosis g2, the ratios of central moments",
    "trend": "least squares over the position, and the test of Mann (1945) and Kendall with its correction for ties; "
    "rising or falling where p < 0.05, of at most 2,000 values",
    "correlations": "Pearson's r, and Spearman's rho with mean ranks for ties",
    "outliers": "beyond 1.5 interquartile ranges of the quartiles (Tukey 1977), and a modified z-score above 3.5 "
    "(Iglewicz and Hoaglin 1993); the first 100 of each",
}
OUTLIERS_SHOWN: Final = 100
TESTED_MOST: Final = 2_000
"""The test compares all pairs."""
FENCE: Final = 1.5
Z_MOST: Final = 3.5
SIGNIFICANT: Final = 0.05
_MAD_TO_SIGMA: Final = 0.6745


def describe(values: Series) -> dict[str, Any]:
    known = sorted(v for v in values if v is not None)
    mean = fmean(known)
    spread = stdev(known, mean) if len(known) > 1 else None
    return {
        "count": len(known),
        "missing": len(values) - len(known),
        "sum": _told(math.fsum(known)),
        "mean": _told(mean),
        "std": _told(spread),
        "min": _told(known[0]),
        "q25": _told(quantile(known, 0.25)),
        "median": _told(quantile(known, 0.5)),
        "q75": _told(quantile(known, 0.75)),
        "max": _told(known[-1]),
        **_shape(known, mean),
    }


def quantile(known: list[float], share: float) -> float:
    """Of sorted values."""
    position = share * (len(known) - 1)
    below = math.floor(position)
    above = min(below + 1, len(known) - 1)
    return known[below] + (position - below) * (known[above] - known[below])


def trend(values: Series) -> dict[str, Any] | None:
    """``None`` for fewer than three values."""
    points = [(float(x), y) for x, y in enumerate(values) if y is not None]
    if len(points) < 3:
        return None
    slope, intercept, share = _line(points)
    p = _mann_kendall([y for _, y in points]) if len(points) <= TESTED_MOST else None
    direction = "unknown" if p is None else "none"
    if p is not None and p < SIGNIFICANT:
        direction = "rising" if slope > 0 else "falling"
    told = {"slope": _told(slope), "intercept": _told(intercept), "r_squared": _told(share), "p_value": _told(p)}
    return {**told, "direction": direction}


def correlate(left: Series, right: Series) -> dict[str, Any] | None:
    """Where both are known. ``None`` for fewer than three pairs, and for a series that never changes."""
    pairs = [(x, y) for x, y in zip(left, right, strict=True) if x is not None and y is not None]
    if len(pairs) < 3:
        return None
    xs, ys = [x for x, _ in pairs], [y for _, y in pairs]
    r, rho = _pearson(xs, ys), _pearson(ranks(xs), ranks(ys))
    return None if r is None or rho is None else {"n": len(pairs), "pearson": _told(r), "spearman": _told(rho)}


def outliers(values: Series) -> dict[str, Any] | None:
    """By their positions. ``None`` for fewer than four values."""
    known = sorted(v for v in values if v is not None)
    if len(known) < 4:
        return None
    q25, q75 = quantile(known, 0.25), quantile(known, 0.75)
    low, high = q25 - FENCE * (q75 - q25), q75 + FENCE * (q75 - q25)
    middle = median(known)
    deviation = median(abs(v - middle) for v in known)
    fenced = [_at(i, v) for i, v in enumerate(values) if v is not None and not low <= v <= high]
    far = [_at(i, v) for i, v in enumerate(values) if v is not None and _z(v, middle, deviation) > Z_MOST]
    return {
        "fences": [_told(low), _told(high)],
        "tukey": {"count": len(fenced), "values": fenced[:OUTLIERS_SHOWN]},
        "modified_z": {"count": len(far), "values": far[:OUTLIERS_SHOWN]},
    }


def ranks(values: list[float]) -> list[float]:
    """Equal values have the mean of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranked = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for position in order[start : end + 1]:
            ranked[position] = (start + end) / 2 + 1
        start = end + 1
    return ranked


def _shape(known: list[float], mean: float) -> dict[str, float | None]:
    second = fmean((v - mean) ** 2 for v in known)
    if not second:
        return {"skewness": None, "kurtosis": None}
    skewness = fmean((v - mean) ** 3 for v in known) / second**1.5
    return {"skewness": _told(skewness), "kurtosis": _told(fmean((v - mean) ** 4 for v in known) / second**2 - 3)}


def _line(points: list[tuple[float, float]]) -> tuple[float, float, float | None]:
    """Slope, intercept, and the share of the variance that the line explains."""
    mean_x, mean_y = fmean(x for x, _ in points), fmean(y for _, y in points)
    across = math.fsum((x - mean_x) ** 2 for x, _ in points)
    slope = math.fsum((x - mean_x) * (y - mean_y) for x, y in points) / across
    intercept = mean_y - slope * mean_x
    total = math.fsum((y - mean_y) ** 2 for _, y in points)
    left = math.fsum((y - intercept - slope * x) ** 2 for x, y in points)
    return slope, intercept, 1 - left / total if total else None


def _mann_kendall(values: list[float]) -> float:
    """The two-sided p-value, by the normal approximation."""
    n = len(values)
    score = sum((later > value) - (later < value) for i, value in enumerate(values) for later in values[i + 1 :])
    ties = math.fsum(t * (t - 1) * (2 * t + 5) for t in Counter(values).values())
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    if not variance or not score:
        return 1.0
    z = (score - math.copysign(1, score)) / math.sqrt(variance)
    return math.erfc(abs(z) / math.sqrt(2))


def _pearson(xs: list[float], ys: list[float]) -> float | None:
    mean_x, mean_y = fmean(xs), fmean(ys)
    across = math.fsum((x - mean_x) ** 2 for x in xs)
    up = math.fsum((y - mean_y) ** 2 for y in ys)
    if not across or not up:
        return None
    shared = math.fsum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    return max(-1.0, min(1.0, shared / math.sqrt(across * up)))


def _z(value: float, middle: float, deviation: float) -> float:
    return _MAD_TO_SIGMA * abs(value - middle) / deviation if deviation else 0.0


def _at(position: int, value: float) -> dict[str, Any]:
    return {"position": position, "value": _told(value)}


def _told(value: float | None) -> float | None:
    """Twelve digits: what is beyond them is noise of the sums. Nothing infinite leaves as JSON."""
    return None if value is None or not math.isfinite(value) else float(f"{value:.12g}")
