# What R gives for time in response, plain and weighted over clusters, and for quartiles of time to response.
# Run in this folder: Rscript make_response_times_reference.R
suppressMessages({library(survival); library(jsonlite)})
set.seed(20240331)
n <- 90
end <- round(rexp(n, 1 / 8) + 1.5, 1)
response <- ifelse(runif(n) < 0.5, round(end * runif(n, 0.1, 0.9), 1), NA)
cohort <- data.frame(response, end, event = rbinom(n, 1, 0.7), treated = rep(1:0, n / 2),
                     weights = round(runif(n, 0.3, 2), 3), cluster = rep(1:(n / 2), each = 2))
curve <- function(arm, weighted) {
  rows <- cohort[cohort$treated == arm & !is.na(cohort$response), ]
  fit <- if (weighted)
    survfit(Surv(end - response, event) ~ 1, rows, weights = weights, cluster = cluster, robust = TRUE,
            conf.type = "log-log")
  else survfit(Surv(end - response, event) ~ 1, rows, conf.type = "log-log")
  medians <- summary(fit)$table[c("median", "0.95LCL", "0.95UCL")]
  list(n = nrow(rows), time = fit$time, survival = fit$surv, median = unname(medians),
       quartiles = unname(quantile(rows$response, c(0, 0.25, 0.5, 0.75, 1))))
}
write_json(list(R = R.version.string, data = as.list(cohort),
                plain = list(treated = curve(1, FALSE), control = curve(0, FALSE)),
                weighted = list(treated = curve(1, TRUE), control = curve(0, TRUE))),
           "response_times.json", digits = 17, auto_unbox = TRUE, na = "null")
