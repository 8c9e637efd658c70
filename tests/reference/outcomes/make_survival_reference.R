# Writes survival.json: figures of R's survival 3.5-3 on public cohorts and on random data with heavy ties,
# fractional weights and clusters that span the arms. Run in this folder: Rscript make_survival_reference.R
suppressMessages({library(survival); library(jsonlite)})
stopifnot(packageVersion("survival") == "3.5.3")
set.seed(20240331)
transforms <- c("log-log", "log", "plain")
control <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60)

# What print(fit) shows. quantile(fit) differs where a curve ends level at one half, and where a band is not monotone.
limits <- function(f) {
  q <- unname(summary(f)$table[c("median", "0.95LCL", "0.95UCL")])
  list(median = q[1], median_lower = q[2], median_upper = q[3])
}

curve <- function(f, ticks, full) {
  z <- summary(f, times = ticks, extend = TRUE)
  out <- c(limits(f), list(at = list(survival = z$surv, error = z$std.err, lower = z$lower, upper = z$upper)))
  if (full) {
    all <- summary(f, times = f$time)
    out$full <- list(time = f$time, survival = f$surv, error = all$std.err, lower = f$lower, upper = f$upper,
                     n_at_risk = f$n.risk, n_events = f$n.event, n_censored = f$n.censor)
  }
  out
}

arm_curves <- function(d, ticks, full, ...) sapply(transforms, function(t) {
  fit <- function(form) switch(form,
    plain = survfit(Surv(time, event) ~ 1, data = d, conf.type = t),
    weighted = survfit(Surv(time, event) ~ 1, data = d, weights = w, robust = TRUE, conf.type = t),
    clustered = survfit(Surv(time, event) ~ 1, data = d, weights = w, cluster = cl, robust = TRUE, conf.type = t))
  list(plain = curve(fit("plain"), ticks, full && t == "log-log"),
       weighted = curve(fit("weighted"), ticks, FALSE),
       clustered = curve(fit("clustered"), ticks, full && t == "log-log"))
}, simplify = FALSE)

cox <- function(f) {
  ci <- summary(f)$conf.int; co <- summary(f)$coefficients
  list(log_hazard_ratio = unname(coef(f)), error = sqrt(f$var[1, 1]), hazard_ratio = ci[1, 1], lower = ci[1, 3], upper = ci[1, 4],
       p = unname(co[1, ncol(co)]), robust_score = if (is.null(f$rscore)) NULL else as.numeric(f$rscore))
}

mean_times <- function(d, horizon) {
  arm <- function(z) d[d$z == z, ]
  table <- function(z) summary(survfit(Surv(time, event) ~ 1, data = arm(z)), rmean = horizon)$table[c("rmean", "se(rmean)")]
  influence <- function(z) { s <<- arm(z)  # residuals() looks the data up by name from outside
    f <- survfit(Surv(time, event) ~ 1, data = s, weights = w, robust = TRUE)
    list(mean = unname(summary(f, rmean = horizon)$table["rmean"]), each = as.numeric(residuals(f, times = horizon, type = "rmst")) * s$w, cl = s$cl, row = s$row) }
  a <- table(1); b <- table(0); i <- influence(1); j <- influence(0)
  each <- c(i$each, -j$each)
  list(horizon = horizon, plain = list(treated = a[[1]], control = b[[1]], error = sqrt(a[[2]]^2 + b[[2]]^2)),
       weighted = list(treated = i$mean, control = j$mean, error = sqrt(sum(each^2))),
       clustered = list(error = sqrt(sum(rowsum(each, c(i$cl, j$cl))^2))))
}

