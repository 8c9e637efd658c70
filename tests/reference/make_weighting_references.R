# Reference figures for patients who are weighted as a whole: overlap weights (ATO) and inverse probability weights (ATE)
# from a logistic score. R's glm, package survival for curves and tests with weights and the robust variance over
# patients, package survey for rates. Writes NAME.study.json and NAME.json beside this file.
suppressMessages({library(survival); library(survey); library(jsonlite)})

p_of <- function(chi_square) 1 - pchisq(chi_square, 1)
times <- c(12, 24, 48)
covariates <- c("age", "meno", "size", "grade", "nodes", "pgr", "er")

curves <- function(d) {
  out <- list()
  for (a in unique(d$arm)) {
    s <- d[d$arm == a, ]
    f <- survfit(Surv(t, status) ~ 1, s, conf.type = "log-log", weights = w, cluster = patient, robust = TRUE)
    q <- quantile(f, .5); z <- summary(f, times = times, extend = TRUE)
    out[[a]] <- list(n = nrow(s), events = sum(s$status), median = unname(q$quantile), lower = unname(q$lower), upper = unname(q$upper),
                     at = data.frame(time = times, survival = z$surv, lower = z$lower, upper = z$upper))
  }
  out
}

# The product's variances have no small-sample factor and normal quantiles: survey's times (n - 1) / n.
rates <- function(d) {
  design <- svydesign(ids = ~1, weights = ~w, data = d)
  found <- svyby(~status, ~z, design, svymean, covmat = TRUE)
  p <- unname(coef(found)); v <- vcov(found) * (nrow(d) - 1) / nrow(d); q <- qnorm(.975)
  half <- q * sqrt(diag(v)) / (p * (1 - p))
  error <- sqrt(v[1, 1] + v[2, 2] - 2 * v[1, 2]); difference <- p[2] - p[1]
  list(control = list(rate = p[1], lower = plogis(qlogis(p[1]) - half[[1]]), upper = plogis(qlogis(p[1]) + half[[1]])),
       treated = list(rate = p[2], lower = plogis(qlogis(p[2]) - half[[2]]), upper = plogis(qlogis(p[2]) + half[[2]])),
       difference = list(estimate = difference, lower = difference - q * error, upper = difference + q * error),
       p = p_of((difference / error)^2))
}

# Score test of an effect that follows the weighted Kaplan-Meier curve of both arms just before each event: the score of
# that effect at 0, freed of the score of treatment, over the sum of the patients' squared shares in it.
proportionality <- function(d) {
  f <- survfit(Surv(t, status) ~ 1, d, weights = w)
  at <- f$time[f$n.event > 0]; before <- c(1, f$surv)[match(at, f$time)]
  long <- survSplit(Surv(t, status) ~ z + w + patient, data = d, cut = at, end = "t", start = "from", event = "status")
  long$zg <- long$z * before[pmin(findInterval(long$from, at) + 1, length(at))]
  b <- coef(coxph(Surv(t, status) ~ z, d, weights = w))
  fit <- coxph(Surv(from, t, status) ~ z + zg, long, weights = w, robust = FALSE, init = c(b, 0), control = coxph.control(iter.max = 0))
  u <- residuals(fit, type = "score", weighted = TRUE, collapse = long$patient)
  information <- solve(fit$var)
  free <- u[, 2] - information[2, 1] / information[1, 1] * u[, 1]
  p_of(sum(free)^2 / sum(free^2))
}

case <- function(name, weighting, weigh) {
  d <- read.csv("gbsg.csv")
  treated <- d$arm == "tamoxifen"
  fit <- glm(reformulate(covariates, "treated"), binomial, d, epsilon = 1e-12)
  score <- unname(fitted(fit))
  d$w <- weigh(score, treated); d$z <- as.integer(treated); d$patient <- seq_len(nrow(d))
  S <- Surv(d$t, d$status)
  cox <- coxph(S ~ z, d, weights = w, cluster = patient, robust = TRUE)
  ci <- summary(cox)$conf.int; co <- summary(cox)$coefficients
  spread <- function(x) sqrt((var(x[treated]) + var(x[!treated])) / 2)
  share <- function(x) { q <- c(mean(x[treated]), mean(x[!treated])); sqrt(sum(q * (1 - q)) / 2) }
  smd <- function(x, w) (weighted.mean(x[treated], w[treated]) - weighted.mean(x[!treated], w[!treated])) / (if (all(x %in% 0:1)) share(x) else spread(x))
  effective <- function(w) sum(w)^2 / sum(w^2)
  reference <- list(case = name, n = list(treated = sum(treated), control = sum(!treated)), propensity = as.list(coef(fit)),
    weights = data.frame(id = d$id, weight = d$w),
    effective = list(treated = effective(d$w[treated]), control = effective(d$w[!treated])),
    smd = list(before = lapply(d[covariates], smd, w = rep(1, nrow(d))), after = lapply(d[covariates], smd, w = d$w)),
    survival = list(list(name = "RFS", after = list(arms = curves(d), log_rank = NULL, log_rank_stratified = NULL,
      log_rank_robust = list(chi_square = as.numeric(cox$rscore), p = p_of(as.numeric(cox$rscore))),
      schoenfeld_p = proportionality(d),
      follow_up_median = unname(quantile(survfit(Surv(d$t, 1 - d$status) ~ 1), .5)$quantile),
      cox = list(hazard_ratio = ci[1, 1], lower = ci[1, 3], upper = ci[1, 4], p = unname(co[1, ncol(co)])),
      rmst = unname(sapply(c(1, 0), function(g) { s <- d[d$z == g, ]; survival:::survmean(survfit(Surv(t, status) ~ 1, s, weights = w), rmean = 48)$matrix["rmean"] }))))),
    response = list(list(name = "Event", after = rates(d))))
  study <- list(cohort = list(file = "gbsg.csv", id = "id"), treatment = list(column = "arm", treated = "tamoxifen", control = "no"), covariates = covariates,
    weighting = weighting,
    outcomes = list(survival = list(list(name = "RFS", time = "t", event = "status")), response = list(list(name = "Event", responder = "status")),
                    times = times, rmst_horizon = 48))
  write_json(reference, paste0(name, ".json"), digits = 15, auto_unbox = TRUE, pretty = TRUE, null = "null", na = "null")
  write_json(study, paste0(name, ".study.json"), auto_unbox = TRUE, pretty = TRUE, null = "null")
  cat(sprintf("%-16s effective %.1f/%.1f\n", name, reference$effective$treated, reference$effective$control))
}

case("gbsg_overlap", list(method = "overlap"), function(p, treated) ifelse(treated, 1 - p, p))
case("gbsg_iptw", list(method = "iptw", estimand = "ATE"), function(p, treated) ifelse(treated, 1 / p, 1 / (1 - p)))
