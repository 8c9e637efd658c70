# Cohorts with missing covariates, and what mice makes of them: chained equations with predictive mean matching for
# numbers, logistic and polytomous regression for categories.
#
# Run in this folder: Rscript make_mice_reference.R (writes general.csv, numbers.csv, categories.csv and mice.json).
#
# Values are missing at random, given covariates that everybody has. The laboratory value "afp" is log-normal; mice is
# given its logarithm ("log_afp"), the scale on which a linear model of it holds. Every figure is the mean over the sets
# and its standard deviation between them, from which a test knows the simulation error.

suppressPackageStartupMessages(library(mice))
library(jsonlite)

SETS <- 500
ROUNDS <- 10
QUANTILES <- c(0.1, 0.25, 0.5, 0.75, 0.9)

logistic <- function(x) 1 / (1 + exp(-x))

general <- function(n) {
  age <- rnorm(n, 62, 9)
  bilirubin <- exp(0.3 + 0.4 * rnorm(n))
  frailty <- (age - 62) / 9 * 0.6 + log(bilirubin) + 0.7 * rnorm(n)
  treated <- as.integer(runif(n) < logistic(0.4 * frailty))
  data <- data.frame(
    treated,
    age = round(age, 1),
    bilirubin = round(bilirubin, 2),
    albumin = round(3.7 - 0.25 * frailty + 0.25 * rnorm(n), 2),
    afp = signif(exp(4 + 0.8 * frailty + 1.3 * rnorm(n)), 4),
    ecog = as.integer(cut(frailty + 0.8 * rnorm(n), c(-Inf, -0.3, 0.9, 1.8, Inf))) - 1L,
    ascites = as.integer(runif(n) < logistic(-1 + 1.2 * frailty)),
    etiology = c("alcohol", "HBV", "HCV", "MASLD")[apply(
      cbind(0, 0.9 - 0.5 * frailty, 0.2 + 0.5 * frailty, -0.4) - log(-log(matrix(runif(4 * n), n))), 1, which.max
    )]
  )
  tendency <- scale(age)[, 1] * 0.7 + data$treated * 0.5 + scale(log(bilirubin))[, 1] * 0.4
  for (name in c("albumin", "afp", "ecog", "ascites", "etiology")) {
    data[[name]][runif(n) < logistic(-1.5 + tendency)] <- NA
  }
  data
}

numbers <- function(n) {
  age <- rnorm(n)
  first <- 0.6 * age + 0.8 * rnorm(n)
  second <- 0.5 * first + 0.3 * age + 0.7 * rnorm(n)
  third <- -0.5 * second + 0.8 * rnorm(n)
  treated <- as.integer(runif(n) < logistic(0.5 * first))
  data <- round(data.frame(treated, age, first, second, third), 3)
  for (name in c("first", "second", "third")) {
    data[[name]][runif(n) < logistic(-1 + 0.8 * age + 0.4 * treated)] <- NA
  }
  data
}

categories <- function(n) {
  age <- rnorm(n)
  marker <- rnorm(n)
  treated <- as.integer(runif(n) < logistic(0.6 * age))
  grade <- c("A", "B", "C", "D")[apply(
    cbind(0.8, 0.6 + 0.9 * age, 1.1 * marker, -0.3 + 0.6 * age - 0.8 * marker) - log(-log(matrix(runif(4 * n), n))),
    1, which.max
  )]
  invasion <- as.integer(runif(n) < logistic(-0.8 + 0.8 * marker + 0.9 * (grade == "C")))
  data <- data.frame(treated, age = round(age, 3), marker = round(marker, 3), grade, invasion)
  for (name in c("grade", "invasion")) {
    data[[name]][runif(n) < logistic(-1 + 0.7 * age + 0.5 * treated)] <- NA
  }
  data
}

# What mice is given: logarithm of the skewed value, categories as factors.
prepared <- function(data) {
  if (!is.null(data$afp)) {
    data$log_afp <- log(data$afp)
    data$afp <- NULL
  }
  for (name in intersect(c("etiology", "grade", "ascites", "invasion"), names(data))) data[[name]] <- factor(data[[name]])
  data
}

over_sets <- function(values) {
  values <- matrix(values, ncol = SETS)
  list(mean = rowMeans(values), sd = apply(values, 1, sd))
}

column_figures <- function(name, sets, missing) {
  drawn <- lapply(sets, function(set) set[[name]][missing[[name]]])
  known <- sets[[1]][[name]][!missing[[name]]]
  if (length(unique(known)) <= 6) { # a category, or a score: quantiles of a handful of values say little
    levels <- sort(unique(as.character(known)))
    shares <- sapply(drawn, function(values) as.numeric(table(factor(as.character(values), levels))) / length(values))
    return(list(n_missing = sum(missing[[name]]), levels = levels, shares = over_sets(shares)))
  }
  list(
    n_missing = sum(missing[[name]]),
    observed_sd = sd(known),
    average = over_sets(sapply(drawn, mean)),
    deviation = over_sets(sapply(drawn, sd)),
    quantiles = over_sets(sapply(drawn, quantile, QUANTILES, names = FALSE))
  )
}

regression_figures <- function(formula, sets) {
  fits <- lapply(sets, function(set) summary(lm(as.formula(formula), set))$coefficients)
  estimates <- matrix(sapply(fits, function(fit) fit[, 1]), ncol = SETS)
  variances <- matrix(sapply(fits, function(fit) fit[, 2]^2), ncol = SETS)
  pooled <- summary(pool(lapply(sets, function(set) lm(as.formula(formula), set))))
  list(
    formula = formula, terms = rownames(fits[[1]]), estimate = rowMeans(estimates), within = rowMeans(variances),
    between = apply(estimates, 1, var), standard_error = pooled$std.error
  )
}

figures <- function(data, seed, formulas) {
  given <- prepared(data)
  missing <- lapply(given, is.na)
  imputed <- mice(given, m = SETS, maxit = ROUNDS, seed = seed, printFlag = FALSE)
  sets <- complete(imputed, "all")
  names <- names(given)[sapply(missing, any)]
  list(
    methods = as.list(imputed$method[names]),
    columns = setNames(lapply(names, column_figures, sets, missing), names),
    regressions = lapply(formulas, regression_figures, sets)
  )
}

write_data <- function(data, name) write.csv(data, paste0(name, ".csv"), row.names = FALSE, na = "", quote = FALSE)

set.seed(20240607)
cohorts <- list(general = general(400), numbers = numbers(400), categories = categories(400))
for (name in names(cohorts)) write_data(cohorts[[name]], name)
formulas <- list(
  general = c("albumin ~ treated + age + log_afp", "log_afp ~ ecog + ascites + bilirubin", "bilirubin ~ etiology + ecog"),
  numbers = c("third ~ first + second + treated", "first ~ age + third"),
  categories = c("marker ~ grade + invasion", "age ~ grade")
)
found <- lapply(names(cohorts), function(name) figures(cohorts[[name]], 7, formulas[[name]]))
write_json(
  list(
    software = list(R = as.character(getRversion()), mice = as.character(packageVersion("mice"))),
    sets = SETS, rounds = ROUNDS, quantiles = QUANTILES, cohorts = setNames(found, names(cohorts))
  ),
  "mice.json", digits = 10, auto_unbox = TRUE, pretty = TRUE
)
