// The fold: a participant's journal walked through the study's table, day by day, to the road travelled and the status reached.
// Clocks fire in the order of their dates, before and after the entries of a day. Nothing is stored: walk again to know.

// A study's data made ready: what is found by name or by number, once.
function makeReady(data) {
  const study = { ...data };
  study.phase = byName(data.phases.map((p) => [p.name, p]));
  study.event = byName(data.events.map((e) => [e.name, e]));
  study.form = byName(data.forms.map((f) => [f.entry, f]));
  study.moment = byName(data.moments.map((m) => [m.name, m]));
  study.runs = byName(Object.entries(data.watches).map(([name, phases]) => [name, new Set(phases)]));
  study.overriding = byName(data.forms.filter((f) => f.overrides).map((f) => [f.entry, f.overrides]));
  study.arm = byName(Object.entries(data.arms).map(([name, arm]) => [name, makeArm(data, arm)]));
  [study.closing, study.final, study.atFirst] = [data.order.closing, data.order.final, data.order.at_first].map((entries) => new Set(entries));
  return study;
}

// What is found by name, and nothing else.
function byName(pairs) {
  return Object.assign(Object.create(null), Object.fromEntries(pairs));
}

function makeArm(data, arm) {
  const { shapes, rows, width, digits, values } = arm.table;
  const starts = new Int32Array(rows.length + 1);
  rows.forEach((shape, s) => { starts[s + 1] = starts[s] + shapes[shape].length / 2; });
  const place = Object.fromEntries([...arm.variables, ...arm.clocks.map((c) => c.name)].map((name, i) => [name, i + 1]));
  const clock = Object.fromEntries(arm.clocks.map((c) => [c.name, c]));
  const kept = new Map();
  const at = (s, i) => parseInt(values.slice((s * width + i) * digits, (s * width + i + 1) * digits), 36);
  // What each event does in a status: event -> [next status, rule].
  const row = (s) => {
    let found = kept.get(s);
    if (!found) {
      found = new Map();
      const shape = shapes[rows[s]];
      for (let i = 0; i < shape.length; i += 2) found.set(arm.events[shape[i]], [arm.table.next[starts[s] + i / 2], shape[i + 1]]);
      kept.set(s, found);
    }
    return found;
  };
  const phaseOf = (s) => data.phases[at(s, 0)].name;
  // The clocks a status waits for: read in its phase, running, and not yet fired.
  const pending = (s) => arm.waited[phaseOf(s)].filter((name) => !at(s, place[name]));
  // A flag, count or clock of a status, for the conditions of rules.
  const look = (s) => (leaf) => (leaf.is === "Clock" ? at(s, place[`${leaf.kind} ${leaf.n} ${leaf.unit}: ${leaf.of}`]) : at(s, place[leaf.name]));
  return { ...arm, clock, row, phaseOf, pending, look };
}

function classOf(form, values) {
  const found = form.classes.find((c) => holdsOn(c.if, values));
  return found ? found.name : null;
}

function eventsOf(form, values) {
  return form.yields.filter((y) => y.if === null || holdsOn(y.if, values)).map((y) => y.event);
}

// The arm of the first allocation that stands on a day; none before one, and in a study without arms.
function allocated(study, standing, on) {
  if (!study.has_arms) return "";
  for (const s of standing) {
    if (s.day > on) break;
    const item = study.form[s.entry.event]?.arm_item;
    const arm = item ? s.values[item] : null;
    if (arm && study.arm[arm]) return arm;
  }
  return "";
}

function fold(study, standing, on) {
  const armName = allocated(study, standing, on), arm = study.arm[armName];
  const road = {
    arm: armName, status: 0, phase: arm.phaseOf(0), since: 0, shownSince: 0, counters: { ...study.starts }, moments: {}, ran: {}, turns: [],
    unheard: [], marked: [], raised: [], lasts: [], extended: [], met: [], fired: [], classes: [], doses: [], differ: [], log: [], entries: [], screened: {}, spoken: new Set(), on, day: 0,
    due: [FAR, ""],
  };
  const walk = { study, arm, road };
  const judged = judgedDays(study, standing);
  for (const s of standing) {
    if (s.day > on) break;
    record(walk, s, judged);
  }
  advance(walk, on);
  road.day = Math.max(road.day, on);
  return road;
}

function advance(walk, day) {
  while (walk.road.due[0] <= day) fire(walk);
}

