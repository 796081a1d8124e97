# Tests of a randomised study: three arms, strata, subgroups, and p-values adjusted for their number.
# Rscript tests/against/arm_tests.R   (R >= 4.2, survival >= 3.5); reads data/three_arms.csv, writes reference/arm_tests.json
library(survival)
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
d <- read.csv(file.path(here, "data", "three_arms.csv"))
p_of <- function(s) pchisq(s$chisq, length(s$n) - 1, lower.tail = FALSE)
out <- list()
say <- function(name, x) out[[name]] <<- as.numeric(x)
f <- survdiff(Surv(time, status) ~ arm + strata(stratum), d)
say("stratified_logrank_global", pchisq(f$chisq, 2, lower.tail = FALSE))
say("logrank_global", p_of(survdiff(Surv(time, status) ~ arm, d)))
for (k in 1:2) {
  e <- d[d$arm %in% c(0, k), ]
  f <- survdiff(Surv(time, status) ~ arm + strata(stratum), e)
  say(paste0("stratified_logrank_", k), pchisq(f$chisq, 1, lower.tail = FALSE))
  m <- coxph(Surv(time, status) ~ I(arm == k) + strata(stratum), e)
  say(paste0("stratified_cox_", k), c(exp(coef(m)), exp(confint(m))))
  t <- table(e$arm == k, e$reached == 1, e$stratum)
  say(paste0("cmh_", k), mantelhaen.test(t, correct = FALSE)$p.value)
  small <- coxph(Surv(time, status) ~ I(arm == k) + factor(level), e)
  full <- coxph(Surv(time, status) ~ I(arm == k) * factor(level), e)
  say(paste0("interaction_", k), pchisq(2 * (full$loglik[2] - small$loglik[2]), 2, lower.tail = FALSE))
  for (l in 0:2) {
    m <- coxph(Surv(time, status) ~ I(arm == k), e[e$level == l, ])
    say(paste0("level_", k, "_", l), c(exp(coef(m)), exp(confint(m))))
  }
}
say("cmh_global", mantelhaen.test(table(d$arm, d$reached == 1, d$stratum), correct = FALSE)$p.value)
say("chi_squared", chisq.test(table(d$arm, d$reached), correct = FALSE)$p.value)
p <- c(0.011, 0.04, 0.02, 0.9, 0.0004, 0.02)
say("p", p)
say("holm", p.adjust(p, "holm"))
say("hochberg", p.adjust(p, "hochberg"))
lines <- sapply(names(out), function(n) sprintf(' "%s": [%s]', n, paste(sprintf("%.15g", out[[n]]), collapse = ", ")))
writeLines(c("{", paste(lines, collapse = ",\n"), "}"), file.path(here, "reference", "arm_tests.json"))
