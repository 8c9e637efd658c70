# What mice makes of the cohorts that categories.py writes: Rscript docs/methods/simulations/categories.R FOLDER
suppressPackageStartupMessages(library(mice))
folder <- commandArgs(TRUE)[1]
SETS <- 10
truth <- as.matrix(read.csv(file.path(folder, "truth.csv")))

of_cohort <- function(number) {
  data <- read.csv(file.path(folder, paste0(number, ".csv")), na.strings = "")
  data$grade <- factor(data$grade)
  data$invasion <- factor(data$invasion)
  sets <- complete(mice(data, m = SETS, maxit = 5, printFlag = FALSE, seed = number + 1), "all")
  fits <- sapply(sets, function(set) summary(lm(age ~ grade, set))$coefficients[-1, 1:2])
  estimates <- fits[1:3, ]
  total <- rowMeans(fits[4:6, ]^2) + (1 + 1 / SETS) * apply(estimates, 1, var)
  c(rowMeans(estimates), sqrt(total))
}

found <- sapply(seq_len(nrow(truth)) - 1, of_cohort)
bias <- t(found[1:3, ]) - truth
cat("bias", round(colMeans(bias), 3), "+/-", round(apply(bias, 2, sd) / sqrt(nrow(bias)), 3), "\n")
cat("RMSE", round(sqrt(colMeans(bias^2)), 3), "\n")
cat("mean error / true SD", round(rowMeans(found[4:6, ]) / apply(found[1:3, ], 1, sd), 2), "\n")
