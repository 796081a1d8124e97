# Reference numbers of R for proportions, rates and episodes: Rscript proportions.R > reference/proportions.json
suppressMessages(library(survival))
number <- function(x) ifelse(is.na(x), "null", ifelse(is.infinite(x), "1e999", sprintf("%.17g", x)))
json <- function(x) {
  if (is.list(x)) paste0("{", paste(sprintf("\n\"%s\": %s", names(x), sapply(x, json)), collapse = ","), "}")
  else if (is.character(x)) paste0("\"", x[1], "\"")
  else paste0("[", paste(number(as.numeric(x)), collapse = ", "), "]")
}
rows <- function(m) as.vector(t(as.matrix(m)))
root <- function(f, low, high) uniroot(f, c(low, high), tol = 1e-16, maxiter = 5000)$root

one <- rbind(c(0, 10), c(1, 10), c(5, 20), c(54, 140), c(81, 189), c(20, 20), c(3, 3000))
clopper <- function(v) binom.test(v[1], v[2])$conf.int
wilson <- function(v) prop.test(v[1], v[2], correct = FALSE)$conf.int
yates <- function(v) suppressWarnings(prop.test(v[1], v[2], correct = TRUE)$conf.int)
mid <- function(v) {
  r <- v[1]; n <- v[2]
  c(if (r == 0) 0 else root(function(p) pbinom(r, n, p, lower.tail = FALSE) + dbinom(r, n, p) / 2 - 0.025, 0, r / n),
    if (r == n) 1 else root(function(p) pbinom(r, n, p) - dbinom(r, n, p) / 2 - 0.025, r / n, 1))
}
tests <- function(v) sapply(c("two.sided", "greater", "less"), function(a) binom.test(v[1], v[2], 0.3, alternative = a)$p.value)
design <- function(v) {
  critical <- min(which(pbinom((0:v[1]) - 1, v[1], 0.3, lower.tail = FALSE) <= 0.025)) - 1
  c(critical, pbinom(critical - 1, v[1], 0.3, lower.tail = FALSE), pbinom(critical - 1, v[1], v[2], lower.tail = FALSE))
}

two <- rbind(c(56, 70, 48, 80), c(9, 10, 3, 10), c(10, 10, 0, 20), c(0, 12, 0, 9), c(5, 56, 0, 29), c(81, 189, 30, 100))
newcombe <- function(v) {
  a <- wilson(v[1:2]); b <- wilson(v[3:4]); p <- v[1] / v[2]; q <- v[3] / v[4]
  c(p - q - sqrt((p - a[1])^2 + (b[2] - q)^2), p - q + sqrt((a[2] - p)^2 + (q - b[1])^2))
}
# The restricted estimate by its score equation, not by the closed cubic.
restricted <- function(v, delta) {
  low <- max(0, -delta); high <- min(1, 1 - delta)
  slope <- function(q) { p <- q + delta
    (if (v[1] > 0) v[1] / p else 0) - (if (v[2] > v[1]) (v[2] - v[1]) / (1 - p) else 0) +
      (if (v[3] > 0) v[3] / q else 0) - (if (v[4] > v[3]) (v[4] - v[3]) / (1 - q) else 0) }
  e <- (high - low) * 1e-15
  if (slope(low + e) <= 0) q <- low else if (slope(high - e) >= 0) q <- high else q <- root(slope, low + e, high - e)
  c(q + delta, q)
}
scores <- function(v, delta) {
  p <- restricted(v, delta); gap <- v[1] / v[2] - v[3] / v[4] - delta; s <- sqrt(p[1] * (1 - p[1]) / v[2] + p[2] * (1 - p[2]) / v[4])
  if (abs(gap) < 1e-13) 0 else if (s < 1e-10) sign(gap) * 1e9 else gap / s
}
miettinen <- function(v) {
  shrink <- sqrt(1 - 1 / (v[2] + v[4])); z <- qnorm(0.975); at <- v[1] / v[2] - v[3] / v[4]
  c(if (at == -1) -1 else root(function(d) scores(v, d) * shrink - z, -1 + 1e-10, at),
    if (at == 1) 1 else root(function(d) scores(v, d) * shrink + z, at, 1 - 1e-10))
}
fisher <- function(v) sapply(c("two.sided", "greater", "less"), function(a)
  fisher.test(matrix(c(v[1], v[2] - v[1], v[3], v[4] - v[3]), 2), alternative = a)$p.value)

