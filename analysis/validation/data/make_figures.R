# Writes figures.json: what R makes of the files in this folder, one object of named numbers for every check.
# Run in this folder: Rscript make_figures.R     (R 4.2.2; survival, survey, cmprsk, mice, jsonlite)
# The pairs are those of pairs.json (MatchIt 4.7.2); nothing here matches anew.
suppressMessages({library(survival); library(survey); library(cmprsk); library(mice); library(jsonlite)})

z95 <- qnorm(.975)
converged <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60)
p_of <- function(chi_square, df = 1) pchisq(chi_square, df, lower.tail = FALSE)
named <- function(values, names) setNames(as.list(unname(values)), names)
pairs <- read_json("pairs.json", simplifyVector = TRUE)

# --- the score and the balance -----------------------------------------------------------------------------------
# Terms are called column=level.
terms_of <- function(d, covariates) {
  columns <- lapply(covariates, function(v) {
    if (is.numeric(d[[v]])) return(setNames(data.frame(d[[v]]), v))
    levels <- levels(factor(d[[v]]))[-1]
    setNames(as.data.frame(lapply(levels, function(level) as.numeric(d[[v]] == level))), paste0(v, "=", levels))
  })
  out <- do.call(cbind, columns); names(out) <- unlist(lapply(columns, names)); out
}
score_of <- function(d, covariates) {
  x <- terms_of(d, covariates)
  fit <- glm.fit(cbind(1, as.matrix(x)), d$z, family = binomial(), control = list(epsilon = 1e-12, maxit = 50))
  qr <- fit$qr; class(fit) <- c("glm", "lm")
  errors <- sqrt(diag(chol2inv(qr$qr)))
  list(coefficients = named(fit$coefficients, c("(Intercept)", names(x))),
       errors = named(errors, c("(Intercept)", names(x))), score = fit$fitted.values)
}
smd <- function(x, z, w) sapply(names(x), function(v) {
  a <- x[[v]]; q <- c(mean(a[z == 1]), mean(a[z == 0]))
  s <- if (all(a %in% 0:1)) sqrt(sum(q * (1 - q)) / 2) else sqrt((var(a[z == 1]) + var(a[z == 0])) / 2)
  (weighted.mean(a[z == 1], w[z == 1]) - weighted.mean(a[z == 0], w[z == 0])) / s
})

# --- survival ----------------------------------------------------------------------------------------------------
curves <- function(d, times, weighted) {
  out <- list()
  for (a in sort(unique(d$arm))) {
    s <- d[d$arm == a, ]
    fit <- if (weighted) survfit(Surv(t, e) ~ 1, s, conf.type = "log-log", weights = w, cluster = unit, robust = TRUE)
           else survfit(Surv(t, e) ~ 1, s, conf.type = "log-log")
    q <- summary(fit)$table[c("median", "0.95LCL", "0.95UCL")]; at <- summary(fit, times = times, extend = TRUE)
    out <- c(out, named(q, paste(a, c("median", "median, lower", "median, upper"))))
    for (k in seq_along(times)) out <- c(out, named(c(at$surv[k], at$lower[k], at$upper[k]),
      paste0(a, " S(", times[k], ")", c("", ", lower", ", upper"))))
  }
  out
}
follow_up <- function(d) list(`follow-up median` = unname(summary(survfit(Surv(t, 1 - e) ~ 1, d))$table["median"]))
test_of <- function(chi_square) list(`chi-squared` = chi_square, p = p_of(chi_square))
cox_of <- function(fit) { s <- summary(fit); named(c(s$conf.int[1, c(1, 3, 4)], s$coefficients[1, ncol(s$coefficients)]), c("HR", "lower", "upper", "p")) }
means <- function(d, horizon) {
  one <- function(k) { s <- d[d$z == k, ]; summary(survfit(Surv(t, e) ~ 1, s, weights = w), rmean = horizon)$table[c("rmean", "se(rmean)")] }
  a <- one(1); b <- one(0)
  named(c(a[1], b[1], a[1] - b[1], sqrt(a[2]^2 + b[2]^2)), c("treated", "control", "difference", "error"))
}

