# Writes incidence_differences.json: differences of cumulative incidence between the arms of the cohorts of competing.json at their
# ticks, by cmprsk (arms independent) and by survfit's influences (weighted, over patients and over clusters that span the arms).
# Run in this folder after make_competing_reference.R: Rscript make_incidence_differences_reference.R
suppressMessages({library(survival); library(cmprsk); library(jsonlite)})
stopifnot(packageVersion("cmprsk") == "2.2.11", packageVersion("survival") == "3.5.3")

# Each patient's influence on the incidence of both causes at the ticks, times their weight: rows are patients of d.
influences <- function(s, ticks, w) {
  s$state <- factor(s$cause, 0:2, c("none", "one", "two")); s$id <- seq_len(nrow(s)); s$w <- w
  f <- survfit(Surv(time, state) ~ 1, data = s, weights = w, id = id, robust = TRUE, influence = TRUE)
  at <- findInterval(ticks, f$time)
  lapply(2:3, function(k) list(
    level = c(0, f$pstate[, k])[at + 1],
    score = cbind(0, tail(t(f$influence.pstate[, , k] * w), length(f$time)) |> t())[, at + 1, drop = FALSE]))
}
together <- function(d, ticks, w, cluster) {
  arms <- lapply(c(1, 0), function(z) influences(d[d$z == z, ], ticks, w[d$z == z]))
  labels <- c(cluster[d$z == 1], cluster[d$z == 0])
  lapply(1:2, function(k) {
    scores <- rbind(arms[[1]][[k]]$score, -arms[[2]][[k]]$score)
    list(difference = arms[[1]][[k]]$level - arms[[2]][[k]]$level, error = sqrt(colSums(rowsum(scores, labels)^2)))
  })
}
cases <- lapply(fromJSON("competing.json", simplifyDataFrame = FALSE)$cases, function(case) {
  d <- with(case$data, data.frame(time, cause, z = treated, w = weights, cl = cluster))
  ticks <- case$ticks[case$ticks > 0 & case$ticks <= min(max(d$time[d$z == 1]), max(d$time[d$z == 0]))]
  at <- timepoints(cuminc(d$time, d$cause, d$z), ticks)
  plain <- lapply(1:2, function(k) list(difference = at$est[paste(1, k), ] - at$est[paste(0, k), ],
                                        error = sqrt(at$var[paste(1, k), ] + at$var[paste(0, k), ])))
  list(name = case$name, ticks = I(ticks), plain = plain, patients = together(d, ticks, d$w, seq_len(nrow(d))),
       clusters = together(d, ticks, d$w, d$cl), pairs = together(d, ticks, rep(1, nrow(d)), d$cl))
})
write_json(list(software = "R 4.2.2, cmprsk 2.2-11, survival 3.5-3", cases = cases), "incidence_differences.json",
           digits = NA, auto_unbox = TRUE, null = "null", na = "null")
