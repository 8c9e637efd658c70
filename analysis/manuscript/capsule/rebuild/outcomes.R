# ---- Outcomes: survival and response, before and after the design ---------------------------------------------------

suppressPackageStartupMessages(library(survival))

EXACT <- coxph.control(eps = 1e-10, iter.max = 100)

or_missing <- function(value) if (length(value) == 1 && is.finite(value)) unname(value) else NA

YES <- c("1", "true", "t", "yes", "y", "+", "dead", "died", "death", "deceased", "expired", "event", "observed",
         "progressed", "progression", "relapse", "relapsed", "recurrence", "recurred", study_words$yes)
NO <- c("0", "false", "f", "no", "n", "-", "alive", "censored", "none", "living", study_words$no)
UNKNOWN <- c("unknown", "unk", "n.a.", "?", "missing", study_words$unknown)

event_of <- function(table, endpoint) {
  found <- labels(table, endpoint$event)
  if (!is.null(endpoint$observed)) {
    event <- is_label(found, unlist(endpoint$observed))
  } else {
    event <- folded(found) %in% folded(if (endpoint$reversed) NO else YES)
    told <- event | folded(found) %in% folded(if (endpoint$reversed) YES else NO) | is.na(found) |
      folded(found) %in% UNKNOWN
    if (!all(told)) {
      refuse("This script does not know which labels of \"", endpoint$event, "\" mean the event. ",
             "Say them in study.yaml (observed) and write the capsule again.")
    }
  }
  rival <- if (is.null(endpoint$competing)) rep(FALSE, length(found)) else is_label(found, unlist(endpoint$competing))
  unknown <- (is.na(found) & endpoint$blank != "censored") |
    (folded(found) %in% UNKNOWN & !(is_label(found, unlist(endpoint$observed))) & !rival)
  list(event = event & !rival, rival = rival, known = !unknown)
}

endpoint_rows <- function(table, people, endpoint) {
  time <- numbers(table, endpoint$time)[people$rows] * endpoint$factor
  status <- lapply(event_of(table, endpoint), function(values) values[people$rows])
  known <- status$known & !is.na(time)
  list(time = time, event = status$event & known, rival = status$rival & known, known = known)
}

curve_of <- function(time, event, weight, unit, study) {
  differ <- diff(range(weight)) > 1e-12 * mean(weight)
  if (!differ) return(survfit(Surv(time, event) ~ 1, conf.type = study$interval, conf.int = study$level))
  survfit(Surv(time, event) ~ 1, weights = weight, cluster = unit, robust = TRUE, conf.type = study$interval,
          conf.int = study$level)
}

add_arm <- function(found, key, time, event, rival, weight, unit, competing, study) {
  curve <- curve_of(time, event, weight, unit, study)
  middle <- if (competing) list(quantile = NA, lower = NA, upper = NA) else quantile(curve, 0.5)
  found[[paste0(key, "n")]] <- length(time)
  found[[paste0(key, "events")]] <- sum(event)
  found[[paste0(key, "median")]] <- or_missing(middle$quantile)
  found[[paste0(key, "median_ci_lower")]] <- or_missing(middle$lower)
  found[[paste0(key, "median_ci_upper")]] <- or_missing(middle$upper)
  reverse <- survfit(Surv(time, !(event | rival)) ~ 1)
  found[[paste0(key, "follow_up_median")]] <- or_missing(quantile(reverse, 0.5, conf.int = FALSE))
  at <- if (length(study$times) > 0) summary(curve, times = unlist(study$times), extend = TRUE)
  for (place in seq_along(study$times)) {
    own <- paste0(key, "at/", place - 1, "/")
    tick <- study$times[[place]]
    found[[paste0(own, "survival")]] <- if (competing) NA else or_missing(at$surv[place])
    found[[paste0(own, "ci_lower")]] <- if (competing) NA else or_missing(at$lower[place])
    found[[paste0(own, "ci_upper")]] <- if (competing) NA else or_missing(at$upper[place])
    found[[paste0(own, "at_risk")]] <- sum(time >= tick - 1.5e-8)
    found[[paste0(own, "events")]] <- sum(time < tick - 1.5e-8 & event)
    found[[paste0(own, "censored")]] <- sum(time < tick - 1.5e-8 & !event)
  }
  found
}