// Take the next entry: the clocks before it, the events its values give, the clocks that these make due.
function record(walk, s, judged) {
  const { study, road } = walk, entry = s.entry;
  advance(walk, s.day);
  road.day = s.day;
  road.entries.push(s);
  road.log.push({ entry: s });
  road.met.push({ entry: entry.sequence, turn: road.turns.length });
  let form = study.form[entry.event];
  if (!form) return;
  const own = toldBy(s);
  if (form.arm_item && study.has_arms && !(own[form.arm_item] && study.arm[own[form.arm_item]])) return;
  let values = { ...road.screened, ...own };
  if (form.classes.length) {
    const found = classOf(form, values);
    if (found !== null) {
      road.classes.push({ day: s.day, name: found, entry: entry.sequence, phase: road.phase });
      values[form.classified] = found;
    }
  }
  const judge = judged.get(`${s.day} ${entry.event}`);
  if (judge) {
    noteOwn(walk, judge, s.day);
    if (road.spoken.has(`${s.day} ${judge.subject}`)) return;
    road.spoken.add(`${s.day} ${judge.subject}`);
    form = study.form[judge.own.entry.event];
    values = { ...road.screened, ...toldBy(judge.own) };
  }
  const had = s.record?.before ? eventsOf(form, { ...road.screened, ...toldOf(s.record.before) }) : [];
  for (const event of eventsOf(form, values).filter((name) => !had.includes(name))) meet(walk, event, s.day, judge ? judge.own.entry.sequence : entry.sequence);
  if (form.keeps_screening) for (const [name, value] of Object.entries(own)) road.screened[`screening ${name}`] = value;
  advance(walk, s.day);
  for (const [item, drug] of form.dose_items) {
    if (typeof values[item] !== "number") continue;
    const here = walk.arm.schedules[walk.arm.planned[road.status]], ran = Object.fromEntries(Object.entries(road.ran).map(([name, kept]) => [name, { ...kept }]));
    const at = { status: road.status, day: road.day, ran, moments: { ...road.moments } };
    road.doses.push({ day: s.day, given: values[item], entry: entry.sequence, drug: drug || (here.length === 1 ? here[0].drug : ""), at });
  }
}

// Assessments that an investigator's own of the same day guards.
function judgedDays(study, standing) {
  const found = new Map();
  for (const s of standing) {
    const subject = study.overriding[s.entry.event];
    if (!subject) continue;
    for (const event of [subject, s.entry.event]) found.set(`${s.day} ${event}`, { subject, own: s });
  }
  return found;
}

// Keep the investigator's class after the computed one of the day, and note where they differ.
function noteOwn({ study, road }, judge, day) {
  const said = judge.own.values[study.form[judge.subject].classified] ?? null;
  if (said === null) return;
  const entry = judge.own.entry.sequence, name = String(said);
  road.classes = road.classes.filter((c) => !(c.day === day && c.name === name && c.entry === entry));
  const computed = road.classes.filter((c) => c.day === day).at(-1);
  const known = road.differ.some((d) => d.day === day && d.computed === computed?.name && d.own === name && d.entry === entry);
  if (computed && computed.name !== said && !known) road.differ.push({ day, computed: computed.name, own: name, entry });
  road.classes.push({ day, name, entry, phase: road.phase });
}

function fire(walk) {
  const { arm, road } = walk, [due, clock] = road.due;
  const wasPast = due < road.day;
  road.day = Math.max(due, road.day);
  const [next, rule] = arm.row(road.status).get(clock);
  road.fired.push({ clock, day: road.day, turn: road.turns.length, status: next });
  if (rule < 0 || (wasPast && changesNothing(arm.rules[rule]))) {
    road.status = next;
    wait(walk);
  } else turn(walk, clock, next, rule, null);
}

function changesNothing(rule) {
  return rule.to === null && !rule.marks.length && !rule.resets.length && !rule.extends.length && !rule.changes.length;
}

function meet(walk, event, day, entry) {
  const { arm, road } = walk, found = arm.row(road.status).get(event);
  if (found) return turn(walk, event, found[0], found[1], entry);
  const unheard = { day, event, rule: null, before: road.phase, after: road.phase, entry, counters: { ...road.counters } };
  road.unheard.push(unheard);
  road.log.push({ turn: unheard });
}

