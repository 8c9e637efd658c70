# ---- The design: score, sets or weights, balance -------------------------------------------------------------------

frame_of <- function(people) {
  frame <- as.data.frame(people$covariates, stringsAsFactors = FALSE)
  names(frame) <- paste0("x", seq_along(people$covariates))
  frame$treated <- as.integer(people$treated)
  frame
}

rebuild_score <- function(table, people, study, found) {
  if (!is.null(study$score$reason)) return(list(score = NULL, found = found))
  if (study$score$model == "column") {
    score <- numbers(table, study$score$column)[people$rows]
    return(list(score = score, logit = qlogis(score), found = found))
  }
  frame <- frame_of(people)
  terms <- paste(setdiff(names(frame), "treated"), collapse = " + ")
  fit <- glm(as.formula(paste("treated ~", terms)), family = binomial(), data = frame,
             control = glm.control(epsilon = 1e-12, maxit = 100))
  estimates <- coef(fit)[!is.na(coef(fit))]
  errors <- sqrt(diag(vcov(fit)))[names(estimates)]
  for (place in seq_along(estimates)) {
    found[[paste0("propensity/coefficients/", place - 1)]] <- unname(estimates[place])
    found[[paste0("propensity/standard_errors/", place - 1)]] <- unname(errors[place])
  }
  logit <- unname(predict(fit, type = "link"))
  # Patients alike in every covariate are alike to the last digit, so that ties break the same everywhere.
  key <- do.call(paste, c(unname(lapply(frame[names(frame) != "treated"], as.character)), sep = "\r"))
  logit <- logit[match(key, key)]
  ranks <- rank(logit)
  n <- c(sum(people$treated), sum(!people$treated))
  found[["propensity/c_statistic"]] <- (sum(ranks[people$treated]) - n[1] * (n[1] + 1) / 2) / (n[1] * n[2])
  list(score = plogis(logit), logit = logit, found = found)
}

in_support <- function(score, people, support) {
  if (support$method == "none") return(rep(TRUE, length(people$treated)))
  values <- score$score
  if (support$method == "preference") {
    values <- plogis(score$logit - log(sum(people$treated) / sum(!people$treated)))
  }
  lower <- support$lower
  upper <- support$upper
  if (support$method == "common_range") {
    lower <- max(min(values[people$treated]), min(values[!people$treated]))
    upper <- min(max(values[people$treated]), max(values[!people$treated]))
  }
  values >= lower & values <= upper
}

matchit_problem <- function(design) {
  needed <- if (identical(design$order, "closest") && design$method == "nearest") "4.6.0" else "4.5.4"
  if (!requireNamespace("MatchIt", quietly = TRUE)) {
    return(paste0("Rebuilding the sets needs the package MatchIt, ", needed, " or later; it is not installed."))
  }
  present <- as.character(utils::packageVersion("MatchIt"))
  if (utils::packageVersion("MatchIt") < needed) {
    why <- if (utils::packageVersion("MatchIt") < "4.5.4") "earlier versions ignore calipers on many systems" else
      "earlier versions do not know the order \"closest\""
    return(paste0("Rebuilding the sets needs MatchIt ", needed, " or later (", why, "); version ", present,
                  " is installed."))
  }
  if (design$method %in% c("optimal", "full") && !requireNamespace("optmatch", quietly = TRUE)) {
    return(paste0("Rebuilding ", design$method, " matching needs the package optmatch beside MatchIt; it is not installed."))
  }
  NULL
}

caliper_width <- function(distance, treated, design) {
  if (is.null(design$caliper)) return(NULL)
  spread <- switch(design$caliper_scale, sd = sd(distance), raw = 1,
                   pooled_sd = sqrt((var(distance[treated]) + var(distance[!treated])) / 2))
  design$caliper * spread
}