mean_time <- function(time, event, weight, unit, units, horizon, robust) {
  # Area under the curve to the horizon; what each patient's weight moves it by, or Greenwood's variance.
  steps <- sort(unique(time[event & time <= horizon]))
  deaths <- vapply(steps, function(step) sum(weight[event & time == step]), 0)
  at_risk <- vapply(steps, function(step) sum(weight[time >= step]), 0)
  survival <- cumprod(1 - deaths / at_risk)
  widths <- diff(c(0, steps, horizon))
  area <- sum(widths * c(1, survival))
  remaining <- rev(cumsum(rev(widths[-1] * survival)))
  if (!robust) {
    share <- ifelse(at_risk > deaths, deaths / (at_risk * (at_risk - deaths)), 0)
    return(list(mean = area, influence = sqrt(sum(remaining^2 * share))))
  }
  gone <- ifelse(at_risk > deaths, 1 / (at_risk - deaths), 0)
  hazard <- cumsum(remaining * gone * deaths / at_risk)
  last <- findInterval(time, steps)
  own <- match(time, steps)
  moved <- c(0, hazard)[last + 1]
  died <- event & !is.na(own)
  moved[died] <- moved[died] - (remaining * gone)[own[died]]
  influence <- numeric(units)
  sums <- rowsum(weight * moved, unit)
  influence[as.integer(rownames(sums))] <- sums[, 1]
  list(mean = area, influence = influence)
}

add_means <- function(found, key, data, robust, study) {
  arms <- list(data[data$treated, ], data[!data$treated, ])
  horizon <- study$horizon
  if (is.null(horizon)) horizon <- min(vapply(arms, function(arm) max(arm$time), 0))
  units <- max(data$unit)
  both <- lapply(arms, function(arm) mean_time(arm$time, arm$event, arm$weight, arm$unit, units, horizon, robust))
  difference <- both[[1]]$mean - both[[2]]$mean
  error <- if (robust) sqrt(sum((both[[1]]$influence - both[[2]]$influence)^2)) else
    sqrt(both[[1]]$influence^2 + both[[2]]$influence^2)
  z <- qnorm((1 + study$level) / 2)
  values <- list(horizon = horizon, treated = both[[1]]$mean, control = both[[2]]$mean, difference = difference,
                 ci_lower = difference - z * error, ci_upper = difference + z * error,
                 p_value = pchisq((difference / error)^2, 1, lower.tail = FALSE))
  for (name in names(values)) found[[paste0(key, "rmst/", name)]] <- values[[name]]
  found
}

add_ratio <- function(found, key, fit, robust, level) {
  error <- sqrt(fit$var[1, 1])
  z <- qnorm((1 + level) / 2)
  values <- list(hazard_ratio = exp(coef(fit)), ci_lower = exp(coef(fit) - z * error), ci_upper = exp(coef(fit) + z * error),
                 p_value = pchisq((coef(fit) / error)^2, 1, lower.tail = FALSE), log_hazard_ratio = coef(fit),
                 standard_error = error)
  for (name in names(values)) found[[paste0(key, name)]] <- unname(values[[name]])
  found
}

add_test <- function(found, key, chi_square) {
  found[[paste0(key, "chi_square")]] <- unname(chi_square)
  found[[paste0(key, "p_value")]] <- pchisq(unname(chi_square), 1, lower.tail = FALSE)
  found
}

