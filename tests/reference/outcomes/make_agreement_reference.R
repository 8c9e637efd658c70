# What R gives for agreement of two classifications, tests of their margins, and p-values of several tests.
# Run in this folder: Rscript make_agreement_reference.R
suppressMessages({library(jsonlite); library(MASS)})
set.seed(20240331)

kappa_of <- function(shares, agreement) {
  observed <- sum(agreement * shares)
  expected <- sum(agreement * outer(rowSums(shares), colSums(shares)))
  (observed - expected) / (1 - expected)
}
# The error by the delta method: exact slopes of kappa in every cell by differentiating its quotient by hand would
# repeat the published formula, so the slopes are taken by Richardson's extrapolation of central differences.
kappa_error <- function(counts, agreement) {
  n <- sum(counts); shares <- counts / n
  slope <- function(cell, step) {
    up <- shares; down <- shares
    up[cell] <- up[cell] + step; down[cell] <- down[cell] - step
    (kappa_of(up, agreement) - kappa_of(down, agreement)) / (2 * step)
  }
  slopes <- sapply(seq_along(shares), function(cell) (4 * slope(cell, 5e-5) - slope(cell, 1e-4)) / 3)
  p <- as.vector(shares)
  sqrt((sum(p * slopes^2) - sum(p * slopes)^2) / n)
}
agreement_weights <- function(k, kind) {
  distance <- abs(outer(1:k, 1:k, "-")) / (k - 1)
  switch(kind, unweighted = diag(k), linear = 1 - distance, quadratic = 1 - distance^2)
}
stuart_maxwell <- function(counts) {
  used <- rowSums(counts) + colSums(counts) > 0
  counts <- counts[used, used]; k <- nrow(counts)
  d <- (rowSums(counts) - colSums(counts))[-k]
  v <- diag(rowSums(counts) + colSums(counts)) - counts - t(counts)
  statistic <- as.numeric(t(d) %*% solve(v[-k, -k]) %*% d)
  list(chi_square = statistic, df = k - 1, p_value = pchisq(statistic, k - 1, lower.tail = FALSE))
}
agreement_case <- function(name, counts) {
  kinds <- c("unweighted", "linear", "quadratic")
  kappas <- lapply(kinds, function(kind) {
    weights <- agreement_weights(nrow(counts), kind)
    list(weights = kind, estimate = kappa_of(counts / sum(counts), weights), error = kappa_error(counts, weights))
  })
  bowker <- mcnemar.test(counts, correct = FALSE)
  list(name = name, table = counts, kappas = kappas, stuart_maxwell = stuart_maxwell(counts),
       bowker = list(chi_square = bowker$statistic[[1]], df = bowker$parameter[[1]], p_value = bowker$p.value))
}
tables <- list(
  agreement_case("three diagnoses", matrix(c(75, 1, 4, 5, 4, 1, 1, 2, 10), 3, byrow = TRUE)),
  agreement_case("four responses", matrix(c(3, 2, 1, 1, 1, 20, 5, 2, 1, 14, 40, 6, 1, 3, 9, 30), 4, byrow = TRUE)),
  agreement_case("five categories", matrix(rpois(25, 4) + 1, 5) + diag(12, 5)),
  agreement_case("against each other", matrix(c(1, 9, 8, 2), 2, byrow = TRUE))
)

# Unaided and aided distance vision, right eye v left, women employed at the Royal Ordnance factories: Stuart 1955.
vision <- matrix(c(1520, 266, 124, 66, 234, 1512, 432, 78, 117, 362, 1772, 205, 36, 82, 179, 492), 4, byrow = TRUE)
tables <- c(tables, list(agreement_case("distance vision", vision)))

p_case <- function(name, p) {
  list(name = name, p = p, holm = p.adjust(p, "holm"), hochberg = p.adjust(p, "hochberg"),
       `benjamini-hochberg` = p.adjust(p, "BH"))
}
p_values <- list(
  p_case("five", c(0.01, 0.02, 0.03, 0.04, 0.05)),
  p_case("ties", c(0.04, 0.01, 0.04, 0.9, 0.01)),
  p_case("one", I(0.2)),
  p_case("many", round(runif(60)^3, 5)),
  p_case("edges", c(0, 1, 1, 1e-300, 0.5))
)
write_json(list(R = R.version.string, tables = tables, p_values = p_values), "agreement.json",
           digits = 17, auto_unbox = TRUE)
