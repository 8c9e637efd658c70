# Writes pbc.csv and pbc.json: the randomised patients of the trial of D-penicillamine in primary biliary cirrhosis (package
# survival), and what prodlim, riskRegression, cmprsk and survival make of death and transplantation as competing risks.
# Run in this folder: Rscript make_pbc_reference.R
suppressMessages({library(survival); library(cmprsk); library(prodlim); library(riskRegression); library(jsonlite)})
stopifnot(packageVersion("survival") == "3.5.3", packageVersion("cmprsk") == "2.2.11",
          packageVersion("prodlim") == "2019.11.13", packageVersion("riskRegression") == "2022.11.28")

p <- pbc[!is.na(pbc$trt), ]
stopifnot(nrow(p) == 312)
d <- data.frame(id = p$id, days = p$time, outcome = c("alive", "transplanted", "died")[p$status + 1],
                arm = c("D-penicillamine", "placebo")[p$trt])
write.csv(d, "pbc.csv", row.names = FALSE, quote = FALSE)

d$years <- d$days / 365.25; d$cause <- c(alive = 0, died = 1, transplanted = 2)[d$outcome]; d$z <- as.integer(d$arm != "placebo")
d$w <- (d$id %% 5 + 1) / 4
ticks <- c(1, 3, 5, 10)

of_prodlim <- function(fit, z, k) {
  found <- as.data.frame(summary(fit, times = ticks, newdata = data.frame(z = z), cause = k)$table[[as.character(k)]][[1]])
  list(incidence = found$cuminc, error = found$se.cuminc, lower = found$lower, upper = found$upper)
}
counted <- prodlim(Hist(years, cause) ~ z, data = d)
gray <- cuminc(d$years, d$cause, d$z); at <- timepoints(gray, ticks)
# Weighted incidences from every patient repeated by weight: prodlim's caseweights count the censored once in the risk set.
repeated <- d[rep(seq_len(nrow(d)), 4 * d$w), ]
weighted <- timepoints(cuminc(repeated$years, repeated$cause, repeated$z), ticks)$est
cause <- function(k) {
  rates <- CSC(Hist(years, cause) ~ z, data = d, cause = k)$models[[paste("Cause", k)]]
  fg <- FGR(Hist(years, cause) ~ z, data = d, cause = k)$crrFit
  arm <- function(z) list(prodlim = of_prodlim(counted, z, k), weighted_incidence = unname(weighted[paste(z, k), ]),
                          cmprsk = unname(at$est[paste(z, k), ]), cmprsk_variance = unname(at$var[paste(z, k), ]))
  list(treated = arm(1), control = arm(0), gray = unname(gray$Tests[k, "stat"]), gray_p = unname(gray$Tests[k, "pv"]),
       cause_specific = unname(coef(rates)), cause_specific_error = sqrt(rates$var[1, 1]),
       fine_gray = unname(fg$coef), fine_gray_error = sqrt(fg$var[1, 1]))
}
write_json(list(software = "R 4.2.2, survival 3.5-3, cmprsk 2.2-11, prodlim 2019.11.13, riskRegression 2022.11.28", ticks = ticks,
                died = cause(1), transplanted = cause(2)),
           "pbc.json", digits = NA, auto_unbox = TRUE, null = "null", na = "null")
