# The tasks as R does them: stats, survival, cmprsk, and for matching MatchIt (4.7 or newer) or Matching.
# Rscript with_r.R FOLDER: says what it can do, reads a line of the tasks wanted and the readings of each, and says a line
# of JSON for each task.
suppressMessages({library(survival); library(jsonlite)})
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
times <- c(6, 12, 24)
horizon <- 24
long <- 20; unwarmed <- 2

say <- function(found) { cat(toJSON(found, digits = I(17), auto_unbox = FALSE, na = "null"), "\n", sep = ""); flush(stdout()) }
installed <- function(name, version = "0") requireNamespace(name, quietly = TRUE) && packageVersion(name) >= version
# MatchIt before 4.7 can ignore its caliper.
has_matchit <- installed("MatchIt", "4.7")
has_matching <- installed("Matching")
has_cmprsk <- installed("cmprsk")

processor <- function() sum(proc.time()[c("user.self", "sys.self")])
clock <- function(work, repeats) {
  once <- function(within) { begin <- processor(); for (i in seq_len(within)) value <- work(); list(seconds = (processor() - begin) / within, value = value) }
  first <- once(1)
  if (first$seconds > long) return(c(first, list(readings = 1)))
  runs <- if (first$seconds > unwarmed) first$seconds else NULL
  # R's clock ticks in milliseconds: short work is repeated within one reading.
  within <- 1
  if (is.null(runs)) { first <- once(1); within <- max(1, min(200, ceiling(0.1 / max(first$seconds, 1e-4)))) }
  while (length(runs) < repeats) { first <- once(within); runs <- c(runs, first$seconds) }
  list(seconds = median(runs), value = first$value, readings = repeats)
}

# The patients, as exact doubles.
listed <- fromJSON(file.path(folder, "material.json"), simplifyVector = TRUE)
column <- function(name) {
  file <- file.path(folder, paste0(name, ".f8"))
  values <- readBin(file, "double", file.size(file) / 8, endian = "little")
  if (is.null(listed$levels[[name]])) values else factor(values, seq_along(listed$levels[[name]]) - 1, listed$levels[[name]])
}
covariates <- c("age", "sex", "stage", "albumin", "bilirubin", "platelets", "tumour_mm", "marker")
outcomes <- c("os_months", "os_event", "pfs_months", "pfs_event", "pfs_cause", "best_response")
everyone <- as.data.frame(sapply(c(covariates, outcomes, "z", "logit"), column, simplify = FALSE))
width <- column("caliper_width")
pair_rows <- column("matched_row") + 1
pair_sets <- column("matched_set")
matched <- data.frame(time = everyone$os_months[pair_rows], event = everyone$os_event[pair_rows], treated = everyone$z[pair_rows], subclass = pair_sets)
in_pairs <- numeric(nrow(everyone)); in_pairs[pair_rows] <- 1
random_order <- column("random_order") + 1
model <- reformulate(covariates, "z")

