"""Survival analysis and replicate trials beside R, lifelines, the package survival and scikit-survival, in one run.

`run()` gives one row per measurement and peer; times are medians of repeats, in seconds.  Every package gets the same
arrays: whole-day tied times, 30 % censored, three covariates, Efron's ties.  A package that is not there is named and
skipped.  Nothing is compared before the numbers agree with R's.  The whole days are measured again moved to within the day before, so that no two times are one.
"""

import json
import shutil
import statistics
import subprocess
import tempfile
import time as clock
import warnings
from importlib import import_module, metadata
from pathlib import Path

import numpy as np

from trialrun.analysis.trials.replicate import TwoArmDesign, simulate_trials, summarise
from trialrun.statistics.competing_risks import cumulative_incidence
from trialrun.statistics.cox import fit_cox
from trialrun.statistics.logrank import compare_survival
from trialrun.statistics.survival_curve import kaplan_meier

SIZES = (189, 1_000, 100_000, 1_000_000)
OPERATIONS = (
    "Kaplan-Meier with interval", "log-rank", "Cox, 3 covariates", "Aalen-Johansen",
    "Kaplan-Meier, times not whole", "Cox, times not whole",
)  # fmt: skip
LARGEST = {  # beyond it, more than a minute or more memory than a small machine has
    ("scikit-survival", "Cox, 3 covariates"): 1_000,
    ("scikit-survival", "Cox, times not whole"): 1_000,
    ("scikit-survival", "log-rank"): 100_000,
    ("scikit-survival", "Aalen-Johansen"): 100_000,
    ("lifelines", "Aalen-Johansen"): 100_000,
}
DESIGN = TwoArmDesign(participants=189, control_median=240.0, hazard_ratio=0.7, accrual=730.0, events=120)

R_SCRIPT = """
suppressMessages({library(survival); library(cmprsk)})
a <- commandArgs(TRUE); folder <- a[1]; sizes <- as.integer(strsplit(a[2], ",")[[1]])
timed <- function(f) { f(); once <- system.time(f())[["elapsed"]]; k <- max(1, min(500, floor(0.2 / max(once, 4e-4))))
  r <- if (once > 8) 0 else if (once > 1) 2 else 5
  median(unlist(c(if (k == 1) once, replicate(r, system.time(for (i in 1:k) f())[["elapsed"]] / k)))) }
out <- c()
say <- function(name, n, s, value) out <<- c(out, sprintf('{"name": "%s", "n": %d, "s": %.9g, "value": %.17g}', name, n, s, value))
for (n in sizes) {
  m <- matrix(readBin(file.path(folder, sprintf("%d.bin", n)), "double", 7 * n), n)
  d <- data.frame(t = m[, 1], s = m[, 2], c = factor(m[, 3], 0:2), g = m[, 4], x1 = m[, 5], x2 = m[, 6], x3 = m[, 7])
  f <- NULL
  s <- timed(function() f <<- survfit(Surv(t, s) ~ 1, d)); say("Kaplan-Meier with interval", n, s, f$lower[which.min(abs(f$surv - 0.5))])
  s <- timed(function() f <<- survdiff(Surv(t, s) ~ g, d)); say("log-rank", n, s, f$chisq)
  s <- timed(function() f <<- coxph(Surv(t, s) ~ x1 + x2 + x3, d)); say("Cox, 3 covariates", n, s, coef(f)[1])
  if (n <= 1e5 || a[3] == "all") {
    s <- timed(function() f <<- survfit(Surv(t, c) ~ 1, d)); k <- which.min(abs(f$pstate[, 1] - 0.5))
    say("Aalen-Johansen", n, s, f$std.err[k, 2]) }
  d$u <- d$t - (seq_len(n) * 0.6180339887498949) %% 1
  s <- timed(function() f <<- survfit(Surv(u, s) ~ 1, d)); say("Kaplan-Meier, times not whole", n, s, f$lower[which.min(abs(f$surv - 0.5))])
  s <- timed(function() f <<- coxph(Surv(u, s) ~ x1 + x2 + x3, d)); say("Cox, times not whole", n, s, coef(f)[1])
}
if (requireNamespace("rpact", quietly = TRUE)) {
  suppressMessages(library(rpact)); f <- NULL
  design <- getDesignGroupSequential(kMax = 1, alpha = 0.025)
  s <- median(replicate(3, system.time(f <<- getSimulationSurvival(design, lambda2 = log(2) / 240, hazardRatio = 0.7,
    accrualTime = c(0, 730), maxNumberOfSubjects = 189, plannedEvents = 120, maxNumberOfIterations = 10000,
    directionUpper = FALSE, seed = 1))[["elapsed"]]))
  say("rpact", 10000, s, f$overallReject) }
version <- function(p) if (requireNamespace(p, quietly = TRUE)) as.character(packageVersion(p)) else "none"
cat(sprintf('{"R": "%s", "survival": "%s", "rpact": "%s", "rows": [%s]}', getRversion(), version("survival"), version("rpact"),
            paste(out, collapse = ",")))
"""


