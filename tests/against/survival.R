# Reference numbers of R for the statistics of trialrun.analysis, as JSON with the versions beside them.
#
#   Rscript survival.R file data/trial.csv > reference/trial.json     one table of ours
#   Rscript survival.R edges               > reference/edges.json     small cases by name
#   Rscript survival.R shipped DIRECTORY NAME ...                     R's own data sets: DIRECTORY/NAME.csv and NAME.json
suppressMessages({library(survival); library(cmprsk)})

# --- JSON without a package: numbers to 17 figures, NA as null ---
number <- function(x) ifelse(is.na(x), "null", ifelse(is.infinite(x), ifelse(x > 0, "1e999", "-1e999"), sprintf("%.17g", x)))
json <- function(x) {
  if (is.list(x)) paste0("{", paste(sprintf("\n\"%s\": %s", names(x), sapply(x, json)), collapse = ","), "}")
  else if (is.character(x)) paste0("\"", x[1], "\"")
  else paste0("[", paste(number(as.numeric(x)), collapse = ", "), "]")
}
made_by <- function() list(script = "tests/against/survival.R", R = R.version.string,
  survival = as.character(packageVersion("survival")), cmprsk = as.character(packageVersion("cmprsk")))

rows <- function(m) as.vector(t(as.matrix(m)))  # by row, as numpy ravels

curve <- function(fit) {
  s <- summary(fit, censored = TRUE)
  list(time = fit$time, at_risk = fit$n.risk, events = fit$n.event, censored = fit$n.censor, survival = fit$surv,
       std_error = s$std.err, lower = fit$lower, upper = fit$upper)
}
readings <- function(fit, horizon) {
  t <- summary(fit)$table
  q <- quantile(fit, c(0.1, 0.25, 0.5, 0.75))
  l <- summary(fit, times = c(0, 0.3, 0.5, 0.9) * max(fit$time), extend = TRUE)
  r <- survival:::survmean(fit, rmean = horizon)$matrix
  i <- survival:::survmean(fit, rmean = "individual")$matrix
  list(median = t[c("median", paste0(fit$conf.int, c("LCL", "UCL")))], quantile = unlist(q),
       at_risk_at = l$n.risk, survival_at = l$surv, std_error_at = l$std.err, lower_at = l$lower, upper_at = l$upper,
       restricted_mean = c(r[c("rmean", "se(rmean)")], i[c("rmean", "se(rmean)")]))
}
cox <- function(fit) list(coefficients = coef(fit), covariance = rows(fit$var),
  naive = rows(if (is.null(fit$naive.var)) fit$var else fit$naive.var), log_likelihood = fit$loglik,
  score = fit$score, wald = fit$wald.test, robust_score = if (is.null(fit$rscore)) NA else fit$rscore, iterations = fit$iter)
dead_rows <- function(fit, ...) {  # a prediction at the event times
  new <- survfit(fit, ...); dead <- new$n.event > 0
  list(time = new$time[dead], survival = new$surv[dead], std_error = new$std.err[dead], lower = new$lower[dead], upper = new$upper[dead])
}
someone <- function(d) data.frame(x1 = 1, x2 = mean(d$x2), x3 = mean(d$x3))
jackknife <- function(fit) {
  q <- quantile(fit, c(0.1, 0.25, 0.5, 0.75))
  list(survival = fit$surv, std_error = summary(fit, censored = TRUE)$std.err, lower = fit$lower, upper = fit$upper, hazard = fit$cumhaz,
       hazard_error = fit$std.chaz, quantile = unlist(q))
}
schoenfeld_rows <- function(d) { e <- which(d$status == 1); e[order(d$time[e])] }  # of rows by time, as R sorts them
agreement <- function(fit) { a <- concordance(fit)
  list(value = a$concordance, std_error = sqrt(a$var), counts = colSums(rbind(a$count))[1:3]) }
zph <- function(fit) lapply(c(km = "km", rank = "rank", identity = "identity", log = "log"),
  function(s) rows(cox.zph(fit, s)$table[, c("chisq", "p")]))
