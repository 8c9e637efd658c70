# What R gives for estimates pooled over imputed sets, and for rates with a covariance over matched sets.
# Run in this folder: Rscript make_pooling_reference.R
suppressMessages({library(mice); library(sandwich); library(jsonlite)})
set.seed(20240331)

pooled_case <- function(name, estimates, variances, complete) {
  # mice counts the parameters of the model: n - k are the degrees of freedom of the complete data.
  pooled <- pool.scalar(estimates, variances, n = if (is.null(complete)) Inf else complete + 1, k = 1)
  limit <- qt(0.975, pooled$df) * sqrt(pooled$t)
  list(name = name, estimates = estimates, variances = variances, complete = complete,
       estimate = pooled$qbar, within = pooled$ubar, between = pooled$b, variance = pooled$t,
       degrees_of_freedom = pooled$df, fraction_missing = pooled$fmi,
       ci_lower = pooled$qbar - limit, ci_upper = pooled$qbar + limit,
       p_value = 2 * pt(-abs(pooled$qbar) / sqrt(pooled$t), pooled$df))
}

by_hand <- function(name, m, spread, size, complete) {
  pooled_case(name, round(rnorm(m, -0.3, spread), 6), round(runif(m, 0.5, 1.5) * size, 6), complete)
}

pooled <- list(
  by_hand("two sets", 2, 0.2, 0.05, NULL),
  by_hand("three sets, small sample", 3, 0.3, 0.05, 12),
  by_hand("five sets", 5, 0.1, 0.05, 24),
  by_hand("twenty sets, hardly apart", 20, 0.01, 0.05, 48),
  by_hand("twenty sets, far apart", 20, 1, 0.05, 48),
  by_hand("a hundred sets", 100, 0.2, 0.1, 300),
  by_hand("large sample", 10, 0.2, 0.02, NULL)
)

# A logistic model in hand-made completed sets of one incomplete cohort, each set drawn from the observed values.
cohort <- data.frame(y = rbinom(80, 1, 0.4), x = round(rnorm(80), 3))
cohort$x[sample(80, 15)] <- NA
sets <- lapply(1:8, function(i) {
  filled <- cohort
  filled$x[is.na(filled$x)] <- sample(cohort$x[!is.na(cohort$x)], sum(is.na(cohort$x)), replace = TRUE)
  fit <- glm(y ~ x, binomial, filled)
  c(coef(fit)[["x"]], vcov(fit)["x", "x"])
})
estimates <- sapply(sets, `[`, 1)
pooled <- c(pooled, list(pooled_case("a model in eight sets", estimates, sapply(sets, `[`, 2), 78)))

rates_case <- function(name, outcome, treated, weights, cluster) {
  fit <- lm(outcome ~ 0 + factor(treated, levels = c(1, 0)), weights = weights)
  covariance <- vcovCL(fit, cluster = cluster, type = "HC0", cadjust = FALSE)
  list(name = name, outcome = outcome, treated = treated, weights = weights, cluster = cluster,
       rates = unname(coef(fit)), variance_treated = covariance[1, 1], variance_control = covariance[2, 2],
       covariance = covariance[1, 2])
}
n <- 40
rates <- list(
  rates_case("pairs", rbinom(2 * n, 1, 0.4), rep(1:0, n), rep(1, 2 * n), rep(1:n, each = 2)),
  rates_case("one to two", rbinom(3 * n, 1, 0.3), rep(c(1, 0, 0), n), rep(c(1, 0.5, 0.5), n), rep(1:n, each = 3)),
  rates_case("sets of one or two controls", rbinom(100, 1, 0.5),
             rep(c(1, 0, 1, 0, 0), 20), rep(c(1, 1.25, 1, 0.625, 0.625), 20), rep(1:40, times = rep(c(2, 3), 20)))
)
write_json(list(R = R.version.string, mice = as.character(packageVersion("mice")),
                sandwich = as.character(packageVersion("sandwich")), pooled = pooled, rates = rates),
           "pooling.json", digits = 17, auto_unbox = TRUE, null = "null")