function turn(walk, event, next, number, entry) {
  const { study, arm, road } = walk, day = road.day, before = road.phase, rule = arm.rules[number];
  const after = rule.to || before;
  const made = { day, event, rule: number, before, after, entry, status: road.status, next };
  road.turns.push(made);
  road.log.push({ turn: made });
  for (const [kind, name, value] of rule.changes) {
    if (kind === "put") road.counters[name] = Math.min(value, study.bounds[name] ?? FAR);
    else if (kind === "add") {
      road.counters[name] = Math.min(road.counters[name] + 1, study.bounds[name] ?? FAR);
      road.raised.push({ name, day, turn: road.turns.length });
    } else road.counters[name] = Math.max(road.counters[name] - 1, 0);
  }
  const told = rule.extends.map(([watch, limit]) => ({ watch, limit, turn: road.turns.length, day, entry, open: road.ran[watch]?.open ?? 0, done: road.ran[watch]?.done ?? 0 }));
  made.counters = { ...road.counters };
  if (after !== before || rule.resets.length) moveWatches(walk, after, rule.resets, day, ["fact", "decision"].includes(walk.study.event[event]?.nature));
  for (const e of told) {
    ranOn(road, e.watch, day, e.limit);
    if (e.open) road.extended.push({ ...e, after: road.ran[e.watch].done });
  }
  for (const name of rule.marks) {
    road.moments[name] = day;
    road.marked.push({ name, day, entry });
  }
  made.moments = { ...road.moments };
  made.stood = { ran: Object.fromEntries(Object.entries(road.ran).map(([name, kept]) => [name, { ...kept }])), moments: made.moments, day };
  if (after !== before) {
    road.since = day;
    if (!road.shownSince || study.phase[after].shown !== study.phase[before].shown) road.shownSince = day;
    road.phase = after;
  }
  road.status = next;
  wait(walk);
}

// Stop and start the stopwatches; one that a fact or a decision ended (unstopped) may be told later to have run on.
function moveWatches({ study, road }, after, resets, day, unstopped) {
  for (const [watch, phases] of Object.entries(study.runs)) {
    const kept = (road.ran[watch] ??= { done: 0, since: -1, last: 0, open: 0 });
    if (kept.since >= 0 && (!phases.has(after) || resets.includes(watch))) {
      kept.done += day - kept.since;
      if (day > kept.since) {
        kept.last = day - 1;
        road.lasts.push({ watch, turn: road.turns.length, day: day - 1 });
      }
      kept.since = -1;
      kept.open = unstopped && !phases.has(after) ? day : 0;
    }
    if (resets.includes(watch)) kept.done = 0;
    if (phases.has(after) && kept.since < 0) [kept.since, kept.open] = [day, 0];
  }
}

// A stop told after what ended a stretch: the days between counted too, up to a limit in all (0: all of them).
function ranOn(road, watch, day, limit) {
  const kept = road.ran[watch];
  if (!kept?.open) return;
  const told = Math.max(day - kept.open, 0), more = limit ? Math.min(told, Math.max(limit - kept.done, 0)) : told;
  if (more) {
    kept.last = Math.max(kept.last, kept.open + more - 1);
    road.lasts.push({ watch, turn: road.turns.length, day: kept.last });
  }
  kept.done += more;
  kept.open = 0;
}

function wait(walk) {
  const { arm, road } = walk;
  road.due = [FAR, ""];
  for (const name of arm.pending(road.status)) {
    const due = dueDay(walk.study, road, arm.clock[name]);
    if (due !== null && due < road.due[0]) road.due = [due, name];
  }
}

// The day on which a clock becomes true as things stand; null while its anchor has no day or its stopwatch stands short of it.
function dueDay(study, road, clock) {
  if (clock.kind === "full") {
    const kept = road.ran[clock.of];
    if (!kept || kept.since < 0) return kept?.last && kept.done >= clock.n ? road.day : null;
    return kept.since + clock.n - kept.done;
  }
  const anchor = momentOf(study, road, clock.of);
  return anchor === null ? null : add(anchor, clock.n, clock.unit) + (clock.kind === "past" ? 1 : 0);
}

function momentOf(study, road, name) {
  const { watch, or_else: other } = study.moment[name];
  if (watch === null) return road.moments[name] ?? null;
  const kept = road.ran[watch];
  if (kept && kept.since >= 0 && road.day >= kept.since) return road.day;
  if (kept && kept.last) return kept.last;
  return other === null ? null : momentOf(study, road, other);
}

function elapsed(road, watch, day) {
  const kept = road.ran[watch];
  return kept ? kept.done + (kept.since >= 0 ? day - kept.since : 0) : 0;
}
