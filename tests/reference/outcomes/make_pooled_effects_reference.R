# What R gives for the further effects of a weighted study in five imputed sets, and for their pools.
# Run in this folder: Rscript make_pooled_effects_reference.R
suppressMessages({library(survival); library(mice); library(sandwich); library(mitml); library(jsonlite)})
set.seed(20240612)

read <- read.csv("../gbsg.csv")
cohort <- with(read[1:320, ], data.frame(id, treated = as.integer(arm != "no"), age, nodes, meno, time = round(t, 2),
                                         event = status))
n <- nrow(cohort)
cohort$time[cohort$time == 0] <- 0.05
# A treatment that hangs on age, half of it missing: sets that differ. mice takes no share of variance below 1e-4.
cohort$treated <- rbinom(n, 1, plogis((cohort$age - 54) / 6))
# What came first, a response with its time, an adverse event's worst grade.
cohort$first <- ifelse(cohort$event == 0, "none", ifelse(runif(n) < 0.3, "died", "progressed"))
cohort$response <- ifelse(runif(n) < 0.35, "PR", "PD")
cohort$response_at <- ifelse(cohort$response == "PR", pmin(6, round(cohort$time / 2, 2)), NA)
cohort$rash <- sample(0:4, n, replace = TRUE, prob = c(.5, .2, .15, .1, .05))
missing <- sort(sample(n, 150))
observed <- cohort$age[-missing]
drawn <- t(sapply(1:5, function(i) sample(observed, length(missing), replace = TRUE)))
ticks <- c(12, 36)
landmark <- 6

of_fit <- function(fit, k = 1) c(coef(fit)[[k]], vcov(fit)[k, k])
at <- function(fit, t, state) {
  s <- summary(fit, times = t, extend = TRUE)
  if (is.null(state)) c(s$surv, s$std.err^2) else c(s$pstate[, state], s$std.err[, state]^2)
}
contrast_at <- function(data, t, formula, state = NULL) {
  arms <- lapply(c(1, 0), function(arm) {
    d <- data[data$treated == arm, ]
    at(survfit(formula, d, weights = w, cluster = id, robust = TRUE), t, state)
  })
  c(arms[[1]][1] - arms[[2]][1], arms[[1]][2] + arms[[2]][2])
}
difference <- function(y, data) {
  fit <- lm(y ~ treated, data, weights = w)
  c(coef(fit)[["treated"]], vcovHC(fit, "HC0")["treated", "treated"])
}

