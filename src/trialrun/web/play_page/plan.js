// Visits, deviations, questions to the site and the road so far, as tables and lists.

function drawPlan() {
  const rows = here.planned.map((v, i) => {
    const declared = here.arm.visits.find((x) => x.name === v.name), form = study.form[declared.made_by];
    const open = v.state === "due" || v.state === "owed" || v.state === "late";
    const make = open && form.visit_item && !form.yields.length && !form.classes.length
      ? button(`visit ${i}`, "Made today", () => recordNow(form, { [form.visit_item]: v.name }), { class: "link" })
      : open ? button(`visit ${i}`, "Record", () => showForm(form), { class: "link" }) : null;
    const target = v.target > state.today && v.state !== "done" ? button(`target ${i}`, shortDay(iso(v.target)), () => go(v.target), { class: "link", title: "Go to this day" }) : shortDay(iso(v.target));
    return el("tr", { class: v.state.replace(" ", "-") },
      el("td", { class: "visit" }, v.name, " ", ...cites(v.source)),
      el("td", {}, target, v.projected ? el("span", { class: "soft" }, " expected") : null),
      el("td", { class: "soft window", title: isAssumed(declared) ? "The window is assumed" : "" }, windowSaid(v) + (isAssumed(declared) ? " *" : "")),
      el("td", {}, el("span", { class: "state" }, v.state), v.made ? ` ${shortDay(iso(v.made))}` : "", v.reason ? el("span", { class: "soft" }, ` ${v.reason}`) : null, " ", make));
  });
  const drawn = [el("h2", { id: "plan-title" }, "Visits")];
  if (!rows.length) drawn.push(el("p", { class: "soft" }, "None is planned yet."));
  else {
    drawn.push(el("table", {}, el("thead", {}, el("tr", {}, ["Visit", "Target", "Window", "State"].map((t) => el("th", { scope: "col" }, t)))), el("tbody", {}, rows)));
    if (here.planned.some((v) => isAssumed(here.arm.visits.find((x) => x.name === v.name)))) drawn.push(el("p", { class: "soft" }, "* the window is assumed: no source that we have gives it."));
  }
  const waits = here.data.waiting ?? [];
  if (waits.length) drawn.push(el("ul", { class: "waits" }, waits.map((w) => el("li", {}, el("b", {}, w.name), ` waits: ${w.says} `, ...cites(w.source)))));
  drawn.push(...drawAdministrations());
  const { deviations, uncertain } = here.data;
  if (uncertain.length) {
    drawn.push(el("h2", {}, "Hangs on a date known in part"),
      el("ul", { class: "queries" }, uncertain.map((u) => el("li", {}, el("b", {}, u.what), `: from ${shortDay(u.earliest)} to ${shortDay(u.latest)}`))));
  }
  if (deviations.length) {
    drawn.push(el("h2", {}, `Deviations (${deviations.length})`),
      el("ul", { class: "deviations" }, [...deviations].reverse().map((d) => el("li", { class: d.weight }, `${shortDay(d.on)} `, el("b", {}, d.kind), `: ${d.says} `, ...cites(d.source)))));
  }
  const { queries } = here.data;
  if (queries.length) {
    drawn.push(el("h2", {}, `Questions to the site (${queries.length})`),
      el("p", { class: "soft" }, "What is recorded is taken and asked about; a question moves nothing."),
      el("ul", { class: "queries" }, queries.map((q) => el("li", { class: "query" }, `${capital(study.form[q.event]?.label ?? q.event)}, entry ${q.entry}: `, el("b", {}, q.kind), `: ${q.says}`))));
  }
  return drawn;
}

const isAssumed = (declared) => declared.window !== null && !declared.window.confirmed;
const windowSaid = (v) => (v.timed ? `${v.at === null ? "time not recorded" : `at ${timeSaid(v.at)}`}, ` : "") + (v.earliest === null ? "not stated" : `${shortDay(iso(v.earliest))} to ${shortDay(iso(v.latest))}`);