study_of <- function(name) fromJSON(paste0(name, ".study.json"))
cohort_of <- function(study, time, event) {
  d <- read.csv(study$cohort$file); d$z <- as.integer(d$arm == study$treatment$treated)
  d$t <- d[[time]]; d$e <- as.integer(d[[event]]); d$w <- 1; d$unit <- seq_len(nrow(d)); d
}

matched_case <- function(name, time, event) {
  study <- study_of(name); times <- study$outcomes$times; horizon <- study$outcomes$rmst_horizon
  d <- cohort_of(study, time, event); x <- terms_of(d, study$covariates)
  fit <- score_of(d, study$covariates); links <- pairs[[name]]
  m <- d[match(c(links$treated, links$control), d$id), ]; m$unit <- rep(seq_along(links$treated), 2)
  kept <- as.numeric(d$id %in% m$id)
  plain <- function(d) survdiff(Surv(t, e) ~ z, d)$chisq
  clustered <- coxph(Surv(t, e) ~ z, m, weights = w, cluster = unit, robust = TRUE, control = converged)
  list(
    coefficients = fit$coefficients, errors = fit$errors,
    smd_before = as.list(smd(x, d$z, d$w)), smd_after = as.list(smd(x, d$z, kept)),
    curves_before = c(curves(d, times, FALSE), follow_up(d)), curves_after = c(curves(m, times, FALSE), follow_up(m)),
    log_rank_before = test_of(plain(d)), log_rank_after = test_of(plain(m)),
    log_rank_stratified = test_of(survdiff(Surv(t, e) ~ z + strata(unit), m)$chisq),
    log_rank_robust = test_of(as.numeric(clustered$rscore)),
    cox_before = cox_of(coxph(Surv(t, e) ~ z, d, control = converged)), cox_clustered = cox_of(clustered),
    cox_stratified = cox_of(coxph(Surv(t, e) ~ z + strata(unit), m, control = converged)),
    schoenfeld = test_of(cox.zph(coxph(Surv(t, e) ~ z, d, control = converged), transform = "km")$table[1, "chisq"]),
    rmst_before = means(d, horizon), rmst_after = means(m, horizon)[1:3])
}

# The product's variances have no small-sample factor and normal quantiles: survey's times (n - 1) / n.
rates <- function(d) {
  design <- svydesign(ids = ~1, weights = ~w, data = d)
  found <- svyby(~e, ~z, design, svymean, covmat = TRUE)
  p <- unname(coef(found)); v <- vcov(found) * (nrow(d) - 1) / nrow(d)
  half <- z95 * sqrt(diag(v)) / (p * (1 - p)); limit <- function(k, sign) plogis(qlogis(p[k]) + sign * half[[k]])
  error <- sqrt(v[1, 1] + v[2, 2] - 2 * v[1, 2]); difference <- p[2] - p[1]
  named(c(p[2], limit(2, -1), limit(2, 1), p[1], limit(1, -1), limit(1, 1), difference, difference - z95 * error,
          difference + z95 * error, p_of((difference / error)^2)),
        c("treated", "treated, lower", "treated, upper", "control", "control, lower", "control, upper",
          "difference", "difference, lower", "difference, upper", "p"))
}
sizes <- function(w, z) { n <- function(w) sum(w)^2 / sum(w^2)
  named(c(n(w[z == 1]), n(w[z == 0])), c("effective treated", "effective control")) }
weighted_case <- function(name, weigh) {
  study <- study_of(name); times <- study$outcomes$times; d <- cohort_of(study, "t", "status")
  fit <- score_of(d, study$covariates); d$w <- weigh(fit$score, d$z == 1)
  robust <- coxph(Surv(t, e) ~ z, d, weights = w, cluster = unit, robust = TRUE, control = converged)
  list(weights = c(sizes(d$w, d$z), named(c(sum(d$w[d$z == 1]), sum(d$w[d$z == 0])), c("sum treated", "sum control"))),
       smd_after = as.list(smd(terms_of(d, study$covariates), d$z, d$w)),
       curves = curves(d, times, TRUE), log_rank_robust = test_of(as.numeric(robust$rscore)), cox = cox_of(robust),
       rmst = means(d, study$outcomes$rmst_horizon)[1:3], rates = rates(d))
}

