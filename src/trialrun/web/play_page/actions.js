// What can be done today: buttons for what is possible, with what would follow; sentences for what is refused; fields for other values.

// The forms with what could be recorded on each as things stand.
let drawnFor = null;
function formsNow() {
  if (drawnFor?.here !== here) {
    drawnFor = { here, forms: study.forms.map((form) => ({ form, group: groupOf(study, form), choices: choicesNow(study, here, form) })) };
  }
  return drawnFor.forms;
}

function drawDo() {
  const possible = [], observed = [], refused = [], quiet = [], from = allowedFrom();
  for (const { form, group, choices } of formsNow()) {
    if (form.visit_item && !form.yields.length && !form.classes.length) continue;
    if (group === "decision" || group === "act") {
      if (choices.length && choices.every((c) => c.refused)) refused.push(...choices.map((c) => drawRefused(c, choices.length > 1, from)));
      else possible.push({ moves: choices.some((c) => c.moves), card: drawForm(form, choices, choices.some((c) => c.moves), from) });
    } else if (group === "record" || (choices.length && !choices.some((c) => c.speaks))) quiet.push(drawForm(form, choices, false, from));
    else observed.push(drawForm(form, choices, isExpected(form), from));
  }
  const ended = study.phase[here.road.phase].end;
  const part = (title, cards) => (cards.length ? [el("h3", {}, title), el("div", { class: "cards" }, singlesLast(cards))] : []);
  const pills = el("div", { class: "pills" }, refused);
  const all = [
    ...part("Somebody acts or decides", [...possible.filter((p) => p.moves), ...possible.filter((p) => !p.moves)].map((p) => p.card)),
    ...part("Something is observed", observed),
    ...(refused.length && !ended ? [el("h3", {}, "Not allowed now, and why"), pills] : []),
    refused.length && ended ? foldAway("refused", `Not allowed any more (${refused.length})`, { class: "quiet" }, pills) : null,
    quiet.length ? foldAway("quiet", `Recorded, but changes nothing now (${quiet.length})`, { class: "quiet" }, el("div", { class: "cards" }, singlesLast(quiet))) : null,
  ];
  const title = el("h2", { id: "do-title" }, "What happens today?");
  const start = state.entries.length ? null : drawBegin();
  if (start) return [title, start, foldAway("all", "Everything else that can happen", { class: "quiet" }, all.filter(Boolean))];
  return [title, ended ? el("p", { class: "soft" }, "The study has ended for this participant. Undo, take an entry back, or start anew.") : null, ...all];
}

// Cards with choices first; buttons that stand alone after them.
function singlesLast(cards) {
  const alone = cards.filter((c) => c.classList.contains("one"));
  return [...cards.filter((c) => !alone.includes(c)), alone.length ? el("div", { class: "choices" }, alone) : null].filter(Boolean);
}

// Whether a visit that this form makes can be made today, or the form is what the study waits for at the beginning.
function isExpected(form) {
  const able = (v) => v.state === "due" || v.state === "owed" || v.state === "late";
  return here.planned.some((v) => able(v) && here.arm.visits.some((x) => x.name === v.name && x.made_by === form.entry));
}

function drawBegin() {
  const first = [...here.arm.row(here.road.status)].find(([, [, rule]]) => rule >= 0 && rule < here.arm.legal)?.[0];
  const choice = formsNow().flatMap((f) => f.choices).find((c) => c.outcome.events.length === 1 && c.outcome.events[0].name === first);
  if (!choice) return null;
  return button("begin", `Begin: ${choice.form.label}`, () => recordNow(choice.form, choice.values), { class: "begin" });
}

function drawForm(form, choices, wanted, from) {
  const given = study.arm[here.road.arm].doses.filter((d) => d.before.some((e) => choices.some((c) => c.outcome.events.some((o) => o.name === e && !o.refusal))));
  const before = given.map((d) => el("p", { class: "soft" }, `Before it: ${d.formula ?? `${short(d.amount)} ${d.unit}`} ${d.drug}, ${d.words} `, ...cites(d.source)));
  const alone = choices.length === 1, dosed = alone && form.dose_item !== null;
  const items = form.items.length + form.groups.length > (dosed ? 1 : 0)
    ? foldAway(`values ${form.entry}`, choices.length ? "with other values" : "enter values", { class: "values" }, [drawItems(form, choices)]) : null;
  if (alone) return el("div", { class: "one", "data-form": form.entry }, dosed ? drawDosed(choices[0]) : drawChoice(choices[0], form.label), ...before, items);
  const title = [el("b", {}, capital(form.label)), " ", ...cites(form.source)];
  const parts = choices.map((c) => (c.refused ? drawRefused(c, false, from) : drawChoice(c, c.label)));
  return foldAway(`form ${form.entry}`, title, { class: "card", "data-form": form.entry }, [el("div", { class: "choices" }, parts), ...before, items].filter(Boolean), wanted);
}

