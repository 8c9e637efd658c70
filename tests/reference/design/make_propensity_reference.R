# Writes propensity.json: R's glm on a basis made by hand (restricted cubic splines, products), Firth's estimates by glm on
# augmented data, and logistic recalibration. Run in this folder: Rscript make_propensity_reference.R
suppressMessages(library(jsonlite))
control <- glm.control(epsilon = 1e-14, maxit = 200)
estimates <- function(fit) {
  table <- summary(fit)$coefficients
  list(terms = rownames(table), coefficients = unname(table[, 1]), standard_errors = unname(table[, 2]))
}

# --- splines and products -------------------------------------------------------------------------------------------
quantiles <- list("3" = c(.1, .5, .9), "4" = c(.05, .35, .65, .95), "5" = c(.05, .275, .5, .725, .95),
                  "6" = c(.05, .23, .41, .59, .77, .95), "7" = c(.025, .1833, .3417, .5, .6583, .8167, .975))
positive_cube <- function(x, knot) ifelse(x > knot, (x - knot)^3, 0)
bends <- function(x, k) {
  t <- unname(quantile(x, quantiles[[as.character(k)]]))
  gap <- t[k] - t[k - 1]
  sapply(1:(k - 2), function(j) (positive_cube(x, t[j]) -
    positive_cube(x, t[k - 1]) * (t[k] - t[j]) / gap + positive_cube(x, t[k]) * (t[k - 1] - t[j]) / gap) / (t[k] - t[1])^2)
}
gbsg <- read.csv("../gbsg.csv")
gbsg$hormon <- as.numeric(gbsg$arm == "tamoxifen")
splines <- lapply(3:7, function(k) {
  age <- cbind(gbsg$age, bends(gbsg$age, k))
  c(list(knots = k), estimates(glm(gbsg$hormon ~ age + gbsg$size + gbsg$nodes, binomial, control = control)))
})
age <- cbind(gbsg$age, bends(gbsg$age, 4))
grade <- factor(gbsg$grade)
products <- estimates(glm(gbsg$hormon ~ age + grade + gbsg$size + age:grade + gbsg$size:grade, binomial, control = control))

# --- Firth: glm on y with weight 1 and on both y = 1 and y = 0 with weight h / 2, until nothing moves -----------------
firth <- function(x, y) {
  x <- cbind(1, as.matrix(x))
  n <- nrow(x)
  twice <- rbind(x, x, x)
  answers <- c(y, rep(1, n), rep(0, n))
  beta <- rep(0, ncol(x))
  for (round in 1:5000) {
    p <- plogis(drop(x %*% beta))
    information <- crossprod(x * (p * (1 - p)), x)
    h <- rowSums((x %*% solve(information)) * x) * p * (1 - p)
    fit <- suppressWarnings(glm.fit(twice, answers, weights = c(rep(1, n), h / 2, h / 2), start = beta,
                                    family = binomial(), control = control))
    moved <- max(abs(fit$coefficients - beta))
    beta <- fit$coefficients
    if (moved < 1e-13) break
  }
  p <- plogis(drop(x %*% beta))
  list(coefficients = unname(beta), standard_errors = unname(sqrt(diag(solve(crossprod(x * (p * (1 - p)), x))))))
}
veteran <- read.csv("../veteran.csv")
veteran_x <- model.matrix(~ celltype + karno + diagtime + age + prior, veteran)[, -1]
i <- 1:24
separated <- data.frame(a = (i * 7) %% 12, b = (i * 5) %% 11, flag = as.numeric(i %in% c(20, 22, 24)))
separated_y <- as.numeric(i > 12)
apart <- data.frame(x = i)

# --- recalibration of a score made by rule --------------------------------------------------------------------------
score <- plogis((gbsg$age - 60) / 6)
line <- glm(gbsg$hormon ~ qlogis(score), binomial, control = control)
shift <- glm(gbsg$hormon ~ offset(qlogis(score)), binomial, control = control)

write_json(list(
  splines = splines, products = products,
  firth = list(veteran = firth(veteran_x, as.numeric(veteran$arm == "test")),
               level_in_one_arm = firth(separated, separated_y), no_overlap = firth(apart, separated_y)),
  calibration = c(estimates(line), list(in_the_large = unname(coef(shift)), brier = mean((score - gbsg$hormon)^2)))
), "propensity.json", digits = NA, auto_unbox = TRUE, pretty = TRUE)
