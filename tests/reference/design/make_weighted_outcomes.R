# Writes weighted_outcomes.json: survival and rates of weighted arms in three public cohorts, by R's survival 3.5-3 and
# survey 4.1-1. Weights come from a logistic score; the score is stored, and the weights follow from it.
# Run in this folder: Rscript make_weighted_outcomes.R
suppressMessages({library(survival); library(survey); library(jsonlite)})
stopifnot(packageVersion("survival") == "3.5.3", packageVersion("survey") == "4.1.1")
control <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60)
tight <- function(formula, design, family) svyglm(formula, design, family = family, control = glm.control(epsilon = 1e-14, maxit = 100))

# Weights closest to equal that give controls the means of the treated: the minimum of a convex function, by Newton.
entropy <- function(x, z) {
  x <- scale(as.matrix(x)); target <- colMeans(x[z == 1, , drop = FALSE]); own <- sweep(x[z == 0, , drop = FALSE], 2, target)
  b <- numeric(ncol(own))
  for (i in 1:50) { w <- as.numeric(exp(own %*% b)); b <- b - solve(crossprod(own, own * w), crossprod(own, w)) }
  out <- rep(1, length(z)); out[z == 0] <- w; out
}

schemes <- function(p, z, x) list(
  ATE = ifelse(z == 1, 1 / p, 1 / (1 - p)),
  ATT = ifelse(z == 1, 1, p / (1 - p)),
  stabilised = ifelse(z == 1, mean(z) / p, (1 - mean(z)) / (1 - p)),
  overlap = ifelse(z == 1, 1 - p, p),
  matching = pmin(p, 1 - p) / ifelse(z == 1, p, 1 - p),
  entropy = entropy(x, z))

limits <- function(f) unname(summary(f)$table[c("median", "0.95LCL", "0.95UCL")])
arm_curve <- function(s, ticks) {
  # Weights that are all the same are no weights: Greenwood's variance.
  f <- if (diff(range(s$w)) < 1e-9 * mean(s$w)) survfit(Surv(t, e) ~ 1, s, conf.type = "log-log")
       else survfit(Surv(t, e) ~ 1, s, weights = w, cluster = id, robust = TRUE, conf.type = "log-log")
  z <- summary(f, times = ticks, extend = TRUE)
  list(median = limits(f), survival = z$surv, error = z$std.err, lower = z$lower, upper = z$upper)
}

cox <- function(d, unit) {
  d$unit <- d[[unit]]
  f <- coxph(Surv(t, e) ~ z, d, weights = w, cluster = unit, robust = TRUE, control = control)
  list(log_hazard_ratio = unname(coef(f)), error = sqrt(f$var[1, 1]), robust_score = as.numeric(f$rscore))
}

mean_times <- function(d, horizon, unit) {
  influence <- function(g) { s <<- d[d$z == g, ]  # residuals() looks the data up by name from outside
    f <- survfit(Surv(t, e) ~ 1, s, weights = w, robust = TRUE)
    list(mean = unname(summary(f, rmean = horizon)$table["rmean"]), each = as.numeric(residuals(f, times = horizon, type = "rmst")) * s$w, unit = s[[unit]]) }
  a <- influence(1); b <- influence(0)
  list(horizon = horizon, treated = a$mean, control = b$mean, error = sqrt(sum(rowsum(c(a$each, -b$each), c(a$unit, b$unit))^2)))
}

# Score test of an effect that follows the weighted Kaplan-Meier curve of both arms just before each event: patients are
# split at every event, the second covariate has coefficient 0, and the score is freed of the first.
proportionality <- function(d, unit) {
  f <- survfit(Surv(t, e) ~ 1, d, weights = w)
  at <- f$time[f$n.event > 0]; before <- c(1, f$surv)[match(at, f$time)]
  d$unit <- d[[unit]]; d$event <- d$e
  long <- survSplit(Surv(t, event) ~ z + w + unit, data = d, cut = at, end = "t", start = "from", event = "event")
  long$zg <- long$z * before[pmin(findInterval(long$from, at) + 1, length(at))]
  b <- coef(coxph(Surv(t, e) ~ z, d, weights = w, control = control))
  fit <- coxph(Surv(from, t, event) ~ z + zg, long, weights = w, robust = FALSE, init = c(b, 0), control = coxph.control(iter.max = 0))
  u <- residuals(fit, type = "score", weighted = TRUE, collapse = long$unit)
  information <- solve(fit$var)
  free <- u[, 2] - information[2, 1] / information[1, 1] * u[, 1]
  list(chi_square = sum(free)^2 / sum(free^2))
}

rates <- function(d, unit) {
  d$unit <- d[[unit]]
  design <- svydesign(ids = ~unit, weights = ~w, data = d)
  one <- function(g) { s <- subset(design, z == g); m <- svymean(~y, s); ci <- svyciprop(~y, s, method = "logit", df = Inf)
    list(rate = unname(coef(m)), error = unname(SE(m)[1]), logit = as.numeric(attr(ci, "ci"))) }
  effect <- function(family) { f <- tight(y ~ z, design, family); list(estimate = unname(coef(f)[2]), error = unname(SE(f)[2])) }
  list(n_units = length(unique(d$unit)), treated = one(1), control = one(0), difference = effect(gaussian()),
       log_ratio = effect(quasipoisson()), log_odds = effect(quasibinomial()))
}

cohort <- function(name, file, treated, time, event, covariates, horizon, ticks, zph = TRUE) {
  d <- read.csv(file.path("..", file)); set.seed(7)
  x <- model.matrix(reformulate(covariates), d)[, -1]
  d$z <- as.integer(d$arm == treated); d$t <- d[[time]]; d$e <- d[[event]]
  p <- unname(fitted(glm(z ~ x, binomial, d, epsilon = 1e-14)))
  d$id <- seq_len(nrow(d)); d$cl <- sample(rep(seq_len(nrow(d)), each = 3)[seq_len(nrow(d))])
  d$y <- as.integer(d$e == 1 & d$t < horizon)
  all <- schemes(p, d$z, x)
  if (nrow(d) > 1000) all <- all[c("ATE", "overlap")]
  results <- lapply(all, function(w) {
    d$w <- w
    out <- list(treated = arm_curve(d[d$z == 1, ], ticks), control = arm_curve(d[d$z == 0, ], ticks))
    for (unit in c("id", "cl")) out[[unit]] <- list(cox = cox(d, unit), rmst = mean_times(d, horizon, unit), rates = rates(d, unit),
      proportionality = if (zph) proportionality(d, unit))
    out
  })
  list(name = name, file = file, treated = treated, time = time, event = event, horizon = horizon, ticks = ticks, score = p,
       cluster = d$cl, entropy = if ("entropy" %in% names(all)) all$entropy[d$z == 0], results = results)
}

write_json(list(software = "R 4.2.2, survival 3.5-3, survey 4.1-1", cohorts = list(
  cohort("veteran", "veteran.csv", "test", "t", "status", c("celltype", "karno", "diagtime", "age", "prior"), 6, c(1, 3, 6, 12, 30)),
  cohort("gbsg", "gbsg.csv", "tamoxifen", "t", "status", c("age", "meno", "size", "grade", "nodes", "pgr", "er"), 36, c(6, 12, 24, 48, 80)),
  cohort("rotterdam", "rotterdam_hormon.csv", "hormonal", "os", "death", c("age", "meno", "size", "grade", "nodes", "pgr", "er"), 60, c(12, 60, 120, 200), zph = FALSE))),
  "weighted_outcomes.json", digits = NA, auto_unbox = TRUE, null = "null", na = "null")
