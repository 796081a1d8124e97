"""A small layered layout for directed graphs: boxes in rows, labels in rows between them, arrows that cross neither.

Rows by longest path (arrows against the given order are turned for that), rows ordered by the barycentre of their neighbours, places
within a row by least squares under a least distance. Lengths are in pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

GAP_X, GAP_Y, THREAD, SWEEPS = 16.0, 26.0, 8.0, 12


@dataclass(frozen=True)
class Arrow:
    """From one box to another, with its label's width and height."""

    start: str
    end: str
    width: float
    height: float


@dataclass(frozen=True)
class Place:
    """A rectangle by its centre and size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    """Where each box and each arrow's label is, each arrow's points (start to end: pairs of row edges), and the size of it all."""

    boxes: dict[str, Place]
    labels: tuple[Place, ...]
    ways: tuple[tuple[tuple[float, float], ...], ...]
    width: float
    height: float


@dataclass
class _Node:
    row: int
    width: float
    height: float
    up: list[int] = field(default_factory=list)
    down: list[int] = field(default_factory=list)
    x: float = 0.0


def lay(sizes: dict[str, tuple[float, float]], arrows: Sequence[Arrow], low: Sequence[str] = ()) -> Layout:
    """The layout of boxes (name -> width, height; their order is the order of the journey); the boxes `low` stand in the last row."""
    order = {name: i for i, name in enumerate(sizes)}
    turned = [order[a.start] > order[a.end] for a in arrows]
    ends = [(a.end, a.start) if back else (a.start, a.end) for a, back in zip(arrows, turned, strict=True)]
    ranks = _ranks(list(sizes), ends, low)
    nodes = [_Node(2 * ranks[name], *sizes[name]) for name in sizes]
    chains: list[list[int]] = []
    labelled: list[int] = []
    for a, (top, bottom) in zip(arrows, ends, strict=True):
        rows = range(2 * ranks[top] + 1, 2 * ranks[bottom])
        mark = rows[0] if len(rows) < 5 else rows[len(rows) // 4 * 2]
        chain = []
        for row in rows:
            labelled += [len(nodes)] if row == mark else []
            chain.append(len(nodes))
            nodes.append(_Node(row, *((a.width, a.height) if row == mark else (THREAD, 0.0))))
        for u, v in zip([order[top], *chain], [*chain, order[bottom]], strict=True):
            nodes[u].down.append(v)
            nodes[v].up.append(u)
        chains.append(chain)
    rows_of = _ordered(nodes)
    _spread(nodes, rows_of)
    return _placed(nodes, rows_of, list(sizes), arrows, turned, chains, labelled)


def _ranks(names: list[str], ends: list[tuple[str, str]], low: Sequence[str]) -> dict[str, int]:
    ranks = dict.fromkeys(names, 0)
    for _ in names:
        for top, bottom in ends:
            ranks[bottom] = max(ranks[bottom], ranks[top] + 1)
    entered, left = {bottom for _, bottom in ends}, {top for top, _ in ends}
    last = max(ranks.values(), default=0)
    for name in (name for name in low if name not in left):
        ranks[name] = max(last, max((ranks[t] + 1 for t, b in ends if b == name), default=0))
    for name in reversed(names):  # what nothing leads to stands just above what it leads to
        below = [ranks[bottom] for top, bottom in ends if top == name]
        if name not in entered and below:
            ranks[name] = max(min(below) - 1, 0)
    return ranks


def _ordered(nodes: list[_Node]) -> list[list[int]]:
    """The rows, each ordered so that few arrows cross."""
    rows: list[list[int]] = [[] for _ in range(max(n.row for n in nodes) + 1)]
    for i, n in enumerate(nodes):
        rows[n.row].append(i)
    best, fewest = [list(r) for r in rows], _crossings(nodes, rows)
    for sweep in range(2 * SWEEPS):
        down = sweep % 2 == 0
        for r in range(1, len(rows)) if down else range(len(rows) - 2, -1, -1):
            at = {i: k for k, i in enumerate(rows[r - 1 if down else r + 1])}
            here = {i: k for k, i in enumerate(rows[r])}
            rows[r].sort(key=_centre(nodes, at, here, down))
        found = _crossings(nodes, rows)
        if found < fewest:
            best, fewest = [list(r) for r in rows], found
    return best


def _centre(nodes: list[_Node], at: dict[int, int], here: dict[int, int], down: bool) -> Callable[[int], float]:
    def centre(i: int) -> float:
        near = nodes[i].up if down else nodes[i].down
        return sum(at[j] for j in near) / len(near) if near else float(here[i])

    return centre


def _crossings(nodes: list[_Node], rows: list[list[int]]) -> int:
    found = 0
    for upper, lower in zip(rows, rows[1:], strict=False):
        at = {i: k for k, i in enumerate(lower)}
        lines = sorted((k, at[j]) for k, i in enumerate(upper) for j in nodes[i].down)
        found += sum(b[1] < a[1] for k, a in enumerate(lines) for b in lines[k + 1 :])
    return found


def _spread(nodes: list[_Node], rows: list[list[int]]) -> None:
    """Give each node its x: near its neighbours, in the order of its row, never closer than the gap."""
    for row in rows:
        _settle(nodes, row, [0.0] * len(row), [1.0] * len(row))
    for sweep in range(4 * SWEEPS + 1):
        down = sweep % 2 == 0
        for row in rows if down else rows[::-1]:
            wanted, weights = [], []
            for i in row:
                near = nodes[i].up + nodes[i].down
                if nodes[i].height == 0:  # an arrow on its way goes straight on
                    near = nodes[i].up if down else nodes[i].down
                wanted.append(sum(nodes[j].x for j in near) / len(near) if near else nodes[i].x)
                weights.append(6.0 if nodes[i].height == 0 else 1.0 + len(near) / 4)
            _settle(nodes, row, wanted, weights)


def _settle(nodes: list[_Node], row: list[int], wanted: list[float], weights: list[float]) -> None:
    """Least squares under least distances: pool adjacent violators on the places less the room taken so far."""
    room, taken = [], 0.0
    for k, i in enumerate(row):
        if k:
            taken += (nodes[row[k - 1]].width + nodes[i].width) / 2 + GAP_X
        room.append(taken)
    pools: list[list[float]] = []
    for want, weight, before in zip(wanted, weights, room, strict=True):
        pools.append([want - before, weight, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            x, w, n = pools.pop()
            y, v, m = pools.pop()
            pools.append([(x * w + y * v) / (w + v), w + v, n + m])
    k = 0
    for x, _, n in pools:
        for _ in range(int(n)):
            nodes[row[k]].x = x + room[k]
            k += 1


def _placed(
    nodes: list[_Node],
    rows: list[list[int]],
    names: list[str],
    arrows: Sequence[Arrow],
    turned: list[bool],
    chains: list[list[int]],
    labelled: list[int],
) -> Layout:
    left = min(n.x - n.width / 2 for n in nodes) - GAP_X
    top, y = [], GAP_Y
    tall = [max((nodes[i].height for i in row), default=0.0) for row in rows]
    for height in tall:
        top.append(y)
        y += height + GAP_Y
    middle = [t + h / 2 for t, h in zip(top, tall, strict=True)]

    def place(i: int) -> Place:
        n = nodes[i]
        return Place(n.x - left, middle[n.row], n.width, n.height)

    boxes = {name: place(i) for i, name in enumerate(names)}
    order = {name: i for i, name in enumerate(names)}
    ports = _ports(nodes, chains, arrows, turned, order)
    ways = []
    for k, (a, back) in enumerate(zip(arrows, turned, strict=True)):
        above, below = (a.end, a.start) if back else (a.start, a.end)
        row = nodes[order[above]].row
        points = [(ports[k][0] - left, boxes[above].y + boxes[above].height / 2), (ports[k][0] - left, top[row] + tall[row])]
        for i in chains[k]:
            row = nodes[i].row
            points += [(nodes[i].x - left, top[row]), (nodes[i].x - left, top[row] + tall[row])]
        points += [(ports[k][1] - left, top[nodes[order[below]].row]), (ports[k][1] - left, boxes[below].y - boxes[below].height / 2)]
        ways.append(tuple(points[::-1] if back else points))
    width = max(n.x + n.width / 2 for n in nodes) - left + GAP_X
    return Layout(boxes, tuple(place(i) for i in labelled), tuple(ways), width, y)


def _ports(
    nodes: list[_Node], chains: list[list[int]], arrows: Sequence[Arrow], turned: list[bool], order: dict[str, int]
) -> list[list[float]]:
    """Where on its upper and its lower box each arrow stands: side by side, in the order in which they come."""
    ports = [[0.0, 0.0] for _ in arrows]
    for side in (0, 1):
        met: dict[int, list[int]] = {}
        for k, (a, back) in enumerate(zip(arrows, turned, strict=True)):
            above, below = (a.end, a.start) if back else (a.start, a.end)
            met.setdefault(order[below] if side else order[above], []).append(k)
        for i, found in met.items():
            found.sort(key=lambda k: nodes[chains[k][-1 if side else 0]].x)
            step = min(nodes[i].width / (len(found) + 1), 34.0)
            for n, k in enumerate(found):
                ports[k][side] = nodes[i].x + (n - (len(found) - 1) / 2) * step
    return ports
