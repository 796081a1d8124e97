// What lies ahead: days on which something happens by itself, visits, what somebody has to decide, and from when what is refused is allowed.

const STEPS_AHEAD = 8;

// The days ahead on which a clock is due or a visit has its target.
function daysAhead() {
  const found = here.data.next.map((n) => ({ day: ordinal(n.on), what: n.says }));
  for (const v of here.planned) if ((v.state === "due" || v.state === "planned") && v.target > state.today) found.push({ day: v.target, what: `${v.name} visit` });
  return found.sort((a, b) => a.day - b.day);
}

// What somebody may decide or do now, by name: every decision that is allowed, and, where the calendar alone leads no further (`alone`),
// every allowed act that leads to another phase.
function waitedFor() {
  const { arm, road } = here, row = arm.row(road.status);
  if (study.phase[road.phase].end) return { alone: false, choices: [] };
  const alone = !arm.pending(road.status).some((clock) => arm.rules[row.get(clock)?.[1] ?? -1]?.to && dueDay(study, road, arm.clock[clock]) !== null);
  const leadsOn = (c, e) => e.legal && (e.nature === "decision" || (alone && e.nature === "act" && c.outcome.then.phase !== road.phase));
  const choices = formsNow().flatMap((f) => f.choices).filter((c) => !c.refused && c.outcome.events.some((e) => leadsOn(c, e)));
  return { alone, choices };
}

// Visits that can be made today, or whose window has passed: what is owed.
function owedNow() {
  return here.planned.filter((v) => v.state === "owed" || v.state === "late" || v.state === "due");
}

// From which day each refused event is allowed, if nothing else happens: the calendar is walked to its next days.
function allowedFrom() {
  const found = {}, refused = here.data.allowed.filter((a) => !a.allowed).map((a) => a.event), standing = whatStands(study, state.entries);
  let road = here.road;
  for (let step = 0; step < STEPS_AHEAD && road.due[0] < FAR; step++) {
    const day = road.due[0];
    road = fold(study, standing, day);
    const row = here.arm.row(road.status);
    for (const event of refused) {
      const [, rule] = row.get(event) ?? [0, -1];
      if (!(event in found) && rule >= 0 && rule < here.arm.legal) found[event] = day;
    }
  }
  return found;
}

// The flags that are set and that matter here: with the opposite, some rule or dose that can speak now would not, or another would.
function flagsThatMatter() {
  const { arm, road } = here, look = arm.look(road.status), clocks = new Set(arm.pending(road.status));
  const rules = arm.rules.slice(0, arm.legal).filter((r) => r.at.includes(road.phase) && r.on.some((e) => e in study.event || clocks.has(e)));
  const readers = [...rules.map((r) => r.given.map((part) => part.if)), ...arm.doses.filter((d) => d.at.includes(road.phase) && d.if).map((d) => [d.if])];
  const holds = (parts, name, value) => parts.every((part) => truthOf(part, (leaf) => (leaf.is !== "Clock" && leaf.name === name ? value : look(leaf))) > UNKNOWN);
  return study.flags.filter((name) => road.counters[name] && readers.some((parts) => holds(parts, name, 1) !== holds(parts, name, 0)));
}
