// The page: what is clicked becomes an entry, and everything shown is a fold of the entries.
// An executor for offline use only: it reads the same table as the journey, and committed vectors hold the two equal.

const study = makeReady(JSON.parse(document.getElementById("study").textContent));
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
let state = { entries: [], today: ordinal(study.start) };
let past = [];
let here = null;
let news = [];
let kept = true, trouble = null;
const opened = new Set(), closed = new Set();
const drafts = new Map(); // what is typed and not yet recorded, by the name of its field

// Elements --------------------------------------------------------------------------------------------------------------------------

function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter((c) => c !== null && c !== undefined && c !== false));
  return made;
}

function button(key, text, press, attributes) {
  return el("button", { type: "button", "data-key": key, onclick: press, ...attributes }, text);
}

// A part that opens and closes, and stays so when the page is drawn again.
function foldAway(key, summary, attributes, children, wanted = false) {
  const open = opened.has(key) || (wanted && !closed.has(key));
  const made = el("details", { ...attributes, open }, el("summary", { "data-key": key }, summary), children);
  made.firstChild.addEventListener("click", () => {
    (made.open ? opened : closed).delete(key);
    (made.open ? closed : opened).add(key);
  });
  return made;
}

function dayText(day) {
  const { year, month, day: d, weekday } = partsOf(day);
  return `${WEEKDAYS[weekday]} ${d} ${MONTHS[month - 1]} ${year}`;
}

function shortDay(text) {
  const { year, month, day } = partsOf(ordinal(text));
  return `${day} ${MONTHS[month - 1]} ${year}`;
}