strata_of <- function(table, people, design) {
  parts <- lapply(design$exact, function(name) labels(table, name)[people$rows])
  for (item in design$coarsen) {
    values <- numbers(table, item$column)[people$rows]
    points <- unlist(item$cutpoints)
    if (is.null(points)) points <- seq(min(values), max(values), length.out = item$bins + 1)[-c(1, item$bins + 1)]
    parts <- c(parts, list(findInterval(values, points, left.open = TRUE)))
  }
  if (!length(parts)) return(NULL)
  factor(do.call(paste, c(lapply(parts, as.character), sep = "\r")))
}

rebuild_sets <- function(table, people, score, design, kept) {
  rows <- which(kept)
  strata <- strata_of(table, people, design)
  if (design$method == "strata") return(sets_of_strata(strata, people, design, kept))
  distance <- if (design$distance == "probability") score$score else score$logit
  frame <- frame_of(people)[rows, , drop = FALSE]
  names_x <- setdiff(names(frame), "treated")
  arguments <- list(formula = reformulate(names_x, "treated"), data = frame, method = design$method,
                    distance = distance[rows], estimand = design$estimand)
  calipers <- c(caliper_width(distance[rows], people$treated[rows], design))
  for (place in seq_along(design$calipers)) {
    item <- design$calipers[[place]]
    own <- paste0("caliper", place)
    arguments$data[[own]] <- numbers(table, item$column)[people$rows][rows]
    calipers <- c(calipers, setNames(item$width, own))
  }
  if (length(calipers)) {
    arguments$caliper <- calipers
    arguments$std.caliper <- FALSE
  }
  if (!is.null(strata)) {
    arguments$data$stratum <- droplevels(strata[rows])
    arguments$exact <- ~stratum
  }
  if (design$distance == "mahalanobis") arguments$mahvars <- reformulate(names_x)
  if (design$method != "full") {
    arguments$ratio <- design$ratio
    if (design$method == "nearest") {
      arguments$replace <- design$replacement
      if (!design$replacement) arguments$m.order <- design$order
    }
  }
  matched <- do.call(MatchIt::matchit, arguments)
  sets_of_match(matched, people, rows, design)
}

sets_of_match <- function(matched, people, rows, design) {
  n <- length(people$treated)
  weight <- numeric(n)
  weight[rows] <- matched$weights
  set <- rep(NA_integer_, n)
  if (!is.null(matched$subclass)) set[rows] <- as.integer(matched$subclass)
  for (arm in c(TRUE, FALSE)) {
    used <- people$treated == arm & weight > 0
    weight[used] <- weight[used] / mean(weight[used])
  }
  unit <- if (isTRUE(design$replacement)) seq_len(n) else set
  if (isTRUE(design$replacement)) set[] <- NA
  list(weight = weight, set = set, unit = unit)
}

sets_of_strata <- function(strata, people, design, kept) {
  n <- length(people$treated)
  counts <- table(strata[kept], factor(people$treated[kept], levels = c(TRUE, FALSE)))
  both <- rownames(counts)[counts[, 1] > 0 & counts[, 2] > 0]
  inside <- kept & strata %in% both
  n1 <- counts[as.character(strata), 1]
  n0 <- counts[as.character(strata), 2]
  target <- switch(design$estimand, ATT = n1, ATC = n0, ATE = n1 + n0)
  weight <- ifelse(inside, target / ifelse(people$treated, n1, n0), 0)
  for (arm in c(TRUE, FALSE)) {
    used <- people$treated == arm & weight > 0
    weight[used] <- weight[used] / mean(weight[used])
  }
  list(weight = weight, set = ifelse(inside, as.integer(strata), NA), unit = seq_len(n))
}

