# A change during follow-up read three ways by R's survival: Rscript switches.R FILE.csv DAY
# columns: time status changed (the day of the change, NA: never)
suppressMessages(library(survival))
a <- commandArgs(TRUE); d <- read.csv(a[1]); day <- as.numeric(a[2]); d$id <- seq_len(nrow(d))
say <- function(name, f) { s <- summary(f); cat(sprintf('"%s": [%.17g, %.17g, %.17g, %.17g, %d, %d]', name, s$conf.int[1, 1], s$conf.int[1, 3],
  s$conf.int[1, 4], s$coefficients[1, "Pr(>|z|)"], f$n, f$nevent)) }
d$ever <- !is.na(d$changed) & d$changed < d$time
w <- tmerge(d[, c("id", "time")], d, id = id, death = event(time, status), on = tdc(changed))
l <- d[d$time > day, ]; l$by <- !is.na(l$changed) & l$changed <= day
cat(sprintf('{"survival": "%s", ', packageVersion("survival")))
say("naive", coxph(Surv(time, status) ~ ever, d)); cat(", ")
say("changing", coxph(Surv(tstart, tstop, death) ~ on, w)); cat(", ")
say("landmark", coxph(Surv(time - day, status) ~ by, l)); cat("}\n")
