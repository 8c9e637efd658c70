# Writes models.json: Cox tables and tests of interaction on gbsg before matching and after it (the pairs of gbsg.json), by R's
# survival 3.5-3. Run here: Rscript make_models_reference.R
suppressMessages({library(survival); library(jsonlite)})
stopifnot(packageVersion("survival") == "3.5.3")
control <- coxph.control(eps = 1e-13, toler.chol = 1e-14, iter.max = 60)
cohort <- read.csv("../gbsg.csv")
cohort$treated <- as.integer(cohort$arm == "tamoxifen")
cohort$grade_level <- factor(cohort$grade)
cohort$meno_level <- factor(cohort$meno)
cohort$age_level <- cut(cohort$age, c(-Inf, 45, 60, Inf))
cohort$nodes_level <- factor(cohort$nodes > median(cohort$nodes))
pairs <- fromJSON("../gbsg.json")$pairs
cohort$set <- NA
cohort$set[match(pairs$treated, cohort$id)] <- seq_len(nrow(pairs))
cohort$set[match(pairs$control, cohort$id)] <- seq_len(nrow(pairs))

terms <- c("treated", "age", "meno", "size", "grade", "nodes", "pgr", "er")
fit <- function(right, data, matched) {
  formula <- as.formula(paste("Surv(t, status) ~", right))
  if (matched) coxph(formula, data, cluster = set, control = control) else coxph(formula, data, control = control)
}
ratios <- function(model) {
  shown <- summary(model)
  list(hr = unname(shown$conf.int[, 1]), lower = unname(shown$conf.int[, 3]), upper = unname(shown$conf.int[, 4]),
       p = unname(shown$coefficients[, ncol(shown$coefficients)]))
}
interaction <- function(level, data, matched) {
  model <- fit(paste("treated *", level), data, matched)
  chosen <- grep(":", names(coef(model)))
  b <- coef(model)[chosen]
  chi_square <- as.numeric(t(b) %*% solve(vcov(model)[chosen, chosen]) %*% b)
  by_level <- lapply(split(data, data[[level]]), function(own) {
    found <- ratios(fit("treated", own, matched))
    list(n = nrow(own), events = sum(own$status), hr = found$hr, lower = found$lower, upper = found$upper)
  })
  list(chi_square = chi_square, df = length(b), p = pchisq(chi_square, length(b), lower.tail = FALSE), levels = unname(by_level))
}
population <- function(data, matched) {
  together <- fit(paste(terms, collapse = " + "), data, matched)
  list(n = nrow(data), events = sum(data$status),
       alone = setNames(lapply(terms, function(term) ratios(fit(term, data, matched))), terms),
       together = ratios(together),
       # R's test of a clustered fit leaves the clusters aside: only that of single patients is a reference.
       zph = if (matched) NULL else { table <- cox.zph(together, transform = "km")$table; list(names = rownames(table), p = unname(table[, "p"])) },
       interaction = list(age = interaction("age_level", data, matched), grade = interaction("grade_level", data, matched),
                          meno = interaction("meno_level", data, matched), nodes = interaction("nodes_level", data, matched)))
}
write_json(list(software = "R 4.2.2, survival 3.5-3", terms = terms,
                before = population(cohort, FALSE), after = population(cohort[!is.na(cohort$set), ], TRUE)),
           "models.json", digits = NA, auto_unbox = TRUE, null = "null")
