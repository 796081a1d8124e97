// What can be recorded now: each form's choices with what they would lead to, and the words for them.

// What a set of values on a form would give in this standing: class, protocol events, and the rule that would speak to each.
function outcomeNow(study, here, form, values) {
  const known = { ...here.road.screened, ...readValues(form, values) };
  const found = form.classes.length ? classOf(form, known) : null;
  if (found !== null) known[form.classified] = found;
  const row = here.arm.row(here.road.status);
  const events = eventsOf(form, known).map((name) => {
    const [, number] = row.get(name) ?? [0, -1];
    const rule = number < 0 ? null : here.arm.rules[number], nature = study.event[name].nature;
    const said = here.data.allowed.find((a) => a.event === name);
    return { name, nature, rule, legal: number >= 0 && number < here.arm.legal, refusal: said && !said.allowed ? said : null };
  });
  return { class: found, events };
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
    found.push({ form, values, outcome, refused, label: labelOf(form, values, outcome), speaks: outcome.events.some((e) => e.rule), moves: outcome.events.some((e) => e.legal && !changesNothing(e.rule)) });
  }
  return found;
}

function labelOf(form, values, outcome) {
  const named = form.arm_item ?? form.visit_item;
  if (named && named in values) return String(values[named]);
  if (outcome.class !== null) return outcome.class;
  const names = outcome.events.map((e) => (e.name.startsWith(`${form.entry}: `) ? e.name.slice(form.entry.length + 2) : e.name));
  return names.join(" and ") || "something else";
}

// Recorded values in words.
function valuesSaid(form, values) {
  const said = [];
  for (const [name, value] of Object.entries(values ?? {})) {
    const item = form?.items.find((m) => m.name === name), words = name.replaceAll("_", " ");
    if (value === null) said.push(`${words} not done`);
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

// The journal as JSON Lines: each entry as it would be exported.
function journalLines(study, entries) {
  return entries
    .map((e) => JSON.stringify({
      participant: "play-001", sequence: e.sequence, happened_on: e.happened_on, at: null, recorded_at: recordedAt(e), recorded_by: "play",
      event: e.event, values: e.values, corrects: null, reason: null, protocol: `${study.name}@${study.version}`,
    }))
    .map((line) => `${line}\n`)
    .join("");
}

function recordedAt(e) {
  const at = 12 * 3600 + (e.sequence % 36000), two = (n) => String(n).padStart(2, "0");
  return `${iso(e.recorded)}T${two(Math.floor(at / 3600))}:${two(Math.floor(at / 60) % 60)}:${two(at % 60)}Z`;
}