case <- function(name, d, ticks, full = TRUE) {
  d$row <- seq_len(nrow(d)); S <- quote(Surv(time, event))
  ll <- survdiff(Surv(time, event) ~ z, data = d); ls <- survdiff(Surv(time, event) ~ z + strata(cl), data = d)
  expected <- function(f) { e <- f$exp; unname(if (is.matrix(e)) rowSums(e)[2] else e[2]) }
  horizon <- min(tapply(d$time, d$z, max)) * .9
  reverse <- function(s) limits(survfit(Surv(time, 1 - event) ~ 1, data = s))$median
  zph <- cox.zph(coxph(Surv(time, event) ~ z, data = d, control = control), transform = "km")$table[1, ]
  list(name = name, data = list(time = d$time, event = d$event, treated = d$z, weights = d$w, cluster = d$cl), ticks = ticks,
       treated = arm_curves(d[d$z == 1, ], ticks, full), control = arm_curves(d[d$z == 0, ], ticks, full),
       log_rank = list(chi_square = ll$chisq, expected = expected(ll)), log_rank_stratified = list(chi_square = ls$chisq, expected = expected(ls)),
       cox = list(plain = cox(coxph(Surv(time, event) ~ z, data = d, control = control)),
                  weighted = cox(coxph(Surv(time, event) ~ z, data = d, weights = w, robust = TRUE, control = control)),
                  clustered = cox(coxph(Surv(time, event) ~ z, data = d, weights = w, cluster = cl, robust = TRUE, control = control)),
                  clustered_unweighted = cox(coxph(Surv(time, event) ~ z, data = d, cluster = cl, robust = TRUE, control = control)),
                  stratified = cox(coxph(Surv(time, event) ~ z + strata(cl), data = d, control = control)),
                  stratified_weighted = cox(coxph(Surv(time, event) ~ z + strata(cl), data = d, weights = w, cluster = cl, robust = TRUE, control = control))),
       zph = list(chi_square = unname(zph["chisq"]), p = unname(zph["p"])), rmst = mean_times(d, horizon),
       follow_up = list(both = reverse(d), treated = reverse(d[d$z == 1, ]), control = reverse(d[d$z == 0, ])))
}

weigh <- function(d, sizes = 2:4) {
  d$w <- round(runif(nrow(d), .2, 2.5), 3)
  d$cl <- sample(rep(seq_len(nrow(d)), times = sample(sizes, nrow(d), TRUE))[seq_len(nrow(d))])
  d
}
random <- function(n, top, weights) {
  d <- weigh(data.frame(time = sample(seq_len(top), n, TRUE), event = rbinom(n, 1, .65), z = rbinom(n, 1, .45)))
  if (weights == "integer") d$w <- sample(1:3, n, TRUE)
  d
}
jittered <- random(50, 12, "fractional"); jittered$time <- jittered$time + sample(c(0, 1e-9, -1e-9), 50, TRUE)
months <- function(d) { d$time <- signif(d$time / 30.4375, 15); d }
death <- subset(colon, etype == 2 & rx != "Lev")
cases <- list(
  case("veteran", weigh(with(veteran, data.frame(time, event = status, z = as.integer(trt == 2)))), c(0, 30, 100.5, 250, 999, 2000)),
  case("lung in months", weigh(months(with(lung, data.frame(time, event = status - 1, z = as.integer(sex == 2))))), c(0, 6, 12, 24, 40), full = FALSE),
  case("colon", weigh(with(death, data.frame(time, event = status, z = as.integer(rx == "Lev+5FU")))), c(365, 1000, 2000, 3000), full = FALSE),
  case("ovarian", weigh(with(ovarian, data.frame(time = futime, event = fustat, z = as.integer(rx == 2))), 2), c(100, 365, 500, 1300)),
  case("heavy ties", random(80, 7, "fractional"), c(0, 1, 3, 3.5, 7, 8)),
  case("heavy ties, integer weights", random(60, 5, "integer"), c(1, 2, 5)),
  case("ties to rounding", jittered, c(1.5, 4.5, 11.5)),
  case("hundreds tied", random(300, 4, "fractional"), c(1, 2, 3, 4)))

# Every way in which a small curve or band can meet one half: with and without weights, ending in events or censoring.
tiny <- lapply(1:150, function(i) {
  n <- sample(1:8, 1)
  d <- data.frame(time = sample(1:6, n, TRUE), event = rbinom(n, 1, .7), w = sample(c(.5, 1, 1.5, 2), n, TRUE))
  fits <- function(weighted) unname(lapply(transforms, function(t) {
    f <- if (weighted) survfit(Surv(time, event) ~ 1, data = d, weights = w, robust = TRUE, conf.type = t)
         else survfit(Surv(time, event) ~ 1, data = d, conf.type = t)
    list(survival = I(f$surv), lower = I(f$lower), upper = I(f$upper), limits = limits(f)) }))
  list(time = I(d$time), event = I(d$event), weights = I(d$w), plain = fits(FALSE), weighted = if (any(d$w != 1)) fits(TRUE))
})
write_json(list(software = "R 4.2.2, survival 3.5-3", transforms = transforms, cases = cases, tiny = tiny),
           "survival.json", digits = NA, auto_unbox = TRUE, null = "null", na = "null")
