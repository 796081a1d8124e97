// The standing of a participant: phase, dose, counts, what comes next, visits, what is allowed and why not, deviations, queries; as of a day.

// Everything the published format of a standing says, and the road that led there.
function standingOf(study, entries, on, knownAt = null) {
  const road = fold(study, whatStands(study, entries, knownAt), on), arm = study.arm[road.arm], gone = absencesOf(study, road);
  const shown = study.phase[road.phase].shown, last = gone.at(-1);
  const lost = last && !study.phase[road.phase].end && last[1] > on && last[0] <= on;
  const phase = lost ? study.absence.shown : shown, here = phase === shown;
  const planned = visitsOf(study, road), doses = here ? dosesOn(study, arm, road, on).map(doseSaid) : [], { drug, route, ...first } = doses[0] ?? {};
  const may = study.events.filter((e) => e.nature === "decision" || e.nature === "act").map((e) => allowedNow(study, road, e.name));
  const counts = {};
  for (const s of study.standing) {
    if (s.at.length && (!s.at.includes(road.phase) || !here)) counts[s.key] = null;
    else if (study.flags.includes(s.of)) counts[s.key] = Boolean(road.counters[s.of]);
    else if (s.of in road.counters) counts[s.key] = road.counters[s.of] + s.plus;
    else counts[s.key] = elapsed(road, s.of, on) + s.plus;
  }
  const moments = study.moments.map((m) => [m.name, momentOf(study, road, m.name)]).filter(([, day]) => day !== null);
  const data = {
    on: iso(on), study: study.name, version: study.version, fingerprint: study.fingerprint, phase,
    since: !here && gone.length ? iso(last[0]) : road.shownSince ? iso(road.shownSince) : null,
    detail: road.phase,
    ...(study.has_arms ? { arm: road.arm || null } : {}),
    ...counts,
    dose: doses.length ? first : null,
    doses,
    premedication: premedicationOn(study, arm, road, here),
    administrations: administered(study, arm, road).due.map(administrationSaid),
    ...(study.flags.length ? { flags: Object.fromEntries(study.flags.map((name) => [name, Boolean(road.counters[name])])) } : {}),
    proposed: proposedNow(study, road),
    records: recordsOf(road),
    response: lastClass(study, road)?.name ?? null,
    reason: study.phase[road.phase].reason,
    next: coming(study, road),
    ...(study.leading ? { waiting: waitingVisits(study, road) } : {}),
    visits: planned.map(visitSaid),
    uncertain: uncertainOn(study, road, planned),
    allowed: may,
    deviations: deviationsOf(study, road, planned),
    queries: queriesOf(study, road, entries, knownAt),
    moments: Object.fromEntries(moments.map(([name, day]) => [name, iso(day)])),
    undecided: undecided(study, arm, road, may),
    notice: study.notice,
  };
  return { data, road, arm, planned };
}

// The last class of an assessment, of those that came before the study had ended for the participant.
function lastClass(study, road) {
  return road.classes.filter((c) => !study.phase[c.phase].end).at(-1) ?? null;
}

// The doses planned on a day where a road stands, drug by drug; days without drug are left out.
function dosesOn(study, arm, road, day) {
  return plansAt(study, arm, road, road, day).filter((p) => p.due.value !== null || p.due.missing.length);
}

// What is planned of each drug of a status on a day, as things stood (`at`), by the values recorded up to an entry.
function plansAt(study, arm, road, at, day, entry = null) {
  return arm.schedules[arm.planned[at.status]].map(({ drug, doses }) => {
    const said = doses.map((n) => arm.doses[n]), dose = said.find((d) => fallsOn(study, at, d, day)) ?? null;
    return { drug, sentence: dose ?? said[0], due: dose === null ? { value: null, missing: [] } : amountOf(study, road, dose, entry, at, day) };
  });
}

// Whether a dose is due on a day: each day, or on days counted from a stopwatch or a moment, whose own day is day 1.
function fallsOn(study, at, dose, day) {
  if (!dose.on) return true;
  const watch = dose.on in study.runs ? at.ran[dose.on] : null, began = watch === null ? momentOf(study, at, dose.on) : null;
  const n = watch ? (watch.since < 0 ? 0 : watch.done + day - watch.since + 1) : began === null || began > day ? 0 : day - began + 1;
  if (n < 1 || dose.days.length) return dose.days.includes(n);
  const first = dose.first ?? 1;
  return n >= first && (dose.last === null || n <= dose.last) && (n - first) % dose.step === 0;
}

