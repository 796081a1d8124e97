// Expression trees on recorded values, with three truths: yes 1, no 0, unknown 0.5 (a value is missing). Least is "and", greatest is "or".

const YES = 1, NO = 0, UNKNOWN = 0.5;

const COMPARE = { "<": (a, b) => a < b, "<=": (a, b) => a <= b, ">": (a, b) => a > b, ">=": (a, b) => a >= b };
const CALCULATE = { "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b, "^": (a, b) => a ** b };

// The value of a tree: a number, a text, a truth, or null where it is unknown. `look` gives the value of a leaf.
function valueOf(tree, look) {
  switch (tree.is) {
    case "Number": return tree.value;
    case "Cited": return valueOf(tree.part, look);
    case "AllOf": return tree.parts.reduce((least, part) => Math.min(least, truthOf(part, look)), YES);
    case "AnyOf": return tree.parts.reduce((most, part) => Math.max(most, truthOf(part, look)), NO);
    case "No": return 1 - truthOf(tree.part, look);
    case "Surely": return truthOf(tree.part, look) > UNKNOWN ? YES : NO;
    case "Known": return valueOf(tree.part, look) === null ? NO : YES;
    case "Compare": {
      const a = valueOf(tree.left, look), b = valueOf(tree.right, look);
      if (["DaysBetween", "AgeOn"].includes(tree.left.is) && tree.right.is === "Number") {
        const truths = (betweenDates(tree.left, look) ?? []).map((n) => COMPARE[tree.op](n, b));
        return !truths.length || truths[0] !== truths[1] ? UNKNOWN : truths[0] ? YES : NO;
      }
      return a === null || b === null ? UNKNOWN : COMPARE[tree.op](a, b) ? YES : NO;
    }
    case "Arithmetic": {
      const a = valueOf(tree.left, look), b = valueOf(tree.right, look);
      if (a === null || b === null || (tree.op === "/" && +b === 0) || (tree.op === "^" && a <= 0)) return null;
      return CALCULATE[tree.op](+a, +b);
    }
    case "Least": case "Greatest": {
      const parts = tree.parts.map((part) => valueOf(part, look));
      return parts.includes(null) ? null : Math[tree.is === "Least" ? "min" : "max"](...parts);
    }
    case "DaysBetween": case "AgeOn": {
      const found = betweenDates(tree, look);
      return found === null || found[0] !== found[1] ? null : found[0];
    }
    case "Among": {
      const a = valueOf(tree.left, look);
      return a === null ? UNKNOWN : tree.values.some((v) => folded(v) === folded(a)) ? YES : NO;
    }
    case "Mentions": {
      const a = valueOf(tree.left, look);
      return a === null ? UNKNOWN : tree.words.some((w) => folded(String(a)).includes(folded(w))) ? YES : NO;
    }
    default: return look(tree);
  }
}

function truthOf(tree, look) {
  if (tree.is === "Cited") return truthOf(tree.part, look);
  const value = valueOf(tree, look);
  if (tree.is !== "Ref" && tree.is !== "Earlier") return value;
  return value === null ? UNKNOWN : value ? YES : NO;
}

// Text without regard to case; yes and no as the numbers that they are.
function folded(value) {
  if (typeof value === "boolean") return Number(value);
  return typeof value === "string" ? value.toUpperCase().toLowerCase().replace(/ς/g, "σ") : value;
}

// A leaf's value among recorded values (name -> value).
function recordedValue(values) {
  return (leaf) => values[keyOf(leaf)] ?? null;
}

function keyOf(leaf) {
  if (leaf.is !== "Ref") return JSON.stringify(leaf);
  return leaf.kind === "screening" ? `screening ${leaf.name}` : leaf.name;
}

function holdsOn(tree, values) {
  return truthOf(tree, recordedValue(values)) > UNKNOWN;
}

// Every leaf of a tree that looks a value up.
function leavesOf(tree) {
  if (["Ref", "AsOf", "UntilChanged", "Earlier", "EntryDay"].includes(tree.is)) return [tree];
  return [tree.part, tree.left, tree.right, tree.start, tree.end, tree.birth, tree.on, ...(tree.parts ?? [])].filter((t) => t && t.is).flatMap(leavesOf);
}

// A number as short as it can be with six digits.
function short(x) {
  if (typeof x !== "number") return String(x);
  if (x === 0) return "0";
  const exponent = Math.floor(Math.log10(Math.abs(Number(x.toPrecision(6)))));
  if (exponent >= -4 && exponent < 6) return String(Number(x.toPrecision(6)));
  const [digits, power] = x.toExponential(5).split("e");
  return `${String(Number(digits))}e${power[0]}${power.slice(1).padStart(2, "0")}`;
}
