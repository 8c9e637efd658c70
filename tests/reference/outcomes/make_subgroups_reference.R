# What R gives for hazard ratios and rate differences by level, and for tests of interaction.
# Run in this folder: Rscript make_subgroups_reference.R
suppressMessages({library(survival); library(survey); library(sandwich); library(jsonlite)})
set.seed(20240331)
n <- 240
level <- sample(c("a", "b", "c"), n, TRUE, c(0.45, 0.35, 0.2))
treated <- rep(1:0, n / 2)
time <- ceiling(rexp(n, 0.08 * exp((level == "b") * 0.3 - treated * (0.7 - 0.9 * (level == "c")))))
cohort <- data.frame(level, treated, time, event = rbinom(n, 1, 0.75), outcome = rbinom(n, 1, 0.3 + 0.25 * treated * (level == "a")),
                     weights = round(runif(n, 0.3, 2.5), 3), cluster = rep(1:(n / 2), each = 2))

wald <- function(b, v, name) {
  chi_square <- as.numeric(t(b) %*% solve(v) %*% b)
  list(name = name, chi_square = chi_square, df = length(b), p_value = pchisq(chi_square, length(b), lower.tail = FALSE))
}
products <- function(fit) grep(":", names(coef(fit)))
hazard <- function(scheme) {
  fit_in <- function(data, formula) switch(scheme,
    plain = coxph(formula, data),
    pairs = coxph(formula, data, cluster = cluster),
    weighted = coxph(formula, data, weights = weights, cluster = cluster))
  fit <- fit_in(cohort, Surv(time, event) ~ treated * level)
  chosen <- products(fit)
  list(interaction = wald(coef(fit)[chosen], vcov(fit)[chosen, chosen], scheme),
       levels = lapply(split(cohort, cohort$level), function(own) {
         one <- summary(fit_in(own, Surv(time, event) ~ treated))
         list(label = own$level[1], hr = one$conf.int[1, 1], lower = one$conf.int[1, 3], upper = one$conf.int[1, 4])
       }))
}
rates <- function(scheme) {
  w <- if (scheme == "weighted") cohort$weights else rep(1, n)
  fit <- lm(outcome ~ treated * level, cohort, weights = w)
  chosen <- products(fit)
  cluster <- if (scheme == "plain") 1:n else cohort$cluster
  v <- vcovCL(fit, cluster = cluster, type = "HC0", cadjust = FALSE)
  design <- svydesign(ids = if (scheme == "plain") ~1 else ~cluster, weights = w, data = cohort)
  survey_fit <- svyglm(outcome ~ treated * level, design)
  units <- length(unique(cluster))
  list(interaction = wald(coef(fit)[chosen], v[chosen, chosen], scheme),
       survey = wald(coef(survey_fit)[chosen], vcov(survey_fit)[chosen, chosen], scheme),
       survey_factor = units / (units - 1))
}
schemes <- c("plain", "pairs", "weighted")
write_json(list(R = R.version.string, data = as.list(cohort),
                hazard = setNames(lapply(schemes, hazard), schemes), rates = setNames(lapply(schemes, rates), schemes)),
           "subgroups.json", digits = 17, auto_unbox = TRUE)
