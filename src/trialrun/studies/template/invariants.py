"""What must hold on every path. `trialrun check` proves each one, or shows the shortest way to break it."""

from trialrun.protocol.invariants import at_most, never_step, not_before, only_when, possible, reaches

from .terms import completed, dead, dies, eligible, follow_up, in_study, on_drug, restarts, screening, starts, stop_drug, treatment

invariants = (
    at_most(1, "the drug starts once", "T2", on=starts),
    only_when("only the eligible are treated", "T1", on=starts, at=screening, given=eligible),
    at_most(2, "at most two restarts", "T3", on=restarts),
    not_before("no restart before a start", "T3", on=restarts, first=starts),
    never_step("no drug in follow-up", "T3", on=(starts, restarts), at=follow_up, to=on_drug),
    possible("the drug can always be stopped", "T3", on=stop_drug, at=treatment, to=follow_up),
    possible("death is always heard", "T5", on=dies, at=in_study, to=dead),
    reaches("everyone treated can complete the study", "T4", at=treatment, to=completed),
)
