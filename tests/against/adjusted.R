# The model of all prognostic factors together: times, events and factors of a CSV, by survival::coxph with Efron's ties.
library(survival)
options(digits = 15)
args <- commandArgs(trailingOnly = TRUE)
d <- read.csv(args[1], stringsAsFactors = FALSE)
factors <- setdiff(names(d), c("time", "status"))
for (f in factors) d[[f]] <- factor(d[[f]], levels = sort(unique(d[[f]])))
fit <- coxph(as.formula(paste("Surv(time, status) ~", paste(factors, collapse = " + "))), data = d, ties = "efron")
found <- summary(fit)$conf.int
cat("name,value,lower,upper\n")
for (i in seq_len(nrow(found))) cat(sprintf("%s,%.15g,%.15g,%.15g\n", rownames(found)[i], found[i, 1], found[i, 3], found[i, 4]))
