# Reference numbers of R for means, ranks, counts and ordered categories: Rscript quantities.R > reference/quantities.json
number <- function(x) ifelse(is.na(x), "null", ifelse(is.infinite(x), "1e999", sprintf("%.17g", x)))
json <- function(x) {
  if (is.list(x)) paste0("{", paste(sprintf("\n\"%s\": %s", names(x), sapply(x, json)), collapse = ","), "}")
  else if (is.character(x)) paste0("\"", x[1], "\"")
  else paste0("[", paste(number(as.numeric(x)), collapse = ", "), "]")
}
# Two groups of weights, a baseline, a second covariate, a factor of three levels: arithmetic, so that no random numbers are needed.
n <- 61; i <- 1:n
d <- data.frame(arm = ifelse((i * 7) %% 5 < 2, "a", ifelse((i * 7) %% 5 < 4, "b", "c")), before = 70 + 12 * sin(i * 1.7) + (i %% 11) / 3,
                age = 40 + (i * 13) %% 37, site = c("x", "y", "z")[1 + (i * 5) %% 3])
d$after <- 0.8 * d$before + 5 * cos(i * 2.3) + ifelse(d$arm == "b", -4, ifelse(d$arm == "c", 1.5, 0)) + d$age / 20
a <- d$after[d$arm == "a"]; b <- d$after[d$arm == "b"]
two <- function(t) c(-diff(t$estimate), t$conf.int, t$parameter, t$p.value)
one <- function(x) { t <- t.test(x); c(t$estimate, t$conf.int) }
middle <- function(x, level = 0.95) { s <- sort(x); k <- qbinom((1 - level) / 2, length(s), 0.5)
  if (pbinom(k, length(s), 0.5) > (1 - level) / 2) k <- k - 1
  c(median(s), if (k < 0) c(NA, NA) else c(s[k + 1], s[length(s) - k])) }
ancova <- function(form, data) {
  m <- lm(form, data); s <- coef(summary(m)); v <- grep("^arm", rownames(s)); k <- confint(m)[v, , drop = FALSE]
  at <- colMeans(model.matrix(m)[, !is.na(coef(m))]); arms <- levels(factor(data$arm))
  means <- sapply(seq_along(arms), function(j) { p <- at; p[grep("^arm", names(p))] <- 0; if (j > 1) p[paste0("arm", arms[j])] <- 1
    e <- sum(p * coef(m)[!is.na(coef(m))]); f <- sqrt(drop(p %*% vcov(m)[names(p), names(p)] %*% p)) * qt(0.975, m$df.residual); c(e, e - f, e + f) })
  list(differences = as.vector(t(cbind(s[v, 1], k, m$df.residual, s[v, 4]))), means = as.vector(means))
}
d$double <- 2 * d$before + 1
plain <- ancova(after ~ arm + before + age + site, d); alias <- ancova(after ~ arm + before + double, d)
logs <- ancova(log(after) ~ arm + log(before), d)

rank <- function(x, y, exact = NULL) { t <- suppressWarnings(wilcox.test(x, y, conf.int = TRUE, exact = exact, tol.root = 1e-13))
  c(median(outer(x, y, "-")), t$conf.int, t$p.value, t$statistic / (length(x) * length(y))) }
g <- c(0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 1, 2, 0, 3); h <- c(0, 0, 0, 1, 1, 2, 0, 1, 5, 1, 1, 0)
many <- 60 + 10 * sin((1:70) * 3.1); more <- 63 + 9 * cos((1:55) * 1.3)

# Poisson and negative binomial: the likelihood with R's own dnbinom, its peak by Newton's steps on differences of it.
least <- function(f, p) {
  for (round in 1:3) p <- optim(p, f, method = "Nelder-Mead", control = list(reltol = 1e-15, maxit = 5000))$par
  e <- 1e-4
  slope <- function(p) sapply(seq_along(p), function(j) { s <- replace(0 * p, j, e); (8 * (f(p + s) - f(p - s)) - f(p + 2 * s) + f(p - 2 * s)) / (12 * e) })
  for (round in 1:4) p <- p - solve(optimHess(p, f, control = list(ndeps = rep(1e-3, length(p)))), slope(p))
  p
}
counts <- list(y = c(0, 2, 5, 1, 0, 9, 3, 0, 0, 4, 1, 12, 0, 2), t = c(1, 2, 1.5, 1, .5, 2, 2, 1, .25, 2, 1, 2, 1.75, 1),
               x = c(1, 0, 0, 3, 0, 1, 2, 0, 0, 0, 4, 1, 0), s = c(2, 1, 1, 2, .5, 1, 2, 1.5, 1, 2, 2, .75, 1))
