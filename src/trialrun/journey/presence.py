"""When a participant is in the study: the turn that ended it, the entries up to that, and the stretches in which the participant was lost."""

from __future__ import annotations

from collections.abc import Sequence

from .fold import FAR, Road, Turn
from .ready import Ready
from .taking import Taken


def absences(ready: Ready, road: Road) -> list[tuple[int, int]]:
    """The stretches in which a participant was lost: from that day until the day of the next fact (FAR: still lost)."""
    absence = ready.protocol.absence
    found: list[tuple[int, int]] = []
    if absence is None:
        return found
    began: int | None = None
    for s in road.entries:
        if s.entry.event == absence.entry:
            began = s.day if began is None else began
        elif began is not None and s.entry.event not in absence.not_ended_by and _is_fact(ready, s.entry.event):
            found.append((began, s.day))
            began = None
    if began is not None:
        found.append((began, FAR))
    return found


def _is_fact(ready: Ready, event: str) -> bool:
    form = ready.forms.get(event)
    if form is None:
        return False
    return all(ready.natures.get(name) != "decision" for name, _ in form.yields)


def ended_by(ready: Ready, road: Road) -> Turn | None:
    """The turn that ended the study for a participant, None while it goes on."""
    if not ready.table.meaning.phases[road.phase].end:
        return None
    return next((t for t in reversed(road.turns) if t.after == road.phase and t.before != road.phase), None)


def while_in_study(ready: Ready, road: Road) -> Sequence[Taken]:
    """The entries up to the one that ended the study, where it has ended: what is dated later makes no visit."""
    turn = ended_by(ready, road)
    if turn is None:
        return road.entries
    place = next((n for n, s in enumerate(road.entries, 1) if s.entry.sequence == turn.entry), len(road.entries))
    return road.entries[:place]
