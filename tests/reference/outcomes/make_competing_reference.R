# Writes competing.json: figures of cmprsk 2.2-11 and survival 3.5-3 on a public cohort and on random data.
# Run in this folder: Rscript make_competing_reference.R
suppressMessages({library(survival); library(cmprsk); library(jsonlite)})
stopifnot(packageVersion("cmprsk") == "2.2.11", packageVersion("survival") == "3.5.3")
set.seed(20240402)

weigh <- function(d) { n <- nrow(d); d$w <- sample(1:8, n, TRUE) / 4; d$cl <- sample(rep(seq_len(n), each = 3)[seq_len(n)]); d }

# One arm's curves of several states by survfit, weighted. Where both id and cluster are given this version's standard
# error is over id, so that over clusters is summed from survfit's own influences.
weighted_curves <- function(d, ticks) lapply(split(d, d$z), function(s) {
  s$state <- factor(s$cause, 0:2, c("none", "one", "two")); s$id <- seq_len(nrow(s))
  f <- survfit(Surv(time, state) ~ 1, data = s, weights = w, id = id, robust = TRUE, influence = TRUE, conf.type = "log-log")
  z <- summary(f, times = ticks, extend = TRUE)
  clusters <- sapply(2:3, function(k) sqrt(colSums(rowsum(f$influence.pstate[, , k] * s$w, s$cl)^2)))
  at <- findInterval(ticks, f$time)
  states <- function(x) unname(x[, 2:3, drop = FALSE])
  list(incidence = states(z$pstate), lower = states(z$lower), upper = states(z$upper), patients = states(z$std.err),
       clusters = rbind(0, tail(clusters, length(f$time)))[at + 1, , drop = FALSE])
})

# coxph on the rows of finegray, Breslow's ties, with every patient repeated by weight, so that weights count in the
# distribution of censoring too (finegray leaves its own argument out of it). Both programs agree on censoring only
# where nobody is censored at an event's time, so only such cohorts get these figures.
fine_gray_rows <- function(d) {
  d$state <- factor(d$cause, 0:2, c("none", "one", "two")); d$patient <- seq_len(nrow(d))
  d <- d[rep(d$patient, 4 * d$w), ]; d$id <- seq_len(nrow(d))
  rows <- finegray(Surv(time, state) ~ ., data = d, id = id, etype = "one")
  control <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60)
  fit <- function(cluster) coxph(Surv(fgstart, fgstop, fgstatus) ~ z, data = rows, weights = fgwt, ties = "breslow", cluster = cluster, control = control)
  list(coefficient = unname(coef(fit(rows$patient))), patients = sqrt(fit(rows$patient)$var[1, 1]), clusters = sqrt(fit(rows$cl)$var[1, 1]))
}

case <- function(name, d, ticks, rows = FALSE) {
  d <- weigh(d)
  f <- cuminc(d$time, d$cause, d$z); points <- timepoints(f, ticks)
  control <- lapply(1:2, function(k) { m <- crr(d$time, d$cause, d$z, failcode = k, gtol = 1e-13, maxiter = 50)
    list(coefficient = unname(m$coef), error = sqrt(m$var[1, 1])) })
  list(name = name, data = list(time = d$time, cause = d$cause, treated = d$z, weights = d$w, cluster = d$cl, stratum = d$s), ticks = ticks,
       groups = rownames(points$est), incidence = points$est, variance = points$var,
       gray = f$Tests[, "stat"], gray_p = f$Tests[, "pv"], gray_stratified = cuminc(d$time, d$cause, d$z, strata = d$s)$Tests[, "stat"],
       gray_sets = cuminc(d$time, d$cause, d$z, strata = d$cl)$Tests[, "stat"],
       crr = control, weighted = weighted_curves(d, ticks), fine_gray_rows = if (rows) fine_gray_rows(d))
}
random <- function(n, top, apart = FALSE) {
  d <- data.frame(time = if (top) sample(seq_len(top), n, TRUE) else round(rexp(n) * 10, 4) + .001,
                  cause = sample(0:2, n, TRUE, c(.3, .4, .3)), z = rbinom(n, 1, .45), s = sample(1:3, n, TRUE))
  if (apart) d$time <- d$time + ifelse(d$cause == 0, .5, 0)
  d
}
gammopathy <- with(mgus2, data.frame(time = ifelse(pstat == 1, ptime, futime), cause = ifelse(pstat == 1, 1, 2 * death),
                                     z = as.integer(sex == "F"), s = as.integer(cut(age, c(0, 60, 70, 80, 200)))))
cases <- list(
  case("monoclonal gammopathy", gammopathy, c(0, 12, 60, 120, 240, 400)),
  case("no ties", random(60, 0), c(1, 5, 10, 20), TRUE),
  case("heavy ties", random(80, 9), c(1, 3, 3.5, 7, 9)),
  case("ties of events only", random(120, 12, TRUE), c(1, 4.5, 8, 11), TRUE),
  case("few patients", random(14, 0), c(1, 5, 10), TRUE))
write_json(list(software = "R 4.2.2, cmprsk 2.2-11, survival 3.5-3", cases = cases), "competing.json",
           digits = NA, auto_unbox = TRUE, null = "null", na = "null")
