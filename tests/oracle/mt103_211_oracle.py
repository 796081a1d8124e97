"""A second, independent reading of MT103-211, written as plain ifs and dates from the study text alone.

It exists to be compared with the product.  It shares no code, no table and no vocabulary of rules with it:
one class walks the entries of one participant in order of date, and `standing` asks it what holds on a day.

    standing(entries, on, known_at=None) -> dict

Statement ids (S7, R1, U15 ...) are those of the study text.
"""

# The doubts: where the study text and its readings U1..U24 still leave room, and what is done here.
#
# Screening
# D1  "21 days from consent ... beyond it no first infusion without a new consent" (U17): after day 21 no sentence
#     ends screening.  Here the phase stays screening; only the infusion start is refused.
# D2  Same sentence: does a new consent keep the earlier screening result?  As the product reads, listed there as our reading: it
#     does (the phase goes on, `since` stays), except after a screen failure; a consent after the first infusion changes nothing.
# D3  R2 "eligibility": a result of not eligible ends nothing by itself; only `screen failure` ends. The latest result
#     decides, also one dated before the consent. Enrolment is asked for by no sentence and changes nothing; as the
#     product reads, listed there as our reading: enrolling one who is not eligible is a deviation.
# D4  After `screen failure` a new consent opens screening again (nothing forbids it).
# D5  U18 "begun early or late, planned doses; beyond what the participant was entitled to, none": a first infusion.  As the
#     product reads, listed there as our reading: after day 21, with no consent or result, or not eligible, it has its planned
#     doses.  After a screen failure nothing but a new consent counts: a start is shown, a withdrawal or death changes nothing.
# D6  Before any consent the phase is given as screening, since None; screen failure, withdrawal and death end it.
#     Course is 0 until the first infusion.
#
# Counting
# D7  Formats "cycle", "cycle_in_course", "cycles_in_all": `cycle` is taken as the number in the whole study.
# D8  U14 "from decision to infusion the phase is retreatment": course and retreatments count up with the first
#     infusion of the retreatment, not with its decision; U19 "a retreatment that begins first replaces it" likewise.
# D9  U18 "counts toward the caps": a cycle begun in follow-up without a retreatment decision belongs to the course that
#     had ended; it opens no new course.
# D10 U2 "three more after the cycle that brought the remission": if a marrow brings a remission only in a cycle begun
#     beyond entitlement, the remission is recorded but gives no further cycle ("treatment ends with its last infusion
#     day", and S9 "within two cycles").
#
# Infusion, holds, dose
# D11 R1: does an infusion end after 28 infusion days if nobody records a stop?  Here yes, by the clock, on the day after
#     the 28th infusion day; a later stop changes nothing (an over-long infusion cannot be recorded).
# D12 Stop "cycle complete" before the 28th infusion day, or in an interruption: as the product reads, listed there as our reading,
#     the cycle's infusion ends there (treatment-free, or follow-up where no further cycle is possible) and it is a deviation;
#     a restart from that treatment-free goes on with the same cycle, and is one too.
# D13 U15 "over 14 ends treatment": by the clock, on held + 15, whether or not there is a restart.
#     "and 14 days end it in any case" contradicts "over 14": read as over 14.
# D14 U15 "a restart after more than 7 days ends treatment instead": on the day of the restart; no drug is counted for it;
#     the restart is a deviation as well, because it was not allowed.
# D15 U15 "a restart after treatment has ended is a deviation, has no planned dose and begins no cycle": drug runs, so
#     the phase is infusion without a dose, counting on in the latest cycle to its 28th infusion day; a stop leads
#     back to follow-up at once; the end-of-core target moves with the last day with drug. Where that cycle already
#     has 28 infusion days it is a deviation and changes nothing.
# D16 A restart while infusing, in the treatment-free weeks, in screening or between a retreatment decision and its
#     infusion: no sentence; changes nothing and is shown.
# D17 An infusion start during an interruption: after an AE hold of 8-14 days with a cycle left it is what U15 calls the new
#     cycle, so allowed; in any other interruption it is a cycle begun early (or beyond, with no cycle left).  A start after
#     any AE hold is at 9 for seven infusion days (it is "a restart after an AE hold").  A step that was
#     cut short does not carry over: any other cycle than the first of a course has 28 from its first day.
# D18 U15 "technical breaks keep dose and cycle" has no end: a technical break can last for ever.
# D19 S8/S7 `dose change` and the dose of `infusion start`: the standing shows the planned dose; a recorded dose that differs
#     from the plan of that day is a deviation and changes nothing.
# D20 A cycle beyond entitlement that is stopped before its 28th day: as the product reads, listed there as our reading, any
#     stop of it ends treatment.
# D21 "ends treatment" (S10, U15, decision) during an infusion: is that day a day with drug?  Read as a stop on that day
#     (U19: the day of a stop has none); a stop that is recorded for a later day says that drug ran to the day before it.
#     A phase that was left by then is not entered again.
# D22 Death or withdrawal during an infusion: as the product reads, listed there as our reading, like a stop: that day has no drug.
# D23 U19 "last calendar day with drug" where there is none (stopped on its first day): the last day with drug of the
#     study; if there is none at all, the day of the first infusion start, also for U12.
# D24 U12 "the 14 free days are a minimum": a start is allowed from the last day with drug + 15; no latest day.  The
#     *decision* for the next cycle may be taken before.
# D25 S9 after cycle 2 with no evaluable marrow: next cycle not allowed, phase treatment-free for as long as it takes.
#
# Adverse events
# D26 U15 "CRS or neurologic grade 4": the recorded category decides (the product reads the term too).  As the product reads,
#     listed there as our reading: a seizure is a neurologic event as well, so of grade 4 it ends treatment and of grade 3 it
#     counts for recurrence.  Grade 5 is taken as grade 4.
# D27 U15 "a second seizure in the study": every recorded seizure counts, screening and follow-up included; the third and
#     later ones end a retreatment too.
# D28 U15 "a neurologic grade 3 that recurs": any second neurologic event of grade 3 in the study, whatever its term.
# D29 These events end treatment only where one is under way; they do not bar a retreatment later (U14 names no such bar).
# D30 U14 retreatment decided, not begun: it is not yet treatment for S10, U15 and U12. Progression, these adverse
#     events and a hold change nothing there; a relapse in a remission that holds is recorded and ends the remission.
#
# Response, remission, relapse
# D31 U16 "a missing count: not evaluable": blasts, neutrophils or platelets; also where blasts are far above 5 %.
#     A relapse is still seen from what is there.  Missing extramedullary, blood blasts or hypocellular means no.
# D32 Facts 1.5 "no evidence of disease" for CR: blasts in blood with 5 % or fewer in marrow are no response.
# D33 U16 "partial remission against the screening marrow" with no screening marrow: no response.
# D34 Investigator assessment "recorded beside it": the one of the same day (the last of them) replaces every computed
#     response of that day; as the product reads, listed there as our reading, in the place of the first assessment of
#     that day. With no assessment beside it, it counts as an assessment of its own day, for U1 too. Whether "with a
#     reason" is a condition is left open: it always guards.
# D35 A report of relapse (event or investigator) without a remission is no relapse: changes nothing, is shown (U18).
# D36 S10: investigator's progression on treatment ends the remission, if any, but is no relapse and opens no retreatment.
#     In follow-up it changes nothing, not even the remission (U18).
# D37 U12 "a marrow counts ... to 14 days after the last dose": a CR/CRh* in that time makes a remission also after
#     treatment was ended (by U1, even by a relapse).  A later CR/CRh* makes none.  The window of the visit (+14 from
#     the day after the last dose, U9) is one day longer than this.
# D38 U12 "while treatment lasts": not between a retreatment decision and its infusion.
# D39 Relapse during a cycle begun against the rules in follow-up: within the treatment period (S10), opens nothing.
#
# Transplant and new therapy
# D40 S9 "or go on to HSCT": the transplant ends treatment, not the decision; till then a next cycle stays allowed.
# D41 U13 "in follow-up without limit": without limit of time; the remission is still asked for. Possible in
#     interruptions ("not during an infusion") and between a retreatment decision and its infusion, which it leaves
#     standing.
# D42 U18 names a transplant among observations: without remission, during an infusion, or a second in one remission it
#     applies no rule, changes nothing (does not end treatment) and is shown.
# D43 U10 "no other anti-leukaemia therapy came between": between the remission and the transplant.  A survival contact that
#     reports a new therapy counts on its own day.  New therapy changes nothing else, also during treatment.
#
# Retreatment
# D44 U3 "offered at each relapse in those periods": as the product reads, listed there as our reading, the offer
#     stands until a retreatment's first infusion, also after a decision that was called off. A marrow back in CR
#     before the decision (D37) does not take the offer back. An infusion start without the decision is beyond
#     entitlement.
# D45 `decision: end treatment` between decision and infusion calls the retreatment off; follow-up goes on by its dates.
# D46 Decisions that are allowed: next cycle only in the treatment-free weeks of a running course with a cycle left; end
#     treatment in infusion, interruption, treatment-free weeks and before a retreatment's infusion.
#
# Follow-up
# D47 U4/U20: treatment that ends after its end-of-core target has passed goes straight to efficacy (or survival) follow-up.
# D48 U22 "the next fact about the participant": any entry but a decision, a further loss or a protocol version.  Under the loss
#     everything goes on (clocks, what is allowed); `since` is then that of the phase underneath again.
# D49 Visits while lost: as the product reads, listed there as our reading, one whose target falls within a loss is
#     not owed (U20 "to ... loss"), also when the loss has ended; a survival contact is owed again then.
# D50 U22 "withdrawal is of everything": whatever is dated later changes nothing and makes no visit, a death included.
#     After the last survival contact a death is still a fact, the phase stays ended. After death nothing counts. All
#     of it is shown.
# D51 U21 "until one falls on or after year three": only contacts made in survival follow-up count, as last contact
#     and as the final one. "At most six months" is the target; U9 still adds 28 days to it (a conflict).
# D52 A survival contact with alive = false: as the product reads, listed there as our reading, a death on that day.
# D53 On-going treatment: the end-of-core visit is listed once treatment has ended; month visits whose target lies
#     before today's expected end-of-core target, or has passed while treatment goes on, are not owed. As the product
#     reads, listed there as our reading: survival contacts are listed as soon as an end-of-core target is known.
# D54 U7 "between a retreatment decision and the new one ... on the same day they are": both ends excluded from the
#     span. Called off: the span ends on the day it was called off. A survival contact in the span is not owed while
#     it lasts, and owed again, late if need be, where it was called off.
# D55 U19 "one such visit per course": as the product reads, listed there as our reading, one for each time from the
#     end of treatment to the next day with drug, made by the first visit of that name after the last day with drug; a
#     cycle against the rules in follow-up thus makes a new one due, and one that was not made before it is not owed.
# D56 A visit made is done, whatever its day; outside its window it is no deviation (no sentence says so).  One visit that
#     was recorded makes one occasion only, the earliest that it can be
# D57 At death, withdrawal or the end: a visit whose target had come is missed, a later one not owed.
# D58 Response assessment: done by any marrow from the 28th infusion day on while its cycle is the latest, evaluable
#     or not. As the product reads, listed there as our reading: not listed for a cycle that never reached its 28th
#     day; in an interruption the target is projected as if it ended on the day asked.
# D59 A correction takes the place of the entry it replaces in the order of the day.  A withdrawn entry can be corrected back.
# D60 A partial date counts as the first day it can mean (the product takes the middle: not compared); a missing
#     recorded_at as always known (likewise).
# D61 U20/U19 "everyone who was infused" includes one whose only infusion was stopped on its first day.
# D62 A second `infusion start` on the day of a stop of an earlier one, a stop, dose change or enrolment where there
#     is nothing to stop, change or enrol, a screening entry after the first infusion: no sentence; the first is
#     judged like any start in an interruption, the others change nothing; acts are shown.
#
# Where two readings meet badly (done to the letter here, worth a decision)
# D63 U9 lets the marrow be taken on the 28th infusion day, U1 ends treatment only with one "from day 29": a marrow of day 28 of cycle 2
#     without remission fulfils the visit and leaves the participant treatment-free until another marrow or a decision.
# D64 U9 "-2 (not before the 28th infusion day)" around "the day after the 28th infusion day" (U15): the -2 can never be
#     used, the window always opens one day before.
# D65 U14 "no last day for the decision" and U21: the survival contact on or after year three ends the study, and with it an
#     open offer of retreatment.
# D66 U21 during a retreatment that follows month 24: no contact is asked for between its decision and its new
#     end-of-core target; contacts made then do not count, those made before stay made, and the next counts from the
#     new target.
# D67 U12 "while a further cycle is possible": a participant in remission, or with cycle 2 not yet judged, who never gets another
#     cycle and no decision stays in treatment for ever: no end-of-core visit, no follow-up.
# D68 U6/U7: month visits that pass in such a wait (D67) are not owed while it lasts, but become owed, even late, when treatment is
#     then ended with an end-of-core target in the past.
# D69 S10 with U11: a relapse or blasts in a participant without CR/CRh* during treatment end nothing unless the investigator
#     declares progression (or U1 applies).
# D70 U18 "a cycle begun early": no bound; a start on the very day after the 28th infusion day has its planned doses.
# D71 U15/U19: after "a restart ... ends treatment instead" the end-of-core target counts from the day before the hold, though
#     drug may have run again on the day of that restart.
# D72 U2 with U15: a cycle that a hold broke counts, so a hold over 7 days in the last cycle that is left can only end treatment.

