// The page: what is clicked becomes an entry, and everything shown is a fold of the entries.

const study = makeReady(JSON.parse(document.getElementById("study").textContent));
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
let state = { entries: [], today: ordinal(study.start) };
let past = [];
let here = null;
let news = [];
const opened = new Set(), closed = new Set();

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
  for (const key of opened) if (/^(form|no|values) /.test(key)) opened.delete(key);
  state = { ...state, ...next };
  render(true);
}

function recordNow(form, given) {
  const values = form.visit_item && !(form.visit_item in given) ? { [form.visit_item]: visitAtHand(form), ...given } : given;
  const sequence = Math.max(0, ...state.entries.map((e) => e.sequence)) + 1;
  const recorded = Math.max(state.today, ...state.entries.map((e) => e.recorded));
  change({ entries: [...state.entries, { sequence, happened_on: iso(state.today), event: form.entry, values, recorded }] });
}

// The name of the visit that a form would make today: the one that is open, else the next one.
function visitAtHand(form) {
  const made = here.planned.filter((v) => here.arm.visits.some((x) => x.name === v.name && x.made_by === form.entry));
  const open = made.find((v) => v.state === "late" || v.state === "owed" || (v.state === "due" && v.earliest <= state.today));
  return (open ?? made.find((v) => v.state === "due"))?.name ?? "unscheduled";
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
  const told = entries.map((e, i) => ({ sequence: i + 1, happened_on: e.happened_on, event: e.event, values: e.values, recorded: ordinal(e.happened_on) }));
  change({ entries: told, today: ordinal(until) });
}

