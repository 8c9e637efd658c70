# Writes prognostic.json: models of the outcome among controls, what they foretell for everyone, and its standardised
# difference before weighting and under overlap weights, by R's survival 3.5-3 and glm.
# Run in this folder: Rscript make_prognostic.R
suppressMessages({library(survival); library(jsonlite)})
stopifnot(packageVersion("survival") == "3.5.3")
smd <- function(s, z, w) {
  spread <- sqrt((var(s[z == 1]) + var(s[z == 0])) / 2)
  (weighted.mean(s[z == 1], w[z == 1]) - weighted.mean(s[z == 0], w[z == 0])) / spread
}
case <- function(file, treated, covariates, horizon) {
  d <- read.csv(file.path("..", file)); d$z <- as.integer(d$arm == treated)
  d$y <- as.integer(d$status == 1 & d$t < horizon)
  p <- unname(fitted(glm(reformulate(covariates, "z"), binomial, d, epsilon = 1e-14)))
  w <- ifelse(d$z == 1, 1 - p, p); controls <- d[d$z == 0, ]
  cox <- coxph(reformulate(covariates, "Surv(t, status)"), controls, control = coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60))
  logistic <- glm(reformulate(covariates, "y"), binomial, controls, epsilon = 1e-14)
  one <- function(s, b) list(coefficients = unname(b), smd_before = smd(s, d$z, rep(1, nrow(d))), smd_after = smd(s, d$z, w))
  list(file = file, treated = treated, covariates = covariates, horizon = horizon, weights = w,
       cox = c(one(predict(cox, d, type = "lp"), coef(cox)), list(errors = sqrt(diag(cox$var)), log_likelihood = cox$loglik[2])),
       logistic = one(predict(logistic, d), coef(logistic)[-1]))
}
write_json(list(software = "R 4.2.2, survival 3.5-3", cases = list(
  case("veteran.csv", "test", c("celltype", "karno", "age"), 3),
  case("gbsg.csv", "tamoxifen", c("age", "meno", "size", "grade", "nodes", "pgr", "er"), 36))),
  "prognostic.json", digits = NA, auto_unbox = TRUE)