from datetime import UTC, date, datetime, timedelta

MONTHS = (3, 6, 9, 12, 18, 24)
ACTS = (
    "screening result",
    "screen failure",
    "enrolment",
    "infusion start",
    "infusion stop",
    "infusion restart",
    "dose change",
    "transplant",
    "haematological relapse",
)
NOT_FACTS = ("protocol version", "lost to follow-up")


def days(n):
    return timedelta(days=n)


def add_months(start, months):
    """U8: calendar months, rounded down to the last day of a shorter month."""
    index = start.year * 12 + (start.month - 1) + months
    year, month = index // 12, index % 12 + 1
    following = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    last = (following - days(1)).day
    return date(year, month, min(start.day, last))


def read_day(text):
    if isinstance(text, date):
        return text
    parts = [int(part) for part in str(text).split("-")]
    while len(parts) < 3:
        parts.append(1)
    return date(*parts)


def read_time(text):
    moment = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment


def effective(entries, known_at):
    """The entries that count, corrections applied, in the order in which they are judged."""
    seen = []
    for place, entry in enumerate(entries, start=1):
        if known_at is not None and entry.get("recorded_at") is not None:
            if read_time(entry["recorded_at"]) > read_time(known_at):
                continue
        number = entry.get("sequence")
        seen.append((place if number is None else number, entry))
    numbers = {number for number, _ in seen}
    answers = {number: [] for number in numbers}  # what corrects or withdraws each entry
    for number, entry in seen:
        if entry.get("corrects") in numbers and entry["corrects"] < number:
            answers[entry["corrects"]].append((number, entry))

    def told(entry):
        return read_time(entry["recorded_at"]) if entry.get("recorded_at") is not None else None

    def end_of(number, entry):
        """What is said in the end where an entry stood: an entry, "withdrawal", or None where it was taken back."""
        final = [(told(e), n, said) for n, e in answers[number] if (said := end_of(n, e)) is not None]
        if final:
            latest = max(final, key=lambda f: f[:2]) if all(when is not None for when, _, _ in final) else max(final, key=lambda f: f[1])
            return None if latest[2] == "withdrawal" else latest[2]
        return "withdrawal" if entry.get("corrects") is not None and entry.get("values") is None else entry

    kept = []
    for number, entry in seen:
        if entry.get("corrects") in numbers and entry["corrects"] < number:
            continue
        said = end_of(number, entry)
        if said is not None and said != "withdrawal":
            kept.append({"seq": number, "on": read_day(said["happened_on"]), "event": said["event"], "values": said.get("values") or {}})
    kept.sort(key=lambda e: (e["on"], e["event"] == "death", e["seq"]))
    return kept


