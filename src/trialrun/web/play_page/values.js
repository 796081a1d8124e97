// Recorded values, each as its item's type, once; what cannot be read, or can be read in two ways, is not used and is asked.

const YES_NO = { yes: true, no: false, true: true, false: false, y: true, n: false };
const BLANKS = /^[ \t\r\n]+|[ \t\r\n]+$/g;
const HUGE = 1e300; // nothing that is measured is larger
const WHOLE = (pattern) => new RegExp(`^(?:${pattern})$`);
const PLAIN = WHOLE("[+-]?(?:[0-9]{1,40}(?:\\.[0-9]{0,40})?|\\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?");
const DECIMAL_COMMA = WHOLE("[+-]?[0-9]{0,40},[0-9]{1,40}");
const GROUPED = WHOLE(
  "[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3}){1,12}(?:\\.[0-9]{1,40})?|(?:\\.[0-9]{3}){1,12},[0-9]{1,40}|(?:\\.[0-9]{3}){2,12}" +
    "|(?:[ \u00a0\u202f'][0-9]{3}){1,12}(?:[.,][0-9]{1,40})?)",
);
const TWO_READINGS = WHOLE("[+-]?[1-9][0-9]{0,2},[0-9]{3}");

// A value that is not used, with its kind and the question.
class Unread extends Error {
  constructor(kind, says) {
    super(says);
    this.kind = kind;
  }
}

const unreadable = (says) => new Unread("unreadable", says);
const asked = (says) => new Unread("ambiguous", says);

// An entry's values by item, each of its item's type, the rows of its groups with how many there are, and what is not used ({ item, kind, says });
// spaces in names are as underscores.
function typed(form, values) {
  const groups = form.groups ?? [];
  if (!groups.length || !values) return { ...typedRow(form.items, values), rows: {}, counts: {} };
  const plainly = (name) => name.replaceAll(" ", "_"), group = Object.fromEntries(groups.map((g) => [plainly(g.name), g])), told = {};
  for (const [name, value] of Object.entries(values)) if (Object.hasOwn(group, plainly(name))) told[group[plainly(name)].name] = value;
  const own = typedRow(form.items, Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(group, plainly(name)))));
  const rows = {}, unread = [...own.unread], counts = {};
  for (const g of groups) {
    const given = told[g.name] ?? null;
    if (given === null) continue;
    if (!Array.isArray(given) || !given.every((row) => typeof row === "object" && row !== null && !Array.isArray(row))) {
      unread.push({ item: g.name, kind: "unreadable", says: `${g.name} is a list of rows, and ${quoted(given)} is none: write [{..}, {..}], an object for each` });
      continue;
    }
    const made = given.map((row) => typedRow(g.items, row));
    rows[g.name] = made.map((row) => row.values);
    if (g.rows) counts[g.rows] = made.length;
    const noItem = (name) => `the group ${quoted(g.label)} has no item ${quoted(name)}, so it is kept and not used: it has ${g.items.map((m) => m.name).join(", ")}`;
    const says = (row, item) => Object.entries(row).some(([name, value]) => plainly(name) === plainly(item) && value !== null);
    const lacks = (k) => g.required.filter((name) => !says(given[k], name)).map((name) => g.items.find((m) => m.name === name).label);
    made.forEach((row, k) => unread.push(...lacks(k).map((label) => ({ item: g.name, kind: "missing", says: `row ${k + 1}: ${label} is required and not recorded` })), ...row.unread.map((u) => ({ item: g.name, kind: u.kind, says: `row ${k + 1}: ${u.says || noItem(u.item)}` }))));
  }
  return { values: own.values, unread, rows, counts };
}

function typedRow(items, values) {
  const found = {}, unread = [];
  for (const [name, value] of Object.entries(values ?? {})) {
    const item = items.find((m) => m.name === name) ?? items.find((m) => m.name === name.replaceAll(" ", "_"));
    if (!item) {
      unread.push({ item: name, kind: "unknown item", says: "" });
      continue;
    }
    try {
      const said = asMeasured(item, value), before = found[item.name];
      if (Object.hasOwn(found, item.name) && before !== said) throw unreadable(`${item.name} is recorded twice, as ${quoted(before)} and ${quoted(said)}: record it once`);
      found[item.name] = said;
    } catch (problem) {
      if (!(problem instanceof Unread)) throw problem;
      unread.push({ item: name, kind: problem.kind, says: problem.message });
    }
  }
  return { values: found, unread };
}

// A recorded value as its item's type. Throws Unread with the cure.
function asMeasured(item, value) {
  if (value === null) return null;
  if (typeof value === "object" && !Array.isArray(value)) return inItsUnit(item, value);
  if (item.type === "yes/no") {
    if (typeof value === "boolean") return value;
    if (value === 0 || value === 1) return Boolean(value);
    const said = typeof value === "string" ? value.replace(BLANKS, "").toLowerCase() : "";
    if (!Object.hasOwn(YES_NO, said)) throw unreadable(`${item.name} is yes or no, and ${quoted(value)} is neither: write true or false`);
    return YES_NO[said];
  }
  if (item.type === "number" || item.type === "integer") return asNumber(item, value);
  if (item.type === "date") {
    const text = typeof value === "string" ? value.replace(BLANKS, "") : "";
    if (boundsOf(text)) return text;
    throw unreadable(`${item.name} is a date, and ${quoted(value)} is none: write YYYY-MM-DD, or what is known of it as YYYY-MM or YYYY`);
  }
  if (typeof value === "boolean" || typeof value === "number") value = quoted(value);
  if (typeof value !== "string") throw unreadable(`${item.name} is text, and ${quoted(value)} is none`);
  return asCode(item, value);
}

