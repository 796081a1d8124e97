# Reference numbers of R for the mixed model for repeated measures: Rscript mixed_model.R > reference/mixed_model.json
# Twice: nlme's gls, and the restricted likelihood written out with whole matrices, its derivatives by differences of it.
suppressPackageStartupMessages(library(nlme))
number <- function(x) ifelse(is.na(x), "null", sprintf("%.17g", x))
json <- function(x) if (is.list(x)) paste0("{", paste(sprintf("\n\"%s\": %s", names(x), sapply(x, json)), collapse = ","), "}") else paste0("[", paste(number(as.numeric(x)), collapse = ", "), "]")

n <- 60; k <- 3; i <- 1:n; arm <- 1 + (i * 7) %% 3; before <- 70 + 12 * sin(i * 1.7) + (i %% 11) / 3; site <- 1 + (i * 5) %% 2
own <- 6 * sin(i * 2.9)
y <- sapply(1:k, function(v) 0.6 * before + own * c(1, .8, 1.3)[v] + 3 * cos(i * (1.3 + v)) + c(0, -2 * v, v)[arm] + v + site)
y[cbind(i, 2)][i %% 7 == 3] <- NA; y[i %% 5 == 1, 3] <- NA; y[i %% 11 == 4, 1] <- NA; y[i %% 13 == 6, 2:3] <- NA
y[i %% 30 == 17, ] <- NA
there <- rowSums(!is.na(y)) > 0
at <- before - mean(before[there]); two <- (site == 2) - mean((site == 2)[there])
d <- data.frame(id = rep(i, k), v = factor(rep(1:k, each = n)), visit = rep(1:k, each = n), arm = factor(rep(arm, k)), at = rep(at, k), two = rep(two, k), y = as.vector(y))
d <- d[!is.na(d$y), ]; d <- d[order(d$id, d$visit), ]
X <- model.matrix(~ 0 + v:arm + v:at + v:two, d)
pairs <- which(lower.tri(diag(k), TRUE), arr.ind = TRUE)
same <- outer(d$id, d$id, "==")
whole <- function(t) { s <- matrix(0, k, k); s[pairs] <- t; s[pairs[, 2:1]] <- t; s }
parts <- function(t) {
  V <- same * whole(t)[d$visit, d$visit]
  R <- chol(V); W <- chol2inv(R); A <- t(X) %*% W %*% X; b <- solve(A, t(X) %*% W %*% d$y); r <- d$y - X %*% b
  list(l = drop(-sum(log(diag(R))) - .5 * determinant(A)$modulus - .5 * t(r) %*% W %*% r - .5 * (nrow(X) - ncol(X)) * log(2 * pi)), b = drop(b), C = solve(A))
}
l <- function(t) parts(t)$l
slope <- function(f, t, e = 1e-3) sapply(seq_along(t), function(j) { s <- replace(0 * t, j, e * max(1, abs(t[j]))); h <- s[j]
  (45 * (f(t + s) - f(t - s)) - 9 * (f(t + 2 * s) - f(t - 2 * s)) + (f(t + 3 * s) - f(t - 3 * s))) / (60 * h) })
bend <- function(t) { H <- sapply(seq_along(t), function(j) slope(function(u) slope(l, u)[j], t)); (H + t(H)) / 2 }
m <- gls(y ~ 0 + v:arm + v:at + v:two, d, correlation = corSymm(form = ~ visit | id), weights = varIdent(form = ~ 1 | v), method = "REML",
         control = glsControl(tolerance = 1e-10, msTol = 1e-12, maxIter = 200, msMaxIter = 500))
sd <- m$sigma * c(1, coef(m$modelStruct$varStruct, unconstrained = FALSE)); cor <- diag(k); cor[lower.tri(cor)] <- coef(m$modelStruct$corStruct, unconstrained = FALSE)
cor <- cor + t(cor) - diag(k); S <- cor * outer(sd, sd); t <- S[pairs]
for (round in 1:3) t <- t - solve(bend(t), slope(l, t))
p <- parts(t); A <- solve(-bend(t)); C <- function(u) as.vector(parts(u)$C); turned <- slope(C, t)
row <- function(share, a, b = 0) { x <- setNames(rep(0, ncol(X)), colnames(X)); x[sprintf("v%d:arm%d", 1:k, a)] <- share; if (b) x[sprintf("v%d:arm%d", 1:k, b)] <- -share; x }
told <- function(x) { v <- drop(x %*% p$C %*% x); g <- as.vector(x %o% x) %*% turned; df <- 2 * v^2 / drop(g %*% A %*% t(g)); e <- sum(x * p$b); h <- qt(.975, df) * sqrt(v)
  c(e, e - h, e + h, df, 2 * pt(-abs(e) / sqrt(v), df)) }
shares <- c(lapply(1:k, function(v) as.numeric(1:k == v)), list(rep(1 / k, k)))
cat(json(list(y = as.vector(t(y)), arm = arm, before = before, site = site, log_likelihood = p$l, gls_log_likelihood = as.numeric(m$logLik), covariance = whole(t), gls_covariance = S,
  gls_differences = as.vector(sapply(1:k, function(v) coef(m)[sprintf("v%d:arm%d", v, 2:3)] - coef(m)[sprintf("v%d:arm1", v)])),
  differences = as.vector(sapply(shares, function(s) sapply(2:3, function(a) told(row(s, a, 1))))),
  means = as.vector(sapply(shares, function(s) sapply(1:3, function(a) told(row(s, a))[1:3]))))), "\n")