test <- function(fit) list(chisq = fit$chisq, p = pchisq(fit$chisq, sum(rowSums(cbind(fit$exp)) > 0) - 1, lower.tail = FALSE),
  observed = rowSums(cbind(fit$obs)), expected = rowSums(cbind(fit$exp)), variance = rows(fit$var))

# Weighted log-rank tests that survdiff does not offer, written out from their definitions.
by_hand <- function(time, status, group, weigh) {
  g <- sort(unique(group)); o <- e <- numeric(length(g)); v <- matrix(0, length(g), length(g)); s <- p <- 1
  for (t in sort(unique(time[status == 1]))) {
    n <- sapply(g, function(k) sum(time >= t & group == k)); d <- sapply(g, function(k) sum(time == t & status == 1 & group == k))
    N <- sum(n); D <- sum(d); p <- p * (1 - D / (N + 1)); w <- weigh(N, s, p); s <- s * (1 - D / N)
    o <- o + w * d; e <- e + w * D * n / N
    if (N > 1) v <- v + w^2 * D * (N - D) / (N - 1) * (diag(n / N, length(g)) - outer(n, n) / N^2)
  }
  x <- (o - e)[-1]
  list(observed = o, expected = e, variance = rows(v), chisq = sum(x * solve(v[-1, -1, drop = FALSE], x)))
}

# The first group's curve against the last's: survRM2's formulae on R's restricted means, and Klein's test at a landmark.
contrast <- function(d) {
  g <- sort(unique(d$group)); g <- g[c(1, length(g))]
  fits <- lapply(g, function(k) survfit(Surv(time, status) ~ 1, d[d$group == k, ]))
  end <- 0.7 * min(sapply(fits, function(f) max(f$time))); z <- qnorm(0.975)
  m <- sapply(fits, function(f) survival:::survmean(f, rmean = end)$matrix[c("rmean", "se(rmean)")])
  gap <- m[1, 1] - m[1, 2]; s <- sqrt(sum(m[2, ]^2)); r <- log(m[1, 1] / m[1, 2]); t <- sqrt(sum((m[2, ] / m[1, ])^2))
  p <- function(x, s) 2 * pnorm(-abs(x) / s)
  at <- sapply(fits, function(f) { x <- summary(f, times = end); c(x$surv, x$std.err) })
  l <- log(-log(at[1, ])); e <- at[2, ] / (at[1, ] * log(at[1, ])); h <- at[1, 1] - at[1, 2]; u <- sqrt(sum(at[2, ]^2))
  list(mean_difference = c(gap, s, gap - z * s, gap + z * s, p(gap, s)), mean_ratio = c(exp(r), t, exp(r - z * t), exp(r + z * t), p(r, t)),
       landmark = c(h, u, h - z * u, h + z * u, p(l[1] - l[2], sqrt(sum(e^2)))), plain = p(h, u))
}