nb <- with(counts, {
  f <- function(p) -sum(dnbinom(y, mu = t * exp(p[1] + p[2]), size = exp(p[3]), log = TRUE)) - sum(dnbinom(x, mu = s * exp(p[1]), size = exp(p[3]), log = TRUE))
  p <- least(f, c(0, 0, 0)); size <- exp(p[3]); w <- function(mu) sum(mu / (1 + mu / size)); e <- sqrt(1 / w(t * exp(p[1] + p[2])) + 1 / w(s * exp(p[1])))
  c(exp(p[1] + p[2]), exp(p[1]), exp(p[2] + c(0, -1, 1) * qnorm(.975) * e), 2 * pnorm(-abs(p[2]) / e), size) })
alone <- with(counts, {
  f <- function(p) -sum(dnbinom(y, mu = t * exp(p[1]), size = exp(p[2]), log = TRUE)); p <- least(f, c(0, 0)); mu <- t * exp(p[1])
  exp(p[1] + c(0, -1, 1) * qnorm(.975) / sqrt(sum(mu / (1 + mu / exp(p[2]))))) })
pois <- with(counts, { m <- glm(c(y, x) ~ c(rep(1, length(y)), rep(0, length(x))), poisson, offset = log(c(t, s))); exp(coef(m)[2]) })

# Proportional odds: the likelihood over cut points and effect.
odds <- function(one, two) {
  k <- length(one); f <- function(p) { q <- cumsum(c(p[1], exp(p[seq_len(k - 2) + 1]))); e <- p[k]
    l <- function(n, x) sum(n * log(diff(c(0, plogis(q - x * e), 1)))); -l(one, 1) - l(two, 0) }
  o <- least(f, c(-1, rep(0, k - 2), 0)); h <- optimHess(o, f, control = list(ndeps = rep(1e-4, k))); e <- sqrt(solve(h)[k, k]); b <- o[k]
  c(exp(b + c(0, -1, 1) * qnorm(.975) * e), 2 * pnorm(-abs(b) / e))
}
categories <- rbind(c(4, 9, 12, 6, 2), c(10, 12, 6, 3, 1))

# Values below a limit of detection: survreg with censoring from the left.
suppressMessages(library(survival))
low <- data.frame(y = pmax(c(log(a), log(b)), 4), below = as.numeric(c(log(a), log(b)) <= 4), group = rep(0:1, c(length(a), length(b))))
tobit <- survreg(Surv(y, 1 - below, type = "left") ~ factor(group), low, dist = "gaussian", control = survreg.control(rel.tolerance = 1e-12, maxiter = 100))
lone <- survreg(Surv(y, 1 - below, type = "left") ~ 1, low[low$group == 0, ], dist = "gaussian", control = survreg.control(rel.tolerance = 1e-12, maxiter = 100))
wald <- function(m, k) { s <- summary(m)$table; c(s[k, 1] + c(0, -1, 1) * qnorm(.975) * s[k, 2], s[k, 4]) }

cat(json(list(
  made_by = list(script = "tests/against/quantities.R", R = R.version.string, survival = as.character(packageVersion("survival"))),
  low = low$y, low_below = low$below, low_group = low$group, tobit = wald(tobit, 2), tobit_scale = tobit$scale, lone = wald(lone, 1)[1:3],
  after = d$after, before = d$before, age = d$age, arm = match(d$arm, c("a", "b", "c")), site = match(d$site, c("x", "y", "z")),
  mean = one(a), geometric = exp(one(log(a))), median = c(middle(a), middle(b), middle(a[1:6]), middle(a[1:5])),
  welch = two(t.test(b, a)), pooled = two(t.test(b, a, var.equal = TRUE)), ratio = { w <- two(t.test(log(b), log(a))); c(exp(w[1:3]), w[4:5]) },
  ancova = plain$differences, ancova_means = plain$means, alias = alias$differences, alias_means = alias$means, logs = logs$differences,
  exact = rank(b, a), ties = rank(g, h), many = rank(many, more), g = g, h = h, many_x = many, many_y = more,
  counts_y = counts$y, counts_t = counts$t, counts_x = counts$x, counts_s = counts$s, negative_binomial = nb, alone = alone, poisson = pois,
  categories = as.vector(t(categories)), odds = odds(categories[1, ], categories[2, ]), odds_two = odds(c(7, 12), c(15, 6)))), "\n")
