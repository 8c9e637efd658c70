# What R gives for adverse events: Fisher's and the exact McNemar test, and weighted differences by survey.
# Run in this folder: Rscript make_safety_reference.R
suppressMessages({library(survey); library(jsonlite)})
set.seed(20240331)
pairs <- 60; n <- 2 * pairs
treated <- rep(1:0, pairs); set <- rep(1:pairs, each = 2)
terms <- c("diarrhoea", "fatigue", "hypertension", "rash")
grade <- sapply(c(0.3, 0.5, 0.25, 0.1), function(p) rbinom(n, 1, p + 0.15 * treated) * sample(1:4, n, TRUE, c(4, 3, 2, 1)))
weights <- round(runif(n, 0.3, 2), 3)
row <- function(k, lowest) {
  y <- as.integer(grade[, k] >= lowest)
  more <- sum(y[treated == 1] > y[treated == 0]); fewer <- sum(y[treated == 1] < y[treated == 0])
  design <- svydesign(ids = ~set, weights = ~weights, data = data.frame(y, treated, set, weights))
  fit <- svyglm(y ~ treated, design)
  list(term = terms[k], lowest = lowest, treated = sum(y[treated == 1]), control = sum(y[treated == 0]),
       fisher = fisher.test(table(factor(y, 0:1), treated))$p.value,
       mcnemar = if (more + fewer) binom.test(more, more + fewer)$p.value else 1,
       weighted_difference = coef(fit)[["treated"]], weighted_variance = vcov(fit)["treated", "treated"] * (pairs - 1) / pairs)
}
rows <- unlist(lapply(1:4, function(k) lapply(c(1, 3), function(lowest) row(k, lowest))), recursive = FALSE)
write_json(list(R = R.version.string, terms = terms, grade = grade, treated = treated, set = set, weights = weights, rows = rows),
           "safety.json", digits = 17, auto_unbox = TRUE)