# Chan and Zhang 1999 by brute force: every table, the largest chance over the unknown share, bisection of the difference.
small <- rbind(c(9, 10, 3, 10), c(0, 6, 0, 5), c(7, 8, 2, 9))
chan <- function(v) {
  tail_chance <- function(delta, sign) {
    tables <- expand.grid(a = 0:v[2], b = 0:v[4])
    s <- sign * mapply(function(a, b) scores(c(a, v[2], b, v[4]), delta), tables$a, tables$b)
    far <- tables[s >= sign * scores(v, delta) - 1e-7, ]
    chance <- function(q) sum(dbinom(far$a, v[2], pmin(pmax(q + delta, 0), 1)) * dbinom(far$b, v[4], q))
    grid <- seq(max(0, -delta), min(1, 1 - delta), length.out = 301)
    best <- which.max(sapply(grid, chance))
    max(optimize(chance, grid[c(max(best - 1, 1), min(best + 1, 301))], maximum = TRUE, tol = 1e-12)$objective, sapply(grid, chance))
  }
  bisect <- function(sign, outside) {
    inside <- v[1] / v[2] - v[3] / v[4]
    while (abs(inside - outside) > 1e-8) {
      middle <- (inside + outside) / 2
      if (tail_chance(middle, sign) > 0.025) inside <- middle else outside <- middle
    }
    inside
  }
  c(bisect(1, -1), bisect(-1, 1))
}

# The score interval of a ratio: the restricted estimate by its likelihood equation, not by the closed quadratic.
ratio_score <- function(v, f) {
  slope <- function(q) { p <- f * q
    (if (v[1] > 0) v[1] / q else 0) - (if (v[2] > v[1]) f * (v[2] - v[1]) / (1 - p) else 0) +
      (if (v[3] > 0) v[3] / q else 0) - (if (v[4] > v[3]) (v[4] - v[3]) / (1 - q) else 0) }
  high <- min(1, 1 / f); q <- if (slope(high * (1 - 1e-14)) >= 0) high else root(slope, high * 1e-14, high * (1 - 1e-14))
  p <- min(1, f * q); s <- sqrt(p * (1 - p) / v[2] + f^2 * q * (1 - q) / v[4]); gap <- v[1] / v[2] - f * v[3] / v[4]
  if (abs(gap) < 1e-13) 0 else if (s < 1e-10) sign(gap) * 1e9 else gap / s
}
risk_ratio <- function(v) {
  shrink <- sqrt(1 - 1 / (v[2] + v[4])); z <- qnorm(0.975); at <- log((v[1] / v[2]) / (v[3] / v[4]))
  c(if (v[1] == 0) 0 else exp(root(function(l) ratio_score(v, exp(l)) * shrink - z, if (is.finite(at)) at - 20 else -20, min(at, 20))),
    if (v[3] == 0) Inf else exp(root(function(l) ratio_score(v, exp(l)) * shrink + z, max(at, -20), if (is.finite(at)) at + 20 else 20)))
}
odds <- function(v) { t <- fisher.test(matrix(c(v[1], v[2] - v[1], v[3], v[4] - v[3]), 2)); c(t$estimate, t$conf.int) }

# Mantel and Haenszel's difference with Sato's variance, stratum by stratum.
strata <- rbind(c(12, 30, 8, 28), c(5, 14, 6, 20), c(0, 9, 1, 11), c(20, 41, 9, 37))
mantel <- function() { w <- d <- p <- q <- 0
  for (i in seq_len(nrow(strata))) { v <- strata[i, ]; n <- v[2] + v[4]
    w <- w + v[2] * v[4] / n; d <- d + v[2] * v[4] / n * (v[1] / v[2] - v[3] / v[4])
    p <- p + (v[2]^2 * v[3] - v[4]^2 * v[1] + v[2] * v[4] * (v[4] - v[2]) / 2) / n^2
    q <- q + (v[1] * (v[4] - v[3]) + v[3] * (v[2] - v[1])) / (2 * n) }
  s <- sqrt((d / w * p + q) / w^2); d / w + c(0, -1, 1) * qnorm(0.975) * s }