function inDays(n) {
  return n === 0 ? "today" : n === 1 ? "tomorrow" : n > 0 ? `in ${n} days` : `${-n} ${n === -1 ? "day" : "days"} ago`;
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// The statements and readings of a source, each opening its own words below.
function cites(source) {
  return source.split(/, */).filter(Boolean).map((id) => {
    const reading = study.readings[id], statement = study.statements[id];
    if (!reading && !statement) return el("span", { class: "cite" }, id);
    const says = reading
      ? `${id}, our reading. ${reading.question} ${reading.answer}`
      : `${id}. ${statement.words}${statement.confirmed ? "" : " (recalled, not confirmed)"}`;
    const press = (event) => {
      event.preventDefault();
      event.stopPropagation();
      const place = event.currentTarget.closest("li, p, td, summary") ?? event.currentTarget.parentElement;
      const shown = [...place.children].find((c) => c.dataset?.said === id);
      event.currentTarget.setAttribute("aria-expanded", String(!shown));
      if (shown) shown.remove();
      else place.append(el("span", { class: "said", "data-said": id }, says));
    };
    return el("button", { type: "button", class: reading ? "cite ours" : "cite", title: says, "aria-expanded": "false", onclick: press }, id);
  });
}

// Changes ---------------------------------------------------------------------------------------------------------------------------

function change(next) {
  past.push(state);
  closed.clear();
  for (const key of opened) if (/^(form|no|values) /.test(key) && !hasDraft(key)) opened.delete(key);
  state = { ...state, ...next };
  render(true);
}

// Whether a part that is open holds something typed.
function hasDraft(key) {
  return [...drafts.keys()].some((name) => key.endsWith(` ${name.split("\n")[0]}`));
}

function forget(form) {
  for (const name of [...drafts.keys()]) if (name.startsWith(`${form.entry}\n`)) drafts.delete(name);
}

// A form's values as the entry that would be recorded on the day shown.
function entryNow(form, given, continues = null) {
  const visit = form.visit_item && !(form.visit_item in given) ? visitAtHand(form) : null;
  const sequence = Math.max(0, ...state.entries.map((e) => e.sequence)) + 1;
  return {
    participant: state.entries[0]?.participant ?? "play-001", sequence, happened_on: iso(state.today), at: null, recorded_at: recordedAt(sequence), recorded_by: "play",
    event: form.entry, values: visit === null ? given : { [form.visit_item]: visit, ...given }, corrects: null, reason: null, protocol: `${study.name}@${study.version}`,
    ...(continues === null ? {} : { continues }),
  };
}

// A time of recording at noon of the day shown, or of the latest day recorded so far, a second later for each entry.
function recordedAt(sequence) {
  const day = Math.max(state.today, ...state.entries.filter((e) => e.recorded_at).map((e) => ordinal(e.recorded_at.slice(0, 10)) ?? 0));
  const at = 12 * 3600 + (sequence % 36000), two = (n) => String(n).padStart(2, "0");
  return `${iso(day)}T${two(Math.floor(at / 3600))}:${two(Math.floor(at / 60) % 60)}:${two(at % 60)}Z`;
}

function recordNow(form, values, continues = null) {
  forget(form);
  change({ entries: [...state.entries, entryNow(form, values, continues)] });
}

// The name of the visit that a form would make today: the one that is open, else the next one.
function visitAtHand(form) {
  const made = here.planned.filter((v) => here.arm.visits.some((x) => x.name === v.name && x.made_by === form.entry));
  const open = made.find((v) => v.state === "late" || v.state === "owed" || v.state === "due");
  return (open ?? made.find((v) => v.state === "planned"))?.name ?? null;
}

function takeBack(sequence) {
  change({ entries: state.entries.filter((e) => e.sequence !== sequence) });
}

function go(day) {
  change({ today: day });
}

function undo() {
  if (!past.length) return;
  state = past.pop();
  render(true);
}

function begin(entries, until) {
  drafts.clear();
  const told = entries.map((e, i) => ({ participant: "play-001", sequence: i + 1, ...e, recorded_at: `${e.happened_on}T12:00:${String(i % 60).padStart(2, "0")}Z`, recorded_by: "play", protocol: `${study.name}@${study.version}` }));
  change({ entries: told, today: ordinal(until) });
}

// Drawing ---------------------------------------------------------------------------------------------------------------------------

function render(changed) {
  const focused = document.activeElement?.dataset?.key, before = here;
  here = standingOf(study, state.entries, state.today);
  keep();
  if (changed) news = whatIsNew(before, here);
  const places = { head: drawHead, today: drawToday, now: drawNow, do: drawDo, plan: drawPlan, road: drawRoad, foot: drawFoot };
  for (const [id, draw] of Object.entries(places)) document.getElementById(id).replaceChildren(...draw().flat().filter(Boolean));
  document.getElementById("news").textContent = changed ? [`${capital(here.data.phase)}, ${dayText(state.today)}.`, ...news.map((n) => `${n.says}.`)].join(" ") : "";
  const again = focused && [...document.querySelectorAll("[data-key]")].find((e) => e.dataset.key === focused && !e.disabled);
  if (again) again.focus({ preventScroll: true });
  else if (focused) document.getElementById("now-title").focus({ preventScroll: true });
}

// What the road, the deviations and the questions have that they had not before, in the order of the days; at most five.
function whatIsNew(before, after) {
  const turnKey = (t) => `${t.day} ${t.event} ${t.rule} ${t.entry}`, devKey = (d) => `${d.on} ${d.kind} ${d.says}`;
  const had = new Set([...before.road.turns, ...before.road.unheard].map(turnKey)), told = new Set(before.data.deviations.map(devKey));
  const deviations = after.data.deviations.filter((d) => !told.has(devKey(d)));
  const askKey = (q) => `${q.entry} ${q.item} ${q.kind}`, asked = new Set(before.data.queries.map(askKey));
  const spoken = new Set(after.road.turns.map((t) => t.entry)), broken = new Set(deviations.filter((d) => d.weight !== "visit").map((d) => d.entry));
  const turns = after.road.turns.filter((t) => !had.has(turnKey(t)) && !(t.rule >= after.arm.legal && broken.has(t.entry)));
  const unheard = after.road.unheard.filter((t) => !had.has(turnKey(t)) && !spoken.has(t.entry) && !broken.has(t.entry));
  const found = [
    ...turns.map((t) => ({ day: t.day, says: after.arm.rules[t.rule].words, source: after.arm.rules[t.rule].source, kind: "turn" })),
    ...unheard.map((t) => ({ day: t.day, says: study.event[t.event].otherwise || `${t.event}: changes nothing here`, source: study.event[t.event].source, kind: "quietly" })),
    ...deviations.map((d) => ({ day: ordinal(d.on), says: `${d.kind}: ${d.says}`, source: d.source, kind: "deviation" })),
    ...after.data.queries.filter((q) => !asked.has(askKey(q))).map((q) => ({ day: state.today, says: `asked: ${q.says}`, source: "", kind: "quietly" })),
  ];
  return found.sort((a, b) => a.day - b.day).slice(-5);
}

function drawHead() {
  const stories = study.stories.map((s, i) => button(`story ${i}`, s.title, () => begin(s.entries, s.until), { title: s.says, class: "story" }));
  const begun = state.entries.length > 0;
  return [
    el("div", {}, el("h1", {}, study.title), begun ? null : el("p", { class: "lead" }, "Click what happens. The study answers from its own rules, each with its source.")),
    stories.length ? foldAway("stories", begun ? "Other stories" : "Stories to begin with", { class: "stories" }, [el("div", { role: "group", "aria-label": "Stories" }, ...stories)], !begun) : null,
    begun ? button("over", "Start anew", () => begin([], study.start), { class: "story plain" }) : null,
  ];
}

function drawToday() {
  const next = daysAhead()[0];
  const pick = (event) => { const day = ordinal(event.target.value); if (day !== null) go(day); };
  return [
    el("label", { class: "date" }, el("span", {}, dayText(state.today)), el("input", { type: "date", value: iso(state.today), "data-key": "date", "aria-label": "Today's date", onchange: pick })),
    button("day", "Next day", () => go(state.today + 1)),
    button("week", "+7 days", () => go(state.today + 7)),
    next ? button("jump", [`Jump to ${shortDay(iso(next.day))}`, el("span", { class: "soft" }, next.what)], () => go(next.day), { class: "jump" }) : null,
    button("undo", "Undo", undo, { disabled: !past.length, class: "plain" }),
  ];
}

function drawNow() {
  const { data, road } = here, phase = study.phase[road.phase];
  const later = whatStands(study, state.entries).filter((s) => s.day > state.today).length;
  const counts = [...study.standing.filter((s) => s.at.length), ...study.standing.filter((s) => !s.at.length)].map((s) => [s.key.replaceAll("_", " "), data[s.key]]).filter(([, value]) => value !== null);
  const begun = counts.some(([, value]) => value);
  const shown = new Set(study.standing.map((s) => s.of));
  const flags = flagsThatMatter().filter((name) => !shown.has(name));
  const rows = begun ? counts.map(([name, value]) => tile(capital(name), value === true ? "yes" : value === false ? "no" : String(value))) : [];
  if (lastClass(study, road)) rows.push(tile(`Last ${lastClassified()}`, lastClass(study, road).name));
  if (data.arm) rows.push(tile("Arm", data.arm));
  return [
    el("h2", { id: "now-title", tabindex: "-1", class: "phase" }, capital(data.phase), data.reason ? `: ${data.reason}` : ""),
    el("p", { class: "since" },
      data.detail !== data.phase && !data.reason ? `${capital(data.detail)}. ` : "", data.since ? `Since ${shortDay(data.since)} (${inDays(ordinal(data.since) - state.today)}). ` : "",
      flags.length ? `What matters here: ${flags.join(", ")}. ` : "", ...cites(phase.source)),
    ...(data.doses.length ? data.doses.map(drawDose) : [drawDose(null)]),
    ...data.administrations.filter((a) => a.state === "owed").map((a) => el("p", { class: "dose owed" }, el("b", {}, `${a.drug} ${a.amount === null ? "" : `${short(a.amount)} ${a.unit} `}owed`), ` since ${shortDay(a.due)}, until ${shortDay(a.latest)} `, ...cites(a.source))),
    ...data.premedication.map(drawPremedication),
    ...data.proposed.map((p) => el("p", { class: "proposed" }, el("b", {}, "Proposed: "), `${p.says} `, ...cites(p.source), p.confirmed ? "" : " (not confirmed)")),
    ...drawRecords(),
    ...drawNext(),
    ...(news.length ? [el("div", { class: "news" }, el("h3", {}, "What just happened"), el("ul", {}, news.map((n) => el("li", { class: n.kind }, n.day === state.today ? "" : `${shortDay(iso(n.day))}: `, `${n.says} `, ...cites(n.source)))))] : []),
    el("div", { class: "tiles" }, rows),
    later ? el("p", { class: "soft" }, `${later} ${later === 1 ? "entry lies" : "entries lie"} on later days.`) : null,
    drawReadings(),
  ];
}

// The records that live, each with a way to go on with it; those that have ended by themselves.
function drawRecords() {
  const going = [], ended = [];
  for (const r of here.data.records) {
    const form = study.form[r.form], said = valuesSaid(form, r.values), days = r.days ?? `${r.days_least} to ${r.days_most}`;
    const course = `${said}; ${r.ongoing ? `goes on, day ${days}` : `ended ${r.ends}, ${days} ${days === 1 ? "day" : "days"}`}`;
    if (r.ongoing) going.push(el("li", {}, foldAway(`record ${r.entry}`, `${capital(form.label)}: ${course}`, {}, [drawItems(form, [], r.entry)])));
    else ended.push(el("li", {}, `${capital(form.label)}: ${course}`));
  }
  return [
    ...(going.length ? [el("h3", {}, "What goes on"), el("ul", { class: "records" }, going)] : []),
    ...(ended.length ? [foldAway("records ended", `What has ended (${ended.length})`, { class: "quiet" }, [el("ul", { class: "records" }, ended)])] : []),
  ];
}

// The study's own name for what the last class is a class of.
function lastClassified() {
  const last = lastClass(study, here.road), form = study.form[here.road.entries.find((s) => s.entry.sequence === last.entry)?.entry.event];
  return (study.form[form?.overrides] ?? form)?.classified ?? "class";
}

// What comes next: visits that are owed, what somebody may decide or has to do, and the days ahead.
function drawNext() {
  const { data, road } = here, { alone, choices } = waitedFor(), drawn = [el("h3", {}, "What comes next")];
  const list = (title, rows, kind = "next") => (rows.length ? [el("p", { class: "soft" }, title), el("ul", { class: kind }, rows)] : []);
  const owed = owedNow().map((v) => {
    const form = study.form[here.arm.visits.find((x) => x.name === v.name).made_by], until = v.latest === null ? "the next one" : shortDay(iso(v.latest));
    const says = v.state === "due" ? ` can be made now, target ${shortDay(iso(v.target))}` : ` owed since ${shortDay(iso(v.target))}, ${v.state === "late" ? "its window ended on" : "until"} ${until}`;
    return el("li", {}, button(`owed ${v.name} ${v.occasion}`, `${v.name} visit`, () => showForm(form), { class: "link", title: "Show where to record it" }), `${says} `, ...cites(v.source));
  });
  const decisions = choices.map((c) => {
    const rules = c.outcome.events.filter((e) => e.rule).map((e) => e.rule);
    return el("li", {}, button(`waited ${c.key}`, capital(nameOf(c)), () => showForm(c.form), { class: "link", title: "Show where to record it" }), ` ${rules.map((r) => r.words).join("; ")} `, ...cites([...new Set(rules.flatMap((r) => r.source.split(", ")))].join(", ")));
  });
  const visit = here.planned.filter((v) => v.state === "planned" && v.target > state.today)[0];
  const days = [...data.next, ...(visit ? [{ on: iso(visit.target), says: `${visit.name} visit${visit.projected ? " (expected)" : ""}`, source: visit.source }] : [])].sort((a, b) => ordinal(a.on) - ordinal(b.on));
  const ahead = days.map((n) => el("li", {}, button(`go ${n.on} ${n.says}`, shortDay(n.on), () => go(ordinal(n.on)), { class: "link", title: "Go to this day" }), ` ${n.says}, ${inDays(ordinal(n.on) - state.today)} `, ...cites(n.source)));
  drawn.push(...list("Visits open now", owed), ...list(alone ? "The calendar alone leads no further; waited for, one of" : "May be decided now", decisions, "next waited"), ...list("On the calendar", ahead));
  if (drawn.length === 1) drawn.push(el("p", { class: "soft" }, study.phase[road.phase].end ? "Nothing: the study has ended for this participant." : "Nothing by itself: only what is observed leads on."));
  return drawn;
}

function tile(name, value) {
  return el("div", { class: "tile" }, el("span", {}, name), el("b", {}, value));
}

function drawDose(dose) {
  if (!dose) return el("p", { class: "dose none" }, "No dose is planned today.");
  const amount = dose.amount === null ? `not known before ${dose.missing.join(", ")} is recorded` : `${short(dose.amount)} ${dose.unit}`;
  return el("p", { class: "dose" }, el("b", {}, amount), ` ${dose.drug} today: ${dose.words} `, ...cites(dose.sources.join(", ")));
}

// A premedication of today: before what was done, or before what may be done.
function drawPremedication(p) {
  const when = p.if ? `if ${study.event[p.for]?.label || p.for} is done today` : "today";
  return el("p", { class: "dose before" }, el("b", {}, p.amount === null ? "amount not known" : `${short(p.amount)} ${p.unit}`), ` ${p.drug} before it, ${when}: ${p.why} `, ...cites(p.sources.join(", ")));
}

// The readings that the present rests on: the phase, the dose, the last turn, what comes next.
function drawReadings() {
  const { data, road, arm } = here, last = road.turns.at(-1);
  const sources = [study.phase[road.phase].source, ...data.doses.flatMap((d) => d.sources), last ? arm.rules[last.rule].source : "", ...data.next.map((n) => n.source), ...news.map((n) => n.source)];
  const used = new Set(sources.flatMap((s) => s.split(", ")));
  const ids = study.reading_order.filter((id) => used.has(id));
  const waits = study.phase[road.phase].waits;
  if (!ids.length && !waits) return null;
  const title = ids.length ? `The text leaves room here: ${ids.length} of our readings` : "Why no clock ends this phase";
  return foldAway("readings", title, { class: "readings" },
    el("ul", {}, waits ? el("li", {}, el("b", {}, "Why no clock ends this phase, in the study's words: "), waits) : null, ids.map((id) => el("li", {}, el("b", {}, `Our reading ${id}: `), `${study.readings[id].question} ${study.readings[id].answer}`))));
}

function drawFoot() {
  return [
    el("p", {}, el("b", {}, study.notice)),
    ...drawKeeping(),
    el("p", {}, `Study ${study.name}, version ${study.version}, fingerprint `, el("code", {}, study.fingerprint), ". For offline use with made-up participants: the records of a study are kept and judged elsewhere. Nothing leaves this page and nothing is fetched."),
  ];
}

globalThis.trialrun = {
  study,
  standing: (entries, day, knownAt = null) => standingOf(study, entries, ordinal(day), knownAt).data,
  entries: () => state.entries,
};
const left = remembered();
if (left) {
  state = { entries: left.entries, today: left.today };
  for (const [name, value] of left.drafts) drafts.set(name, value);
}
here = standingOf(study, state.entries, state.today);
render(false);
