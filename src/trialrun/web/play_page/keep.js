// Keeping the journal: in this browser between visits to the page, and as a file in the product's own format.

function place() {
  return `trialrun play ${study.fingerprint}`;
}

// Keep what is on the page; where a browser keeps nothing, the page goes on without.
function keep() {
  try {
    if (!state.entries.length && !drafts.size) localStorage.removeItem(place());
    else localStorage.setItem(place(), JSON.stringify({ today: iso(state.today), journal: journalLines(study, state.entries), drafts: [...drafts] }));
  } catch {
    kept = false;
  }
}

// What was kept, null where there is none or it cannot be read.
function remembered() {
  try {
    const found = JSON.parse(localStorage.getItem(place()));
    if (!found) return null;
    const today = ordinal(found.today), entries = found.journal ? readJournal(study, found.journal) : [];
    return today === null ? null : { entries, today, drafts: found.drafts ?? [] };
  } catch {
    return null;
  }
}

function download() {
  const link = el("a", { download: `${study.name}-play.jsonl`, href: URL.createObjectURL(new Blob([journalLines(study, state.entries)], { type: "application/jsonl" })) });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// Take a journal from a file in place of the one on the page (undo brings that back); the day shown is its last one.
async function open(event) {
  const [file] = event.target.files;
  if (!file) return;
  try {
    const entries = readJournal(study, await file.text());
    trouble = null;
    drafts.clear();
    change({ entries, today: Math.max(...whatStands(study, entries).map((s) => s.day), boundsOf(entries[0].happened_on)[0]) });
  } catch (problem) {
    trouble = `${file.name} was not taken: ${problem.message}.`;
    render(false);
    document.getElementById("trouble").focus();
  }
}

function drawKeeping() {
  const choose = el("input", { type: "file", accept: ".jsonl,application/jsonl,text/plain", "data-key": "import", onchange: open });
  return [
    trouble ? el("p", { id: "trouble", class: "trouble", role: "alert", tabindex: "-1" }, trouble) : null,
    el("div", { class: "keeping" },
      state.entries.length ? button("export", "Save this journal (JSON Lines)", download, { class: "plain" }) : null,
      el("label", { class: "file" }, el("span", {}, "Open a journal (JSON Lines)"), choose)),
    el("p", { class: "soft" }, kept ? "The journal is kept in this browser until you start anew." : "This browser keeps nothing between visits: save the journal to have it again."),
  ];
}