// The premedication that a day asks for: before what happened or came on it, and before what may be done on it.
function premedicationOn(study, arm, road, here) {
  const found = new Map(), spoke = new Set(), { on } = road;
  const ask = (event, status, why, may) => {
    const look = arm.look(status), phase = arm.phaseOf(status);
    arm.doses.forEach((d, n) => {
      if (!d.before.includes(event) || (d.at.length && !d.at.includes(phase)) || (d.if !== null && truthOf(d.if, look) <= UNKNOWN)) return;
      found.set(`${n} ${may} ${event}`, { ...doseSaid({ drug: d.drug, sentence: d, due: amountOf(study, road, d) }), for: event, why, if: may });
    });
  };
  for (const t of road.turns) {
    if (t.day !== on) continue;
    spoke.add(t.event);
    ask(t.event, t.status, arm.rules[t.rule].words, false);
  }
  for (const f of road.fired) if (f.day === on && !spoke.has(f.clock)) ask(f.clock, f.status, arm.clock[f.clock].says, false);
  if (here) for (const [event, [, rule]] of arm.row(road.status)) if (event in study.event && rule >= 0 && rule < arm.legal) ask(event, road.status, arm.rules[rule].words, true);
  return [...found.values()];
}

// How much is planned by what is recorded: up to one entry and with it, or, without one, at the end of the road.
function amountOf(study, road, dose, entry = null, at = road, day = road.day) {
  if (dose.amount === null || typeof dose.amount === "number") return { value: dose.amount, missing: [] };
  const values = {}, leaves = leavesOf(dose.amount), dated = leaves.filter((n) => n.is !== "Ref").map((n) => [n, n.start ?? n]);
  const until = new Map(dated.map(([n, start]) => [n, start.is === "AsOf" ? momentOf(study, { ...at, day }, start.moment) : null]));
  for (const s of road.entries) {
    const form = study.form[s.entry.event];
    for (const [name, value] of Object.entries(form ? s.values : {})) {
      if (value === null || !form.items.some((m) => m.name === name)) continue;
      values[name] = value;
      if (form.keeps_screening) values[`screening ${name}`] = value;
      for (const [n, start] of dated) {
        if (itemOf(n) !== name) continue;
        const begins = start.is === "AsOf" ? until.get(n) !== null && s.day <= until.get(n) : form.keeps_screening, now = values[keyOf(n)] ?? null;
        if (begins || (n.is === "UntilChanged" && now !== null && differs(now, value, n.percent))) values[keyOf(n)] = value;
      }
    }
    if (s.entry.sequence === entry) break;
  }
  const number = valueOf(dose.amount, recordedValue(values));
  if (number !== null) return { value: toMultiple(number, dose.rounded), missing: [] };
  const missing = [...new Set(leaves.filter((n) => (values[keyOf(n)] ?? null) === null).map(itemOf))];
  return { value: null, missing: missing.length ? missing : ["a usable value"] };
}

// The item of a leaf that looks a recorded value up.
function itemOf(leaf) {
  return leaf.is === "Ref" ? leaf.name : itemOf(leaf.start ?? leaf.of);
}

// Whether a value differs from one before by more than so many percent of that, in decimals as they are written.
function differs(before, now, percent) {
  const [a, aPlaces] = decimal(before), [b, bPlaces] = decimal(now), [p, pPlaces] = decimal(percent);
  const places = BigInt(Math.max(aPlaces, bPlaces)), from = a * 10n ** (places - BigInt(aPlaces)), to = b * 10n ** (places - BigInt(bPlaces));
  const size = (x) => (x < 0n ? -x : x);
  return size(to - from) * 100n * 10n ** BigInt(pPlaces) > p * size(from);
}