# columns: time status x1 x2 x3 and, where they are there, entry group stratum cause weight cluster
reference <- function(d) {
  has <- function(name) !is.null(d[[name]])
  horizon <- 0.8 * max(d$time)
  out <- list(made_by = made_by())
  y <- if (has("entry")) Surv(d$entry, d$time, d$status) else Surv(d$time, d$status)
  for (type in c("log", "log-log", "plain", "logit", "arcsin")) {
    fit <- survfit(y ~ 1, conf.type = type)
    out[[paste0("curve ", type)]] <- curve(fit)
    out[[paste0("readings ", type)]] <- readings(fit, horizon)
  }
  fit <- survfit(y ~ 1)
  out$hazard <- list(value = fit$cumhaz, std_error = fit$std.chaz)
  f <- y ~ x1 + x2 + x3
  out$efron <- cox(fit <- coxph(f, d)); out$zph <- zph(fit); out$dfbeta <- list(value = rows(residuals(fit, type = "dfbeta")))
  base <- basehaz(fit, centered = FALSE); dead <- survfit(fit, d[1, ])$n.event > 0
  new <- survfit(fit, someone(d))
  out$prediction <- list(baseline = base$hazard[dead], time = new$time[dead], survival = new$surv[dead], std_error = new$std.err[dead],
                         lower = new$lower[dead], upper = new$upper[dead])
  n <- seq_len(nrow(d)); fit <- coxph(f, d, cluster = n)
  out$robust <- cox(fit); out$robust_prediction <- dead_rows(fit, someone(d))
  out$robust_curve <- jackknife(survfit(y ~ 1, cluster = n))
  two <- summary(survfit(fit, data.frame(x1 = c(1, 0), x2 = mean(d$x2) * c(1, 0.9), x3 = mean(d$x3) * c(1, 1.2))),
                 times = c(0, 0.3, 0.6) * max(d$time), extend = TRUE)
  out$predictions <- list(survival = rows(two$surv), std_error = rows(two$std.err), lower = rows(two$lower), upper = rows(two$upper))
  out$breslow <- cox(coxph(f, d, ties = "breslow"))
  out$breslow_zph <- zph(coxph(f, d, ties = "breslow"))
  out$concordance <- agreement(fit)
  sch <- as.matrix(residuals(fit, type = "schoenfeld"))
  out$residuals <- list(martingale = residuals(fit, type = "martingale"), deviance = residuals(fit, type = "deviance"),
                        schoenfeld = rows(sch[order(schoenfeld_rows(d)), ]))
  if (has("stratum")) {
    out$stratified <- cox(fit <- coxph(update(f, . ~ . + strata(stratum)), d)); out$stratified_zph <- zph(fit)
    out$stratified_concordance <- agreement(fit)
  }
  if (has("weight")) {
    whole <- ceiling(2 * d$weight)
    out$weighted_curve <- curve(survfit(y ~ 1, weights = whole))
    out$weighted_breslow <- cox(coxph(f, d, weights = d$weight, ties = "breslow"))
    out$weighted <- cox(fit <- coxph(f, d, weights = d$weight)); out$weighted_zph <- zph(fit)
    out$weighted_dfbeta <- list(value = rows(residuals(fit, type = "dfbeta")), unweighted = rows(residuals(fit, type = "dfbeta", weighted = FALSE)))
    out$weighted_prediction <- dead_rows(fit, someone(d))
    out$weighted_robust_curve <- jackknife(survfit(y ~ 1, weights = d$weight, cluster = n))
    out$weighted_concordance <- agreement(fit)
  }
  if (has("cluster")) {
    out$clustered <- cox(fit <- coxph(f, d, cluster = d$cluster)); out$clustered_prediction <- dead_rows(fit, someone(d))
    out$clustered_concordance <- agreement(fit)
    out$clustered_curve <- jackknife(survfit(y ~ 1, cluster = d$cluster))
  }
  if (has("group") && !has("entry")) {
    for (rho in c(0, 0.5, 1)) out[[paste("logrank", rho)]] <- test(survdiff(y ~ d$group, rho = rho))
    if (has("stratum")) out[["logrank stratified"]] <- test(survdiff(y ~ group + strata(stratum), d))
    pairs <- combn(sort(unique(d$group)), 2)
    p <- apply(pairs, 2, function(g) { x <- d[d$group %in% g, ]; pchisq(survdiff(Surv(time, status) ~ group, x)$chisq, 1, lower.tail = FALSE) })
    out$pairs <- list(p = p, holm = p.adjust(p, "holm"), bonferroni = p.adjust(p, "bonferroni"))
    out$contrast <- contrast(d)
    out[["logrank gehan-breslow"]] <- by_hand(d$time, d$status, d$group, function(n, s, p) n)
    out[["logrank tarone-ware"]] <- by_hand(d$time, d$status, d$group, function(n, s, p) sqrt(n))
    out[["logrank peto-peto"]] <- by_hand(d$time, d$status, d$group, function(n, s, p) p)
    out[["logrank late"]] <- by_hand(d$time, d$status, d$group, function(n, s, p) s^0.5 * (1 - s)^2)
  }
  if (has("cause")) {
    k <- max(d$cause); state <- factor(d$cause, 0:k)
    for (type in c("log", "plain", "log-log")) {
      fit <- survfit(Surv(time, state) ~ 1, d, conf.type = type)
      out[[paste("incidence", type)]] <- list(survival = fit$pstate[, 1], incidence = rows(fit$pstate[, -1]),
        std_error = rows(fit$std.err[, -1]), lower = rows(fit$lower[, -1]), upper = rows(fit$upper[, -1]))
    }
    delta <- timepoints(cuminc(d$time, d$cause), fit$time)
    out$incidence_delta <- list(incidence = delta$est, std_error = sqrt(delta$var))
    if (has("weight")) {
      fit <- survfit(Surv(time, state) ~ 1, d, weights = d$weight)
      out$incidence_weighted <- list(incidence = rows(fit$pstate[, -1]), std_error = rows(fit$std.err[, -1]))
    }
    out$gray <- list(plain = rows(cuminc(d$time, d$cause, d$group)$Tests), rho = rows(cuminc(d$time, d$cause, d$group, rho = 1)$Tests))
    if (has("stratum")) out$gray$stratified <- rows(cuminc(d$time, d$cause, d$group, d$stratum)$Tests)
    if (min(d$time) > 0) {
      wide <- finegray(Surv(time, state) ~ ., cbind(d[, c("x1", "x2", "x3", "time")], state = state, id = seq_len(nrow(d))), etype = 1)
      out$fine_gray <- cox(coxph(Surv(fgstart, fgstop, fgstatus) ~ x1 + x2 + x3, wide, weights = fgwt, cluster = id))
    }
  }
  out
}

