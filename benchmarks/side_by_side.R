# The same estimates by R's stats and survival packages, timed inside R: medians of five after a warm-up.
suppressMessages({library(survival); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
everyone <- read.csv(arguments[1], stringsAsFactors = TRUE)
matched <- read.csv(arguments[2])
long <- 20

clock <- function(work) {
  once <- function() { begin <- proc.time()[["elapsed"]]; value <- work(); list(seconds = proc.time()[["elapsed"]] - begin, value = value) }
  first <- once()
  if (first$seconds > long) return(first)
  # R's clock ticks in milliseconds: short work is repeated within one reading.
  inner <- max(1, min(200, floor(0.05 / max(first$seconds, 1e-4))))
  batch <- function() { begin <- proc.time()[["elapsed"]]; for (i in seq_len(inner)) value <- work(); list(seconds = (proc.time()[["elapsed"]] - begin) / inner, value = value) }
  runs <- lapply(1:5, function(i) batch())
  list(seconds = median(sapply(runs, `[[`, "seconds")), value = runs[[5]]$value)
}

everyone$z <- as.integer(everyone$arm == "new")
scores <- clock(function() glm(z ~ age + sex + stage + albumin + bilirubin + platelets + tumour_mm + marker, binomial, everyone, epsilon = 1e-10))
curves <- clock(function() survfit(Surv(os_months, os_event) ~ z, everyone, conf.type = "log-log"))
test <- clock(function() survdiff(Surv(os_months, os_event) ~ z, everyone))
hazard <- clock(function() coxph(Surv(time, event) ~ treated, matched, weights = weights, cluster = subclass, robust = TRUE))
at <- summary(curves$value, times = c(6, 12, 24), extend = TRUE)
out <- list(
  version = paste0(getRversion(), ", survival ", packageVersion("survival")),
  seconds = list(propensity = scores$seconds, kaplan_meier = curves$seconds, log_rank = test$seconds, cox = hazard$seconds),
  values = list(
    propensity = unname(coef(scores$value)),
    kaplan_meier = at$surv,
    log_rank = test$value$chisq,
    cox = unname(c(coef(hazard$value), sqrt(hazard$value$var[1, 1])))))
cat(toJSON(out, digits = I(17), auto_unbox = TRUE))