// The nearest multiple of a step, halves upwards, in decimals as they are written (0.1 is a tenth).
function toMultiple(number, step) {
  if (step === null) return number;
  const [n, nPlaces] = decimal(Math.abs(number)), [s, sPlaces] = decimal(step);
  const places = BigInt(Math.max(nPlaces, sPlaces));
  const top = n * 10n ** (places - BigInt(nPlaces)), bottom = s * 10n ** (places - BigInt(sPlaces));
  const digits = (((2n * top + bottom) / (2n * bottom)) * s).toString().padStart(sPlaces + 1, "0");
  return Math.sign(number) * Number(sPlaces ? `${digits.slice(0, -sPlaces)}.${digits.slice(-sPlaces)}` : digits);
}

// A number as a whole number and how many decimal places it has.
function decimal(x) {
  const [digits, power = "0"] = String(x).toLowerCase().split("e");
  const [whole, part = ""] = digits.split(".");
  const places = part.length - Number(power);
  return places >= 0 ? [BigInt(whole + part), places] : [BigInt(whole + part) * 10n ** BigInt(-places), 0];
}

function doseSaid({ drug, sentence: dose, due }) {
  const said = { drug, route: dose.route, amount: due.value, unit: dose.unit, source: firstSource(dose.source), sources: dose.source.split(", "), words: dose.words };
  return dose.formula === null ? said : { ...said, formula: dose.formula, rounded: dose.rounded, missing: due.missing };
}

function firstSource(source) {
  return source.split(",")[0];
}

// The clocks ahead: what happens when, with the statement.
function coming(study, road) {
  const arm = study.arm[road.arm], found = [];
  for (const name of arm.pending(road.status)) {
    const day = dueDay(study, road, arm.clock[name]);
    if (day === null || day <= road.on) continue;
    const number = arm.row(road.status).get(name)[1];
    const told = study.ahead.find((a) => a.clock === name && a.at.includes(road.phase) && (a.if === null || truthOf(a.if, arm.look(road.status)) > UNKNOWN));
    if (told) found.push({ day, said: { what: told.words, on: iso(day), source: firstSource(told.source), says: told.words } });
    else if (number >= 0) {
      const r = arm.rules[number], what = r.to ? `end of ${study.phase[road.phase].shown}` : r.words;
      found.push({ day, said: { what, on: iso(day), source: firstSource(r.source), says: r.words } });
    } else {
      const r = [...arm.rules, ...arm.doses].find((reader) => reader.at.includes(road.phase) && reader.clocks.includes(name));
      const says = arm.clock[name].says;
      found.push({ day, said: { what: says, on: iso(day), source: r ? firstSource(r.source) : "", says } });
    }
  }
  return found.sort((a, b) => a.day - b.day).map((f) => f.said);
}

// What hangs on a date known in part: the moment, the clock ahead or the visit, and the earliest and latest day that it could be.
function uncertainOn(study, road, planned) {
  const arm = study.arm[road.arm], partly = new Map(road.entries.filter((s) => s.partial).map((s) => [s.entry.sequence, [s.first, s.last]]));
  const days = new Map([...new Map(road.marked.map((m) => [m.name, m.entry]))].filter(([, entry]) => partly.has(entry)).map(([name, entry]) => [name, partly.get(entry)]));
  const found = [], note = (what, kind, [earliest, latest]) => found.push({ what, kind, earliest: iso(earliest), latest: iso(latest) });
  if (!days.size) return found;
  for (const [name, span] of days) note(name, "moment", span);
  for (const clock of arm.pending(road.status).map((name) => arm.clock[name])) {
    if (days.has(clock.of)) note(clock.says, "clock", days.get(clock.of).map((day) => add(day, clock.n, clock.unit) + (clock.kind === "past" ? 1 : 0)));
  }
  for (const v of planned) {
    const { target, drifts, every: again, each, opens } = arm.visits.find((x) => x.name === v.name), every = drifts ? again : null, last = Math.max(...planned.filter((p) => p.name === v.name).map((p) => p.occasion));
    if (target.is !== "after" || !days.has(target.of) || v.made !== null || v.occasion !== (again ? 1 : last)) continue;
    if (again && !drifts && (each || opens.length)) continue;
    const ends = days.get(target.of).map((day) => add(day, target.n, target.unit));
    note(v.name, "visit", every ? ends.map((day) => add(day, every.n, every.unit)) : ends);
  }
  return found;
}