edges <- function() {
  out <- list(made_by = made_by())
  show <- function(time, status) {
    fit <- survfit(Surv(time, status) ~ 1)
    end <- survival:::survmean(fit, rmean = "individual")$matrix
    c(list(given_time = time, given_status = status), curve(fit),
      list(median = summary(fit)$table[c("median", "0.95LCL", "0.95UCL")], quantile = unlist(quantile(fit, c(0.25, 0.5, 0.75))),
           restricted_mean = end[c("rmean", "se(rmean)")]))
  }
  for (n in c(4, 6, 8, 14, 18, 20)) out[[paste("one half at an event, n =", n)]] <- show(1:n, rep(1, n))
  out[["one half to the end"]] <- show(1:4, c(1, 1, 0, 0))
  out[["all censored"]] <- show(c(3, 5, 5, 9), rep(0, 4))
  out[["one participant, event"]] <- show(7, 1)
  out[["one participant, censored"]] <- show(7, 0)
  out[["last observation an event"]] <- show(c(2, 4, 4, 6, 9), c(1, 0, 1, 0, 1))
  out[["last observation censored"]] <- show(c(2, 4, 4, 6, 9), c(1, 0, 1, 1, 0))
  out[["0.1 + 0.2 ties with 0.3"]] <- show(c(0.1 + 0.2, 0.3, 0.3, 0.7, 0.1), c(1, 1, 0, 1, 0))
  out[["ties within 1e-12"]] <- show(c(5, 5 + 1e-12, 5 - 1e-12, 8, 11), c(1, 1, 0, 1, 0))
  out[["event on day 0"]] <- show(c(0, 0, 3, 4), c(1, 0, 1, 0))
  out[["everyone on one day"]] <- show(rep(4, 5), c(1, 1, 0, 1, 0))
  d <- data.frame(time = c(1, 2, 2, 2, 3, 3), cause = c(1, 1, 2, 0, 2, 1))
  fit <- survfit(Surv(time, factor(cause)) ~ 1, d)
  out[["tied competing causes"]] <- list(given_time = d$time, given_cause = d$cause, incidence = rows(fit$pstate[, -1]),
    std_error = rows(fit$std.err[, -1]))
  d <- data.frame(time = c(2, 2, 3, 5, 5, 5, 3, 6, 6, 6), cause = 2)
  out[["one cause takes all"]] <- c(list(given_time = d$time, given_cause = d$cause), states(survfit(Surv(time, factor(cause, 0:2)) ~ 1, d, conf.type = "logit")))
  d <- data.frame(entry = c(0, 2, 4, 1, 1, 6, 3, 5, 5, 8, 0, 9), time = c(3, 7, 5, 9, 4, 8, 11, 6, 12, 12, 10, 14),
                  cause = c(1, 0, 2, 1, 0, 2, 1, 0, 2, 1, 2, 1), weight = c(1, 2.5, 0.4, 1, 1.3, 2, 0.7, 1, 1, 1.9, 1, 0.6), id = 1:12)
  given <- list(given_entry = d$entry, given_time = d$time, given_cause = d$cause, given_weight = d$weight)
  s <- Surv(d$entry, d$time, factor(d$cause, 0:2))
  out[["incidence with entry"]] <- c(given, states(survfit(s ~ 1, id = d$id)))
  out[["incidence with entry and weights"]] <- c(given, states(survfit(s ~ 1, id = d$id, weights = d$weight)))
  d <- data.frame(time = c(12, 31, 40, 55, 61, 70, 88, 95, 99, 100, 101, 120, 150, 180, 200), cause = c(1, 0, 2, 1, 0, 0, 2, 0, 0, 0, 1, 0, 2, 0, 0))
  given <- list(given_time = d$time, given_cause = d$cause); at <- c(10, 50, 100, 150)
  one <- summary(survfit(Surv(time, cause == 1) ~ 1, d, conf.type = "log-log"), times = at)
  out[["few events"]] <- c(given, list(at = at, at_risk = one$n.risk, value = 1 - one$surv, lower = 1 - one$upper, upper = 1 - one$lower))
  two <- summary(survfit(Surv(time, factor(cause, 0:2)) ~ 1, d, conf.type = "log-log"), times = at)
  out[["few competing events"]] <- c(given, list(at = at, at_risk = two$n.risk[, 1], value = two$pstate[, 2], lower = two$lower[, 2], upper = two$upper[, 2]))
  a <- c(1, 2, 3, 1, 2, 5, 4, 3, 2, 1, 6, 2, 3, 3, 1, 4, 5, 2, 1, 3); b <- c(2, 1, 1, 3, 2, 1, 2, 2, 3, 1, 1, 4, 2, 1, 4, 1, 2, 3, 3, 2)
  d <- data.frame(time = a * 0.1 + b * 0.1, cause = rep(c(1, 2, 0, 1, 2), 4), x = (seq_along(a) * 7) %% 11, id = seq_along(a))
  wide <- finegray(Surv(time, factor(cause, 0:2)) ~ x + id, d, etype = 1)
  fit <- coxph(Surv(fgstart, fgstop, fgstatus) ~ x, wide, weights = fgwt, cluster = id)
  out[["Fine and Gray with rounding ties"]] <- list(given_time = d$time, given_cause = d$cause, given_x = d$x, coefficients = coef(fit),
    covariance = rows(fit$var))
  out
}
states <- function(fit) list(time = fit$time, survival = fit$pstate[, 1], incidence = rows(fit$pstate[, -1]), std_error = rows(fit$std.err[, -1]),
  lower = rows(fit$lower[, -1]), upper = rows(fit$upper[, -1]))

