"""What must hold on every path through the invented study; the check proves each, in each arm, or shows the shortest way to break it."""

from trialrun.protocol.invariants import at_most, every_step, never, never_step, not_before, only_when, possible, reaches
from trialrun.protocol.language import all_of, no

from .terms import (
    between,
    chemotherapy,
    completed,
    control,
    cycle,
    cycles,
    dead,
    dies,
    end_treatment,
    follow_up,
    in_study,
    lowered,
    lowered_now,
    maintained,
    maintenance,
    next_month,
    progressed,
    progresses,
    randomises,
    recovered,
    resting,
    starts_cycle,
    starts_maintenance,
    survival,
    toxicity,
    treatment,
)  # fmt: skip

invariants = (
    at_most(6, "at most six cycles of chemotherapy", "E4", on=starts_cycle),
    not_before("no cycle before randomisation", "E3", on=starts_cycle, first=randomises),
    not_before("no maintenance before a cycle", "E7", on=starts_maintenance, first=starts_cycle),
    at_most(1, "randomised once", "E3", on=randomises),
    only_when("the next cycle needs recovered counts", "E5", on=starts_cycle, at=between, given=recovered),
    only_when("maintenance follows six cycles", "E7", on=starts_maintenance, given=cycles >= 6, arm=maintained),
    never("no maintenance in the arm with chemotherapy alone", "E3", at=(resting, maintenance), arm=control),
    reaches("every participant in chemotherapy can still come to maintenance", "E7", at=cycle, given=no(progressed), to=maintenance, arm=maintained),
    never_step("no drug after progression or after the end of treatment", "E8", on=(starts_cycle, starts_maintenance, next_month), at=follow_up),
    every_step("progression ends treatment", "E8", on=progresses, at=treatment, to=follow_up, then=progressed),
    every_step("toxicity lowers the dose by one", "E6", on=toxicity, at=chemotherapy, given=all_of(no(lowered_now), lowered < 2), to=chemotherapy, changes={lowered: 1}),
    every_step("a third toxicity ends chemotherapy", "E6", on=toxicity, at=chemotherapy, given=all_of(no(lowered_now), lowered >= 2), to=follow_up),
    never("nobody is in survival follow-up without progression", "E11", at=survival, given=no(progressed)),
    possible("treatment can always be ended", "E10", on=end_treatment, at=treatment, to=follow_up),
    possible("death is always heard", "E12", on=dies, at=in_study, to=dead),
    reaches("the study comes to an end", "E11", at=in_study, to=completed),
)  # fmt: skip