def run(quick: bool = False) -> list[dict]:
    """Measure; quick leaves out sizes beyond a thousand. Rows: name, n, ours_s, peer, peer_s, ratio, versions, note."""
    sizes = SIZES[:2] if quick else SIZES
    data = {n: make_data(n) for n in sizes}
    ours = {}
    for n in sizes:
        for name, act in our_calls(*data[n]).items():
            ours[name, n] = measure(act)
    rows = []
    theirs, versions = run_r(data, quick)
    for (name, n), (seconds, value) in ours.items():
        found = theirs.get((name, n))
        agreed = "" if found is None else f"differs from R by {abs(value / found[1] - 1.0):.0e}"
        rows.append(make_row(name, n, seconds, found[0] if found else None, "R", versions, agreed or "R was not measured here"))
    for peer, module, calls in PEERS:
        rows += compare_peer(peer, module, calls, data, ours)
    return rows + replicate_rows(theirs.get(("rpact", 10_000)), versions, 5_000 if quick else 50_000)


def make_data(n, seed=1):
    """Time, status, cause, group and covariates (n, 3) of n participants."""
    rng = np.random.default_rng([seed, n])
    group = rng.integers(0, 2, n)
    x = np.column_stack([group.astype(float), rng.normal(size=n), rng.normal(size=n)])
    event = np.ceil(rng.exponential(400.0 * np.exp(-0.3 * group + 0.2 * x[:, 1])))
    censored = np.ceil(rng.exponential(900.0, n))
    status = (event <= censored).astype(np.int64)
    return np.minimum(event, censored), status, status * rng.integers(1, 3, n), group, x


def within_days(time):
    """The times (n,) moved to within the day before: distinct, and not whole."""
    return time - np.arange(1, time.size + 1) * 0.6180339887498949 % 1.0


def our_calls(time, status, cause, group, x):
    """What we do, by name: a call that returns the number that is held against R's."""
    moments = within_days(time)

    def curve(time=time):
        found = kaplan_meier(time, status)
        return found.lower[np.abs(found.survival - 0.5).argmin()]

    def incidence():
        found = cumulative_incidence(time, cause)
        return found.std_error[np.abs(found.survival - 0.5).argmin(), 0]

    return {
        OPERATIONS[0]: curve,
        OPERATIONS[1]: lambda: compare_survival(time, status, group).statistic,
        OPERATIONS[2]: lambda: fit_cox(time, status, x).coefficients[0],
        OPERATIONS[3]: incidence,
        OPERATIONS[4]: lambda: curve(moments),
        OPERATIONS[5]: lambda: fit_cox(moments, status, x).coefficients[0],
    }


