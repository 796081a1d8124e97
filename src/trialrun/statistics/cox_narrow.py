"""The backward pass of the Cox model for up to three covariates without entry times, its sums held in registers.

It is `cox_kernels.score_and_information` written out: most models of a study are an arm and a factor or two, and their sums
need no memory.  A test holds the two against each other.
"""

import numpy as np
from numba import njit

WIDEST = 3
SMALL, LARGE = 1e-120, 1e120


@njit(cache=True, nogil=True, error_model="numpy")
def narrow_score_and_information(beta, x, stop, status, weight, offset, stratum, efron, score, information):
    """The partial log-likelihood at beta (p,), p at most 3; fills score (p,) and information (p, p)."""
    n, p = x.shape
    beta1 = beta[0]
    beta2 = beta[1] if p > 1 else 0.0
    beta3 = beta[2] if p > 2 else 0.0
    alive = alive1 = alive2 = alive3 = alive11 = alive21 = alive22 = alive31 = alive32 = alive33 = 0.0
    score1 = score2 = score3 = info11 = info21 = info22 = info31 = info32 = info33 = 0.0
    loglik = 0.0
    product = 1.0  # of the risks at events of weight 1
    i = n - 1
    layer = stratum[n - 1]
    while i >= 0:
        if stratum[i] != layer:
            layer = stratum[i]
            alive = alive1 = alive2 = alive3 = alive11 = alive21 = alive22 = alive31 = alive32 = alive33 = 0.0
        now = stop[i]
        deaths = 0
        dead_weight = 0.0
        dead = dead1 = dead2 = dead3 = dead11 = dead21 = dead22 = dead31 = dead32 = dead33 = 0.0
        while i >= 0 and stop[i] == now and stratum[i] == layer:
            w = weight[i]
            x1 = x[i, 0]
            x2 = x[i, 1] if p > 1 else 0.0
            x3 = x[i, 2] if p > 2 else 0.0
            eta = offset[i] + beta1 * x1 + beta2 * x2 + beta3 * x3
            risk = w * np.exp(eta) if eta != 0.0 else w
            risk1 = risk * x1
            risk2 = risk * x2
            risk3 = risk * x3
            if status[i] == 0:
                alive += risk
                alive1 += risk1
                alive2 += risk2
                alive3 += risk3
                alive11 += risk1 * x1
                alive21 += risk2 * x1
                alive22 += risk2 * x2
                alive31 += risk3 * x1
                alive32 += risk3 * x2
                alive33 += risk3 * x3
            else:
                deaths += 1
                dead_weight += w
                loglik += w * eta
                score1 += w * x1
                score2 += w * x2
                score3 += w * x3
                dead += risk
                dead1 += risk1
                dead2 += risk2
                dead3 += risk3
                dead11 += risk1 * x1
                dead21 += risk2 * x1
                dead22 += risk2 * x2
                dead31 += risk3 * x1
                dead32 += risk3 * x2
                dead33 += risk3 * x3
            i -= 1
        if deaths == 0:
            continue
        steps = deaths if efron else 1
        part = 1.0 / steps
        share = dead_weight * part
        for _ in range(steps):
            alive += dead * part
            alive1 += dead1 * part
            alive2 += dead2 * part
            alive3 += dead3 * part
            alive11 += dead11 * part
            alive21 += dead21 * part
            alive22 += dead22 * part
            alive31 += dead31 * part
            alive32 += dead32 * part
            alive33 += dead33 * part
            inverse = 1.0 / alive
            if share == 1.0:  # logarithms of many at once
                product *= alive
                if not SMALL < product < LARGE:
                    loglik -= np.log(product)
                    product = 1.0
            else:
                loglik -= share * np.log(alive)
            rate = share * inverse
            mean1 = alive1 * inverse
            mean2 = alive2 * inverse
            mean3 = alive3 * inverse
            score1 -= share * mean1
            score2 -= share * mean2
            score3 -= share * mean3
            info11 += rate * (alive11 - mean1 * alive1)
            info21 += rate * (alive21 - mean2 * alive1)
            info22 += rate * (alive22 - mean2 * alive2)
            info31 += rate * (alive31 - mean3 * alive1)
            info32 += rate * (alive32 - mean3 * alive2)
            info33 += rate * (alive33 - mean3 * alive3)
    loglik -= np.log(product)
    score[0] = score1
    information[0, 0] = info11
    if p > 1:
        score[1] = score2
        information[1, 0] = information[0, 1] = info21
        information[1, 1] = info22
    if p > 2:
        score[2] = score3
        information[2, 0] = information[0, 2] = info31
        information[2, 1] = information[1, 2] = info32
        information[2, 2] = info33
    return loglik