// A number recorded with its unit, in the item's own.
function inItsUnit(item, said) {
  if (!("value" in said) || typeof said.unit !== "string") throw unreadable(`${item.name} is recorded without its value or its unit: write the value alone, or both, as value and unit`);
  const { value, unit } = said;
  if (item.type !== "number" && item.type !== "integer") throw unreadable(`${item.name} is no number, and ${quoted(value)} ${unit} has a unit: write the value alone`);
  if (unitPlainly(unit) === unitPlainly(item.unit)) return asMeasured(item, value);
  const other = item.also_in.find((u) => unitPlainly(u.unit) === unitPlainly(unit)), known = [item.unit, ...item.also_in.map((u) => u.unit)].filter(Boolean);
  if (!other) throw new Unread("unknown unit", `${item.name} is not recorded in ${quoted(unit)}: ${known.length ? `write it in ${known.join(" or ")}` : "write the number alone"}`);
  const number = asMeasured({ ...item, type: "number", unit: other.unit }, value);
  return number === null ? null : asNumber(item, converted(number, other));
}

// A unit as units are matched: without spaces, the micro sign as a u, and mcg as ug.
function unitPlainly(unit) {
  return unit.replace(/(?<![A-Za-z])mcg(?![A-Za-z])/g, "ug").replace(/\s/gu, "").replace(/[\u00b5\u03bc]/g, "u");
}

// A number in another unit: its decimals as they are written, multiplied and added exactly.
function converted(number, { times, plus }) {
  const [n, nPlaces] = decimal(number), [t, tPlaces] = decimal(times), [p, pPlaces] = decimal(plus);
  const places = Math.max(nPlaces + tPlaces, pPlaces), sum = n * t * 10n ** BigInt(places - nPlaces - tPlaces) + p * 10n ** BigInt(places - pPlaces);
  const digits = (sum < 0n ? -sum : sum).toString().padStart(places + 1, "0");
  return Number(`${sum < 0n ? "-" : ""}${digits.slice(0, digits.length - places)}.${digits.slice(digits.length - places)}`);
}

function asNumber(item, value) {
  const says = `${item.name} is a ${item.type === "integer" ? "whole " : ""}number${item.unit ? ` in ${item.unit}` : ""}, and ${quoted(value)}`;
  if (typeof value === "string") value = fromText(value.replace(BLANKS, ""), says);
  if (typeof value === "boolean") {
    if (item.role === "presence") return Number(value);
    throw unreadable(`${says} is none`);
  }
  if (!Number.isFinite(value) || Math.abs(value) > HUGE) throw unreadable(`${says} is none`);
  if (item.type === "integer" && !Number.isInteger(value)) throw asked(`${says} is none: write a whole number`);
  return value;
}

// A number written as text. What has one reading is read; what has two (1,026) is asked.
function fromText(text, says) {
  if (PLAIN.test(text)) return Number(text);
  if (TWO_READINGS.test(text)) throw asked(`${says} can be read in two ways: write ${text.replace(",", "")}, or ${text.replace(",", ".")} if that is meant`);
  if (DECIMAL_COMMA.test(text)) return Number(text.replace(",", "."));
  if (GROUPED.test(text)) {
    const last = Math.max(text.lastIndexOf(","), text.lastIndexOf("."));
    const decimal = last > 0 && text.split(text[last]).length === 2;
    const [whole, rest] = decimal ? [text.slice(0, last), `.${text.slice(last + 1)}`] : [text, ""];
    return Number(whole.replace(/[^0-9+-]/g, "") + rest);
  }
  throw unreadable(`${says} is none: write it like 1.4`);
}

// A text, or the code that it means: codes match as names, without regard to case and spaces.
function asCode(item, text) {
  if (!item.codes.length || item.codes.includes(text)) return text;
  const meant = item.codes.filter((code) => asName(code) === asName(text));
  if (meant.length === 1) return meant[0];
  if (item.role === "arm") throw unreadable(`${item.name} ${quoted(text)} is no arm of the study: write ${item.codes.join(" or ")}`);
  return text;
}

// A name as names match: small letters, words by single spaces, numbers without leading noughts, no other marks.
function asName(text) {
  const words = folded(text).match(/[\p{L}\p{Nl}\p{No}]+|[0-9]+/gu) ?? [];
  return words.map((word) => (/^[0-9]+$/.test(word) ? word.replace(/^0+(?=.)/, "") : word)).join(" ");
}

// A value as messages quote it.
function quoted(value) {
  if (value === null) return "None";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return value === 0 || Math.abs(value) >= 1e-4 ? String(value) : value.toExponential().replace(/e-(\d)$/, "e-0$1");
  if (typeof value !== "string") return "an object";
  const mark = value.includes("'") && !value.includes('"') ? '"' : "'", named = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", [mark]: `\\${mark}` };
  return mark + [...value].map((sign) => named[sign] ?? (/[\p{C}\p{Z}]/u.test(sign) && sign !== " " ? escaped(sign.codePointAt(0)) : sign)).join("") + mark;
}

function escaped(code) {
  const [letter, digits] = code < 256 ? ["x", 2] : code < 65536 ? ["u", 4] : ["U", 8];
  return `\\${letter}${code.toString(16).padStart(digits, "0")}`;
}