def lifelines_calls(time, status, cause, group, x):
    import pandas as pd
    from lifelines import AalenJohansenFitter, CoxPHFitter, KaplanMeierFitter
    from lifelines.statistics import logrank_test

    frame = pd.DataFrame(np.column_stack([time, status, x]), columns=["time", "status", "x1", "x2", "x3"])
    moments = within_days(time)
    moved = frame.assign(time=moments)
    one = group == 1
    return {
        OPERATIONS[0]: lambda: KaplanMeierFitter().fit(time, status).confidence_interval_,
        OPERATIONS[1]: lambda: logrank_test(time[one], time[~one], status[one], status[~one]).test_statistic,
        OPERATIONS[2]: lambda: CoxPHFitter().fit(frame, "time", "status"),
        OPERATIONS[3]: lambda: AalenJohansenFitter(seed=1).fit(time, cause, event_of_interest=1).confidence_interval_,
        OPERATIONS[4]: lambda: KaplanMeierFitter().fit(moments, status).confidence_interval_,
        OPERATIONS[5]: lambda: CoxPHFitter().fit(moved, "time", "status"),
    }


def sksurv_calls(time, status, cause, group, x):
    from sksurv.compare import compare_survival as compare
    from sksurv.linear_model import CoxPHSurvivalAnalysis
    from sksurv.nonparametric import cumulative_incidence_competing_risks, kaplan_meier_estimator
    from sksurv.util import Surv

    y, event, moments = Surv.from_arrays(status == 1, time), status == 1, within_days(time)
    moved = Surv.from_arrays(event, moments)
    return {
        OPERATIONS[0]: lambda: kaplan_meier_estimator(event, time, conf_type="log-log"),
        OPERATIONS[1]: lambda: compare(y, group),
        OPERATIONS[2]: lambda: CoxPHSurvivalAnalysis(ties="efron").fit(x, y),
        OPERATIONS[3]: lambda: cumulative_incidence_competing_risks(cause, time, conf_type="log-log"),
        OPERATIONS[4]: lambda: kaplan_meier_estimator(event, moments, conf_type="log-log"),
        OPERATIONS[5]: lambda: CoxPHSurvivalAnalysis(ties="efron").fit(x, moved),
    }


def survival_calls(time, status, cause, group, x):
    from survival import Surv, survdiff
    from survival.regression import coxph_fit
    from survival.surv_analysis import survfitaj, survfitkm

    states, moments = ["censor", "1", "2"], within_days(time)
    return {
        OPERATIONS[0]: lambda: survfitkm(time, status),
        OPERATIONS[1]: lambda: survdiff(Surv(time, status), group=group),
        OPERATIONS[2]: lambda: coxph_fit(time, status, x),
        OPERATIONS[3]: lambda: survfitaj(time, cause, states[1:]),
        OPERATIONS[4]: lambda: survfitkm(moments, status),
        OPERATIONS[5]: lambda: coxph_fit(moments, status, x),
    }


PEERS = (
    ("lifelines", "lifelines", lifelines_calls),
    ("survival (PyPI)", "survival", survival_calls),
    ("scikit-survival", "sksurv", sksurv_calls),
)


def compare_peer(peer, module, make_calls, data, ours):
    """Rows of one Python package; one row that says so when it is not there."""
    package = {"sksurv": "scikit-survival"}.get(module, module)
    try:
        import_module(module)
    except ImportError:
        return [make_row(name, n, ours[name, n][0], None, peer, "", "not installed: make bench brings it") for name, n in list(ours)[:1]]
    version = f"{package} {metadata.version(package)}"
    warnings.simplefilter("ignore")  # lifelines says at each call that it jitters ties
    rows = []
    for n, arrays in data.items():
        calls, mine = make_calls(*arrays), our_calls(*arrays)
        for name in OPERATIONS:
            seconds, note = None, ""
            if n > LARGEST.get((peer, name), n):
                note = "left out: more than a minute"
            else:
                try:
                    if ours[name, n][0] < 1e-2:  # one after the other, again and again: both meet the same machine
                        rows.append(make_row(name, n, *measure_in_turn(mine[name], calls[name]), peer, version))
                        continue
                    seconds, _ = measure(calls[name])
                except Exception as problem:  # a peer that fails is a finding, not an error of ours
                    note = f"failed: {type(problem).__name__}: {problem}"[:120]
            rows.append(make_row(name, n, ours[name, n][0], seconds, peer, version, note))
    return rows


