// Runs the play page's executor, fault by fault, over journals whose standings are known; for each a line of JSON: what noticed it, and
// whether by an error. It reads { scripts, studies, cases, spans, trees, calls, skip, limit, mutants: [[place, text, first]] } from standard input.

const vm = require("vm");
const { isDeepStrictEqual } = require("util");

const rounded = (key, v) => (typeof v === "number" && !Number.isInteger(v) ? Number(v.toPrecision(12)) : v); // the last digit of a power is the machine's
const read = (text) => JSON.parse(text, rounded);
const given = JSON.parse(require("fs").readFileSync(0, "utf8"));
const DRIVER = `
const read = (text) => JSON.parse(text);
const made = {};
function ask(name) {
  return made[name] ??= makeReady(read(STUDIES[name]));
}
ANSWERS.standing = (study, entries, day, at) => JSON.stringify(standingOf(ask(study), read(entries), ordinal(day), at).data);
ANSWERS.add = (text) => JSON.stringify(read(text).map(([day, n, unit]) => add(day, n, unit)));
ANSWERS.call = (call, told) => JSON.stringify(eval(call)(...read(told))) ?? "null";
ANSWERS.truths = (tree, values) => JSON.stringify(read(values).map((v) => truthOf(read(tree), recordedValue(v))));
`;
const studies = Object.fromEntries(Object.entries(given.studies).map(([name, data]) => [name, JSON.stringify(data)]));

// The checks by name, each a question and whether its answer is the right one.
const checks = [
  ["spans", [["add", [JSON.stringify(given.spans)], given.spans.map((s) => s[3])]]],
  ...given.calls.map(([name, call, told, expected]) => [name, [["call", [call, JSON.stringify(told)], expected]]]),
  ["trees", given.trees.map((t) => ["truths", [JSON.stringify(t.tree), JSON.stringify(t.values)], t.truths])],
  ...given.cases.map((c) => [c.name, c.asked.map(([day, at], n) => ["standing", [c.study, JSON.stringify(c.entries), day, at], c.expected[n]])]),
];

for (const [, questions] of checks) for (const question of questions) question[2] = read(JSON.stringify(question[2]));

// The checks with some of them first, in their order.
function inOrder(first) {
  const named = new Map(checks.map((c) => [c[0], c]));
  return [...new Set([...first.filter((name) => named.has(name)).map((name) => named.get(name)), ...checks])];
}

function noticed(scripts, first) {
  const answers = {}, context = vm.createContext({ STUDIES: studies, ANSWERS: answers });
  const timeout = given.limit;
  let name = "reading it";
  try {
    vm.runInContext(`${scripts.join("\n")}\n${DRIVER}`, context, { timeout });
    for (const [check, questions] of inOrder(first)) {
      name = check;
      for (const [what, told, expected] of questions) {
        context.TOLD = told;
        const found = read(vm.runInContext(`ANSWERS.${what}(...TOLD)`, context, { timeout }));
        if (what === "standing") for (const key of given.skip) delete found[key];
        if (!isDeepStrictEqual(found, expected)) return [name, false];
      }
    }
  } catch (problem) {
    return problem.code === "ERR_SCRIPT_EXECUTION_TIMEOUT" ? ["time", true] : [name, true];
  }
  return ["", false];
}

const LATELY = 8, lately = {}; // the checks that noticed the faults before are asked before the others
for (const [place, text, first] of given.mutants) {
  const scripts = place === null ? given.scripts : given.scripts.map((script, n) => (n === place ? text : script));
  const own = (lately[place] ??= []), found = noticed(scripts, [first, ...own]);
  if (found[0]) lately[place] = [found[0], ...own.filter((name) => name !== found[0])].slice(0, LATELY);
  console.log(JSON.stringify(found));
}