add_survival <- function(found, key, data, when, endpoint, study) {
  competing <- !is.null(endpoint$competing)
  for (name in c("treated", "control")) {
    arm <- data[data$treated == (name == "treated"), ]
    found <- add_arm(found, paste0(key, "arms/", name, "/"), arm$time, arm$event, arm$rival, arm$weight, arm$unit,
                     competing, study)
  }
  reverse <- survfit(Surv(time, !(event | rival)) ~ 1, data = data)
  found[[paste0(key, "follow_up_median")]] <- or_missing(quantile(reverse, 0.5, conf.int = FALSE))
  after <- when == "after"
  if (!after || study$design$plain_tests) {
    found <- add_test(found, paste0(key, "log_rank/"), survdiff(Surv(time, event) ~ treated, data = data)$chisq)
  }
  if (after) {
    fit <- coxph(Surv(time, event) ~ treated, data = data, weights = weight, cluster = unit, robust = TRUE,
                 control = EXACT)
    found <- add_test(found, paste0(key, "log_rank_robust/"), fit$rscore)
  } else {
    fit <- coxph(Surv(time, event) ~ treated, data = data, control = EXACT)
    found[[paste0(key, "schoenfeld_p_value")]] <- cox.zph(fit, transform = "km")$table[1, "p"]
  }
  found <- add_ratio(found, paste0(key, "cox/"), fit, after, study$level)
  if (after && study$design$disjoint) {
    found <- add_test(found, paste0(key, "log_rank_stratified/"),
                      survdiff(Surv(time, event) ~ treated + strata(set), data = data)$chisq)
    within <- coxph(Surv(time, event) ~ treated + strata(set), data = data, control = EXACT)
    found <- add_ratio(found, paste0(key, "cox_stratified/"), within, FALSE, study$level)
  }
  if (!competing) found <- add_means(found, key, data, after, study)
  found
}

CATEGORIES <- list(
  CR = c("cr", "icr", "complete response", "complete remission", study_words$cr),
  PR = c("pr", "ipr", "partial response", "partial remission", study_words$pr),
  SD = c("sd", "isd", "stable disease", "stable", study_words$sd),
  PD = c("pd", "icpd", "progressive disease", "progression", "progressed", study_words$pd),
  NE = c("ne", "n/e", "not evaluable", "not evaluated", "not assessed", study_words$ne)
)

response_of <- function(table, people, endpoint) {
  found <- labels(table, if (is.null(endpoint$column)) endpoint$responder else endpoint$column)[people$rows]
  plain <- folded(sub("^[[:space:]]*[0-9]{1,2}[[:space:]]*[:=.)-][[:space:]]*", "", found))
  if (is.null(endpoint$column)) {
    responders <- c("1", "true", "t", "yes", "y", "+", "responder", "response", "responded", study_words$yes)
    return(list(objective_response = !is.na(found) & plain %in% folded(responders), disease_control = NULL))
  }
  plain <- sub("(\\*+|\\(confirmed\\))$", "", plain)
  code <- rep(NA_character_, length(found))
  for (name in names(CATEGORIES)) code[plain %in% folded(CATEGORIES[[name]])] <- name
  if (any(is.na(code) & !is.na(found))) {
    refuse("This script does not know some labels of \"", endpoint$column, "\". Write them as CR, PR, SD, PD and NE.")
  }
  list(objective_response = code %in% c("CR", "PR"), disease_control = code %in% c("CR", "PR", "SD"))
}

wilson <- function(rate, n, z) {
  centre <- rate + z^2 / (2 * n)
  half <- z * sqrt(rate * (1 - rate) / n + z^2 / (4 * n^2))
  c(centre - half, centre + half) / (1 + z^2 / n)
}

rate_limits <- function(rate, n, study) {
  tail <- (1 - study$level) / 2
  if (study$proportion == "wilson") return(wilson(rate, n, qnorm(1 - tail)))
  count <- rate * n
  c(if (rate <= 0) 0 else qbeta(tail, count, n - count + 1), if (rate >= 1) 1 else qbeta(1 - tail, count + 1, n - count))
}

effective_size <- function(weight) {
  if (diff(range(weight)) <= 1e-12 * mean(weight)) return(length(weight))
  sum(weight)^2 / sum(weight^2)
}