// Whether one decision or act is allowed as things stand, and why; a refusal quotes the sentence.
function allowedNow(study, road, event) {
  const arm = study.arm[road.arm], decision = study.event[event].label;
  const found = arm.row(road.status).get(event), legal = arm.rules.slice(0, arm.legal);
  const said = (allowed, because, source) => ({ decision, allowed, because, source, event });
  if (found && found[1] >= 0 && found[1] < arm.legal) return said(true, arm.rules[found[1]].words, arm.rules[found[1]].source);
  const end = endedBy(study, road), reason = study.phase[road.phase].reason;
  if (end) return said(false, `the study ended for the participant on ${iso(end.day)}${reason ? ` (${reason})` : ""}`, arm.rules[end.rule].source);
  const own = legal.filter((r) => r.on.includes(event)), here = own.filter((r) => r.at.includes(road.phase));
  if (here.length) {
    const [words, source] = here.map((r) => failing(study, road, r)).reduce((best, f) => (f[0].length < best[0].length ? f : best));
    return said(false, words, source || here[0].source);
  }
  return said(false, ...elsewhere(study, road, event, decision, own));
}

// Why what is allowed in other phases only is refused, and the source: decided already, what led out of them, already so, or where it belongs.
function elsewhere(study, road, event, decision, own) {
  const { rules } = study.arm[road.arm], where = new Set(own.flatMap((r) => r.at)), declared = study.event[event];
  const source = own[0]?.source ?? declared.source, course = (name) => study.phase[name].course;
  let hereShown = study.phase[road.phase].shown;
  if ([...where].some((p) => study.phase[p].shown === hereShown)) hereShown = road.phase;
  const since = road.since ? ` since ${iso(road.since)}` : "", now = hereShown + since;
  const entered = road.turns.filter((t) => t.after === road.phase && t.before !== road.phase).at(-1);
  if (declared.nature === "decision" && entered?.event === event) return [`it was already decided on ${iso(entered.day)}`, rules[entered.rule].source];
  const courses = new Set([...where].map(course).filter(Boolean));
  const left = courses.has(course(road.phase)) ? null : road.turns.filter((t) => courses.has(course(t.before)) && course(t.after) !== course(t.before)).at(-1);
  if (left) return [`now ${now}; ${iso(left.day)}: ${rules[left.rule].words}`, rules[left.rule].source];
  if (own.some((r) => r.to === road.phase)) return [`already in the phase ‘${hereShown}’${since}`, source];
  const shown = [...new Set(study.phases.filter((p) => where.has(p.name)).map((p) => p.shown))].join(", ");
  const why = declared.nature === "decision" && declared.otherwise ? declared.otherwise : `${decision} belongs to ${shown || "no phase of this study"}`;
  return [`${why}; now ${now}`, source];
}

// The parts of a rule's condition that do not hold, in words, with their own statements where they have one.
function failing(study, road, rule) {
  const arm = study.arm[road.arm], words = [], sources = [];
  for (const part of rule.given) {
    if (truthOf(part.if, arm.look(road.status)) > UNKNOWN) continue;
    const days = part.clocks.map((name) => dueDay(study, road, arm.clock[name])).filter((d) => d !== null && d > road.on);
    words.push(part.refusal + (days.length ? `; possible from ${iso(Math.min(...days))}` : ""));
    if (part.source !== null) sources.push(part.source);
  }
  return [words.join("; "), [...new Set(sources)].join(", ")];
}

