// What the study proposes as things stand: the sentences that an event called for and that nothing has answered yet.

// In the order in which they were called for; the same sentence once, by the latest that called for it.
function proposedNow(study, road) {
  const found = new Map();
  for (const [before, t] of heardOn(study, road)) {
    for (const p of study.proposals) {
      if (p.answers.includes(t.event) || !p.at.includes(t.after)) found.delete(p.words);
      else if (p.on.includes(t.event) && p.at.includes(t.before) && (p.if === null || truthOf(p.if, (leaf) => before[leaf.name]) > UNKNOWN)) {
        found.delete(p.words);
        found.set(p.words, { on: iso(t.day), says: p.words, source: p.source, entry: t.entry, answers: p.answers, confirmed: p.confirmed });
      }
    }
  }
  return [...found.values()];
}

// Every event of the road, whether a rule spoke of it or not, in its order, with the flags and counts before it.
function heardOn(study, road) {
  const met = new Map(road.met.map((m) => [m.entry, m.turn]));
  const rows = [...road.turns.map((t, n) => [n, 1, t]), ...road.unheard.map((t) => [met.get(t.entry) ?? road.turns.length, 0, t])];
  rows.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  let before = study.starts;
  return rows.map(([, , t]) => {
    const pair = [before, t];
    before = t.counters;
    return pair;
  });
}