function drawChoice(choice, label, read = null) {
  const said = read ? "" : valuesSaid(choice.form, choice.values), rules = choice.outcome.events.filter((e) => e.rule).map((e) => e.rule);
  const silent = choice.outcome.events.filter((e) => !e.rule).map((e) => study.event[e.name].otherwise).filter(Boolean);
  const words = rules.length ? rules.map((r) => r.words).join("; ") : silent[0] ?? "";
  const source = [...new Set(rules.flatMap((r) => r.source.split(", ")))].join(", "), means = meaningOf(choice);
  const parts = [
    el("b", {}, capital(label)), means.length ? el("span", { class: "means" }, capital(means.join("; "))) : null, said ? el("span", { class: "given" }, said) : null,
    words ? el("span", { class: "hint" }, `→ ${words}`, source ? ` [${source}]` : "") : null,
  ];
  return button(choice.key, parts.filter(Boolean), () => recordNow(choice.form, read ? read() : choice.values), { class: rules.length ? "do" : "do quietly" });
}

// A choice that records a dose: the planned one stands in the field, and can be changed before it is recorded.
function drawDosed(choice) {
  const { form } = choice, m = form.items.find((i) => i.name === form.dose_item), planned = choice.values[m.name] ?? null;
  const field = drawField(form, m, planned), note = el("span", { class: "soft", role: "status" });
  const read = () => {
    const value = asTyped(m, field.value), { [m.name]: _, ...rest } = choice.values;
    return value === null ? rest : { ...rest, [m.name]: value };
  };
  const show = () => {
    const value = read()[m.name] ?? null;
    note.textContent = value === null ? "no amount is recorded" : planned === null ? "no amount is planned" : value === planned ? "as planned" : `planned: ${short(planned)}${m.unit ? ` ${m.unit}` : ""}`;
  };
  field.addEventListener("input", show);
  show();
  return [drawChoice(choice, form.label, read), el("label", { class: "amount" }, el("span", {}, m.label, m.unit ? ` (${m.unit})` : ""), field, note)];
}

// A refused decision or act: why, and from when; opened, its sentence with its source, and that it happened can still be reported.
function drawRefused(choice, several, from) {
  const because = capital(choice.refused.because), label = several || choice.form.choices.length < 2 ? nameOf(choice) : choice.label;
  const day = from[choice.refused.event], said = valuesSaid(choice.form, choice.values);
  return foldAway(`no ${choice.key}`, [el("span", {}, capital(label)), day === undefined ? null : el("span", { class: "from" }, `from ${shortDay(iso(day))}`), el("span", { class: "why" }, because)].filter(Boolean),
    { class: "refused", title: `${because} [${choice.refused.source}]` }, [
      el("p", {}, "Not allowed now. ", `${because}. `, ...cites(choice.refused.source)),
      button(`report ${choice.key}`, ["Report that it happened anyway", said ? el("span", { class: "given" }, said) : null].filter(Boolean), () => recordNow(choice.form, choice.values), { class: "report" }),
    ]);
}

// A form's items as fields, with what the values would give while they are typed. A field for a dose holds the planned one.
function drawItems(form, choices, continues = null) {
  const preview = el("p", { class: "preview", role: "status" }), planned = choices.find((c) => form.dose_item in c.values)?.values[form.dose_item] ?? null;
  const fields = form.items.map((m) => [m, drawField(form, m, m.name === form.dose_item ? planned : null, continues), m.also_in.length ? drawUnit(form, m) : null]);
  const said = (m, f, u) => (u && f.value !== "" && u.value !== m.unit ? { value: asTyped({ ...m, also_in: [] }, f.value), unit: u.value } : asTyped(m, f.value));
  const groups = form.groups.map((g) => drawGroup(form, g, () => show())), ofFields = (all) => Object.fromEntries(all.map(([m, f, u]) => [m.name, said(m, f, u)]).filter(([, v]) => v !== null));
  const values = () => ({ ...ofFields(fields), ...Object.fromEntries(groups.filter((g) => g.rows.length).map((g) => [g.name, g.rows.map(ofFields)])) });
  const show = () => {
    const beside = { ...here.road.screened, ...typed(form, values()).values }, hidden = notAsked(form, beside), needed = new Set(neededOn(form, beside));
    for (const [m, f] of fields) {
      const label = f.closest("label");
      if (!label) continue;
      label.hidden = hidden.has(m.name) && f.value === "";
      label.querySelector(".needed").textContent = continues === null && needed.has(m.name) ? " *" : "";
    }
    preview.replaceChildren(...previewOf(form, values(), continues));
  };
  const made = el("form", { class: "items", onsubmit: (event) => { event.preventDefault(); recordNow(form, values(), continues); }, oninput: show },
    fields.map(([m, f, u]) => el("label", {}, el("span", {}, m.label, m.unit && !u ? ` (${m.unit})` : "", el("span", { class: "needed" })), f, u)),
    groups.map((g) => g.drawn), preview, el("button", { type: "submit", class: "do" }, continues === null ? "Record these values" : "Go on with it"));
  show();
  return made;
}