def run_r(data, quick):
    """R's times and numbers by (name, n), and its versions; nothing when R is not there."""
    path = shutil.which("Rscript")
    if path is None:
        return {}, "R is not installed: make setup-r brings it"
    with tempfile.TemporaryDirectory() as folder:
        for n, (time, status, cause, group, x) in data.items():
            np.vstack([time, status, cause, group, x.T]).astype(float).tofile(Path(folder) / f"{n}.bin")
        script = Path(folder) / "bench.R"
        script.write_text(R_SCRIPT)
        sizes = ",".join(str(n) for n in data)
        command = [path, "--vanilla", script, folder, sizes, "quick" if quick else "all"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=3600)
        if done.returncode:
            return {}, f"R failed: {done.stderr.strip()[-200:]}"
        answer = json.loads(done.stdout)
    versions = f"R {answer['R']}, survival {answer['survival']}, rpact {answer['rpact']}"
    return {(row["name"], row["n"]): (row["s"], row["value"]) for row in answer["rows"]}, versions


def replicate_rows(rpact, versions, trials):
    """Replicate trials with log-rank, Cox and Kaplan-Meier intervals of ours, against rpact's log-rank alone."""
    rows = []
    simulate_trials(DESIGN, 300, 1)
    for threads in (1, None):
        seconds, found = measure(lambda threads=threads: simulate_trials(DESIGN, trials, 1, threads=threads))
        each = seconds / trials * 10_000
        power = summarise(found, DESIGN.hazard_ratio).power
        note = f"{trials / seconds:,.0f} trials/s, power {power:.3f}" + (f" (rpact {rpact[1]:.3f})" if rpact else "")
        name = "10,000 replicate trials of 189, " + ("one thread" if threads else "all threads")
        rows.append(make_row(name, 10_000, each, rpact[0] if rpact else None, "rpact (log-rank only)", versions, note))
    return rows


def make_row(name, n, ours_s, peer_s, peer, versions, note=""):
    ratio = peer_s / ours_s if peer_s else None
    return {"name": name, "n": n, "ours_s": ours_s, "peer": peer, "peer_s": peer_s, "ratio": ratio, "versions": versions, "note": note}


def measure_in_turn(act, other):
    """The median seconds of one call of each, in blocks of some milliseconds that take turns."""
    seconds = [[], []]
    blocks = [max(1, min(1000, int(0.004 / max(measure_once(call), 1e-7)))) for call in (act, other)]
    for _ in range(25):
        for times, call, block in zip(seconds, (act, other), blocks, strict=True):
            start = clock.perf_counter()
            for _ in range(block):
                call()
            times.append((clock.perf_counter() - start) / block)
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def measure_once(call):
    call()
    start = clock.perf_counter()
    call()
    return clock.perf_counter() - start


def measure(act):
    """The median seconds of one call, over as many as are worth while, and what it returned."""
    result = act()
    start = clock.perf_counter()
    act()
    once = clock.perf_counter() - start
    inner = max(1, min(1000, int(0.01 / max(once, 1e-7))))
    times = [once] if inner == 1 else []
    for _ in range(0 if once > 8 else 3 if once > 1 else 7 if once > 1e-3 else 25):
        start = clock.perf_counter()
        for _ in range(inner):
            act()
        times.append((clock.perf_counter() - start) / inner)
    return statistics.median(times), result


if __name__ == "__main__":
    import sys

    for row in run(quick="--quick" in sys.argv):
        peer = "-" if row["peer_s"] is None else f"{row['peer_s'] * 1e3:12.4f} ms {row['ratio']:8.1f} x"
        print(f"{row['name']:40} {row['n']:>9,} {row['ours_s'] * 1e3:10.4f} ms  {row['peer']:22} {peer:28} {row['note']}", flush=True)