# Weights as near to equal as the treated patients' means allow: Newton's steps on the dual of the entropy.
entropy <- function() {
  study <- study_of("gbsg"); d <- cohort_of(study, "t", "status"); x <- as.matrix(terms_of(d, study$covariates))
  centred <- scale(x, colMeans(x[d$z == 1, ]), apply(x, 2, sd)); donors <- centred[d$z == 0, ]
  b <- rep(0, ncol(x))
  for (step in 1:100) {
    q <- exp(donors %*% b); q <- as.vector(q / sum(q)); gradient <- as.vector(q %*% donors)
    hessian <- t(donors) %*% (q * donors) - tcrossprod(gradient)
    b <- b - solve(hessian, gradient)
    if (max(abs(gradient)) < 1e-14) break
  }
  d$w[d$z == 0] <- q * sum(d$z)
  fit <- coxph(Surv(t, e) ~ z, d, weights = w, cluster = unit, robust = TRUE, control = converged)
  list(weights = c(sizes(d$w, d$z)["effective control"], list(`largest share` = max(q), `smallest share` = min(q))), cox = cox_of(fit))
}

# --- competing risks ---------------------------------------------------------------------------------------------
competing <- function() {
  d <- read.csv("pbc.csv"); years <- d$days / 365.25; z <- as.integer(d$arm != "placebo"); ticks <- c(1, 3, 5, 10)
  cause <- c(alive = 0, died = 1, transplanted = 2)[d$outcome]
  gray <- cuminc(years, cause, z); at <- timepoints(gray, ticks)
  one <- function(k) {
    rows <- function(z, word) c(named(at$est[paste(z, k), ], paste0(word, " at ", ticks)),
                                named(sqrt(at$var[paste(z, k), ]), paste0(word, " at ", ticks, ", error")))
    fg <- crr(years, cause, cbind(z), failcode = k, gtol = 1e-10)
    list(incidence = c(rows(1, "treated"), rows(0, "control")),
         gray = list(`chi-squared` = unname(gray$Tests[k, "stat"]), p = unname(gray$Tests[k, "pv"])),
         cause_specific = cox_of(coxph(Surv(years, cause == k) ~ z, control = converged)),
         fine_gray = list(`log ratio` = unname(fg$coef), error = sqrt(fg$var[1, 1])))
  }
  list(died = one(1), transplanted = one(2))
}

# --- response, agreement, several tests and sets -----------------------------------------------------------------
two_by_two <- function(a, n, b, m) {
  cells <- matrix(c(a, n - a, b, m - b), 2)
  test <- function(correct) suppressWarnings(chisq.test(cells, correct = correct))$p.value
  named(c(test(FALSE), test(TRUE), fisher.test(cells)$p.value), paste0(a, "/", n, " v ", b, "/", m, c(", Pearson", ", Yates", ", Fisher")))
}
limits <- function(k, n, test, ...) named(test(k, n, ...)$conf.int, paste0(k, "/", n, c(", lower", ", upper")))
quietly <- function(...) suppressWarnings(prop.test(..., correct = FALSE))
response <- function() list(
  two_by_two = c(two_by_two(10, 25, 3, 25), two_by_two(3, 25, 2, 25), two_by_two(21, 56, 7, 67), two_by_two(130, 300, 90, 310)),
  clopper_pearson = c(limits(10, 25, binom.test), limits(0, 12, binom.test), limits(90, 310, binom.test)),
  wilson = c(limits(10, 25, quietly), limits(130, 300, quietly)),
  mcnemar = named(c(binom.test(6, 22)$p.value, binom.test(40, 60)$p.value), c("6 and 16", "40 and 20")))