# Matching. The caliper of Matching is in standard deviations of all patients. It takes squared distances of nearly the same
# size for ties, which it breaks at random: a weight makes them large enough to be told apart.
by_matching <- function(logit, order, replace = FALSE, exact = NULL) {
  treated <- which(everyone$z == 1)
  rows <- c(treated[order], which(everyone$z == 0))
  x <- logit[rows]
  caliper <- width / sd(logit)
  if (is.null(exact)) {
    found <- Matching::Match(Tr = everyone$z[rows], X = x, M = 1, estimand = "ATT", caliper = caliper, replace = replace, ties = FALSE, distance.tolerance = 0, Weight = 3, Weight.matrix = matrix(1e12), version = "fast")
  } else {
    found <- Matching::Match(Tr = everyone$z[rows], X = cbind(x, as.integer(exact)[rows]), exact = c(FALSE, TRUE), M = 1, estimand = "ATT", caliper = c(caliper, 1e6), replace = replace, ties = FALSE, distance.tolerance = 0, Weight = 3, Weight.matrix = diag(c(1e12, 1)), version = "fast")
  }
  list(treated = rows[found$index.treated], control = rows[found$index.control])
}
by_matchit <- function(logit, order, replace = FALSE, ratio = 1, exact = NULL) {
  found <- MatchIt::matchit(z ~ age, data = everyone, method = "nearest", distance = logit, caliper = width, std.caliper = FALSE, m.order = if (replace) NULL else order, replace = replace, ratio = ratio, exact = exact)
  table <- found$match.matrix
  treated <- rep(as.integer(rownames(table)), ncol(table))
  control <- as.integer(table)
  list(treated = treated[!is.na(control)], control = control[!is.na(control)])
}
pairs_of <- function(found) { order <- order(found$treated, found$control); list(pairs = c(found$treated[order], found$control[order]) - 1) }
orders <- local({
  logit <- everyone$logit[everyone$z == 1]
  list(largest = order(-logit), smallest = order(logit), data = seq_along(logit), random = random_order)
})
match_pairs <- function(logit, order) if (has_matchit) by_matchit(logit, "data") else by_matching(logit, orders$data)

# Balance: standardised differences, variance ratios and Kolmogorov-Smirnov distances, by hand.
balance_table <- function(weights) {
  treated <- everyone$z == 1
  one <- rep(1, nrow(everyone))
  moments <- function(x, w, binary) {
    total <- sum(w); mean <- sum(w * x) / total
    c(mean, if (binary) mean * (1 - mean) else sum(w * (x - mean)^2) * total / (total^2 - sum(w^2)))
  }
  largest_gap <- function(x, w, order) {
    signed <- ifelse(treated, w / sum(w[treated]), -w / sum(w[!treated]))[order]
    last <- c(diff(x[order]) > 0, TRUE)
    max(abs(cumsum(signed)[last]))
  }
  measure <- function(x, binary) {
    order <- order(x)
    before <- list(moments(x[treated], one[treated], binary), moments(x[!treated], one[!treated], binary))
    after <- list(moments(x[treated], weights[treated], binary), moments(x[!treated], weights[!treated], binary))
    spread <- sqrt((before[[1]][2] + before[[2]][2]) / 2)
    ratio <- function(m) if (binary) NA else m[[1]][2] / m[[2]][2]
    c(smd_before = (before[[1]][1] - before[[2]][1]) / spread, smd_after = (after[[1]][1] - after[[2]][1]) / spread,
      variance_ratio_before = ratio(before), variance_ratio_after = ratio(after),
      ks_before = largest_gap(x, one, order), ks_after = largest_gap(x, weights, order))
  }
  rows <- list()
  for (name in covariates) {
    x <- everyone[[name]]
    if (is.factor(x)) {
      labels <- if (nlevels(x) == 2) levels(x)[2] else levels(x)
      for (label in labels) rows[[length(rows) + 1]] <- measure(as.numeric(x == label), TRUE)
    } else rows[[length(rows) + 1]] <- measure(x, FALSE)
  }
  as.data.frame(do.call(rbind, rows))
}
package_balance <- function() {
  pairs <- list(index.treated = pair_rows[seq_len(length(pair_rows) / 2)], index.control = pair_rows[-seq_len(length(pair_rows) / 2)], weights = rep(1, length(pair_rows) / 2))
  class(pairs) <- "Match"
  pairs$index.dropped <- NULL
  Matching::MatchBalance(model, data = everyone, match.out = pairs, nboots = 0, print.level = 0)
}
package_values <- function(found) {
  ratio <- function(rows) sapply(rows, function(row) row$var.ratio)
  numeric <- sapply(found$BeforeMatching, function(row) !is.null(row$ks))
  list(variance_ratio_of_numbers = c(ratio(found$BeforeMatching[numeric]), ratio(found$AfterMatching[numeric])),
       ks_of_numbers = c(sapply(found$BeforeMatching[numeric], function(row) row$ks$ks$statistic), sapply(found$AfterMatching[numeric], function(row) row$ks$ks$statistic)))
}