def response_of(values, screening_blasts):
    """Facts 1.5 with U16: the response that one set of values shows, remission before or not."""
    blasts, neutrophils, platelets = (values.get(k) for k in ("blasts", "neutrophils", "platelets"))
    if blasts is None or neutrophils is None or platelets is None:
        return "not evaluable"
    if blasts <= 5:
        if values.get("extramedullary") or values.get("blood_blasts"):
            return "no response"
        if platelets > 100 and neutrophils > 1.0:
            return "CR"
        if platelets > 50 and neutrophils > 0.5:
            return "CRh*"
        if values.get("hypocellular"):
            return "hypoplastic"
        return "CRi"
    if 6 <= blasts <= 25 and screening_blasts is not None and blasts <= screening_blasts / 2:
        return "PR"
    return "no response"


def shows_relapse(values):
    """U16: what is a relapse in a participant who is in remission."""
    blasts = values.get("blasts")
    return bool((blasts is not None and blasts > 5) or values.get("blood_blasts") or values.get("extramedullary"))


class Participant:
    """One participant, walked day by day.  `phase` here is internal: pending and after are shown as what they stand for."""

    def __init__(self, investigator_days):
        self.investigator_days = investigator_days  # day -> response by the investigator's last assessment of that day
        self.guarded = set()
        self.phase = "screening"  # screening infusion treatment-free interrupted pending after ended
        self.since = None  # of the internal phase
        self.lost_since = None
        self.ended_reason = None
        # screening
        self.consent = None
        self.eligible = None
        self.screening_blasts = None
        # courses and cycles
        self.course = 0
        self.cycle_in_course = 0
        self.cycles_in_all = 0
        self.cycles = []  # one dict a cycle: number course start full_on marrows
        self.beyond = False  # the course holds a cycle beyond entitlement: nothing more is due
        self.unplanned = False  # drug is running without a planned dose
        self.restarted_after_end = False
        # the run of drug
        self.first_infusion = None
        self.run_start = None  # first day with drug of this run
        self.infused = 0  # infusion days of this cycle before this run
        self.core_by_then = None  # end-of-core target that the phases after treatment went by
        self.unstopped = None  # the day on which treatment ended while drug ran, until its stop is recorded
        self.low_days = 0  # infusion days at 9 still to come when this run began
        self.held_on = None
        self.held_for_toxicity = False
        self.last_drug = None
        # disease
        self.remission = False
        self.remission_in_course = None  # cycle of this course that brought it
        self.first_remission = None
        self.remission_cycle = None
        self.other_therapy = False  # since the remission began
        self.transplanted = False  # in this remission
        self.relapses = []
        self.relapse_open = False  # a relapse in safety or efficacy follow-up that no retreatment has answered
        self.transplants = []
        self.seizures = 0
        self.neurologic_3 = 0
        # follow-up
        self.pending_since = None
        self.off_treatment = []  # one dict a time from the end of treatment to the next drug: last_drug closed closed_place
        self.away = [[date.min, None]]  # times outside follow-up: [day left, core target that follows, or day called off]
        self.losses = []  # [lost, back]
        self.place = 0  # entries judged so far
        self.screened = []  # days of screening results
        self.screened_before_failure = 0
        self.after_failure = []  # days of what else was recorded while the screening had failed
        self.visits_made = []  # (name, day, place)
        self.contacts = []  # (day, target) made in survival follow-up
        self.withdrawn = None
        self.completed = None
        self.death = None
        self.deviations = []

    # ---- dates that follow from the others -------------------------------------------------------------------

    def end_of_core(self):
        """U19: target of the end-of-core-study visit of the latest course."""
        return (self.last_drug or self.first_infusion) + days(30)

    def month(self, n):
        return add_months(self.first_infusion, n)

    def follow_up_on(self, day):
        """U4, U20: which follow-up a day after treatment falls in, by target dates, those days included."""
        core, last = self.core_by_then, self.month(24)
        if day <= core:
            return "safety follow-up", self.since
        if day <= last:
            return "efficacy follow-up", max(self.since, core + days(1))
        return "survival follow-up", max(self.since, max(core, last) + days(1))

    def shown_phase(self, day):
        if self.phase == "ended":
            return "ended", self.since
        if self.phase == "pending":
            return "treatment-free", self.since
        if self.phase == "after":
            return self.follow_up_on(day)
        return self.phase, self.since

    def treated(self):
        return self.phase in ("infusion", "interrupted", "treatment-free")

    def cycles_left(self):
        """S7, S9, S11, U1, U2, U3: cycles that may still begin in this course."""
        if self.beyond:
            return 0
        if self.course >= 2:
            return max(0, min(3 - self.cycle_in_course, 8 - self.cycles_in_all))
        if self.remission_in_course is not None:
            return max(0, self.remission_in_course + 3 - self.cycle_in_course)
        return max(0, 2 - self.cycle_in_course)

    def further_cycle_possible(self):
        """U12: also while cycle 2 waits for a marrow that may show a remission."""
        if self.cycles_left() > 0:
            return True
        return self.course == 1 and not self.beyond and self.remission_in_course is None and self.cycle_in_course == 2

    # ---- drug ------------------------------------------------------------------------------------------------

    def infusion_day(self, day):
        return self.infused + (day - self.run_start).days + 1

    def full_on(self):
        """The day after the 28th infusion day, if nothing stops this run."""
        return self.run_start + days(max(0, 28 - self.infused))

    def dose(self, day):
        if self.unplanned:
            return None
        return 9 if (day - self.run_start).days < self.low_days else 28

    def note_drug(self, day):
        self.last_drug = day

    def stop_drug(self, day):
        """Drug stops on `day`, which has none (U19)."""
        ran = (day - self.run_start).days
        self.infused += ran
        self.low_days = max(0, self.low_days - ran)
        if ran > 0:
            self.note_drug(day - days(1))
        self.run_start = None

    def run_drug(self, day):
        if self.phase in ("after", "pending"):
            self.off_treatment[-1].update(closed=day, closed_place=self.place)
        if self.phase == "after":
            self.leave_follow_up(day)
        self.run_start, self.unstopped = day, None
        self.phase, self.since = "infusion", day
        self.held_on = None

    def leave_follow_up(self, day):
        self.away.append([day, None])

    def begin_cycle(self, day, low_days, beyond=False):
        if self.phase == "infusion":
            self.stop_drug(day)
        self.cycle_in_course += 1
        self.cycles_in_all += 1
        self.cycles.append({"number": self.cycles_in_all, "course": self.course, "start": day, "full_on": None, "marrows": []})
        self.infused = 0
        self.low_days = low_days
        self.unplanned = beyond
        self.restarted_after_end = False
        if beyond:
            self.beyond = True
        self.run_drug(day)

    def begin_course(self):
        self.course += 1
        self.cycle_in_course = 0
        self.beyond = False
        self.remission_in_course = None

    def end_treatment(self, day):
        if self.run_start is not None:
            self.stop_drug(day)
            self.unstopped = day
        if self.phase == "pending":
            self.pending_since = None
            self.away[-1][1] = day
        else:
            self.off_treatment.append({"last_drug": self.last_drug or self.first_infusion, "closed": None, "closed_place": None})
            self.away[-1][1] = self.core_by_then = self.end_of_core()
            self.off_treatment[-1]["away"] = self.away[-1]
        self.phase, self.since = "after", day
        self.held_on = None
        self.unplanned = False

    # ---- clocks ----------------------------------------------------------------------------------------------

    def advance(self, day):
        """Let every clock up to this day, that day included, go off (U24: clocks come first)."""
        if self.phase == "infusion" and self.full_on() <= day:
            full = self.full_on()
            self.stop_drug(full)
            self.cycles[-1]["full_on"] = full
            self.after_infusion(full)
        if self.phase == "interrupted" and self.held_for_toxicity and self.held_on + days(15) <= day:
            self.end_treatment(self.held_on + days(15))

    def after_infusion(self, day):
        """U12: what follows the end of a cycle's infusion."""
        self.held_on = None
        if self.further_cycle_possible() and not self.restarted_after_end:
            self.phase, self.since = "treatment-free", day
        else:
            self.end_treatment(day)

    # ---- what is allowed -------------------------------------------------------------------------------------

    def refusal(self, act, day):
        """None where the act is allowed on this day, else the statement that refuses it."""
        phase = self.phase
        if phase == "ended":
            if self.ended_reason == "screen failure":
                return "R2"
            return "U22" if self.ended_reason == "withdrawal" else "S14"
        follow_up = self.follow_up_on(day)[0] if phase == "after" else None

        if act == "infusion start":
            if phase == "screening":
                if self.consent is None:
                    return "U17"
                if not self.eligible:
                    return "R2"
                return None if (day - self.consent).days <= 21 else "U17"
            if phase == "pending":
                return None
            if phase == "infusion":
                return "R1"
            if phase == "interrupted":
                if self.cycles_left() == 0:
                    return self.cap_statement()
                if self.held_for_toxicity and 7 < (day - self.held_on).days <= 14:
                    return None
                return "U15"
            if phase == "treatment-free":
                if self.cycles_left() == 0:
                    return self.cap_statement()
                return None if (day - (self.last_drug or self.first_infusion)).days > 14 else "U12"
            return "S11" if self.relapses else "U4"

        if act == "infusion restart":
            if phase == "interrupted":
                if not self.held_for_toxicity or (day - self.held_on).days <= 7:
                    return None
                return None if self.cycles_left() > 0 else "U15"
            return "U15"

        if act == "next cycle":
            if phase == "treatment-free":
                return None if self.cycles_left() > 0 else self.cap_statement()
            return {"screening": "S6", "infusion": "R1", "interrupted": "U15", "pending": "U14", "after": "U4"}[phase]

        if act == "transplant":
            if phase == "screening":
                return "S6"
            if phase == "infusion":
                return "U13"
            if not self.remission:
                return "S9"
            return "U18" if self.transplanted else None

        if act == "enrolment":
            return None if phase == "screening" and self.consent is not None and self.eligible else "R2"

        if act == "dose change":
            return None if phase == "infusion" and not self.unplanned else "U18"

        if act == "infusion stop: cycle complete":
            return None if phase == "treatment-free" or follow_up == "safety follow-up" else "R1"

        if act in ("infusion stop: toxicity", "infusion stop: technical or other"):
            return None if follow_up == "safety follow-up" or (phase == "infusion" and not self.unplanned) else "U15"

        if act == "retreatment":
            if phase != "after":
                return "S11"
            if not self.relapse_open:
                return "U4" if follow_up == "survival follow-up" and self.relapses else "S11"
            return None if self.cycles_in_all < 8 else "S11"

        if act == "end treatment":
            return None if phase in ("infusion", "interrupted", "treatment-free", "pending") else ("S6" if phase == "screening" else "U4")
        raise ValueError(act)

    def cap_statement(self):
        if self.beyond:
            return "U18"
        if self.course >= 2:
            return "S11"
        return "S9" if self.remission_in_course is None else "U2"

    # ---- entries ---------------------------------------------------------------------------------------------

    def breach(self, day, kind, source):
        self.deviations.append({"on": day.isoformat(), "kind": kind, "source": source, "weight": "breach"})

    def show(self, day, kind, source="U18"):
        self.deviations.append({"on": day.isoformat(), "kind": kind, "source": source, "weight": "shown"})

    def take(self, entry):
        day, event, values = entry["on"], entry["event"], entry["values"]
        self.place += 1
        if event == "screening result" and values.get("blasts") is not None:
            self.screening_blasts = values["blasts"]
        if self.phase == "ended" and self.ended_reason in ("death", "withdrawal", "completed"):
            died = event == "death" or (event == "survival contact" and values.get("alive") is False)
            if self.ended_reason == "completed" and died and self.death is None:
                self.death = day
            if event != "protocol version":
                self.show(day, f"{event} after the end of the study", "U22" if self.ended_reason == "withdrawal" else "S14")
            return
        if event == "screening result":
            self.screened.append(day)
        if event not in NOT_FACTS and not event.startswith("decision"):
            if self.lost_since is not None:
                self.losses[-1][1] = day
            self.lost_since = None
        if self.phase == "ended" and event != "consent":
            if (
                event.startswith("decision")
                or event in (*ACTS, "screen failure", "screening result")
                or (event == "investigator assessment" and values.get("response") in ("PD", "relapse"))
            ):
                self.show(day, f"{event} after a screen failure", "R2")
            elif event != "protocol version":
                self.after_failure.append(day)
            if event == "response assessment":
                self.compare_readings(day, response_of(values, self.screening_blasts))
            return

        if event == "consent":
            if self.first_infusion is None:
                self.consent = day
                if self.phase == "ended":
                    self.eligible, self.after_failure = None, []
                if self.phase == "ended" or self.since is None:
                    self.phase, self.since, self.ended_reason = "screening", day, None
        elif event == "screening result":
            if self.first_infusion is None:
                self.eligible = bool(values.get("eligible"))
            else:
                self.show(day, "eligibility outside screening")
        elif event == "enrolment":
            if self.phase != "screening" or self.consent is None:
                self.show(day, "enrolment outside screening")
            elif not self.eligible:
                self.breach(day, "enrolment of a participant who is not eligible", "R2")
        elif event == "screen failure":
            if self.phase == "screening":
                self.phase, self.since, self.ended_reason = "ended", day, "screen failure"
                self.screened_before_failure = len(self.screened)
            else:
                self.show(day, "screen failure outside screening")
        elif event == "infusion start":
            self.start(day, values)
        elif event == "infusion stop":
            self.stop(day, values)
        elif event == "infusion restart":
            self.restart(day)
            self.advance(day)
            if self.phase == "infusion":
                self.compare_dose(day, values)
        elif event == "dose change":
            if self.phase == "infusion":
                self.compare_dose(day, values)
            else:
                self.show(day, "dose change where nothing runs")
        elif event == "response assessment":
            if self.cycles:
                self.cycles[-1]["marrows"].append(day)
            if day in self.investigator_days:
                self.guard(day)
            else:
                self.assess(day, values, response_of(values, self.screening_blasts))
            self.compare_readings(day, response_of(values, self.screening_blasts))
        elif event == "investigator assessment":
            self.guard(day)
        elif event == "haematological relapse":
            self.relapse(day)
        elif event == "adverse event":
            self.adverse(day, values)
        elif event == "transplant":
            self.transplant(day)
        elif event == "new therapy":
            self.other_therapy = True
        elif event == "visit":
            self.visits_made.append((values.get("name"), day, self.place))
        elif event == "survival contact" and values.get("alive") is False:
            if self.phase == "after" and self.follow_up_on(day)[0] == "survival follow-up":
                self.contacts.append((day, self.next_contact()))
            self.die(day)
        elif event == "survival contact":
            self.contact(day, values)
        elif event == "withdrawal":
            if self.phase == "infusion":
                self.stop_drug(day)
            self.withdrawn = day
            self.phase, self.since, self.ended_reason = "ended", day, "withdrawal"
        elif event == "lost to follow-up":
            if self.phase != "ended" and self.lost_since is None:
                self.lost_since = day
                self.losses.append([day, None])
        elif event == "death":
            self.die(day)
        elif event.startswith("decision: "):
            self.decide(day, event[len("decision: ") :])

    def die(self, day):
        if self.phase == "infusion":
            self.stop_drug(day)
        self.death = day
        self.phase, self.since, self.ended_reason = "ended", day, "death"

    def decide(self, day, what):
        refused = self.refusal(what, day)
        if refused:
            self.show(day, f"decision not allowed: {what}", refused)
            return
        if what == "retreatment":
            self.pending_since = day
            self.leave_follow_up(day)
            self.phase, self.since = "pending", day
        elif what == "end treatment":
            self.end_treatment(day)
        # next cycle and transplant are permissions: the start and the transplant are what moves

    def start(self, day, values):
        refused = self.refusal("infusion start", day)
        if self.phase == "infusion":
            self.show(day, "infusion start while infusing")
            self.compare_dose(day, values)
            return
        if self.phase == "screening":
            if refused:
                self.breach(day, "first infusion against the rules of screening", refused)
            self.first_infusion = day
            self.begin_course()
            self.begin_cycle(day, 7)
        elif self.phase == "pending":
            self.pending_since = None
            self.relapse_open = False
            self.begin_course()
            self.begin_cycle(day, 7)
        elif self.phase == "interrupted" or self.phase == "treatment-free":
            beyond = self.cycles_left() == 0
            if refused:
                self.breach(day, "cycle beyond entitlement" if beyond else "cycle begun early", refused)
            after_hold = self.phase == "interrupted" and self.held_for_toxicity
            self.begin_cycle(day, 7 if after_hold else 0, beyond)
        else:
            self.breach(day, "cycle beyond entitlement", refused)
            self.begin_cycle(day, 0, True)
        self.compare_dose(day, values)

    def compare_dose(self, day, values):
        given, planned = values.get("dose"), self.dose(day)
        if given is not None and given != planned:
            self.breach(day, f"dose {given} where {planned} was planned", "S8" if planned == 9 else "S7")

    def stop(self, day, values):
        complete = values.get("reason") == "cycle complete"
        if self.phase == "interrupted" and complete:
            self.breach(day, "a hold recorded as a complete cycle", "U18")
            self.after_infusion(day)
            return
        if self.phase == "after" and self.follow_up_on(day)[0] != "safety follow-up":
            self.show(day, "stop where nothing runs")
            return
        if self.phase == "after" and self.unstopped is not None and day > (self.last_drug or self.first_infusion) + days(14):
            self.unstopped = None
        if self.phase == "after" and self.unstopped is not None:
            more = min((day - self.unstopped).days, max(28 - self.infused, 0))  # as in a cycle that goes on: 28 infusion days at most
            self.infused += more
            if self.infused >= 28 and self.cycles[-1]["full_on"] is None:
                self.cycles[-1]["full_on"] = self.unstopped + days(more)
            if more > 0:
                self.note_drug(self.unstopped + days(more - 1))
                self.off_treatment[-1]["last_drug"] = self.last_drug
                self.off_treatment[-1]["away"][1] = self.end_of_core()
                if day <= self.core_by_then:
                    self.core_by_then = self.end_of_core()
            self.unstopped = None
        if self.phase != "infusion":
            if self.phase != "after" and not (complete and self.phase == "treatment-free"):
                self.show(day, "stop where nothing runs")
            return
        self.stop_drug(day)
        if self.restarted_after_end or self.beyond:
            self.end_treatment(day)
            return
        if complete:
            self.breach(day, "an infusion stopped as complete before its 28th day", "U18")
            self.after_infusion(day)
            return
        self.phase, self.since = "interrupted", day
        self.held_on = day
        self.held_for_toxicity = values.get("reason") == "toxicity"

    def restart(self, day):
        if self.phase == "interrupted":
            length = (day - self.held_on).days
            if not self.held_for_toxicity:
                self.run_drug(day)
            elif length <= 7:
                self.low_days = 7
                self.run_drug(day)
            elif self.cycles_left() > 0:
                self.begin_cycle(day, 7)
            else:
                self.breach(day, "restart after more than 7 days with no cycle left", "U15")
                self.end_treatment(day)
        elif self.phase == "treatment-free" and self.cycles[-1]["full_on"] is None:
            self.breach(day, "restart after a stop that was recorded as complete", "U18")
            self.run_drug(day)
        elif self.phase == "after" or (self.phase == "pending" and self.cycles[-1]["full_on"] is not None):
            self.breach(day, "restart after treatment has ended", "U15")
            if self.cycles[-1]["full_on"] is None:
                self.unplanned = True
                self.restarted_after_end = True
                self.run_drug(day)
        else:
            self.show(day, "restart where nothing was interrupted")

    def assess(self, day, values, response):
        """One assessment that guards the rules: computed (with values) or the investigator's (without)."""
        if values is not None:
            relapsed = self.remission and shows_relapse(values)
        else:
            relapsed = response == "relapse"
        if relapsed:
            self.relapse(day)
            return
        if response == "PD":
            if self.treated():
                self.remission = False
                self.end_treatment(day)
            else:
                self.show(day, "progression outside treatment")
            return
        if response in ("CR", "CRh*"):
            if not self.remission and self.marrow_counts(day):
                self.remission = True
                self.other_therapy = False
                self.transplanted = False
                if self.remission_in_course is None:
                    self.remission_in_course = self.cycle_in_course
                if self.first_remission is None:
                    self.first_remission = day
                    self.remission_cycle = self.cycles_in_all
            return
        if response == "not evaluable" or response is None:
            return
        # U1: evaluable, and no remission, from day 29 of cycle 2 of the first course
        if (
            self.phase == "treatment-free"
            and self.course == 1
            and self.cycle_in_course >= 2
            and not self.remission
            and (day - self.cycles[-1]["start"]).days >= 28
        ):
            self.end_treatment(day)

    def guard(self, day):
        """D34: the investigator's last assessment of a day speaks once, in the place of the first assessment of that day."""
        if day not in self.guarded:
            self.guarded.add(day)
            self.assess(day, None, self.investigator_days[day])

    def compare_readings(self, day, computed):
        """Computed and investigator's response of one day are both kept, and shown where they differ."""
        said = self.investigator_days.get(day, computed)
        kind = f"computed {computed}, the investigator says {said}"
        if said != computed and not any(d["on"] == day.isoformat() and d["kind"] == kind for d in self.deviations):
            self.show(day, kind)

    def marrow_counts(self, day):
        """U12: while treatment lasts, or to 14 days after the last dose."""
        if not self.cycles:
            return False
        return self.treated() or day <= (self.last_drug or self.first_infusion) + days(14)

    def relapse(self, day):
        if not self.remission:
            self.show(day, "relapse reported without a remission")
            return
        self.remission = False
        self.relapses.append(day.isoformat())
        if self.treated():
            self.end_treatment(day)
        elif self.phase == "after" and self.follow_up_on(day)[0] != "survival follow-up":
            self.relapse_open = True

    def adverse(self, day, values):
        category, grade = values.get("category"), values.get("grade") or 0
        ends = False
        if category in ("CRS", "neurologic", "seizure") and grade >= 4:
            ends = True
        if category == "seizure":
            self.seizures += 1
            ends = ends or self.seizures >= 2
        if category in ("neurologic", "seizure") and grade == 3:
            self.neurologic_3 += 1
            ends = ends or self.neurologic_3 >= 2
        if ends and self.treated():
            self.end_treatment(day)

    def transplant(self, day):
        refused = self.refusal("transplant", day)
        self.transplants.append({"on": day.isoformat(), "in_remission_from_study_drug": self.remission and not self.other_therapy})
        if refused:
            self.show(day, "transplant without a rule", refused)
            return
        self.transplanted = True
        if self.treated():
            self.end_treatment(day)

    def contact(self, day, values):
        if values.get("new_therapy"):
            self.other_therapy = True
        if self.phase == "after" and self.follow_up_on(day)[0] == "survival follow-up":
            self.contacts.append((day, self.next_contact()))
            if day >= self.month(36):
                self.completed = day
                self.phase, self.since, self.ended_reason = "ended", day, "completed"

    def next_contact(self):
        """U21: six months after the last contact; the first counts from month 24, or the end-of-core target if later."""
        base = max(self.month(24), self.off_treatment[-1]["last_drug"] + days(30))
        made = [day for day, _ in self.contacts if day > base]
        return add_months(max(made) if made else base, 6)

    # ---- visits ----------------------------------------------------------------------------------------------

    def visits(self, on):
        return [
            visit
            for visit in (
                *self.screening_visits(on),
                *self.response_visits(on),
                *self.core_visits(on),
                *self.month_visits(on),
                *self.contact_visits(on),
            )
            if visit is not None
        ]

    def one_visit(self, on, name, target, before, after, done, gone=None, again=False, **more):
        """`gone`: (state, reason) where the visit is no longer to be made for a reason of its own."""
        earliest, latest = target - days(before), target + days(after)
        visit = {
            "name": name,
            "target": target.isoformat(),
            "earliest": earliest.isoformat(),
            "latest": latest.isoformat(),
            "state": None,
            "reason": None,
            "made": None,
            **more,
        }
        if done is not None:
            visit["state"], visit["made"] = "done", done.isoformat()
        elif self.phase == "ended" and target > self.since:
            visit["state"], visit["reason"] = "not owed", self.ended_reason
        elif any(began < target < (back or date.max) for began, back in self.losses if back is None or not again):
            visit["state"], visit["reason"] = "not owed", "lost to follow-up"
        elif gone is not None:
            visit["state"], visit["reason"] = gone
        elif self.phase == "ended":
            visit["state"], visit["reason"] = "missed", self.ended_reason
        elif on < earliest:
            visit["state"] = "planned"
        elif on <= target:
            visit["state"] = "due"
        elif on <= latest:
            visit["state"] = "owed"
        else:
            visit["state"] = "late"
        return visit

    def screening_visits(self, on):
        if self.consent is None:
            return []
        screened = self.screened[: self.screened_before_failure] if self.ended_reason == "screen failure" else self.screened
        done = next((day for day in screened if day >= self.consent), None)
        return [self.one_visit(on, "Screening", self.consent + days(21), 21, 0, done)]

    def response_visits(self, on):
        found = []
        for cycle in self.cycles:
            latest_cycle = cycle is self.cycles[-1]
            target = cycle["full_on"]
            if target is None and latest_cycle and self.phase == "infusion":
                target = self.full_on()
            done = None if target is None else next((day for day in cycle["marrows"] if day >= target - days(1)), None)
            if target is None and latest_cycle and self.phase == "interrupted":
                target = on + days(28 - self.infused)
            if target is not None:
                gone = None if latest_cycle else ("missed", "the next cycle has begun")
                # U9: -2 / +14, but not before the 28th infusion day, which is the day before the target
                found.append(self.one_visit(on, "Response assessment", target, 1, 14, done, gone, cycle=cycle["number"]))
        return found

    def core_visits(self, on):
        """One an occasion: from the end of treatment to the next day with drug."""
        found, counted = [], set()
        for number, one in enumerate(self.off_treatment, start=1):
            current = one["closed"] is None
            target = one["last_drug"] + days(30)
            done = None
            for name, day, place in self.visits_made:
                if name != "End of core study" or place in counted:
                    continue
                if day > one["last_drug"] and (current or place < one["closed_place"]):
                    done = day
                    counted.add(place)
                    break
            gone = None if current else ("not owed", "treatment that began first replaced it")
            found.append(self.one_visit(on, "End of core study", target, 3, 7, done, gone, course=number))
        return found

    def month_visits(self, on):
        if self.first_infusion is None:
            return []
        found = []
        for n in MONTHS:
            name, target = f"Month {n}", self.month(n)
            done = next((day for made, day, _ in self.visits_made if made == name and day >= self.first_infusion), None)
            gone = next(((("not owed", why)) for low, high, why in self.excused(on) if low < target < high), None)
            found.append(self.one_visit(on, name, target, 14, 14, done, gone))
        return found

    def excused(self, on):
        """U7: (first day, last day, why), both excluded: from the start, or a retreatment decision, to the core target after it."""
        spans = [(low, high, "before the end-of-core-study visit") for low, high in self.away if high is not None]
        return spans + [(low, self.still_away(on), "treatment") for low, high in self.away if high is None]

    def still_away(self, on):
        """The day before which a visit is not owed, where treatment, or a retreatment decided, goes on."""
        if self.phase == "ended":
            return self.since + days(1)
        if self.first_infusion is None:
            return on
        return max(on, self.full_on() + days(29) if self.phase == "infusion" else self.end_of_core())

    def contact_visits(self, on):
        found = []
        for day, target in self.contacts:
            found.append(self.one_visit(on, "Survival contact", target, 28, 28, day))
        last = self.contacts and self.contacts[-1][0] >= self.month(36)
        if self.off_treatment and not last:
            gone, target = None, self.next_contact()
            low, high = self.away[-1]
            if high is None and low < target < self.still_away(on):
                gone = ("not owed", "a retreatment")
            found.append(self.one_visit(on, "Survival contact", target, 28, 28, None, gone, again=True))
        return found


