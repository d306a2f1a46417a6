"""What clusters are, by definition: slow, in plain Python, and without any of the program's code."""

from collections import defaultdict
from itertools import combinations


def band(signature, bands, number):
    rows = len(signature) // bands
    return tuple(signature[number * rows : (number + 1) * rows])


def share_band(left, right, bands):
    return any(band(left, bands, number) == band(right, bands, number) for number in range(bands))


def equal(left, right):
    return sum(a == b for a, b in zip(left, right, strict=True))


def jaccard(left, right):
    return len(left & right) / len(left | right) if left | right else 0.0


def connected(count, pairs):
    """The least number that each number is connected with."""
    label = list(range(count))
    changed = True
    while changed:
        changed = False
        for left, right in pairs:
            if label[left] != label[right]:
                label[left] = label[right] = min(label[left], label[right])
                changed = True
    return label


def components(signatures, bands):
    pairs = [
        (a, b) for a, b in combinations(range(len(signatures)), 2) if share_band(signatures[a], signatures[b], bands)
    ]
    return connected(len(signatures), pairs)


def groups(rows, signatures, bands, cap):
    """The groups that each of `rows`, of which no two are the same, is compared in; the number of giant buckets."""
    width = len(signatures[0]) // bands
    half = max(width // 2, 1)
    buckets = defaultdict(list)
    for row in rows:
        for number in range(bands):
            buckets[number, band(signatures[row], bands, number)].append(row)
    giants = {name for name, members in buckets.items() if len(members) > cap}
    found = defaultdict(list)
    for name, members in buckets.items():
        for row in members:
            if name not in giants or bands == 1:
                found[row].append(name)
                continue
            for other in range(bands):
                for part in range(width // half):
                    if other != name[0]:
                        start = other * width + part * half
                        found[row].append((*name, other, part, tuple(signatures[row][start : start + half])))
    return found, len(giants) if bands > 1 else 0


def clusters(signatures, bands, alike, cap=10**9, identity=None):
    """(leader of each document, counts): documents are in survivor order; alike(leader, other) says whether, for pairs
    that are candidates; identity: what two documents have in common when they are the same."""
    identity = signatures if identity is None else identity
    first = [identity.index(one) for one in identity]
    rows = [row for row in range(len(signatures)) if first[row] == row]
    member, giants = groups(rows, signatures, bands, cap) if rows else ({}, 0)
    leaders, leader, compared = defaultdict(int), {}, 0
    for row in rows:
        if row in leader:
            continue
        leader[row] = row
        here = set()
        for group in member[row]:
            if leaders[group] < cap:
                here.add(group)
            leaders[group] += 1
        for other in rows:
            if other not in leader and here.intersection(member[other]):
                compared += 1
                if alike(row, other):
                    leader[other] = row
    counts = {
        "identical": len(signatures) - len(rows),
        "comparisons": compared,
        "verified": len(rows) - len(set(leader.values())),
        "rehashed_buckets": giants,
        "capped_buckets": sum(count > cap for count in leaders.values()),
    }
    return [leader[first[row]] for row in range(len(signatures))], counts