// Acts against the rules, wrong doses, visits out of their window or missed, and what was shown but changes nothing.
function deviationsOf(study, road, planned) {
  const arm = study.arm[road.arm], found = [];
  const note = (day, kind, says, source, weight, entry = null) => found.push({ day, kind, says, source, weight, entry });
  for (const t of road.turns) {
    const rule = arm.rules[t.rule];
    if (t.rule >= arm.legal && rule.breach) note(t.day, rule.breach, rule.words, rule.source, "breach", t.entry);
  }
  for (const t of road.unheard) {
    const e = study.event[t.event], says = `${t.event}: ${e.otherwise}`;
    if (e.nature === "act") note(t.day, "act without a rule", says, e.source, "shown", t.entry);
    else if (e.nature === "decision") note(t.day, "decision not allowed", says, e.source, "shown", t.entry);
    else if (e.shown) note(t.day, "observation without a rule", says, e.source, "shown", t.entry);
  }
  const one = dayByDay(arm), kept = administered(study, arm, road);
  for (const a of kept.due) noteAdministered(a, note);
  for (const { day, given, entry, drug, at } of road.doses.filter((g) => !one.includes(g.drug) || kept.beside.includes(g))) {
    const plans = plansAt(study, arm, road, at, day, entry), plan = plans.find((p) => p.drug === drug), due = plan?.due ?? { value: null, missing: [] };
    if (!plans.length || !drug || (due.value === given && !one.includes(drug))) continue;
    if (one.includes(drug) && (due.value !== null || due.missing.length)) {
      note(day, "dose given twice", `given ${short(given)} of ${drug}, beside what is recorded for the same day`, plan.sentence.source, "breach", entry);
      continue;
    }
    const amount = amountSaid(due, plan?.sentence.unit);
    const source = plan?.sentence.source ?? study.planned_by[drug] ?? plans[0].sentence.source;
    note(day, "wrong dose", `given ${short(given)}${plans.length > 1 ? ` of ${drug}` : ""}, planned ${amount}`, source, "breach", entry);
  }
  const overriding = study.forms.find((f) => f.overrides)?.source ?? "";
  for (const { day, computed, own, entry } of road.differ) {
    note(day, "assessments differ", `computed ${computed}, the investigator's own assessment ${own} guards the rules`, overriding, "shown", entry);
  }
  for (const p of planned) {
    const latest = p.latest ?? p.until, stated = p.latest === null ? `window not stated, to be made until ${iso(latest)}` : `window ${iso(p.earliest)} to ${iso(p.latest)}`;
    if (p.off) {
      const says = `${p.name} made on ${iso(p.made)}, ${Math.abs(p.off)} minutes too ${p.off < 0 ? "early" : "late"}: due at ${timeSaid(p.at)} on ${iso(p.target)}`;
      note(p.made, "visit out of window", says, p.source, "visit", p.entry);
    } else if (p.state === "done" && !((p.earliest ?? 0) <= p.made && p.made <= latest)) {
      const says = `${p.name} made on ${iso(p.made)}, ${stated}`;
      note(p.made, "visit out of window", says, p.source, "visit", p.entry);
    } else if (p.state === "missed" && latest < road.on) {
      note(Math.min(latest, study.phase[road.phase].end ? road.since : road.on), "missed visit", `${p.name} due on ${iso(p.target)} was not made`, p.source, "visit");
    } else if (p.state === "late") {
      note(latest, "visit overdue", `${p.name} due on ${iso(p.target)} is still to be made`, p.source, "visit");
    }
  }
  const end = endedBy(study, road), aboutOthers = study.absence?.not_ended_by ?? [], told = new Set(found.map((d) => d.entry));
  for (const s of road.entries.slice(whileInStudy(study, road).length)) {
    if (!end || end.rule === null || told.has(s.entry.sequence) || aboutOthers.includes(s.entry.event)) continue;
    const rule = arm.rules[end.rule], says = `${s.entry.event}, after the study had ended for the participant (${rule.words}): it changes nothing`;
    note(s.day, "entry after the end", says, rule.source, "shown", s.entry.sequence);
  }
  for (const s of road.entries) {
    if (!study.form[s.entry.event]) note(s.day, "unknown event", `no form of this study is called ${quoted(s.entry.event)}`, "", "shown", s.entry.sequence);
  }
  found.sort((a, b) => a.day - b.day || (a.entry ?? 0) - (b.entry ?? 0));
  return found.map(({ day, ...d }) => ({ on: iso(day), ...d, source: firstSource(d.source) }));
}

// The readings that the road and what is allowed now rest on, in the order of the study.
function undecided(study, arm, road, may) {
  const sources = [...road.turns.filter((t) => t.rule !== null).map((t) => arm.rules[t.rule].source), ...may.map((a) => a.source)];
  const used = new Set(sources.flatMap((s) => s.split(", ")));
  return study.reading_order.filter((id) => used.has(id));
}

function visitSaid(v) {
  return {
    name: v.name, target: iso(v.target), earliest: v.earliest === null ? null : iso(v.earliest), latest: v.latest === null ? null : iso(v.latest), state: v.state, source: firstSource(v.source),
    occasion: v.occasion, made: iso(v.made), reason: v.reason, projected: v.projected, ...(v.timed ? { at: timeSaid(v.at) } : {}),
  };
}