rebuild_weights <- function(people, score, design, kept) {
  p <- score$score
  arm <- people$treated
  own <- ifelse(arm, p, 1 - p)
  weight <- switch(
    design$method,
    overlap = ifelse(arm, 1 - p, p),
    matching = ifelse(own > 0.5, ifelse(arm, 1 - p, p) / own, 1),
    iptw = switch(design$estimand, ATE = 1 / own, ATT = ifelse(arm, 1, p / (1 - p)), ATC = ifelse(arm, (1 - p) / p, 1))
  )
  if (design$stabilised) weight <- weight * ifelse(arm, mean(arm[kept]), 1 - mean(arm[kept]))
  if (!is.null(design$truncate)) {
    varying <- rep(FALSE, length(weight))
    for (own_arm in c(TRUE, FALSE)) {
      members <- kept & arm == own_arm
      if (diff(range(weight[members])) > 0) varying <- varying | members
    }
    limits <- quantile(weight[varying], c(1 - design$truncate / 100, design$truncate / 100), names = FALSE)
    weight[varying] <- pmin(pmax(weight[varying], limits[1]), limits[2])
  }
  weight[!kept] <- 0
  list(weight = weight, set = rep(NA_integer_, length(arm)), unit = seq_along(arm))
}

sets_from_file <- function(path, people, study) {
  if (!file.exists(path)) {
    refuse("The sets must be in the file sets.csv of a capsule that holds patients' rows; there is none at ",
           basename(path), ". Write the capsule again with patients' rows.")
  }
  given <- read.csv(path, fileEncoding = "UTF-8-BOM", stringsAsFactors = FALSE)
  place <- match(people$rows, given$row)
  if (nrow(given) != length(people$rows) || anyNA(place)) {
    refuse("sets.csv must have a row for each of the ", length(people$rows), " patients analysed; it has ", nrow(given),
           ", ", sum(is.na(place)), " of them other patients.")
  }
  given <- given[place, ]
  list(weight = given$weight, set = given$set, unit = given$unit)
}

add_design <- function(found, people, design, study) {
  effective <- function(weight) sum(weight)^2 / sum(weight^2)
  arms <- list(treated = people$treated, control = !people$treated)
  for (name in names(arms)) {
    own <- design$weight[arms[[name]] & design$weight > 0]
    found[[paste0("design/n_", name)]] <- length(own)
    found[[paste0("design/effective_sample_size/", name)]] <- effective(own)
  }
  if (study$design$disjoint) found[["matching/n_sets"]] <- length(unique(design$set[design$weight > 0]))
  found
}

moments <- function(values, weight, binary) {
  used <- weight > 0
  values <- values[used]
  weight <- weight[used]
  mean <- sum(weight * values) / sum(weight)
  variance <- if (binary) mean * (1 - mean) else
    sum(weight * (values - mean)^2) * sum(weight) / (sum(weight)^2 - sum(weight^2))
  list(mean = mean, variance = variance)
}

add_balance <- function(found, people, weights, study) {
  spread <- function(one, zero) switch(study$balance$denominator, pooled = sqrt((one$variance + zero$variance) / 2),
                                       treated = sqrt(one$variance), control = sqrt(zero$variance))
  equal <- rep(1, length(people$treated))
  for (place in seq_along(study$balance$rows)) {
    row <- study$balance$rows[[place]]
    values <- people$covariates[[row$covariate]]
    values <- if (is.null(row$level)) as.numeric(values) else as.numeric(as.integer(values) == row$level)
    binary <- !is.null(row$level) || all(values %in% c(0, 1))
    whole <- lapply(list(people$treated, !people$treated), function(arm) moments(values[arm], equal[arm], binary))
    for (when in names(weights)) {
      own <- lapply(list(people$treated, !people$treated),
                    function(arm) moments(values[arm], weights[[when]][arm], binary))
      from <- if (when == "after" && study$balance$after == "recomputed") own else whole
      divisor <- if (binary && study$balance$binary == "raw") 1 else spread(from[[1]], from[[2]])
      key <- paste0("balance/", when, "/", place - 1, "/")
      found[[paste0(key, "smd")]] <- if (divisor > 0) (own[[1]]$mean - own[[2]]$mean) / divisor else NA
      found[[paste0(key, "mean_treated")]] <- own[[1]]$mean
      found[[paste0(key, "mean_control")]] <- own[[2]]$mean
    }
  }
  found
}
