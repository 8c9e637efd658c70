# What R gives for tails and exact limits behind Rosenbaum bounds, for decisive pairs, and for power.
# Run in this folder: Rscript make_sensitivity_reference.R
suppressMessages({library(survival); library(jsonlite)})
set.seed(20240611)

pair_case <- function(treated_only, control_only) {
  n <- treated_only + control_only
  gamma <- c(1, 1.3, 2, 3.5, 6)
  # The tail in the observed direction under odds gamma and 1/gamma, doubled.
  more <- max(treated_only, control_only)
  tail_at <- function(p) pmin(1, 2 * pbinom(more - 1, n, p, lower.tail = FALSE))
  limit <- function(level) { p <- binom.test(more, n, conf.level = level)$conf.int[1]; p / (1 - p) }
  list(treated_only = treated_only, control_only = control_only, gamma = gamma,
       p_upper = tail_at(gamma / (1 + gamma)), p_lower = tail_at(1 / (1 + gamma)),
       alpha = c(0.05, 0.01), odds_limit = c(limit(0.95), limit(0.99)))
}

set_case <- function(name, treated, subclass, effect) {
  outcome <- rbinom(length(treated), 1, plogis(-0.6 + effect * treated + rnorm(max(subclass), sd = 0.7)[subclass]))
  cells <- table(factor(treated, 1:0), factor(outcome, 1:0), subclass)
  level <- c(0.8, 0.9, 0.95, 0.99)
  test <- function(...) mantelhaen.test(cells, exact = TRUE, ...)
  list(name = name, outcome = outcome, treated = treated, subclass = subclass,
       p_more = test(alternative = "greater")$p.value, p_fewer = test(alternative = "less")$p.value,
       alpha = 1 - level, limits = t(sapply(level, function(l) as.numeric(test(conf.level = l)$conf.int))))
}

survival_case <- function(name, n, digits) {
  subclass <- rep(seq_len(n), each = 2)
  treated <- rep(1:0, n)
  hidden <- rexp(2 * n, exp(-0.5 * treated + rnorm(n)[subclass]) / 10)
  leaving <- runif(2 * n, 2, 30)
  time <- round(pmin(hidden, leaving), digits) + 0.5
  event <- as.integer(hidden <= leaving)
  fit <- survdiff(Surv(time, event) ~ treated + strata(subclass))
  # Row 2 is the treated arm: each decisive pair adds a half to or takes it from observed - expected, and 1/4 to V.
  excess <- sum(fit$obs[2, ] - fit$exp[2, ])
  list(name = name, time = time, event = event, treated = treated, subclass = subclass,
       excess = excess, variance = fit$var[2, 2], chi_squared = fit$chisq)
}

prop_case <- function(n, rate, power, level) {
  found <- power.prop.test(n = n, p1 = rate, power = power, sig.level = level, tol = 1e-12)
  mirrored <- power.prop.test(n = n, p1 = 1 - rate, power = power, sig.level = level, tol = 1e-12)
  list(n = n, rate = rate, power = power, alpha = level, above = found$p2 - rate, below = 1 - mirrored$p2 - rate)
}

connor_case <- function(p10, p01, power, level) {
  apart <- p10 - p01; discordant <- p10 + p01
  n <- ((qnorm(1 - level / 2) * sqrt(discordant) + qnorm(power) * sqrt(discordant - apart^2)) / apart)^2
  list(p10 = p10, p01 = p01, power = power, alpha = level, n = n)
}

ratios <- sample(1:3, 40, replace = TRUE)
controls <- sample(1:3, 30, replace = TRUE)
write_json(list(
  R = R.version.string, survival_version = as.character(packageVersion("survival")),
  pairs = list(pair_case(110, 12), pair_case(12, 2), pair_case(3, 15), pair_case(9, 0), pair_case(7, 6)),
  sets = list(
    set_case("pairs", rep(1:0, 60), rep(1:60, each = 2), 1.4),
    set_case("one treated, one to three controls", unlist(lapply(ratios, function(k) c(1, rep(0, k)))),
             rep(1:40, times = ratios + 1), 1.6),
    set_case("one control, one to three treated", unlist(lapply(controls, function(k) c(0, rep(1, k)))),
             rep(1:30, times = controls + 1), -1.8),
    set_case("strata of many", rbinom(120, 1, 0.5), sample(rep(1:5, 24)), -1.1),
    set_case("hardly an effect", unlist(lapply(ratios, function(k) c(1, rep(0, k)))), rep(1:40, times = ratios + 1), 0)),
  survival = list(survival_case("no ties", 80, 6), survival_case("many ties", 80, 0)),
  proportions = list(prop_case(100, 0.2, 0.8, 0.05), prop_case(60, 0.5, 0.9, 0.05), prop_case(250, 0.35, 0.8, 0.01)),
  connor = list(connor_case(0.45, 0.05, 0.8, 0.05), connor_case(0.2, 0.1, 0.9, 0.05), connor_case(0.3, 0.12, 0.8, 0.01))),
  "sensitivity.json", digits = 17, auto_unbox = TRUE)