# Outcomes.
curves <- function() { fit <- survfit(Surv(os_months, os_event) ~ z, everyone, conf.type = "log-log"); list(fit = fit, median = summary(fit)$table) }
curve_values <- function(found) {
  at <- summary(found$fit, times = times, extend = TRUE)
  list(survival = at$surv, survival_limits = as.vector(rbind(at$lower, at$upper)), median = unname(found$median[, "median"]),
       median_limits = as.vector(t(found$median[, c("0.95LCL", "0.95UCL")])))
}
mean_values <- function(table) list(rmst = unname(table[, "rmean"]), rmst_error = unname(table[, grep("^se", colnames(table))]))
competing_values <- function(fit) {
  at <- summary(fit, times = times, extend = TRUE)$pstate[, -1]
  first <- seq_along(times)
  list(incidence = c(as.vector(at[first, ]), as.vector(at[-first, ])))
}
cuminc_values <- function(found) {
  at <- cmprsk::timepoints(found, times)
  rows <- c("0 1", "0 2", "1 1", "1 2")
  list(incidence = as.vector(t(at$est[rows, ])), incidence_error = as.vector(t(sqrt(at$var[rows, ]))))
}
rates <- function(rows = seq_len(nrow(everyone))) {
  code <- as.integer(everyone$best_response)[rows]; arm <- everyone$z[rows]
  n <- c(sum(arm == 0), sum(arm == 1))
  counts <- lapply(c(2, 3), function(last) c(sum(code <= last & arm == 0), sum(code <= last & arm == 1)))
  limits <- lapply(1:2, function(side) lapply(counts, function(count) binom.test(count[side], n[side])$conf.int[1:2]))
  tests <- lapply(counts, function(count) suppressWarnings(prop.test(count, n, correct = FALSE)))
  table(code, arm)
  list(rates = as.vector(sapply(1:2, function(side) sapply(counts, function(count) count[side] / n[side]))),
       rate_limits = unlist(limits), ratio = sapply(counts, function(count) (count[2] / n[2]) / (count[1] / n[1])), pearson = sapply(tests, function(test) test$p.value))
}

# The whole study: score, pairs in the order of the data, balance, and every endpoint before and after.
study <- function() {
  fit <- glm(model, binomial, everyone, epsilon = 1e-10)
  pairs <- match_pairs(fit$linear.predictors, "data")
  rows <- c(pairs$treated, pairs$control)
  weights <- numeric(nrow(everyone)); weights[rows] <- 1
  balance <- balance_table(weights)
  sets <- rep(seq_along(pairs$treated), 2)
  found <- c(pairs_of(pairs), list(smd_before = balance$smd_before, smd_after = balance$smd_after))
  for (after in c(FALSE, TRUE)) {
    kept <- if (after) rows else seq_len(nrow(everyone))
    for (endpoint in c("os", "pfs")) {
      table <- data.frame(time = everyone[[paste0(endpoint, "_months")]][kept], event = everyone[[paste0(endpoint, "_event")]][kept], z = everyone$z[kept])
      if (after) table$set <- sets
      curve <- survfit(Surv(time, event) ~ z, table, conf.type = "log-log")
      summed <- summary(curve, rmean = horizon)$table
      test <- survdiff(Surv(time, event) ~ z, table)
      cox <- if (after) coxph(Surv(time, event) ~ z, table, cluster = set, robust = TRUE) else coxph(Surv(time, event) ~ z, table)
      found$survival <- c(found$survival, summary(curve, times = times, extend = TRUE)$surv)
      found$median <- c(found$median, unname(summed[, "median"]))
      found$chi_square <- c(found$chi_square, test$chisq)
      found$log_hazard_ratio <- c(found$log_hazard_ratio, unname(coef(cox)))
      found$standard_error <- c(found$standard_error, sqrt(cox$var[1, 1]))
      found$rmst <- c(found$rmst, unname(summed[, "rmean"]))
    }
    found$rates <- c(found$rates, rates(kept)$rates)
  }
  found
}

