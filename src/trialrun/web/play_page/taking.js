// Taking entries into the fold: each value typed once, each day decided once.
// A date known in part is an interval: within its period, not after its own recording, not after what ends the study for good, and in the
// order of the journal. It is walked on the last day that it could be, and the begin of a treatment on the first.

// The entries that stand, as known at an instant, in the order of the walk: by day, then as recorded, what ends a life last. Each is
// { day, place, entry, partial, first, last, values, unread }.
function whatStands(study, entries, knownAt = null) {
  const kept = standsOf(entries, knownAt), lives = study.forms.some((f) => f.lives) || entries.some((e) => (e.continues ?? null) !== null);
  const days = kept.map(({ place, entry }) => {
    const [first, last] = boundsOf(entry.happened_on);
    return { place, entry, first, last, partial: first < last, day: last, order: place, closes: study.closing.has(entry.event), ends: study.final.has(entry.event) };
  });
  if (days.some((d) => d.partial)) decideDays(study, days);
  days.sort((a, b) => a.day - b.day || a.closes - b.closes || a.order - b.order);
  const walked = days.map(({ day, place, entry, partial, first, last }) => {
    const form = study.form[entry.event];
    return { day, place, entry, partial, first, last, ...(form ? typed(form, entry.values) : { values: {}, unread: [], rows: {}, counts: {} }) };
  });
  return withWhatWentBefore(study, lives ? inRecords(study, walked, linksOf(study, knownOf(entries, knownAt), kept)) : walked);
}

function decideDays(study, days) {
  const partial = days.filter((d) => d.partial);
  for (const d of partial) if (d.entry.recorded_at) d.last = Math.max(d.first, Math.min(d.last, localDay(d.entry.recorded_at)));
  const ends = days.filter((d) => d.ends);
  for (const d of partial) {
    for (const end of ends) {
      if (end === d || d.closes || !(d.first <= end.last && end.last < d.last + (end.place < d.place ? 1 : 0))) continue;
      d.last = Math.min(d.last, end.last);
      d.order = Math.min(d.order, end.order - 0.5);
    }
  }
  afterWhatCameBefore(days);
  beforeWhatCameAfter(study, days);
}

// The first day of each: not before an entry of its period that was recorded earlier; what ends a life comes after all.
function afterWhatCameBefore(days) {
  const seen = [], every = days.filter((d) => !d.closes).map((d) => d.first).sort((a, b) => a - b);
  for (const d of days) {
    if (d.partial) {
      const earlier = d.closes ? every : seen, at = countBelow(earlier, d.last, true) - 1;
      if (at >= 0) d.first = Math.max(d.first, earlier[at]);
    }
    if (!d.ends) insertInto(seen, d.first);
  }
}

// The last day of each: not after an entry of its period that was recorded later; and the day on which it is walked.
function beforeWhatCameAfter(study, days) {
  const lasts = [], walked = [];
  for (const d of [...days].reverse()) {
    if (d.partial) {
      let at = d.closes ? lasts.length : countBelow(lasts, d.first, false);
      if (at < lasts.length) d.last = Math.min(d.last, lasts[at]);
      at = d.closes ? walked.length : countBelow(walked, d.first, false);
      const latest = at < walked.length ? Math.min(d.last, walked[at]) : d.last;
      d.day = study.atFirst.has(d.entry.event) ? d.first : latest;
    }
    insertInto(lasts, d.last);
    insertInto(walked, d.day);
  }
}

// How many of some sorted days lie below a day, itself included or not.
function countBelow(days, day, included) {
  let low = 0, high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle] < day || (included && days[middle] === day)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insertInto(days, day) {
  days.splice(countBelow(days, day, true), 0, day);
}