def walk(entries, on, known_at=None):
    kept = [entry for entry in effective(entries, known_at) if entry["on"] <= on]
    investigator_days = {}
    for entry in kept:
        if entry["event"] == "investigator assessment":
            investigator_days[entry["on"]] = entry["values"].get("response")
    person = Participant(investigator_days)
    for entry in kept:
        person.advance(entry["on"])
        person.take(entry)
    person.advance(on)
    return person


DECISIONS = (
    "next cycle",
    "transplant",
    "retreatment",
    "end treatment",
    "infusion start",
    "infusion restart",
    "enrolment",
    "dose change",
    "infusion stop: cycle complete",
    "infusion stop: toxicity",
    "infusion stop: technical or other",
)


def standing(entries, on, known_at=None):
    on = read_day(on)
    person = walk(entries, on, known_at)
    phase, since = person.shown_phase(on)
    if person.lost_since is not None and person.phase != "ended":
        phase, since = "lost", person.lost_since
    infusing = phase == "infusion"
    running = person.phase == "infusion"
    refused = {act: person.refusal(act, on) for act in DECISIONS}

    def text(day):
        return None if day is None else day.isoformat()

    return {
        "on": on.isoformat(),
        "phase": phase,
        "since": text(since),
        "course": person.course,
        "cycle": person.cycles_in_all,
        "cycle_in_course": person.cycle_in_course,
        "cycles_in_all": person.cycles_in_all,
        "retreatments": max(0, person.course - 1),
        "infusion_day": person.infusion_day(on) if infusing else None,
        "dose": person.dose(on) if infusing else None,
        "remission": person.remission,
        "ended_reason": person.ended_reason if phase == "ended" else None,
        "visits": person.visits(on),
        "allowed": {act: why is None for act, why in refused.items()},
        "refused_source": {act: why for act, why in refused.items() if why is not None},
        "deviations": person.deviations
        + [
            {"on": day.isoformat(), "kind": "after a screen failure", "source": "R2", "weight": "shown"}
            for day in person.after_failure
            if person.phase == "ended"
        ],
        "facts": {
            "first_infusion": text(person.first_infusion),
            "first_remission": text(person.first_remission),
            "remission_cycle": person.remission_cycle,
            "relapses": list(person.relapses),
            "transplants": list(person.transplants),
            "death": text(person.death),
            "last_drug": text(on if running else person.last_drug),
        },
    }