// What was typed into a field as its item's value, null where the field is empty; what cannot be read stays as it was typed, and is asked.
function asTyped(item, text) {
  if (text === "") return null;
  const { values, unread } = typed({ items: [item] }, { [item.name]: text });
  return unread.length ? text : values[item.name];
}

// The field of an item: what was typed before and not recorded, else `given`.
function drawField(form, m, given = null, continues = null) {
  const part = continues === null ? "" : ` of ${continues}`, name = `${form.entry}${part} ${m.name}`, draft = `${form.entry}\n${m.name}${part}`, field = emptyField(form, m, name);
  field.value = drafts.get(draft) ?? (given === null ? "" : String(given));
  field.addEventListener("input", () => { drafts.set(draft, field.value); keep(); });
  return field;
}

// A group's rows as fields, with a button for one more; a row is taken away again by its own.
function drawGroup(form, g, changed) {
  const rows = [], list = el("ol", { class: "rows" });
  const add = () => {
    const fields = g.items.map((m) => [m, emptyField(form, m, `${form.entry} ${g.name} ${rows.length + 1} ${m.name}`), m.also_in.length ? drawUnit(form, m) : null]);
    const remove = () => { rows.splice(rows.indexOf(fields), 1); row.remove(); changed(); };
    const row = el("li", {}, fields.map(([m, f, u]) => el("label", {}, el("span", {}, m.label, m.unit && !u ? ` (${m.unit})` : "", g.required.includes(m.name) ? " *" : ""), f, u)), el("button", { type: "button", class: "plain", onclick: remove }, "Take this row away"));
    rows.push(fields);
    list.append(row);
    changed();
  };
  return { name: g.name, rows, drawn: el("fieldset", {}, el("legend", {}, g.label), list, el("button", { type: "button", class: "plain", onclick: add }, "Add a row")) };
}

// The units in which an item may be recorded.
function drawUnit(form, m) {
  const units = [m.unit, ...m.also_in.map((u) => u.unit)];
  return el("select", { "aria-label": `Unit of ${m.label}`, "data-key": `unit ${form.entry} ${m.name}` }, units.map((u) => el("option", { value: u }, u)));
}

function emptyField(form, m, name) {
  if (m.type === "yes/no" || m.codes.length) {
    const options = m.codes.length ? m.codes.map((c) => [c, c]) : [["true", "yes"], ["false", "no"]];
    return el("select", { name, "data-key": `field ${name}` }, el("option", { value: "" }, "not recorded"), options.map(([value, text]) => el("option", { value }, text)));
  }
  if (m.type === "text") {
    const words = [...new Set(form.choices.map((c) => c[m.name]).filter((v) => typeof v === "string"))];
    const list = `words ${name}`.replaceAll(" ", "-");
    return withList(el("input", { name, type: "text", list, "data-key": `field ${name}` }), list, words);
  }
  return el("input", { name, type: m.type === "date" ? "date" : "text", inputmode: m.type === "date" ? null : "decimal", "data-key": `field ${name}` });
}

function withList(input, list, words) {
  input.addEventListener("focus", () => {
    if (!document.getElementById(list)) document.body.append(el("datalist", { id: list }, words.map((w) => el("option", { value: w }))));
  });
  return input;
}

function previewOf(form, values, continues = null) {
  const outcome = outcomeNow(study, here, form, values, continues), said = [];
  const { values: own } = typed(form, values);
  const odd = form.items.map((m) => expectedOn(form, m, { ...here.road.screened, ...own })).filter((m) => typeof own[m.name] === "number" && ((m.low !== null && own[m.name] < m.low) || (m.high !== null && own[m.name] > m.high)));
  for (const m of odd) said.push(`${m.label} is outside ${rangeOf(m)}: it would be taken and queried. `);
  const { unread } = typed(form, values);
  for (const u of unread) said.push(`${capital(u.says)}. `);
  const missing = continues !== null ? [] : neededOn(form, { ...here.road.screened, ...typed(form, values).values }).filter((name) => (values[name] ?? null) === null);
  if (missing.length) said.push(`Still missing: ${missing.join(", ").replaceAll("_", " ")}. `);
  if (outcome.class !== null) said.push(el("b", {}, `${outcome.class}. `));
  if (!outcome.events.length && form.yields.length) said.push("No rule asks for these values. ");
  const after = study.phase[outcome.then.phase];
  for (const e of outcome.events) {
    said.push(`${capital(e.name)}: `, e.refusal ? `not allowed now, would be a deviation. ${capital(e.refusal.because)}. ` : e.rule ? `${e.rule.words}. ` : `${study.event[e.name].otherwise || "changes nothing here"}. `,
      ...cites(e.refusal?.source ?? e.rule?.source ?? study.event[e.name].source), " ");
  }
  if (after.shown !== study.phase[here.road.phase].shown) said.push(`Then: ${after.shown}. `);
  return said;
}