add_rates <- function(found, key, name, outcome, data, robust, study) {
  z <- qnorm((1 + study$level) / 2)
  arms <- list(treated = data$treated, control = !data$treated)
  share <- vapply(arms, function(arm) sum(data$weight[arm & outcome]) / sum(data$weight[arm]), 0)
  size <- vapply(arms, function(arm) effective_size(data$weight[arm]), 0)
  influence <- lapply(names(arms), function(arm) {
    own <- arms[[arm]]
    moved <- ifelse(own, data$weight * (outcome - share[[arm]]) / sum(data$weight[own]), 0)
    rowsum(moved, data$unit)[, 1]
  })
  for (place in 1:2) {
    arm <- names(arms)[place]
    own <- paste0(key, "arms/", arm, "/", name, "/")
    limits <- if (!robust) rate_limits(share[[arm]], size[[arm]], study) else {
      half <- z * sqrt(sum(influence[[place]]^2)) / (share[[arm]] * (1 - share[[arm]]))
      plogis(qlogis(share[[arm]]) + c(-half, half))
    }
    found[[paste0(own, "count")]] <- sum(outcome & arms[[arm]])
    found[[paste0(own, "rate")]] <- share[[arm]]
    found[[paste0(own, "ci_lower")]] <- or_missing(limits[1])
    found[[paste0(own, "ci_upper")]] <- or_missing(limits[2])
  }
  difference <- share[["treated"]] - share[["control"]]
  if (robust) {
    error <- sqrt(sum((influence[[1]] - influence[[2]])^2))
    limits <- difference + c(-z, z) * error
    p_value <- pchisq((difference / error)^2, 1, lower.tail = FALSE)
  } else {
    one <- wilson(share[["treated"]], size[["treated"]], z)
    zero <- wilson(share[["control"]], size[["control"]], z)
    limits <- difference + c(-sqrt((share[["treated"]] - one[1])^2 + (zero[2] - share[["control"]])^2),
                             sqrt((one[2] - share[["treated"]])^2 + (share[["control"]] - zero[1])^2))
    counts <- rbind(table(factor(outcome[data$treated], c(TRUE, FALSE))),
                    table(factor(outcome[!data$treated], c(TRUE, FALSE))))
    few <- any(outer(rowSums(counts), colSums(counts)) / sum(counts) < 5)
    p_value <- if (few) fisher.test(counts)$p.value else chisq.test(counts, correct = FALSE)$p.value
  }
  own <- paste0(key, name, "/")
  found[[paste0(own, "risk_difference/estimate")]] <- difference
  found[[paste0(own, "risk_difference/ci_lower")]] <- limits[1]
  found[[paste0(own, "risk_difference/ci_upper")]] <- limits[2]
  found[[paste0(own, "test/p_value")]] <- p_value
  found
}

add_outcomes <- function(found, table, people, when, weight, set, unit, study) {
  for (place in seq_along(study$survival)) {
    endpoint <- study$survival[[place]]
    if (is.null(endpoint$time)) next
    rows <- endpoint_rows(table, people, endpoint)
    used <- rows$known & weight > 0
    data <- data.frame(time = rows$time, event = rows$event, rival = rows$rival, treated = people$treated,
                       weight = weight, set = set, unit = unit)[used, ]
    data$unit <- match(data$unit, unique(data$unit))
    found <- add_survival(found, paste0("survival/", place - 1, "/", when, "/"), data, when, endpoint, study)
  }
  for (place in seq_along(study$response)) {
    endpoint <- study$response[[place]]
    if (is.null(endpoint$column) && is.null(endpoint$responder)) next
    outcomes <- response_of(table, people, endpoint)
    used <- weight > 0
    data <- data.frame(treated = people$treated, weight = weight, unit = match(unit, unique(unit)))[used, ]
    robust <- when == "after" && !study$design$plain_tests
    key <- paste0("response/", place - 1, "/", when, "/")
    for (arm in c("treated", "control")) {
      found[[paste0(key, "arms/", arm, "/n")]] <- sum(data$treated == (arm == "treated"))
    }
    for (name in names(outcomes)) {
      if (is.null(outcomes[[name]])) next
      found <- add_rates(found, key, name, outcomes[[name]][used], data, robust, study)
    }
  }
  found
}
