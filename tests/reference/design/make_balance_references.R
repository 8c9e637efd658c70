# What R gives for weights from a score, and for every way of standardising a difference: by hand where R has no function
# of its own. Run in this folder: Rscript make_balance_references.R. Writes balance.json and weighting.json.
suppressMessages({library(survey); library(Matching); library(jsonlite)})

cohorts <- list(
  gbsg = list(treated = "tamoxifen", covariates = c("age", "meno", "size", "grade", "nodes", "pgr", "er"), group = "grade"),
  veteran = list(treated = "test", covariates = c("celltype", "karno", "diagtime", "age", "prior"), group = "celltype"))

# Every level of a category of three or more, the second of two; names as in the product.
terms_of <- function(d, covariates) {
  out <- list()
  for (v in covariates) {
    x <- d[[v]]
    if (is.character(x)) {
      levels <- sort(unique(x))
      if (length(levels) == 2) levels <- levels[2]
      for (l in levels) out[[paste0(v, "=", l)]] <- as.numeric(x == l)
    } else out[[v]] <- as.numeric(x)
  }
  out
}
is_binary <- function(x) all(x %in% 0:1)

# Of the patients with a weight above 0; cov.wt(method = "unbiased") is the weighted n - 1 variance.
moments <- function(x, w, binary) {
  used <- w > 0; x <- x[used]; w <- w[used] / sum(w[used]); m <- sum(w * x)
  c(mean = m, variance = if (binary) m * (1 - m) else cov.wt(cbind(x), w, method = "unbiased")$cov[1, 1])
}
spread <- function(one, zero, denominator) sqrt(switch(denominator,
  pooled = (one["variance"] + zero["variance"]) / 2, treated = one["variance"], control = zero["variance"]))

smds <- function(terms, z, w, denominator, after, binary) {
  lapply(terms, function(x) {
    b <- is_binary(x); ones <- rep(1, length(x))
    one <- moments(x[z], ones[z], b); zero <- moments(x[!z], ones[!z], b)
    one_w <- moments(x[z], w[z], b); zero_w <- moments(x[!z], w[!z], b)
    s <- spread(one, zero, denominator)
    s_after <- if (after == "fixed") s else spread(one_w, zero_w, denominator)
    if (b && binary == "raw") { s <- 1; s_after <- 1 }
    unname(c((one["mean"] - zero["mean"]) / s, (one_w["mean"] - zero_w["mean"]) / s_after))
  })
}

second_order <- function(terms, columns, z, w) {
  centred <- lapply(terms, function(x) if (is_binary(x)) x else x - mean(x))
  out <- list()
  for (n in names(terms)) if (!is_binary(terms[[n]])) out[[paste0(n, "\u00b2")]] <- centred[[n]]^2
  for (i in seq_along(terms)) for (j in seq_along(terms)) if (i < j && columns[i] != columns[j])
    out[[paste(names(terms)[i], "\u00d7", names(terms)[j])]] <- centred[[i]] * centred[[j]]
  out <- Filter(function(x) diff(range(x)) > 0, out)
  smds(out, z, w, "pooled", "fixed", "standardised")
}

subgroups <- function(terms, z, w, group) {
  ones <- rep(1, length(z))
  lapply(split(seq_along(z), group), function(rows) lapply(terms, function(x) {
    b <- is_binary(x)
    s <- spread(moments(x[z], ones[z], b), moments(x[!z], ones[!z], b), "pooled")
    t <- rows[z[rows]]; c <- rows[!z[rows]]
    unname(c((mean(x[t]) - mean(x[c])) / s, (weighted.mean(x[t], w[t]) - weighted.mean(x[c], w[c])) / s))
  }))
}

left_out <- function(terms, rows, w) lapply(terms, function(x) {
  x <- x[rows]; w <- w[rows]; b <- is_binary(x)
  s <- sqrt(moments(x, rep(1, length(x)), b)["variance"]); compared <- weighted.mean(x, w); out <- mean(x[w == 0])
  unname(c(mean(x), compared, out, (compared - mean(x)) / s, (out - compared) / s))
})

# Silverman's bandwidth with the weighted SD, the effective size, and quartiles where the distribution function reaches them.
kernel <- function(x, w, at) {
  used <- w > 0; x <- x[used]; w <- w[used]
  o <- order(x); reached <- cumsum(w[o]) / sum(w)
  quarters <- sapply(c(.25, .75), function(p) x[o][which(reached >= p - 1e-12)[1]])
  s <- min(sqrt(moments(x, w, FALSE)["variance"]), diff(quarters) / 1.34)
  h <- 0.9 * s * (sum(w)^2 / sum(w^2))^-0.2
  list(bandwidth = h, density = sapply(at, function(a) sum(w * dnorm(a, x, h)) / sum(w)),
       ecdf = sapply(at, function(a) sum(w[x <= a]) / sum(w)))
}