# Simon's designs by going through all of them with R's own binomial; size, power, chance to stop and expected number.
simon <- function(p0, p1, alpha, power, most) {
  fails <- function(p, r1, n1, r, n) { x <- if (r1 + 1 <= min(n1, r)) (r1 + 1):min(n1, r) else integer(0)
    pbinom(r1, n1, p) + sum(dbinom(x, n1, p) * pbinom(r - x, n - n1, p)) }
  found <- NULL
  for (n in 2:most) for (n1 in 1:(n - 1)) for (r1 in 0:(n1 - 1)) {
    if (pbinom(r1, n1, p1) > 1 - power) break
    for (r in r1:(n - 1)) {
      b <- 1 - fails(p1, r1, n1, r, n); if (b < power) break
      a <- 1 - fails(p0, r1, n1, r, n); if (a > alpha) next
      stop <- pbinom(r1, n1, p0); found <- rbind(found, c(n1, r1, n, r, a, b, stop, n1 + (1 - stop) * (n - n1))); break
    } }
  least <- found[found[, 3] == min(found[, 3]), , drop = FALSE]
  c(found[which.min(found[, 8]), ], least[which.min(least[, 8]), ])
}
suppressMessages(library(rpact))
schoenfeld <- function(ratio, beta, allocation, dropout) {
  d <- getDesignGroupSequential(kMax = 1, alpha = 0.025, beta = beta)
  f <- getSampleSizeSurvival(d, lambda2 = log(2) / 240, hazardRatio = ratio, allocationRatioPlanned = allocation, accrualTime = c(0, 730),
    followUpTime = 365, dropoutRate1 = 1 - exp(-dropout), dropoutRate2 = 1 - exp(-dropout), dropoutTime = 1)
  c(f$eventsFixed, f$nFixed)
}

rates <- rbind(c(0, 120.5), c(1, 40), c(11, 4800), c(250, 310.25))
rate <- function(v) c(poisson.test(v[1], v[2])$estimate, poisson.test(v[1], v[2])$conf.int)
pairs <- rbind(c(11, 800, 23, 900), c(0, 50, 4, 60), c(5, 10, 0, 12), c(40, 100, 22, 104))
ratio <- function(v) { t <- poisson.test(v[c(1, 3)], v[c(2, 4)]); c(t$estimate, t$conf.int, t$p.value) }

# Stanford heart transplants, 103 patients: the episodes of tmerge are those of survival::heart.
people <- with(jasa, data.frame(id = 1:103, days = pmax(0.5, as.numeric(fu.date - accept.dt)), dead = fustat,
                                switch = as.numeric(tx.date - accept.dt)))
people$switch[which(people$switch == people$days)] <- people$switch[which(people$switch == people$days)] - 0.5
merged <- tmerge(people, people, id = id, death = event(days, dead), transplant = tdc(switch))
cox <- coxph(Surv(tstart, tstop, death) ~ transplant, merged)

all <- function(table, f) rows(t(apply(table, 1, f)))
cat(json(list(
  made_by = list(script = "tests/against/proportions.R", R = R.version.string, survival = as.character(packageVersion("survival"))),
  one = rows(one), clopper_pearson = all(one, clopper), wilson = all(one, wilson), yates = all(one, yates), mid_p = all(one, mid),
  tests = all(one, tests), designs = rows(designs <- rbind(c(140, 0.45), c(189, 0.45), c(25, 0.6))), design = all(designs, design),
  two = rows(two), newcombe = all(two, newcombe), miettinen_nurminen = all(two, miettinen), fisher = all(two, fisher),
  risk_ratio = all(two, risk_ratio), odds_ratio = all(two, odds), strata = rows(strata), mantel_haenszel = mantel(),
  simon = c(simon(0.1, 0.3, 0.05, 0.9, 40), simon(0.3, 0.5, 0.1, 0.8, 40)),
  schoenfeld = c(schoenfeld(0.7, 0.1, 1, 0), schoenfeld(0.6, 0.2, 2, 0.0005), schoenfeld(1.5, 0.1, 0.5, 0.001)),
  small = rows(small), chan_zhang = all(small, chan),
  rates = rows(rates), rate = all(rates, rate), pairs = rows(pairs), ratio = all(pairs, ratio))), "\n")
if (length(commandArgs(TRUE)) > 0) {
  write.csv(people, file.path(commandArgs(TRUE)[1], "people.csv"), row.names = FALSE)
  write.csv(data.frame(id = merged$id, start = merged$tstart, stop = merged$tstop, event = merged$death,
                       transplant = merged$transplant), file.path(commandArgs(TRUE)[1], "merged.csv"), row.names = FALSE)
}