shipped <- function(folder, names) {
  drop <- function(d) d[stats::complete.cases(d), ]
  sets <- list(
    lung = drop(with(lung, data.frame(time, status = 1 * (status == 2), group = sex, stratum = ph.ecog, x1 = sex, x2 = age, x3 = ph.karno,
                                      weight = round(0.5 + (age %% 7) / 5, 2), cluster = inst))),
    veteran = with(veteran, data.frame(time, status, group = as.integer(celltype), stratum = prior, x1 = trt, x2 = karno, x3 = age)),
    ovarian = with(ovarian, data.frame(time = futime, status = fustat, group = rx, x1 = rx, x2 = age, x3 = ecog.ps)),
    aml = with(aml, data.frame(time, status, group = as.integer(x), x1 = as.integer(x), x2 = time %% 3, x3 = time %% 5)),
    colon = drop(with(subset(colon, etype == 2), data.frame(time, status, group = as.integer(rx), stratum = differ, x1 = as.integer(rx),
                                                            x2 = age, x3 = nodes, cluster = id %% 100))),
    heart = with(heart, data.frame(entry = start, time = stop, status = event, x1 = as.integer(transplant), x2 = age, x3 = year,
                                   stratum = surgery, cluster = id)),
    pbc = drop(with(pbc, data.frame(time, status = 1 * (status == 2), cause = status, group = trt, stratum = as.integer(sex), x1 = trt,
                                    x2 = age, x3 = log(bili), weight = round(0.5 + (id %% 9) / 5, 2)))),
    jasa = drop(with(subset(jasa, futime > 0), data.frame(time = futime, status = fustat, group = transplant, stratum = surgery, x1 = transplant, x2 = age,
                                      x3 = round(1970 + as.numeric(accept.dt) / 365.25, 3), weight = round(0.5 + (seq_along(age) %% 7) / 5, 2)))),
    stanford2 = drop(with(stanford2, data.frame(time, status, group = 1 * (age > 45), x1 = age, x2 = age^2, x3 = t5))),
    kidney = with(kidney, data.frame(time, status, group = as.integer(disease), stratum = sex, x1 = age, x2 = 1 * (disease == "GN"),
                                     x3 = 1 * (disease == "PKD"), weight = round(0.5 + (seq_along(age) %% 7) / 5, 2), cluster = id)),
    bladder2 = with(bladder2, data.frame(entry = start, time = stop, status = event, stratum = enum, x1 = rx, x2 = number, x3 = size,
                                         weight = round(0.5 + (id %% 7) / 5, 2), cluster = id)),
    retinopathy = with(retinopathy, data.frame(time = futime, status, group = trt, stratum = as.integer(type), x1 = trt, x2 = age,
                                               x3 = risk, cluster = id)),
    diabetic = with(diabetic, data.frame(time, status, group = trt, stratum = as.integer(laser), x1 = trt, x2 = age, x3 = risk,
                                         weight = round(0.5 + (id %% 7) / 5, 2), cluster = id)),
    gbsg = with(gbsg, data.frame(time = rfstime, status, group = grade, stratum = meno, x1 = hormon, x2 = nodes, x3 = pgr,
                                 weight = round(0.5 + (pid %% 7) / 5, 2))),
    udca1 = drop(with(subset(udca1, futime > 0), data.frame(time = futime, status, group = trt, stratum = stage, x1 = trt, x2 = log(bili),
                                                            x3 = riskscore))),
    transplant = drop(with(subset(transplant, futime > 0), data.frame(time = futime, status = 1 * (event == "ltx"),
      cause = as.integer(event) - 1, group = as.integer(abo), stratum = as.integer(sex), x1 = 1 * (abo == "O"), x2 = age, x3 = year))),
    mgus2 = drop(with(mgus2, data.frame(time = ifelse(pstat == 0, futime, ptime), status = pstat, cause = ifelse(pstat == 0, 2 * death, 1),
      group = as.integer(sex), stratum = 1 * (age > 70), x1 = as.integer(sex), x2 = hgb, x3 = mspike,
      weight = round(0.5 + (id %% 7) / 5, 2)))),
    rotterdam = with(rotterdam, data.frame(time = dtime, status = death, group = as.integer(size), stratum = meno, x1 = hormon, x2 = nodes,
                                           x3 = er, weight = round(0.5 + (pid %% 7) / 5, 2), cluster = pid %% 300)),
    flchain = drop(with(subset(flchain[seq(1, nrow(flchain), 4), ], futime > 0), data.frame(time = futime, status = death, group = flc.grp,
      stratum = as.integer(sex), x1 = mgus, x2 = age, x3 = kappa))))
  for (name in names) {
    d <- sets[[name]]
    write.csv(format(d, digits = 17, trim = TRUE), file.path(folder, paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
    writeLines(json(reference(read.csv(file.path(folder, paste0(name, ".csv"))))), file.path(folder, paste0(name, ".json")))
  }
}

arguments <- commandArgs(TRUE)
switch(arguments[1],
  file = writeLines(json(reference(read.csv(arguments[2])))),
  edges = writeLines(json(edges())),
  shipped = shipped(arguments[2], arguments[-(1:2)]),
  stop("say file, edges or shipped"))
