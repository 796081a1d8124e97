"""One replicate trial in compiled code: draw, cut, sort, then log-rank, Cox and Kaplan-Meier from one table of counts."""

import numpy as np
from numba import njit

from trialrun.chance import purpose_of
from trialrun.chance.kernel import key_of, uniform

COLUMNS = 18
ENTRY, EVENT, DROPOUT = (np.uint64(purpose_of(name)) for name in ("entry", "event", "dropout"))


@njit(cache=True, nogil=True)
def draw_trial(design, seed, trial, entry, time, status, spare):
    """Fills entry (since the start of accrual), time and status (0, 1; -1 not yet entered) at the cut; returns the cut.

    design holds participants, both hazards, accrual, follow_up, events, dropout, landmark, whole_days, z.
    """
    n = int(design[0])
    reached = 0
    for i in range(n):
        key = key_of(seed, trial, i)
        u = uniform(key, ENTRY, 0)
        v = uniform(key, EVENT, 0)
        entry[i] = u * design[3]
        t = -np.log(v) / design[1 + i % 2]
        status[i] = 1
        if design[6] > 0.0:
            w = uniform(key, DROPOUT, 0)
            lost = -np.log(w) / design[6]
            if lost < t:
                t = lost
                status[i] = 0
        if design[8] > 0.0:
            entry[i] = np.floor(entry[i])
            t = np.ceil(t)
        time[i] = t
        if status[i] == 1:
            spare[reached] = entry[i] + t
            reached += 1
    wanted = int(design[5])
    cut = design[3] + design[4]
    if wanted > 0:
        calendar = np.sort(spare[:reached])
        if reached >= wanted:
            cut = calendar[wanted - 1]
        else:
            cut = np.inf
    for i in range(n):
        if entry[i] >= cut:
            status[i] = -1
        elif entry[i] + time[i] > cut:
            time[i] = cut - entry[i]
            status[i] = 0
    if cut == np.inf:
        cut = 0.0
        for i in range(n):
            cut = max(cut, entry[i] + time[i])
    return cut


@njit(cache=True, nogil=True)
def run_trials(design, seed, first, found):
    """Fills found (trials, COLUMNS): cut, events by arm, z, log hazard ratio, its error, then by arm: median with limits,
    survival at the landmark with limits."""
    n = int(design[0])
    entry = np.empty(n)
    time = np.empty(n)
    status = np.empty(n, np.int32)
    spare = np.empty(n)
    order = np.empty(n, np.int64)
    ordered = np.empty(n)
    counts = np.empty((n, 4))
    distinct = np.empty(n)
    for k in range(found.shape[0]):
        row = found[k]
        row[0] = draw_trial(design, seed, first + k, entry, time, status, spare)
        kept = sort_kept(time, status, order, ordered)
        m = tabulate_arms(order, ordered, kept, status, distinct, counts)
        row[3] = log_rank(counts, m, row)
        row[4], row[5] = cox_two_arms(counts, m)
        for arm in range(2):
            read_arm(distinct, counts, m, arm, design[7], design[9], row)


@njit(cache=True, nogil=True)
def sort_kept(time, status, order, ordered):
    """Those with status of at least 0 in order of time (buckets, then insertion); returns how many."""
    n = time.size
    longest = 0.0
    kept = 0
    for i in range(n):
        if status[i] >= 0:
            longest = max(longest, time[i])
            kept += 1
    scale = (n - 1) / longest if longest > 0.0 else 0.0
    start = np.zeros(n + 1, np.int64)
    for i in range(n):
        if status[i] >= 0:
            start[int(time[i] * scale) + 1] += 1
    for b in range(n):
        start[b + 1] += start[b]
    for i in range(n):
        if status[i] >= 0:
            b = int(time[i] * scale)
            order[start[b]] = i
            ordered[start[b]] = time[i]
            start[b] += 1
    for a in range(1, kept):
        t = ordered[a]
        who = order[a]
        b = a - 1
        while b >= 0 and ordered[b] > t:
            ordered[b + 1] = ordered[b]
            order[b + 1] = order[b]
            b -= 1
        ordered[b + 1] = t
        order[b + 1] = who
    return kept