function download() {
  const link = el("a", { download: `${study.name}-play.jsonl`, href: URL.createObjectURL(new Blob([journalLines(study, state.entries)], { type: "application/jsonl" })) });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// Drawing ---------------------------------------------------------------------------------------------------------------------------

function render(changed) {
  const focused = document.activeElement?.dataset?.key, before = here;
  here = standingOf(study, state.entries, state.today);
  if (changed) news = whatIsNew(before, here);
  const places = { head: drawHead, today: drawToday, now: drawNow, do: drawDo, plan: drawPlan, road: drawRoad, foot: drawFoot };
  for (const [id, draw] of Object.entries(places)) document.getElementById(id).replaceChildren(...draw().flat().filter(Boolean));
  document.getElementById("news").textContent = changed ? [`${capital(here.data.phase)}, ${dayText(state.today)}.`, ...news.map((n) => `${n.says}.`)].join(" ") : "";
  const again = focused && [...document.querySelectorAll("[data-key]")].find((e) => e.dataset.key === focused && !e.disabled);
  if (again) again.focus({ preventScroll: true });
  else if (focused) document.getElementById("now-title").focus({ preventScroll: true });
}

// What the road and the deviations have that they had not before, in the order of the days; at most five.
function whatIsNew(before, after) {
  const turnKey = (t) => `${t.day} ${t.event} ${t.rule} ${t.entry}`, devKey = (d) => `${d.on} ${d.kind} ${d.says}`;
  const had = new Set([...before.road.turns, ...before.road.unheard].map(turnKey)), told = new Set(before.data.deviations.map(devKey));
  const deviations = after.data.deviations.filter((d) => !told.has(devKey(d)));
  const spoken = new Set(after.road.turns.map((t) => t.entry)), broken = new Set(deviations.filter((d) => d.weight !== "visit").map((d) => d.entry));
  const turns = after.road.turns.filter((t) => !had.has(turnKey(t)) && !(t.rule >= after.arm.legal && broken.has(t.entry)));
  const unheard = after.road.unheard.filter((t) => !had.has(turnKey(t)) && !spoken.has(t.entry) && !broken.has(t.entry));
  const found = [
    ...turns.map((t) => ({ day: t.day, says: after.arm.rules[t.rule].words, source: after.arm.rules[t.rule].source, kind: "turn" })),
    ...unheard.map((t) => ({ day: t.day, says: study.event[t.event].otherwise || `${t.event}: changes nothing here`, source: study.event[t.event].source, kind: "quietly" })),
    ...deviations.map((d) => ({ day: ordinal(d.on), says: `${d.kind}: ${d.says}`, source: d.source, kind: "deviation" })),
  ];
  return found.sort((a, b) => a.day - b.day).slice(-5);
}

function drawHead() {
  const stories = study.stories.map((s, i) => button(`story ${i}`, s.title, () => begin(s.entries, s.until), { title: s.says, class: "story" }));
  return [
    el("div", {}, el("h1", {}, study.title), el("p", { class: "lead" }, "Click what happens. The study answers from its own rules, each with its source.")),
    el("div", { class: "stories", role: "group", "aria-label": "Stories to begin with" }, stories.length ? el("span", {}, "Stories:") : null, ...stories,
      state.entries.length ? button("over", "Start over", () => begin([], study.start), { class: "story plain" }) : null),
  ];
}

// The days ahead on which something happens by itself or a visit has its target.
function ahead() {
  const found = here.data.next.map((n) => ({ day: ordinal(n.on), what: n.says }));
  for (const v of here.planned) {
    if (v.state !== "due") continue;
    if (v.target > state.today) found.push({ day: v.target, what: `${v.name} visit` });
  }
  return found.sort((a, b) => a.day - b.day);
}

function drawToday() {
  const next = ahead()[0];
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
  const later = state.entries.filter((e) => ordinal(e.happened_on) > state.today).length;
  const counts = [...study.standing.filter((s) => s.at.length), ...study.standing.filter((s) => !s.at.length)].map((s) => [s.key.replaceAll("_", " "), data[s.key]]).filter(([, value]) => value !== null);
  const begun = counts.some(([, value]) => value);
  const shown = new Set(study.standing.map((s) => s.of));
  const flags = study.flags.filter((name) => data.flags[name] && !shown.has(name));
  const rows = begun ? counts.map(([name, value]) => tile(capital(name), value === true ? "yes" : value === false ? "no" : String(value))) : [];
  if (data.response) rows.push(tile("Last response", data.response));
  if (data.arm) rows.push(tile("Arm", data.arm));
  return [
    el("h2", { id: "now-title", tabindex: "-1", class: "phase" }, capital(data.phase), data.reason ? `: ${data.reason}` : ""),
    el("p", { class: "since" },
      data.detail !== data.phase && !data.reason ? `${capital(data.detail)}. ` : "", data.since ? `Since ${shortDay(data.since)} (${inDays(ordinal(data.since) - state.today)}). ` : "",
      flags.length ? `${capital(flags.join(", "))}. ` : "", ...cites(phase.source)),
    ...(news.length ? [el("div", { class: "news" }, el("h3", {}, "What just happened"), el("ul", {}, news.map((n) => el("li", { class: n.kind }, n.day === state.today ? "" : `${shortDay(iso(n.day))}: `, `${n.says} `, ...cites(n.source)))))] : []),
    drawDose(data.dose),
    el("div", { class: "tiles" }, rows),
    el("h3", {}, "What comes next by itself"),
    data.next.length
      ? el("ul", { class: "next" }, data.next.map((n) => el("li", {}, button(`go ${n.on} ${n.says}`, shortDay(n.on), () => go(ordinal(n.on)), { class: "link", title: "Go to this day" }), ` ${n.says}, ${inDays(ordinal(n.on) - state.today)} `, ...cites(n.source))))
      : el("p", { class: "soft" }, phase.end ? "Nothing: the study has ended for this participant." : phase.waits ? `Nothing: ${phase.waits}.` : "Nothing that the calendar brings."),
    later ? el("p", { class: "soft" }, `${later} ${later === 1 ? "entry lies" : "entries lie"} on later days.`) : null,
    drawReadings(),
  ];
}

function tile(name, value) {
  return el("div", { class: "tile" }, el("span", {}, name), el("b", {}, value));
}

function drawDose(dose) {
  if (!dose) return el("p", { class: "dose none" }, "No dose is planned today.");
  const plan = doseAt(here.arm, here.road.status);
  const amount = dose.amount === null ? `not known before ${dose.missing.join(", ")} is recorded` : `${short(dose.amount)} ${dose.unit}`;
  return el("p", { class: "dose" }, el("b", {}, amount), ` ${plan.drug} today: ${dose.words} `, ...cites(plan.source));
}

// The readings that the present rests on: the phase, the dose, the last turn, what comes next.
function drawReadings() {
  const { data, road, arm } = here, last = road.turns.at(-1), plan = doseAt(arm, road.status);
  const sources = [study.phase[road.phase].source, plan?.source ?? "", last ? arm.rules[last.rule].source : "", ...data.next.map((n) => n.source), ...news.map((n) => n.source)];
  const used = new Set(sources.flatMap((s) => s.split(", ")));
  const ids = study.reading_order.filter((id) => used.has(id));
  if (!ids.length) return null;
  return foldAway("readings", `The text leaves room here: ${ids.length} of our readings`, { class: "readings" },
    el("ul", {}, ids.map((id) => el("li", {}, el("b", {}, `Our reading ${id}: `), `${study.readings[id].question} ${study.readings[id].answer}`))));
}

function drawFoot() {
  return [
    el("p", {}, el("b", {}, study.notice)),
    el("p", {}, `Study ${study.name}, version ${study.version}, fingerprint `, el("code", {}, study.fingerprint), ". A made-up participant; nothing leaves this page and nothing is fetched."),
  ];
}

globalThis.trialrun = { study, standing: (entries, day) => standingOf(study, entries, ordinal(day)).data, entries: () => state.entries };
here = standingOf(study, state.entries, state.today);
render(false);