one_set <- function(i) {
  d <- cohort
  d$age[missing] <- drawn[i, ]
  p <- fitted(glm(treated ~ age + nodes + meno, binomial, d))
  d$w <- ifelse(d$treated == 1, 1 - p, p)
  d$cause <- factor(d$first, levels = c("none", "progressed", "died"))
  d$meno <- factor(d$meno)
  cox <- function(formula, data) coxph(formula, data, weights = w, cluster = id, robust = TRUE)
  reached <- d[d$time > landmark, ]
  reached$known <- reached$response == "PR" & reached$response_at <= landmark
  reached$later <- reached$time - landmark
  both <- cox(Surv(time, event) ~ treated + age + nodes + meno, d)
  crossed <- cox(Surv(time, event) ~ treated * meno, d)
  list(
    values = list(
      milestone_12 = contrast_at(d, 12, Surv(time, event) ~ 1),
      milestone_36 = contrast_at(d, 36, Surv(time, event) ~ 1),
      incidence_12 = contrast_at(d, 12, Surv(time, cause) ~ 1, 2),
      incidence_36 = contrast_at(d, 36, Surv(time, cause) ~ 1, 2),
      cause_specific = of_fit(cox(Surv(time, cause == "progressed") ~ treated, d)),
      cause_specific_competing = of_fit(cox(Surv(time, cause == "died") ~ treated, d)),
      landmark = of_fit(cox(Surv(later, event) ~ known, reached)),
      subgroup_0 = of_fit(cox(Surv(time, event) ~ treated, d[d$meno == 0, ])),
      subgroup_1 = of_fit(cox(Surv(time, event) ~ treated, d[d$meno == 1, ])),
      rate_0 = difference(d$response[d$meno == 0] == "PR", d[d$meno == 0, ]),
      rate_1 = difference(d$response[d$meno == 1] == "PR", d[d$meno == 1, ]),
      alone_age = of_fit(cox(Surv(time, event) ~ age, d)),
      together_treated = of_fit(both, 1),
      together_age = of_fit(both, 2),
      together_meno = of_fit(both, 4),
      rash_any = difference(d$rash >= 1, d),
      rash_severe = difference(d$rash >= 3, d)
    ),
    interaction = c(coef(crossed)[["treated:meno1"]], vcov(crossed)["treated:meno1", "treated:meno1"]),
    together = list(coef = unname(coef(both)), vcov = unname(vcov(both))),
    reached = c(nrow(reached), sum(reached$event))
  )
}
sets <- lapply(1:5, one_set)
events <- sum(cohort$event)
by_meno <- function(column, level) sum(column[cohort$meno == level])
progressed <- cohort$first == "progressed"
complete <- list(
  milestone_12 = n - 1, milestone_36 = n - 1, incidence_12 = n - 1, incidence_36 = n - 1,
  cause_specific = sum(progressed) - 1, cause_specific_competing = sum(cohort$first == "died") - 1,
  landmark = sets[[1]]$reached[2] - 1,
  subgroup_0 = by_meno(cohort$event, 0) - 1, subgroup_1 = by_meno(cohort$event, 1) - 1,
  rate_0 = sum(cohort$meno == 0) - 1, rate_1 = sum(cohort$meno == 1) - 1,
  alone_age = events - 1, together_treated = events - 4, together_age = events - 4, together_meno = events - 4,
  rash_any = n - 1, rash_severe = n - 1
)
pooled <- lapply(names(complete), function(name) {
  values <- sapply(sets, function(set) set$values[[name]])
  p <- pool.scalar(values[1, ], values[2, ], n = complete[[name]] + 1, k = 1)
  limit <- qt(0.975, p$df) * sqrt(p$t)
  list(name = name, pooled = p$qbar, standard_error = sqrt(p$t), within = p$ubar, between = p$b,
       degrees_of_freedom = p$df, fraction_missing = p$fmi, lower = p$qbar - limit, upper = p$qbar + limit,
       p_value = 2 * pt(-abs(p$qbar) / sqrt(p$t), p$df))
})

d1 <- function(coefficients, covariances) {
  k <- nrow(coefficients)
  qhat <- coefficients; rownames(qhat) <- paste0("b", 1:k)
  uhat <- covariances; dimnames(uhat) <- list(rownames(qhat), rownames(qhat), NULL)
  test <- testConstraints(qhat = qhat, uhat = uhat, constraints = rownames(qhat), method = "D1")$test
  list(coefficients = t(coefficients), covariances = aperm(covariances, c(3, 1, 2)), statistic = test[[1]],
       degrees_of_freedom = test[[2]], denominator = test[[3]], p_value = test[[4]], increase = test[[5]])
}
wide <- function(k) d1(sapply(sets, function(s) s$together$coef[k]),
                       array(sapply(sets, function(s) s$together$vcov[k, k]), c(length(k), length(k), 5)))
interaction <- d1(matrix(sapply(sets, function(s) s$interaction[1]), 1),
                  array(sapply(sets, function(s) s$interaction[2]), c(1, 1, 5)))
write_json(list(R = R.version.string, survival = as.character(packageVersion("survival")),
                mice = as.character(packageVersion("mice")), mitml = as.character(packageVersion("mitml")),
                cohort = cohort, missing = missing - 1, drawn = drawn, ticks = ticks, landmark = landmark,
                pooled = pooled, interaction = interaction, tests = list(wide(1:3), wide(c(1, 2)), wide(2:4))),
           "pooled_effects.json", digits = NA, auto_unbox = TRUE, null = "null", na = "null")