@njit(cache=True, nogil=True)
def tabulate_arms(order, ordered, kept, status, distinct, counts):
    """Fills distinct times and counts: at risk in either arm, events in either arm; returns the number of times."""
    m = 0
    for a in range(kept):
        if m == 0 or ordered[a] > distinct[m - 1]:
            distinct[m] = ordered[a]
            for c in range(4):
                counts[m, c] = 0.0
            m += 1
        arm = order[a] % 2
        counts[m - 1, arm] += 1.0
        counts[m - 1, 2 + arm] += status[order[a]]
    for j in range(m - 2, -1, -1):
        counts[j, 0] += counts[j + 1, 0]
        counts[j, 1] += counts[j + 1, 1]
    return m


@njit(cache=True, nogil=True)
def log_rank(counts, m, row):
    """The log-rank z, positive for fewer events than expected in the second arm; notes the events in row[1] and row[2]."""
    excess = variance = row[1] = row[2] = 0.0
    for j in range(m):
        d = counts[j, 2] + counts[j, 3]
        if d > 0.0:
            n = counts[j, 0] + counts[j, 1]
            share = counts[j, 1] / n
            row[1] += counts[j, 2]
            row[2] += counts[j, 3]
            excess += d * share - counts[j, 3]
            if n > 1.0:
                variance += d * share * (1.0 - share) * (n - d) / (n - 1.0)
    return excess / np.sqrt(variance) if variance > 0.0 else np.nan


@njit(cache=True, nogil=True)
def cox_two_arms(counts, m):
    """The log hazard ratio of the second arm and its standard error (Efron's ties, Newton); NaN when it is infinite."""
    beta = 0.0
    information = 0.0
    for _ in range(30):
        ratio = np.exp(beta)
        score = information = 0.0
        for j in range(m):
            d = counts[j, 2] + counts[j, 3]
            if d == 0.0:
                continue
            score += counts[j, 3]
            one = counts[j, 1] * ratio
            all_risk = one + counts[j, 0]
            if d == 1.0:
                share = one / all_risk
                score -= share
                information += share * (1.0 - share)
                continue
            dead_one = counts[j, 3] * ratio
            dead = dead_one + counts[j, 2]
            for k in range(int(d)):
                share = (one - k / d * dead_one) / (all_risk - k / d * dead)
                score -= share
                information += share * (1.0 - share)
        if not information > 1e-12:
            return np.nan, np.nan
        move = score / information
        beta += move
        if abs(beta) > 20.0:
            return np.nan, np.nan
        if abs(move) < 1e-9:  # quadratic: what is left is far below rounding
            break
    return beta, 1.0 / np.sqrt(information)


@njit(cache=True, nogil=True)
def read_arm(distinct, counts, m, arm, landmark, z, row):
    """Fills row with the median and the survival at the landmark of one arm, each with limits on the log scale."""
    s = low = high = 1.0
    greenwood = 0.0
    at_s = at_low = at_high = 1.0
    reached = 0.0
    half = 1.4901161193847656e-08
    found = np.array((0, 0, 0))  # for survival and its limits: 1 when at one half, 2 when below it
    first = np.array((np.nan, np.nan, np.nan))
    value = np.array((np.nan, np.nan, np.nan))
    for j in range(m):
        d = counts[j, 2 + arm]
        if counts[j, arm] > 0.0:
            reached = distinct[j]
        if d > 0.0:
            n = counts[j, arm]
            s *= (n - d) / n
            if n > d:
                greenwood += d / (n * (n - d))
                factor = np.exp(-z * np.sqrt(greenwood))
                low = s * factor
                high = min(s / factor, 1.0)
            else:
                low = high = np.nan
            for c in range(3):
                here = s if c == 0 else (low if c == 1 else high)
                if found[c] == 0 and here < 0.5 + half:
                    first[c] = distinct[j]
                    value[c] = here
                    found[c] = 1 if abs(here - 0.5) < half else 2
                elif found[c] == 1 and here < value[c]:
                    first[c] = 0.5 * (first[c] + distinct[j])
                    found[c] = 2
        if distinct[j] <= landmark:
            at_s, at_low, at_high = s, low, high
    if reached < landmark:
        at_s = at_low = at_high = np.nan
    row[6 + arm] = first[0]
    row[8 + arm] = first[1]
    row[10 + arm] = first[2]
    row[12 + arm] = at_s
    row[14 + arm] = at_low
    row[16 + arm] = at_high
