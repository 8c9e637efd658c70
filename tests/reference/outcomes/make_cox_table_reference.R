# Writes cox_table.json: Cox models of several covariates, their tests of proportional hazards, scaled Schoenfeld
# residuals with their smooth, and cumulative hazards, by R's survival 3.5-3. Run here: Rscript make_cox_table_reference.R
suppressMessages({library(survival); library(jsonlite)})
stopifnot(packageVersion("survival") == "3.5.3")
set.seed(20240405)
control <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60)

model <- function(f, terms) {
  V <- vcov(f); b <- coef(f); a <- f$assign
  wald <- lapply(a, function(i) { x <- drop(b[i] %*% solve(V[i, i, drop = FALSE], b[i])); c(x, length(i), pchisq(x, length(i), lower.tail = FALSE)) })
  ci <- summary(f)$conf.int; co <- summary(f)$coefficients
  list(names = names(b), coefficients = unname(b), errors = unname(sqrt(diag(V))), lower = unname(ci[, 3]), upper = unname(ci[, 4]), p = unname(co[, ncol(co)]),
       covariance = unname(V), log_likelihood = f$loglik[2], wald = wald)
}

# plot.cox.zph gives nothing back: the curve and its band are read from the recorded drawing.
smooth <- function(f, treated) {
  z <- cox.zph(f, transform = "km", terms = FALSE)
  pdf(NULL); dev.control("enable"); plot(z, var = treated, df = 4, nsmo = 40); drawn <- recordPlot()[[1]]; dev.off()
  lines <- Filter(function(x) is.list(x) && length(x$x) == 40, unlist(lapply(drawn, function(e) as.list(e[[2]])), recursive = FALSE))
  stopifnot(length(lines) == 3)
  list(x = unname(z$x), time = z$time, y = unname(z$y[, treated]), var = z$var[1, 1], grid = lines[[1]]$x,
       curve = lines[[1]]$y, upper = lines[[2]]$y, lower = lines[[3]]$y)
}

case <- function(name, d, formula) {
  environment(formula) <- environment()
  n <- nrow(d); d$w <- round(runif(n, .2, 2.5), 3); d$cl <- sample(rep(seq_len(n), each = 2)[seq_len(n)])
  fit <- function(f, form = "plain") switch(form,
    plain = coxph(f, data = d, control = control),
    weighted = coxph(f, data = d, weights = w, robust = TRUE, control = control),
    clustered = coxph(f, data = d, weights = w, cluster = cl, control = control),
    clustered_unweighted = coxph(f, data = d, cluster = cl, control = control))
  terms <- attr(terms(formula), "term.labels")
  multi <- fit(formula)
  uni <- lapply(terms, function(t) { f <- reformulate(t, response = formula[[2]], env = environment(formula)); list(plain = model(fit(f)), clustered = model(fit(f, "clustered"))) })
  only <- fit(reformulate("treated", response = formula[[2]], env = environment(formula)))
  hazard <- function(f) list(time = f$time, hazard = f$cumhaz, error = f$std.chaz)
  list(name = name, terms = terms, data = d,
       multivariable = sapply(c("plain", "weighted", "clustered", "clustered_unweighted"), function(form) model(fit(formula, form)), simplify = FALSE),
       univariable = setNames(uni, terms),
       zph = unname(cox.zph(multi, transform = "km")$table), smooth = smooth(only, "treated"),
       hazard = list(plain = hazard(survfit(Surv(time, event) ~ 1, data = d)),
                     weighted = hazard(survfit(Surv(time, event) ~ 1, data = d, weights = w, robust = TRUE)),
                     clustered = hazard(survfit(Surv(time, event) ~ 1, data = d, weights = w, cluster = cl, robust = TRUE))))
}
cases <- list(
  case("veteran", with(veteran, data.frame(time, event = status, treated = as.integer(trt == 2), karno, age, celltype)),
       Surv(time, event) ~ treated + karno + age + celltype),
  case("colon", with(subset(colon, etype == 2 & rx != "Lev" & !is.na(nodes))[1:300, ], data.frame(time, event = status, treated = as.integer(rx == "Lev+5FU"), age, nodes, extent = factor(ifelse(extent < 3, "inner", ifelse(extent == 3, "serosa", "outer"))))),
       Surv(time, event) ~ treated + age + nodes + extent),
  case("heavy ties", { n <- 150; data.frame(time = sample(1:9, n, TRUE), event = rbinom(n, 1, .6), treated = rbinom(n, 1, .4), x = round(rnorm(n), 2), stage = factor(sample(c("I", "II", "III"), n, TRUE))) },
       Surv(time, event) ~ treated + x + stage))
write_json(list(software = "R 4.2.2, survival 3.5-3", cases = cases), "cox_table.json", digits = NA, auto_unbox = TRUE, null = "null", na = "null", dataframe = "columns")
