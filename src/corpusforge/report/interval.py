"""How certain a share is that was counted on few documents."""

from math import sqrt

Z_95 = 1.959963984540054  # 97.5 % quantile of the normal distribution


def wilson(successes: int, trials: int, z: float = Z_95, digits: int = 6) -> tuple[float, float] | None:
    """Wilson score interval of a proportion, 95 % by default; None without trials. Source: Wilson (1927), JASA 22."""
    if trials == 0:
        return None
    share = successes / trials
    scale = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / scale
    half = z / scale * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    # The bounds are 0 and 1 exactly where nothing or everything was counted, whatever the last bit says.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return round(low, digits), round(high, digits)


def share(part: int, whole: int) -> float | None:
    """`part` of `whole`, 6 decimals; None of nothing."""
    return round(part / whole, 6) if whole else None
