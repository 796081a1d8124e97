"""The empirical nature of MT103-211: virtual participants drawn from the study's published figures, without equations.

A participant is born with baseline values, a response, and two fates (relapse, death) whose hazards change with what happens. Everything
is recorded as forms and values; that it is a remission, a relapse or the end of treatment is the study's own doing.
"""

from __future__ import annotations

from math import exp
from types import SimpleNamespace
from typing import Any

from ..chance import Luck
from ..journey.fold import Turn, due_day
from ..journey.ready import Ready
from . import instruments
from .baseline import born, response_of, screened
from .follow_up import FollowUp
from .hazards import Fate
from .life import BEYOND, CHOSEN, FOLLOWED, FREE, HELD, INFUSION, NEVER, PAUSED, SAFETY, TREATED, Life
from .parameters import PARAMETERS
from .policy import (
    END,
    NEXT,
    RESTART,
    RETREAT,
    START,
    TRANSPLANT,
    another_cycle,
    days_to_transplant,
    first_start,
    give,
    next_start,
    stops_after,
)
from .recording import Recording
from .slips import slips
from .toxicity import Toxicity
from .walk import Walk


class Empirical(Toxicity, FollowUp):
    """The nature of MT103-211. `changed` replaces parameters by name, for a what-if."""

    study = "mt103-211"
    name = "empirical"

    def __init__(self, **changed: Any) -> None:
        values = {p.name: p.value for p in PARAMETERS}
        unknown = set(changed) - set(values)
        if unknown:
            raise ValueError(f"no parameter {sorted(unknown)[0]!r}; there are {', '.join(sorted(values))}")
        self.p = SimpleNamespace(**{**values, **changed})
        self.recording = Recording(
            slip=0.012,
            slips=slips,
            partial={"new therapy": 0.15, "death": 0.03},
            never_completed={"new therapy": 0.4},
            by={"response assessment": "laboratory", "screening result": "investigator", "adverse event": "investigator",
                "investigator assessment": "investigator", "infusion start": "nurse", "infusion stop": "nurse", "infusion restart": "nurse",
                "dose change": "nurse"},
            hours={"infusion start": "10:00", "infusion restart": "11:00"},
        )  # fmt: skip
        self.sites = [f"{n:03d}" for n in range(1, 1 + sum(size for _, size in self.p.sites))]

    def identity(self, ready: Ready, luck: Luck, number: int) -> tuple[str, int]:
        """The participant's name (site and number) and the day of consent, from the start of accrual."""
        p = self.p
        site = self.sites[int(luck.uniform("site") ** 1.4 * len(self.sites))]
        place = (number - 1) % p.accrual_participants + luck.uniform("place in accrual")
        return f"{site}-{number:03d}", int(place / p.accrual_participants * p.accrual_days)

    def begin(self, walk: Walk) -> None:
        """Consent."""
        p, luck = self.p, walk.luck
        person = born(p, luck)
        responds_in, kind, mrd = response_of(p, luck, person)
        hazard = NEVER if responds_in else p.death_no_remission
        walk.life = Life(person, responds_in, kind, mrd, Fate(luck.exponential("death"), hazard, walk.began))
        walk.plan(walk.began, self._consent)

    def _consent(self, walk: Walk) -> None:
        walk.enter("consent")
        start = first_start(self.p, walk)
        walk.plan(walk.began + walk.luck.whole(1, start - 2, "day of the screening result"), self._screen)
        walk.plan(walk.began + start - 1, self._enrol)
        walk.plan(walk.began + start, self._first)

    def _screen(self, walk: Walk) -> None:
        walk.enter("screening result", screened(self.p, walk.luck, walk.life.person))

    def _enrol(self, walk: Walk) -> None:
        walk.enter("enrolment")

    def _first(self, walk: Walk) -> None:
        life: Life = walk.life
        life.death.since = walk.day
        self.plan_death(walk)
        self.plan_withdrawal(walk)
        give(self.p, walk, START)

    # What the table says -------------------------------------------------------------------------------------------------------------

    def heard(self, walk: Walk, turn: Turn) -> None:
        """A rule has spoken: the site goes on from there."""
        life: Life = walk.life
        before, after, event = turn.before, turn.after, turn.event
        began = walk.count("cycles in all")
        if began > life.cycle:
            life.cycle = began
            self._cycle_began(walk)
        if before == INFUSION and after != INFUSION:
            self._infusion_over(walk, turn)
        elif before == INFUSION and turn.entry is None and walk.phase == INFUSION:
            walk.give("dose change")
        if event == "remission seen":
            self._remitted(walk)
        elif event in ("disease seen", "haematological relapse"):
            self._relapsed(walk)
        elif event == "transplant":
            self._transplanted(walk)
        if after in FOLLOWED and before not in FOLLOWED:
            self.followed(walk)
            if life.transplant_on is not None and not life.transplanted:
                walk.plan(max(life.transplant_on, walk.day + 14), self._decide_transplant)

    def _cycle_began(self, walk: Walk) -> None:
        life: Life = walk.life
        life.reason = ""
        self.plan_adverse_events(walk, life.cycle)
        if walk.luck.happens(self.p.technical_break, "technical break", life.cycle):
            walk.plan(walk.day + walk.luck.whole(3, 25, "day of a technical break", life.cycle), self._break)

    def _break(self, walk: Walk) -> None:
        if walk.phase == INFUSION:
            walk.enter("infusion stop", {"reason": "technical"})
            walk.plan(walk.day + walk.luck.whole(1, 2, "technical break, days", walk.life.cycle), self._go_on)

    def _go_on(self, walk: Walk) -> None:
        if walk.phase == PAUSED and walk.allows(RESTART):
            give(self.p, walk, RESTART)

    def _infusion_over(self, walk: Walk, turn: Turn) -> None:
        """The infusion of this cycle has ended: recorded, and a marrow planned."""
        life: Life = walk.life
        if turn.after in (HELD, PAUSED) or turn.after not in (*TREATED, *FOLLOWED):
            return
        complete = turn.entry is None
        walk.enter("infusion stop", {"reason": "cycle complete" if complete else life.reason or "other"})
        if life.cycle in life.marrow_of:
            return
        low, high = walk.luck.choice(self.p.marrow_days, "marrow, kind of day", life.cycle)
        late = walk.luck.whole(low, high, "marrow, day", life.cycle)
        walk.plan(walk.day + (late if complete else min(late + 3, 12)), self._marrow, life.cycle)

    # Response and the decisions after it ---------------------------------------------------------------------------------------------

    def _marrow(self, walk: Walk, cycle: int) -> None:
        p, luck, life = self.p, walk.luck, walk.life
        if (
            walk.phase not in (*TREATED, SAFETY)
            or walk.phase in (INFUSION, BEYOND)
            or cycle in life.marrow_of
            or life.cycle != cycle
            or life.lost
        ):
            return
        life.marrow_of.add(cycle)
        responds = self._responds(walk, cycle)
        if responds or walk.count("in remission") or not luck.happens(p.missed_marrow, "marrow missed", cycle):
            life.marrows += 1
            if walk.count("in remission") or responds:
                walk.enter("response assessment", instruments.remission(luck, life.marrows, life.kind == "CR", life.mrd))
            else:
                kind = self._other(walk)
                values = instruments.no_remission(luck, life.marrows, kind, life.person.blasts)
                own = ("investigator assessment", {"response": "PD", "reason": "blasts in blood rising"}) if kind == "PD" else None
                walk.enter("response assessment", values, own)
        walk.plan(walk.day + luck.whole(1, 3, "day of the decision", cycle), self._between)

    def _responds(self, walk: Walk, cycle: int) -> bool:
        life: Life = walk.life
        if walk.count("in remission"):
            return True
        if walk.count("retreatments"):
            course = walk.count("retreatments")
            return walk.count("in a retreatment") == 1 and walk.luck.happens(
                self.p.retreatment_response, "response to a retreatment", course
            )
        return life.remissions == 0 and 0 < life.responds_in <= cycle

    def _other(self, walk: Walk) -> str:
        """What a marrow without remission shows: nothing yet in a first cycle before a late response, else the best response drawn."""
        life: Life = walk.life
        if life.responds_in or walk.count("retreatments"):
            return "no response"
        if life.kind == "PD" and life.cycle == 1 and walk.luck.happens(0.3, "progression in the second cycle"):
            return "no response"
        return life.kind

    def _between(self, walk: Walk) -> None:
        """Between cycles: transplant, a further cycle, or the end of treatment."""
        p, life = self.p, walk.life
        if walk.phase != FREE or life.lost:
            return
        remission = bool(walk.count("in remission"))
        if remission and life.transplant_on is not None and not life.transplanted and life.transplant_on <= walk.day + 30:
            walk.plan(max(life.transplant_on - 7, walk.day), self._decide_transplant)
            return
        later = not walk.count("retreatments") and life.remissions == 0 and life.responds_in > life.cycle
        if another_cycle(p, walk, remission, later):
            walk.enter(NEXT)
            due = [due_day(walk.ready, walk.road, walk.ready.table.meaning.clocks[c]) for c in walk.ready.table.pending(walk.road.status)]
            waits = max((d for d in due if d is not None), default=walk.day)
            walk.plan(next_start(p, walk, waits), self._next, life.cycle)
        elif walk.allows(END):
            life.reason = "other"
            walk.enter(END, {"reason": "no further cycle" if remission else "no remission"})

    def _next(self, walk: Walk, cycle: int) -> None:
        if walk.phase == FREE and walk.life.cycle == cycle and not walk.life.lost and (walk.allows(START) or walk.breaks(START)):
            give(self.p, walk, START)

    def _remitted(self, walk: Walk) -> None:
        p, luck, life = self.p, walk.luck, walk.life
        life.remissions += 1
        if life.remissions > 1:
            life.mrd = luck.choice(((p.mrd_response, "response"), (1 - p.mrd_response, "none")), "mrd again", life.remissions)
        hazard = (
            p.relapse_mrd
            if (life.mrd or luck.choice(((p.mrd_response, "response"), (1 - p.mrd_response, "none")), "mrd not seen")) != "none"
            else p.relapse_no_mrd
        )
        life.relapse = Fate(luck.exponential("relapse", life.remissions), hazard, walk.day)
        life.death.meets(p.death_remission, walk.day)
        self.plan_death(walk)
        self._plan_relapse(walk)
        days = days_to_transplant(p, walk, life.person.age, life.remissions)
        life.transplant_on, life.transplanted = None if days is None else walk.day + days, False
        if life.transplant_on is not None and walk.phase in FOLLOWED:
            walk.plan(life.transplant_on, self._decide_transplant)

    def _plan_relapse(self, walk: Walk) -> None:
        fate = walk.life.relapse
        day = fate.day()
        if day is not None:
            walk.plan(day, self._relapse, fate, fate.changes)

    def _relapse(self, walk: Walk, fate: Fate, change: int) -> None:
        p, luck, life = self.p, walk.luck, walk.life
        if fate is not life.relapse or fate.changes != change or not walk.count("in remission") or life.lost:
            return
        life.relapses += 1
        if luck.happens(p.relapse_without_values, "relapse without values", life.relapses):
            walk.enter("haematological relapse")
            return
        life.marrows += 1
        life.marrow_of.add(life.cycle)
        elsewhere = luck.happens(p.relapse_extramedullary, "relapse elsewhere", life.relapses)
        walk.enter("response assessment", instruments.relapse(luck, life.marrows, elsewhere))

    def _relapsed(self, walk: Walk) -> None:
        p, luck, life = self.p, walk.luck, walk.life
        life.relapse, life.transplant_on = None, None
        life.death.meets(p.death_relapsed, walk.day)
        self.plan_death(walk)
        if walk.allows(RETREAT) and luck.happens(p.retreat, "retreatment", life.relapses):
            walk.plan(walk.day + luck.whole(5, 21, "days to a retreatment", life.relapses), self._retreat)
        else:
            self.plan_new_therapy(walk)

    def _retreat(self, walk: Walk) -> None:
        if walk.allows(RETREAT) and not walk.life.lost:
            walk.enter(RETREAT)
            walk.plan(walk.day + walk.luck.whole(3, 12, "days to a retreatment's start", walk.life.relapses), self._begin_again)

    def _begin_again(self, walk: Walk) -> None:
        if walk.phase == CHOSEN and walk.allows(START) and not walk.life.lost:
            give(self.p, walk, START)

    def _decide_transplant(self, walk: Walk) -> None:
        if walk.allows(TRANSPLANT) and not walk.life.lost:
            walk.enter(TRANSPLANT, {"donor": True, "fit_for_hsct": True})
            walk.plan(walk.day + walk.luck.whole(4, 10, "days to the conditioning's end", walk.life.remissions), self._transplant)

    def _transplant(self, walk: Walk) -> None:
        if walk.allows("transplant") and not walk.life.lost:
            walk.enter("transplant")

    def _transplanted(self, walk: Walk) -> None:
        p, life = self.p, walk.life
        life.transplanted = True
        if life.relapse is not None:
            life.relapse.meets(p.relapse_transplanted, walk.day)
            self._plan_relapse(walk)
        life.death.meets(p.death_transplanted, walk.day)
        self.plan_death(walk)

    # Holds ---------------------------------------------------------------------------------------------------------------------------

    def hold(self, walk: Walk) -> None:
        """The infusion is held for toxicity, and goes on after some days or not at all."""
        luck, life = walk.luck, walk.life
        life.reason = "toxicity"
        life.holds += 1
        walk.enter("infusion stop", {"reason": "toxicity"})
        median, spread = self.p.hold_days
        days = max(1, round(median * exp(spread * luck.normal("days of a hold", life.holds))))
        walk.plan(walk.day + days, self._resolved, life.holds)

    def _resolved(self, walk: Walk, hold: int) -> None:
        life: Life = walk.life
        if walk.phase != HELD or life.holds != hold:
            return
        late_responder = life.remissions == 0 and life.responds_in >= life.cycle and not walk.count("retreatments")
        if walk.allows(RESTART) and (late_responder or not stops_after(self.p, walk, hold)):
            give(self.p, walk, RESTART)
        elif walk.allows(END):
            walk.enter(END, {"reason": "adverse event"})
            if life.cycle not in life.marrow_of:
                walk.plan(walk.day + walk.luck.whole(1, 6, "marrow after a stop", life.cycle), self._marrow, life.cycle)