same <- function(found) found
works <- list(
  "score:R stats::glm" = list(function() glm(model, binomial, everyone, epsilon = 1e-10), function(fit) list(coefficients = unname(coef(fit)))),
  "balance:R, by hand" = list(function() balance_table(in_pairs), as.list),
  "kaplan_meier:R survival::survfit" = list(curves, curve_values),
  "log_rank:R survival::survdiff" = list(function() survdiff(Surv(os_months, os_event) ~ z, everyone), function(test) list(chi_square = test$chisq, p_value = pchisq(test$chisq, 1, lower.tail = FALSE))),
  "cox:R survival::coxph" = list(function() coxph(Surv(time, event) ~ treated, matched, cluster = subclass, robust = TRUE), function(fit) list(log_hazard_ratio = unname(coef(fit)), clustered_error = sqrt(fit$var[1, 1]))),
  "rmst:R survival::survfit" = list(function() summary(survfit(Surv(os_months, os_event) ~ z, everyone), rmean = horizon)$table, mean_values),
  "aalen_johansen:R survival::survfit" = list(function() survfit(Surv(pfs_months, factor(pfs_cause)) ~ z, everyone), competing_values),
  "response:R stats::prop.test" = list(rates, same),
  "whole:the R path" = list(study, same)
)
if (has_cmprsk) works[["aalen_johansen:R cmprsk::cuminc"]] <- list(function() cmprsk::cuminc(everyone$pfs_months, everyone$pfs_cause, everyone$z), cuminc_values)
if (has_matching) {
  for (name in names(orders)) local({ order <- orders[[name]]; works[[paste0("match_", name, ":R Matching::Match")]] <<- list(function() by_matching(everyone$logit, order), pairs_of) })
  works[["match_replacement:R Matching::Match"]] <- list(function() by_matching(everyone$logit, orders$data, replace = TRUE), pairs_of)
  works[["match_exact:R Matching::Match"]] <- list(function() by_matching(everyone$logit, orders$data, exact = everyone$stage), pairs_of)
  works[["balance:R Matching::MatchBalance"]] <- list(package_balance, package_values)
}
if (has_matchit) {
  for (name in c("closest", "largest", "smallest", "data")) local({ order <- name; works[[paste0("match_", name, ":R MatchIt::matchit")]] <<- list(function() by_matchit(everyone$logit, order), pairs_of) })
  works[["match_ratio:R MatchIt::matchit"]] <- list(function() by_matchit(everyone$logit, "data", ratio = 2), pairs_of)
  works[["match_replacement:R MatchIt::matchit"]] <- list(function() by_matchit(everyone$logit, "data", replace = TRUE), pairs_of)
  works[["match_exact:R MatchIt::matchit"]] <- list(function() by_matchit(everyone$logit, "data", exact = ~stage), pairs_of)
}
# The path comes last: it is not begun where its matching alone takes too long.
works <- works[order(names(works) == "whole:the R path")]
if (!has_matching && !has_matchit) works[["whole:the R path"]] <- NULL

packages <- c("survival", if (has_cmprsk) "cmprsk", if (has_matching) "Matching", if (has_matchit) "MatchIt")
version <- paste0("R ", getRversion(), " (", paste(packages, sapply(packages, function(name) as.character(packageVersion(name))), collapse = ", "), ")")
say(list(version = unbox(version), tasks = names(works)))
asked <- fromJSON(readLines(file("stdin"), n = 1))
for (name in asked$tasks) {
  measured <- clock(works[[name]][[1]], asked$readings)
  say(list(task = unbox(name), seconds = unbox(measured$seconds), readings = unbox(measured$readings), values = works[[name]][[2]](measured$value)))
}
