"""Sharing an amount: weights of languages by a method, and filling up to caps.

Temperature: p_i ~ n_i ** alpha; Conneau et al. (2020), Unsupervised Cross-lingual Representation Learning at Scale, alpha =
0.3. UniMax: Chung et al. (2023), arXiv:2304.09151, Algorithm 1: languages from the smallest on get an equal part of what is
left, at most `max_epochs` times their text; that is filling with equal weights. With other weights the same filling caps the
epochs of every method: what a capped language cannot take goes to the others, in proportion to their weights.
"""

from __future__ import annotations

from collections.abc import Mapping

from corpusforge.mix.mixture import Shares


def weights_of(shares: Shares, sizes: Mapping[str, float], nearness: Mapping[str, float]) -> dict[str, float]:
    """Wanted shares by language, in the order of `sizes`, summing to 1 (or empty where nothing has any).

    `sizes`: text of each language, once; languages of size 0 get nothing unless their share is fixed.
    """
    fixed = {code: share for code, share in shares.fixed.items() if code in sizes}
    if shares.method == "fixed":
        return fixed
    power = {"proportional": 1.0, "temperature": shares.alpha or 0.0, "unimax": 0.0, "equal": 0.0}[shares.method]
    open_ = {code: nearness[code] * size**power for code, size in sizes.items() if code not in fixed and size > 0}
    whole, rest = sum(open_.values()), 1.0 - sum(fixed.values())
    return {
        code: fixed[code] if code in fixed else rest * open_[code] / whole
        for code in sizes
        if code in fixed or code in open_
    }


def fill(weights: Mapping[str, float], rooms: Mapping[str, float], amount: float) -> dict[str, float]:
    """Share `amount` in proportion to `weights`, nobody beyond its room: min(room, level * weight).

    The level is the one at which the sum is `amount`; where all rooms together are smaller, all are full.
    """
    given = dict.fromkeys(weights, 0.0)
    left = max(0.0, amount)
    heavy = [name for name in weights if weights[name] > 0]
    heavy.sort(key=lambda name: (rooms[name] / weights[name], name))
    whole = sum(weights[name] for name in heavy)
    for at, name in enumerate(heavy):
        fair = left if at == len(heavy) - 1 else left * weights[name] / whole
        given[name] = min(fair, rooms[name])
        left = max(0.0, left - given[name])
        whole = max(whole - weights[name], 0.0) or weights[name]
    return given


def fill_around(
    fixed: Mapping[str, float], weights: Mapping[str, float], rooms: Mapping[str, float], amount: float
) -> dict[str, float]:
    """Share `amount`: to each of `fixed` its share of it, the rest to the others in proportion to their weights.

    What a fixed one has no room for goes to the others; what those have no room for, to the fixed ones.
    """
    given = {name: min(share * amount, rooms[name]) for name, share in fixed.items()}
    others = {name: weight for name, weight in weights.items() if name not in fixed}
    given |= fill(others, rooms, amount - sum(given.values()))
    left = amount - sum(given.values())
    if left > amount * 1e-12:
        spare = {name: rooms[name] - given[name] for name in fixed}
        for name, more in fill(fixed, spare, left).items():
            given[name] += more
    return {name: given[name] for name in weights}


def capacity(rooms: Mapping[str, float], most: Mapping[str, float]) -> float:
    """The largest amount T that parts with `rooms` can give, none of them more than the share `most` of T.

    The largest T with sum(min(room, most * T)) >= T.
    """
    parts = sorted((rooms[name] / most[name], rooms[name], most[name]) for name in rooms if rooms[name] > 0)
    full, open_ = 0.0, sum(cap for *_, cap in parts)
    best = 0.0
    for point, room, cap in parts:
        # Up to `point`, nothing of this part or later ones is full.
        if full + open_ * point >= point * (1 - 1e-12):
            best = point
        elif open_ < 1:
            return max(best, full / (1 - open_))
        full, open_ = full + room, open_ - cap
    return max(best, full)
