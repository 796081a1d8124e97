// The name that is nearest to what was written: by the share of letters in the longest runs that both have (Ratcliff and Obershelp).

const NEAR = 0.6, LONG = 200; // how alike a name is that is offered; from how many letters on frequent letters begin no run

// The nearest of some names to a text, null where none is near.
function nearest(text, names) {
  const near = names.map((name) => ({ name, share: shareOf([...name], [...text]) })).filter((n) => n.share >= NEAR);
  return near.reduce((a, b) => (a === null || b.share > a.share || (b.share === a.share && b.name > a.name) ? b : a), null)?.name ?? null;
}

function shareOf(a, b) {
  const places = new Map();
  b.forEach((sign, j) => places.set(sign, [...(places.get(sign) ?? []), j]));
  if (b.length >= LONG) for (const [sign, found] of places) if (found.length > Math.floor(b.length / 100) + 1) places.delete(sign);
  const spans = [[0, a.length, 0, b.length]];
  let alike = 0;
  while (spans.length) {
    const [aLow, aHigh, bLow, bHigh] = spans.pop(), [i, j, size] = longestRun(a, b, places, aLow, aHigh, bLow, bHigh);
    if (!size) continue;
    alike += size;
    spans.push([aLow, i, bLow, j], [i + size, aHigh, j + size, bHigh]);
  }
  return a.length + b.length ? (2 * alike) / (a.length + b.length) : 1;
}

// The first longest run of signs that both have between some bounds: where it begins in each, and its length.
function longestRun(a, b, places, aLow, aHigh, bLow, bHigh) {
  let [i, j, size] = [aLow, bLow, 0], ending = new Map();
  for (let x = aLow; x < aHigh; x++) {
    const now = new Map();
    for (const y of places.get(a[x]) ?? []) {
      if (y < bLow || y >= bHigh) continue;
      const run = (ending.get(y - 1) ?? 0) + 1;
      now.set(y, run);
      if (run > size) [i, j, size] = [x - run + 1, y - run + 1, run];
    }
    ending = now;
  }
  while (i > aLow && j > bLow && a[i - 1] === b[j - 1]) [i, j, size] = [i - 1, j - 1, size + 1];
  while (i + size < aHigh && j + size < bHigh && a[i + size] === b[j + size]) size += 1;
  return [i, j, size];
}