balance <- list(); weighting <- list()
for (name in names(cohorts)) {
  study <- cohorts[[name]]; d <- read.csv(file.path("..", paste0(name, ".csv")))
  z <- d$arm == study$treated; terms <- terms_of(d, study$covariates)
  columns <- sub("=.*", "", names(terms)); row <- seq_along(z)
  w <- ifelse(row %% 3 == 0, 0, 1 + (row %% 4) / 2)   # some left out, the others unequal
  rules <- expand.grid(denominator = c("pooled", "treated", "control"), after = c("fixed", "recomputed"),
                       binary = c("standardised", "raw"), stringsAsFactors = FALSE)
  at <- c(40, 50, 60)
  # Package Matching, of the patients kept and each counted once: over the SD of the treated among them, times a hundred.
  numbers <- Filter(function(n) !is_binary(terms[[n]]), names(terms))
  of_matching <- sapply(numbers, function(n) balanceUV(terms[[n]][z & w > 0], terms[[n]][!z & w > 0], nboots = 0, ks = FALSE)$sdiff / 100)
  balance[[name]] <- list(
    weights = w,
    conventions = lapply(seq_len(nrow(rules)), function(i) c(as.list(rules[i, ]),
      list(smd = smds(terms, z, w, rules$denominator[i], rules$after[i], rules$binary[i])))),
    matching = as.list(of_matching),
    second_order = second_order(terms, columns, z, w),
    subgroups = subgroups(terms, z, w, d[[study$group]]),
    left_out = list(treated = left_out(terms, z, w), control = left_out(terms, !z, w)),
    distribution = list(at = at, treated_before = kernel(d$age[z], rep(1, sum(z)), at), control_after = kernel(d$age[!z], w[!z], at)))

  fit <- glm(reformulate(study$covariates, "z"), binomial, cbind(d, z = z), epsilon = 1e-14)
  p <- unname(fitted(fit)); share <- mean(z); small <- pmin(p, 1 - p)
  weights <- list(
    ATE = ifelse(z, 1 / p, 1 / (1 - p)), stabilised = ifelse(z, share / p, (1 - share) / (1 - p)),
    ATT = ifelse(z, 1, p / (1 - p)), ATC = ifelse(z, (1 - p) / p, 1), ATO = ifelse(z, 1 - p, p),
    ATM = ifelse(z, small / p, small / (1 - p)))
  bounds <- quantile(weights$ATE, c(.05, .95), type = 7)
  weights$truncated <- pmin(pmax(weights$ATE, bounds[1]), bounds[2])
  bounds_att <- quantile(weights$ATT[!z], c(.05, .95), type = 7)
  weights$ATT_truncated <- ifelse(z, 1, pmin(pmax(weights$ATT, bounds_att[1]), bounds_att[2]))

  # Entropy balancing through its dual, by a general minimiser; each category without its first level.
  X <- scale(model.matrix(reformulate(study$covariates), d)[, -1])
  aim <- colMeans(X[z, ]); C <- sweep(X[!z, ], 2, aim)
  dual <- function(l) { e <- C %*% l; m <- max(e); m + log(sum(exp(e - m))) }
  slope <- function(l) { e <- C %*% l; s <- exp(e - max(e)); drop(crossprod(C, s / sum(s))) }
  best <- optim(rep(0, ncol(C)), dual, slope, method = "BFGS", control = list(maxit = 10000, reltol = 1e-16))
  stopifnot(best$convergence == 0, max(abs(slope(best$par))) < 1e-6)
  e <- drop(C %*% best$par); e <- exp(e - max(e))
  weights$entropy <- rep(1, length(z)); weights$entropy[!z] <- e / sum(e) * sum(z)

  numbers <- Filter(function(v) is.numeric(d[[v]]), study$covariates)
  means <- lapply(weights, function(w) lapply(list(treated = z, control = !z), function(rows)
    as.list(coef(svymean(reformulate(numbers), svydesign(~1, weights = w[rows], data = d[rows, ]))))))
  size <- lapply(weights, function(w) list(treated = sum(w[z])^2 / sum(w[z]^2), control = sum(w[!z])^2 / sum(w[!z]^2)))
  weighting[[name]] <- list(score = p, bounds = unname(bounds), weights = lapply(weights, unname), means = means, effective_sample_size = size)
}
write_json(list(made_with = paste(R.version.string, "survey", packageVersion("survey")), cohorts = balance), "balance.json", digits = NA, auto_unbox = TRUE)
write_json(list(made_with = paste(R.version.string, "survey", packageVersion("survey")), cohorts = weighting), "weighting.json", digits = NA, auto_unbox = TRUE)
