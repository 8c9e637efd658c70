# Writes studies.json: competing risks of the Rotterdam cohort before and after matching (pairs of rotterdam_hormon.json), and milestone
# differences and cumulative hazards of the GBSG cohort. Run in this folder: Rscript make_studies_reference.R
suppressMessages({library(survival); library(cmprsk); library(jsonlite)})
stopifnot(packageVersion("cmprsk") == "2.2.11", packageVersion("survival") == "3.5.3")

d <- read.csv("../rotterdam_hormon.csv")
d$cause <- with(d, ifelse(rfs_event == 0, 0, ifelse(death == 1 & rfs == os, 2, 1)))
d$z <- as.integer(d$arm == "hormonal")
pairs <- fromJSON("../rotterdam_hormon.json")$pairs
d$set <- NA
d$set[match(pairs$treated, d$id)] <- seq_len(nrow(pairs)); d$set[match(pairs$control, d$id)] <- seq_len(nrow(pairs))
ticks <- c(24, 60, 96)

view <- function(d) {
  f <- cuminc(d$rfs, d$cause, d$z); points <- timepoints(f, ticks)
  cause <- function(k) {
    m <- crr(d$rfs, d$cause, d$z, failcode = k, gtol = 1e-12, maxiter = 50)
    cox <- coxph(Surv(rfs, cause == k) ~ z, data = d, ties = "efron")
    list(gray = f$Tests[k, "stat"], gray_p = f$Tests[k, "pv"],
         gray_sets = if (anyNA(d$set)) NULL else cuminc(d$rfs, d$cause, d$z, strata = d$set)$Tests[k, "stat"],
         treated = points$est[paste(1, k), ], control = points$est[paste(0, k), ],
         crr = unname(m$coef), crr_error = sqrt(m$var[1, 1]), cox = unname(coef(cox)))
  }
  list(event = cause(1), competing = cause(2))
}
competing <- list(ticks = ticks, before = view(d), after = view(d[!is.na(d$set), ]))

g <- read.csv("../gbsg.csv"); at <- c(12, 24, 48)
arms <- lapply(c(treated = "tamoxifen", control = "no"), function(a) {
  f <- survfit(Surv(t, status) ~ 1, data = g[g$arm == a, ]); s <- summary(f, times = at)
  list(survival = s$surv, error = s$std.err, hazard = s$cumhaz, hazard_error = s$std.chaz)
})
write_json(list(software = "R 4.2.2, cmprsk 2.2-11, survival 3.5-3", competing = competing, gbsg = c(list(ticks = at), arms)),
           "studies.json", digits = NA, auto_unbox = TRUE, null = "null", na = "null")
