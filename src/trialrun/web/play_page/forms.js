// What can be recorded now: each form's choices with what they would lead to, and the words for them.

// What an entry with these values would give, found by walking the journal with it: class, protocol events each with the rule that would
// speak, and where the participant would stand then.
function outcomeNow(study, here, form, values, continues = null) {
  const entry = entryNow(form, values, continues), then = fold(study, whatStands(study, [...state.entries, entry]), state.today), arm = study.arm[then.arm];
  const taken = then.entries.find((s) => s.entry.sequence === entry.sequence), record = taken?.record ?? null;
  const known = { ...here.road.screened, ...(taken ? toldBy(taken) : typed(form, values).values) };
  const had = record?.before ? eventsOf(form, { ...here.road.screened, ...toldOf(record.before) }) : [];
  const found = form.classes.length ? classOf(form, known) : null;
  if (found !== null) known[form.classified] = found;
  const turns = then.turns.filter((t) => t.entry === entry.sequence);
  const events = eventsOf(form, known).filter((name) => !had.includes(name)).map((name) => {
    const turn = turns.find((t) => t.event === name), said = here.data.allowed.find((a) => a.event === name);
    const rule = turn ? arm.rules[turn.rule] : null;
    return { name, nature: study.event[name].nature, rule, legal: Boolean(turn) && turn.rule < arm.legal, refusal: said && !said.allowed ? said : null };
  });
  return { class: found, events, then, arm };
}

// The values with the planned dose in each item that records one, as it would be planned once the entry is taken.
function withPlannedDose(form, values, { then, arm }) {
  const plans = form.dose_items.length ? dosesOn(study, arm, then, state.today) : [], due = { ...values };
  for (const [item, drug] of form.dose_items) {
    const plan = drug ? plans.find((p) => p.drug === drug) : plans.length === 1 ? plans[0] : undefined;
    if (plan && plan.due.value !== null && !(item in due)) due[item] = plan.due.value;
  }
  return due;
}

// The choices of a form in this standing, one for each outcome, with a label, values, and what refuses it.
function choicesNow(study, here, form) {
  const seen = new Set(), found = [];
  for (const values of form.choices) {
    const outcome = outcomeNow(study, here, form, values);
    const key = outcome.class === null && !outcome.events.length || form.arm_item ? JSON.stringify(values) : JSON.stringify([outcome.class, outcome.events.map((e) => e.name)]);
    if (seen.has(key)) continue;
    seen.add(key);
    const refused = outcome.events.find((e) => e.refusal)?.refusal ?? null;
    found.push({
      key: `${form.entry} ${found.length}`, form, values: withPlannedDose(form, values, outcome), outcome, refused, label: labelOf(form, values, outcome),
      speaks: outcome.events.some((e) => e.rule), moves: outcome.events.some((e) => e.legal && !changesNothing(e.rule)),
    });
  }
  return found;
}

// What a choice would mean here, in the study's names: the moments that it would mark, the events that a rule hears, flags and phase that
// would be others than they are.
function meaningOf(choice) {
  const { outcome, form } = choice, said = [];
  const heard = outcome.events.filter((e) => e.rule).map((e) => e.name);
  const own = new Set([form.entry, form.label, choice.label, ...heard.filter((name) => name.startsWith(`${form.entry}: `))].map(folded));
  const marked = new Set(outcome.events.filter((e) => e.rule).flatMap((e) => e.rule.marks));
  const named = [...new Set([...marked, ...heard])].filter((name) => !own.has(folded(name)));
  const label = form.classes.find((c) => c.name === outcome.class)?.label;
  if (label && folded(label) !== folded(choice.label)) said.push(label);
  if (named.length) said.push(`means: ${named.join(", ")}`);
  for (const name of study.flags) {
    const now = outcome.then.counters[name];
    if (Boolean(now) !== Boolean(here.road.counters[name])) said.push(`${name}: ${now ? "yes" : "no"}`);
  }
  const before = study.phase[here.road.phase], after = study.phase[outcome.then.phase];
  if (after.shown !== before.shown) said.push(`then: ${after.shown}${after.reason ? `, ${after.reason}` : ""}`);
  return said;
}

function labelOf(form, values, outcome) {
  const named = form.arm_item ?? form.visit_item;
  if (named && named in values) return String(values[named]);
  if (outcome.class !== null) return outcome.class;
  const names = outcome.events.map((e) => (e.name.startsWith(`${form.entry}: `) ? e.name.slice(form.entry.length + 2) : e.name));
  return names.join(" and ") || "something else";
}

// A choice named for somebody who does not see its form.
function nameOf({ form, label }) {
  return form.choices.length > 1 && folded(label) !== folded(form.entry) ? `${form.label}: ${label}` : form.label;
}

// Recorded values in words.
function valuesSaid(form, values) {
  const said = [];
  for (const [name, value] of Object.entries(values ?? {})) {
    const item = form?.items.find((m) => m.name === name), words = name.replaceAll("_", " ");
    if (value === null) said.push(`${words} not done`);
    else if (Array.isArray(value)) said.push(`${words}: ${value.length} ${value.length === 1 ? "row" : "rows"}`);
    else if (typeof value === "object") said.push(`${words} ${value.value} ${value.unit}`);
    else if (typeof value === "boolean") said.push(`${words}: ${value ? "yes" : "no"}`);
    else said.push(item && item.type === "text" ? `${words}: ${value}` : `${words} ${value}${item?.unit ? ` ${item.unit}` : ""}`);
  }
  return said.join(", ");
}

// Which group a form is shown in: what people decide, what they do, what is observed, what is only recorded.
function groupOf(study, form) {
  const natures = form.yields.map((y) => study.event[y.event].nature);
  if (natures.includes("decision")) return "decision";
  if (natures.includes("act")) return "act";
  return natures.length ? "fact" : "record";
}
