// What went before an entry: the previous, lowest, highest and last known value of an item, in the order of the walk; and days between dates.

function withWhatWentBefore(study, walked) {
  if (!study.forms.some((f) => f.over_time.length)) return walked;
  const last = new Map(), lowest = new Map(), highest = new Map();
  for (const s of walked) {
    s.wentBefore = {};
    for (const leaf of study.form[s.entry.event]?.over_time ?? []) {
      const name = leaf.of?.name, now = leaf.kind === "last" ? s.values[name] ?? null : null;
      const kept = { lowest, highest }[leaf.kind] ?? last;
      s.wentBefore[keyOf(leaf)] = leaf.is === "EntryDay" ? iso(s.day) : now ?? kept.get(name) ?? null;
    }
    for (const [name, value] of Object.entries(s.values)) {
      if (value === null) continue;
      last.set(name, value);
      if (typeof value === "string") continue;
      lowest.set(name, Math.min(value, lowest.get(name) ?? value));
      highest.set(name, Math.max(value, highest.get(name) ?? value));
    }
  }
  return walked;
}

// The least and the most days, or whole years, from one recorded date to another; null where one is not known or a birth is yet to come.
function betweenDates(tree, look) {
  const first = daysItCouldBe(valueOf(tree.start ?? tree.birth, look)), last = daysItCouldBe(valueOf(tree.end ?? tree.on, look));
  if (first === null || last === null) return null;
  if (tree.is === "DaysBetween") return [last[0] - first[1], last[1] - first[0]];
  const least = wholeYears(iso(first[1]), iso(last[0])), most = wholeYears(iso(first[0]), iso(last[1]));
  return most < 0 ? null : [Math.max(least, 0), most];
}

function wholeYears(birth, on) {
  return Number(on.slice(0, 4)) - Number(birth.slice(0, 4)) - (on.slice(5) < birth.slice(5) ? 1 : 0);
}

function daysItCouldBe(text) {
  return typeof text === "string" ? boundsOf(text) : null;
}