// The due days of doses that are recorded one by one, the latest first.
function drawAdministrations() {
  const due = [...here.data.administrations].reverse();
  if (!due.length) return [];
  const rows = due.map((a) => el("tr", { class: a.state.replace(" ", "-") },
    el("td", {}, `${a.drug} ${a.amount === null ? "" : `${short(a.amount)} ${a.unit}`} `, ...cites(a.source)), el("td", {}, shortDay(a.due)),
    el("td", { class: "soft window" }, `${shortDay(a.earliest)} to ${shortDay(a.latest)}`),
    el("td", {}, el("span", { class: "state" }, a.state), a.on ? ` ${shortDay(a.on)}` : "", a.given ? ` ${short(a.given)} ${a.unit}` : "", a.reason ? el("span", { class: "soft" }, ` ${a.reason}`) : null)));
  return [el("h2", {}, "Doses, day by day"), el("table", { class: "administrations" }, el("thead", {}, el("tr", {}, ["Dose", "Due", "Window", "State"].map((t) => el("th", { scope: "col" }, t)))), el("tbody", {}, rows))];
}

// Bring a form into view, open, with the focus on its first choice.
function showForm(form) {
  for (const key of ["all", "quiet", `form ${form.entry}`]) opened.add(key);
  render(false);
  const card = [...document.querySelectorAll("[data-form]")].find((c) => c.dataset.form === form.entry);
  card?.scrollIntoView({ block: "center" });
  card?.querySelector("button.do, summary")?.focus();
}

function drawRoad() {
  const items = [];
  for (const step of here.road.log) {
    if (step.entry) items.push({ day: step.entry.day, entry: step.entry.entry, partial: step.entry.partial, turns: [] });
    else if (step.turn.entry === null) items.push({ day: step.turn.day, entry: null, turns: [step.turn] });
    else (items.find((i) => i.entry?.sequence === step.turn.entry) ?? items.at(-1)).turns.push(step.turn);
  }
  const drawn = [el("h2", { id: "road-title" }, "The road so far")];
  if (!items.length) drawn.push(el("p", { class: "soft" }, "Nothing has happened yet. What you click is written here, newest first, with the sentence that spoke and where it comes from."));
  else drawn.push(el("ol", { class: "road", reversed: true }, items.reverse().map(drawStep)));
  return drawn;
}

function drawStep({ day, entry, partial, turns }) {
  const form = entry ? study.form[entry.event] : null, said = entry ? valuesSaid(form, entry.values) : "";
  const broken = entry && here.data.deviations.some((d) => d.entry === entry.sequence && d.weight !== "visit");
  return el("li", { class: entry ? (broken ? "broken" : "entry") : "clock" },
    el("time", { datetime: partial ? entry.happened_on : iso(day) }, partial ? `${entry.happened_on}, taken as ${shortDay(iso(day))}` : dayText(day)),
    el("div", {},
      entry ? el("p", {}, el("b", {}, capital(form?.label ?? entry.event)), said ? el("span", { class: "soft" }, ` ${said}`) : "", " ",
        button(`back ${entry.sequence}`, "take back", () => takeBack(entry.sequence), { class: "link", "aria-label": `Take back: ${form?.label ?? entry.event}, ${iso(day)}` })) : el("p", { class: "soft" }, "The calendar"),
      turns.map(drawTurn)));
}

function drawTurn(t) {
  if (t.rule === null) return el("p", { class: "quietly" }, `${capital(study.event[t.event].otherwise || `${t.event} changes nothing here`)} `, ...cites(study.event[t.event].source));
  const rule = here.arm.rules[t.rule], breach = t.rule >= here.arm.legal && rule.breach;
  const from = study.phase[t.before].shown, to = study.phase[t.after].shown;
  return el("p", {}, breach ? el("span", { class: "state" }, "deviation") : null, breach ? " " : "", `${capital(rule.words)} `, from !== to ? el("span", { class: "move" }, `${from} → ${to}`) : null, " ", ...cites(rule.source));
}
