"""Follow-up in the empirical nature: visits about their targets, survival contacts, other therapy, loss and return, withdrawal, death."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..journey.visits import AHEAD, visits
from ..protocol.words.times import add
from . import instruments
from .hazards import MONTH
from .life import FOLLOWED

if TYPE_CHECKING:
    from .walk import Walk

CONTACT = "Survival contact"


class FollowUp:
    """The part of a nature that follows participants after treatment; `p` holds the parameters."""

    p: Any

    def followed(self, walk: Walk) -> None:
        """Treatment has ended: plan the visits that are ahead, and what else can happen."""
        p, luck, life = self.p, walk.luck, walk.life
        life.follow_up += 1
        for number, v in enumerate(visits(walk.ready, walk.road)):
            if v.state not in AHEAD or v.name == "Response assessment":
                continue
            occasion = 100 * life.follow_up + number
            if v.name == CONTACT:
                walk.plan(v.target - luck.whole(0, 20, "contact scatter", occasion), self._contact, life.follow_up, 1)
            elif not luck.happens(p.missed_visit, "visit missed", occasion):
                day = v.target + round(p.visit_spread * luck.normal("visit scatter", occasion))
                day = (
                    min(max(day, v.earliest), v.latest)
                    if v.latest > walk.day
                    else walk.day + luck.whole(1, 6, "visit made up for", occasion)
                )
                if luck.happens(p.outside_window, "visit outside its window", occasion):
                    day = v.latest + luck.whole(1, 10, "days outside", occasion)
                walk.plan(day, self._visit, life.follow_up, v.name)
        if life.follow_up == 1:
            day = walk.day + int(luck.exponential("loss") / p.loss * MONTH) + 1
            walk.plan(day, self._lose)
        if not walk.count("in remission") and life.relapses == 0:
            self.plan_new_therapy(walk)

    def _visit(self, walk: Walk, follow_up: int, name: str) -> None:
        life = walk.life
        if life.lost or life.follow_up != follow_up or walk.phase not in FOLLOWED:
            return
        walk.enter("visit", {"name": name})
        if walk.count("in remission") and name != "End of core study":
            life.marrows += 1
            walk.enter("response assessment", instruments.remission(walk.luck, life.marrows, life.kind == "CR", life.mrd))

    def _contact(self, walk: Walk, follow_up: int, occasion: int) -> None:
        """A survival contact, and the next one at most six months after it."""
        life = walk.life
        if life.follow_up != follow_up:
            return
        if life.lost or walk.phase not in FOLLOWED:
            walk.plan(walk.day + 30, self._contact, follow_up, occasion)
            return
        self._reached(walk)
        half_year = add(walk.day, 6, "months")
        late = walk.luck.happens(self.p.outside_window, "contact late", occasion)
        scatter = walk.luck.whole(1, 25, "contact late, days", occasion) if late else -walk.luck.whole(0, 20, "contact early", occasion)
        walk.plan(half_year + scatter, self._contact, follow_up, occasion + 1)

    def _reached(self, walk: Walk) -> None:
        walk.enter(
            "survival contact", {"alive": True, "new_therapy": walk.life.relapses > 0 and walk.luck.happens(0.3, "therapy told", walk.day)}
        )

    def plan_new_therapy(self, walk: Walk) -> None:
        """Other anti-leukaemia therapy after treatment has failed."""
        life, luck = walk.life, walk.luck
        if luck.happens(self.p.new_therapy, "new therapy", life.relapses):
            walk.plan(walk.day + luck.whole(7, 60, "days to a new therapy", life.relapses), self._new_therapy)

    def _new_therapy(self, walk: Walk) -> None:
        if walk.phase in FOLLOWED and not walk.life.lost and not walk.count("in remission"):
            what = walk.luck.choice(
                ((5, "chemotherapy"), (2, "palliative chemotherapy"), (2, "other investigational product"), (1, "radiotherapy")),
                "therapy",
                walk.life.relapses,
            )
            walk.enter("new therapy", {"therapy": what})

    def _lose(self, walk: Walk) -> None:
        if walk.life.lost or walk.phase not in FOLLOWED:
            return
        walk.enter("lost to follow-up")
        walk.life.lost = True
        if walk.luck.happens(self.p.found_again, "found again"):
            walk.plan(walk.day + walk.luck.whole(60, 400, "days lost"), self._find)

    def _find(self, walk: Walk) -> None:
        if walk.life.lost:
            walk.life.lost = False
            self._reached(walk)

    def plan_withdrawal(self, walk: Walk) -> None:
        """Withdrawal of consent, at a small rate from the first infusion on."""
        walk.plan(walk.day + int(walk.luck.exponential("withdrawal") / self.p.withdrawal * MONTH) + 1, self._withdraw)

    def _withdraw(self, walk: Walk) -> None:
        if not walk.life.lost:
            walk.enter("withdrawal", {"reason": "participant's wish"})

    def plan_death(self, walk: Walk) -> None:
        """Death, under the hazard of now."""
        fate = walk.life.death
        day = fate.day()
        if day is not None:
            walk.plan(day, self._die, fate.changes, rank=9)  # death is the last of its day

    def _die(self, walk: Walk, change: int) -> None:
        p, luck, life = self.p, walk.luck, walk.life
        if life.death.changes != change:
            return
        if life.lost and not luck.happens(p.death_learned, "death learned"):
            walk.end()
            return
        last = walk.road.moment(walk.ready, "last day with drug") or walk.day
        disease = not walk.count("in remission")
        cause = "leukaemia" if disease and luck.happens(0.75, "cause of death") else "infection"
        if walk.day - last <= 30 and not life.lost and luck.happens(p.fatal_reported, "fatal adverse event"):
            cause = "infection"
            walk.enter(
                "adverse event",
                {"term": "Sepsis", "category": "infection", "grade": 5, "serious": True, "related": False, "outcome": "fatal"},
            )
        walk.enter("death", {"cause": "transplant-related" if life.transplanted and not disease else cause})
