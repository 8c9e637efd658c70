# Matchings of R's package Matching (run, for its figures) on made-up patients without ties. Run beside this file; writes
# nearest.json. `Match` divides each column by its standard deviation (n), measures pairs by the
# distance of these rows, takes a caliper per column in the same units, and leaves a patient with fewer than M partners out. Without replacement it goes through the patients by row, for which M is 1 here.
suppressMessages({library(Matching); library(jsonlite)})
set.seed(20)

one_case <- function(case) {
  n <- sample(40:80, 1)
  p <- sample(2:4, 1)
  X <- matrix(round(rnorm(n * p), 4), n) %*% chol(0.4 + 0.6 * diag(p))
  X <- round(X * rep(10^sample(-1:2, p, TRUE), each = n), 6)
  treated <- runif(n) < plogis(scale(X[, 1]) - 0.3)
  replacement <- case %% 3 != 0
  M <- if (replacement) sample(1:3, 1) else 1
  estimand <- sample(c("ATT", "ATC"), 1)
  caliper <- if (case %% 2) NULL else sample(c(0.5, 0.8, 1.2, 5), p, TRUE)
  found <- Match(Tr = treated, X = X, M = M, estimand = estimand, replace = replacement, ties = FALSE, caliper = caliper,
                 Weight = 3, Weight.matrix = diag(p), distance.tolerance = 0)
  list(case = case, X = X, treated = as.integer(treated), M = M, estimand = estimand, replacement = replacement,
       caliper = caliper, treated_row = found$index.treated - 1, control_row = found$index.control - 1)
}

write_json(lapply(1:24, one_case), "nearest.json", digits = 6, auto_unbox = TRUE, null = "null")
cat(R.version.string, "Matching", as.character(packageVersion("Matching")), "\n")