kappa_of <- function(shares, agreement) {
  expected <- sum(agreement * outer(rowSums(shares), colSums(shares)))
  (sum(agreement * shares) - expected) / (1 - expected)
}
# The delta method, its slopes by Richardson's extrapolation of central differences.
kappa_error <- function(counts, agreement) {
  n <- sum(counts); shares <- counts / n
  slope <- function(cell, step) { up <- down <- shares; up[cell] <- up[cell] + step; down[cell] <- down[cell] - step
    (kappa_of(up, agreement) - kappa_of(down, agreement)) / (2 * step) }
  slopes <- sapply(seq_along(shares), function(cell) (4 * slope(cell, 5e-5) - slope(cell, 1e-4)) / 3)
  p <- as.vector(shares); sqrt((sum(p * slopes^2) - sum(p * slopes)^2) / n)
}
# Right eye by left eye: Stuart 1955.
vision <- matrix(c(1520, 266, 124, 66, 234, 1512, 432, 78, 117, 362, 1772, 205, 36, 82, 179, 492), 4, byrow = TRUE)
agreement <- function() {
  distance <- abs(outer(1:4, 1:4, "-")) / 3
  kinds <- list(unweighted = diag(4), linear = 1 - distance, quadratic = 1 - distance^2); out <- list()
  for (kind in names(kinds)) out <- c(out, named(c(kappa_of(vision / sum(vision), kinds[[kind]]), kappa_error(vision, kinds[[kind]])),
                                                 paste0(kind, c("", ", error"))))
  bowker <- mcnemar.test(vision, correct = FALSE)
  list(kappa = out, bowker = list(`chi-squared` = bowker$statistic[[1]], p = bowker$p.value))
}
p_values <- c(.01, .04, .03, .005, .2)
adjusted <- function(method) named(p.adjust(p_values, method), paste("p", seq_along(p_values)))
pooled <- function() {
  estimates <- c(-.31, -.24, -.42, -.28, -.35); variances <- c(.021, .019, .024, .020, .022)
  s <- pool.scalar(estimates, variances, n = 200, k = 1)
  list(rubin = named(c(s$qbar, s$t, s$df, s$fmi), c("estimate", "variance", "degrees of freedom", "fraction missing")))
}

# --- sensitivity -------------------------------------------------------------------------------------------------
sensitivity <- function() {
  gammas <- c(1, 2, 4, 6)
  upper <- pmin(1, 2 * pbinom(110 - 1, 122, gammas / (1 + gammas), lower.tail = FALSE))
  share <- binom.test(110, 122)$conf.int[1]
  detect <- function(rate, n, power) power.prop.test(n, rate, NULL, .05, power, tol = 1e-12)$p2 - rate
  list(rosenbaum = named(c(upper, share / (1 - share)), c(paste("p at gamma", gammas), "critical gamma")),
       detectable = named(c(detect(.2, 100, .8), detect(.1, 60, .9)), c("20 % of 100, power 80 %", "10 % of 60, power 90 %")))
}

library_of <- function(p) paste(p, packageDescription(p)$Version)
write_json(list(
  software = c(paste0("R ", R.version$major, ".", R.version$minor), sapply(c("survival", "survey", "cmprsk", "mice"), library_of)),
  gbsg = matched_case("gbsg", "t", "status"), veteran = matched_case("veteran", "t", "status"),
  rotterdam_hormon = matched_case("rotterdam_hormon", "os", "death"),
  gbsg_overlap = weighted_case("gbsg_overlap", function(p, treated) ifelse(treated, 1 - p, p)),
  gbsg_iptw = weighted_case("gbsg_iptw", function(p, treated) ifelse(treated, 1 / p, 1 / (1 - p))),
  gbsg_entropy = entropy(), pbc = competing(), response = response(), agreement = agreement(),
  multiplicity = list(holm = adjusted("holm"), hochberg = adjusted("hochberg"), benjamini_hochberg = adjusted("BH")),
  pooling = pooled(), sensitivity = sensitivity()),
  "figures.json", digits = NA, auto_unbox = TRUE, null = "null", na = "null", pretty = 1)
