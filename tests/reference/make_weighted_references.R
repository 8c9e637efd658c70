# Reference figures for designs whose weights are not all one: two controls a patient within exact strata, and matching
# with replacement. Only R's glm and package survival; the greedy matching below is written out from the conventions
# of the product, for scores without ties. Writes NAME.study.json and NAME.json beside this file.
suppressMessages({library(survival); library(jsonlite)})

greedy <- function(logit, treated, width, ratio, replacement, stratum) {
  matches <- setNames(vector("list", length(logit)), seq_along(logit))
  free <- !treated
  asking <- which(treated)[order(-logit[treated])]
  for (round in seq_len(ratio)) {
    still <- integer(0)
    for (t in asking) {
      allowed <- free & stratum == stratum[t] & !(seq_along(logit) %in% matches[[t]])
      gap <- abs(logit - logit[t]); gap[!allowed] <- Inf
      best <- which.min(gap)
      if (gap[best] <= width) {
        matches[[t]] <- c(matches[[t]], best)
        if (!replacement) free[best] <- FALSE
        still <- c(still, t)
      }
    }
    asking <- still
  }
  matches
}

weigh <- function(matches, treated) {
  w <- numeric(length(treated))
  for (t in which(treated)) if (length(matches[[t]])) { w[t] <- 1; for (u in matches[[t]]) w[u] <- w[u] + 1 / length(matches[[t]]) }
  for (a in c(TRUE, FALSE)) { arm <- w > 0 & treated == a; w[arm] <- w[arm] / mean(w[arm]) }
  w
}

curves <- function(d, times) {
  out <- list()
  for (a in unique(d$arm)) {
    s <- d[d$arm == a, ]
    f <- if (all(abs(s$w - 1) < 1e-12)) survfit(Surv(t, status) ~ 1, s, conf.type = "log-log")
         else survfit(Surv(t, status) ~ 1, s, conf.type = "log-log", weights = w, cluster = cluster, robust = TRUE)
    q <- quantile(f, .5); z <- summary(f, times = times, extend = TRUE)
    out[[a]] <- list(n = nrow(s), events = sum(s$status), median = unname(q$quantile), lower = unname(q$lower), upper = unname(q$upper),
                     at = data.frame(time = times, survival = z$surv, lower = z$lower, upper = z$upper))
  }
  out
}

case <- function(name, ratio, replacement, exact) {
  d <- read.csv("gbsg.csv"); times <- c(12, 24, 48)
  covariates <- c("age", "meno", "size", "grade", "nodes", "pgr", "er")
  treated <- d$arm == "tamoxifen"
  fit <- glm(reformulate(covariates, "treated"), binomial, d, epsilon = 1e-12)
  logit <- unname(predict(fit)); width <- 0.2 * sd(logit)
  stopifnot(!anyDuplicated(logit))
  stratum <- if (is.null(exact)) rep(1, nrow(d)) else d[[exact]]
  matches <- greedy(logit, treated, width, ratio, replacement, stratum)
  d$w <- weigh(matches, treated); d$z <- as.integer(treated); d$cluster <- seq_len(nrow(d))
  if (!replacement) for (t in which(treated)) d$cluster[matches[[t]]] <- t
  m <- d[d$w > 0, ]
  S <- Surv(m$t, m$status)
  cox <- coxph(S ~ z, m, weights = w, cluster = cluster, robust = TRUE)
  ci <- summary(cox)$conf.int; co <- summary(cox)$coefficients
  p <- function(x) 1 - pchisq(x, 1)
  plain <- survdiff(S ~ z, m)$chisq
  within <- if (replacement) NULL else survdiff(S ~ z + strata(cluster), m)$chisq
  pairs <- do.call(rbind, lapply(which(treated), function(t) if (length(matches[[t]]))
    data.frame(treated = d$id[t], control = d$id[matches[[t]]], distance = abs(logit[t] - logit[matches[[t]]]))))
  spread <- function(x) sqrt((var(x[treated]) + var(x[!treated])) / 2)
  share <- function(x) { q <- c(mean(x[treated]), mean(x[!treated])); sqrt(sum(q * (1 - q)) / 2) }
  smd <- function(x, w) (weighted.mean(x[treated], w[treated]) - weighted.mean(x[!treated], w[!treated])) / (if (all(x %in% 0:1)) share(x) else spread(x))
  reference <- list(case = name, n = list(treated = sum(treated), control = sum(!treated)), propensity = as.list(coef(fit)), caliper_width = width,
    matched = list(treated = sum(m$z), control = sum(1 - m$z)), pairs = pairs,
    effective = list(treated = sum(m$w[m$z == 1])^2 / sum(m$w[m$z == 1]^2), control = sum(m$w[m$z == 0])^2 / sum(m$w[m$z == 0]^2)),
    smd = list(before = lapply(d[covariates], smd, w = rep(1, nrow(d))), after = lapply(d[covariates], smd, w = d$w)),
    survival = list(list(name = "RFS", after = list(arms = curves(m, times),
      log_rank = list(chi_square = plain, p = p(plain)),
      log_rank_stratified = if (!replacement) list(chi_square = within, p = p(within)),
      log_rank_robust = list(chi_square = as.numeric(cox$rscore), p = p(as.numeric(cox$rscore))),
      schoenfeld_p = unname(cox.zph(coxph(S ~ z, m), transform = "km")$table[1, "p"]),
      follow_up_median = unname(quantile(survfit(Surv(m$t, 1 - m$status) ~ 1), .5)$quantile),
      cox = list(hazard_ratio = ci[1, 1], lower = ci[1, 3], upper = ci[1, 4], p = unname(co[1, ncol(co)])),
      rmst = unname(sapply(c(1, 0), function(g) { s <- m[m$z == g, ]; survival:::survmean(survfit(Surv(t, status) ~ 1, s, weights = w), rmean = 48)$matrix["rmean"] }))))))
  study <- list(cohort = list(file = "gbsg.csv", id = "id"), treatment = list(column = "arm", treated = "tamoxifen", control = "no"), covariates = covariates,
    matching = list(order = "largest", ratio = ratio, replacement = replacement, exact = I(as.character(exact))),
    outcomes = list(survival = list(list(name = "RFS", time = "t", event = "status")), times = times, rmst_horizon = 48))
  write_json(reference, paste0(name, ".json"), digits = 15, auto_unbox = TRUE, pretty = TRUE, null = "null", na = "null")
  write_json(study, paste0(name, ".study.json"), auto_unbox = TRUE, pretty = TRUE, null = "null")
  cat(sprintf("%-24s matched %d/%d\n", name, sum(m$z), sum(1 - m$z)))
}

case("gbsg_two_controls", ratio = 2, replacement = FALSE, exact = "meno")
case("gbsg_replacement", ratio = 1, replacement = TRUE, exact = NULL)
