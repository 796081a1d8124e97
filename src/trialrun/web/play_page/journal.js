// The journal as text: entries as they were recorded, read from JSON Lines and written again.

const LARGEST = 2 ** 31; // beyond every sequence

// The journal as JSON Lines: the fields that every entry has, and those that some have.
function journalLines(study, entries) {
  const { always, where_set: some } = study.journal;
  const has = (e, name) => (e[name] ?? null) !== null;
  const line = (e) => Object.fromEntries([...always.filter((name) => name !== "values" || !keepsValues(e)).map((name) => [name, e[name] ?? null]), ...some.filter((name) => has(e, name)).map((name) => [name, e[name]])]);
  return entries.map((e) => `${JSON.stringify(line(e))}\n`).join("");
}

// The entries of a JSON Lines text of one participant. Throws an Error that says the line and the cure.
function readJournal(study, text) {
  const entries = [], seen = new Set();
  text.replace(/^\uFEFF/, "").split("\n").forEach((line, i) => {
    if (!line.trim()) return;
    const entry = entryOf(study, line, `line ${i + 1}`, entries);
    if (seen.has(entry.sequence)) throw new Error(`line ${i + 1}: sequence ${entry.sequence} is there twice; a correction is a new entry with a new sequence`);
    if (entries.length && entries[0].participant !== entry.participant) {
      throw new Error(`line ${i + 1}: this journal is of several participants (${entries[0].participant}, ${entry.participant}): choose one with one`);
    }
    seen.add(entry.sequence);
    entries.push(entry);
  });
  if (!entries.length) throw new Error("this file has no entries: choose a journal, one JSON object a line");
  return entries;
}

function entryOf(study, line, place, before) {
  let data;
  try {
    data = JSON.parse(line);
  } catch {
    throw new Error(`${place} is no JSON: a journal has one JSON object a line`);
  }
  const isObject = (x) => typeof x === "object" && x !== null && !Array.isArray(x);
  if (!isObject(data)) throw new Error(`${place}: an entry is a JSON object`);
  for (const name of ["participant", "happened_on", "event"]) {
    if (typeof data[name] !== "string" || !data[name]) throw new Error(`${place}: '${name}' is missing or no text`);
  }
  const fields = [...study.journal.always, ...study.journal.where_set], unknown = Object.keys(data).find((name) => !fields.includes(name));
  if (unknown) throw new Error(`${place}: unknown field '${unknown}'; an entry has ${fields.join(", ")}`);
  if (!boundsOf(data.happened_on)) throw new Error(`${place}: '${data.happened_on}' is no date: write a day that exists as YYYY-MM-DD, or what is known of it as YYYY-MM or YYYY`);
  if (data.recorded_at && instantOf(data.recorded_at) === null) throw new Error(`${place}: recorded_at is no time: write it as 2012-04-10T08:12:44Z`);
  const corrects = data.corrects ?? null, values = data.values === undefined && corrects === null ? {} : data.values;
  if (values !== undefined && values !== null && !isObject(values)) throw new Error(`${place}: values are a JSON object or null`);
  const sequence = data.sequence ?? Math.max(0, ...before.map((e) => e.sequence)) + 1;
  for (const [name, number] of [["sequence", sequence], ["corrects", corrects]]) {
    if (number !== null && !(Number.isInteger(number) && number >= 1 && number < LARGEST)) throw new Error(`${place}: ${name} is a whole number from 1 to ${LARGEST - 1}`);
  }
  return { ...data, sequence, values, corrects };
}
