# ---- Everything in order, and every number held against the capsule's ----------------------------------------------

TOLERANCE <- 1e-6

arguments <- function() {
  given <- commandArgs(trailingOnly = TRUE)
  own <- sub("^--file=", "", grep("^--file=", commandArgs(FALSE), value = TRUE))
  beside <- if (length(own)) dirname(own[1]) else "."
  chosen <- list(cohort = NULL, expected = file.path(beside, "expected.csv"), sets = NULL,
                 beside = file.path(beside, "sets.csv"), use_sets = FALSE, any_cohort = FALSE)
  while (length(given)) {
    if (given[1] %in% c("--sets", "--expected") && length(given) > 1) {
      chosen[[sub("--", "", given[1])]] <- given[2]
      given <- given[-1]
    } else if (given[1] == "--use-sets") {
      chosen$use_sets <- TRUE
    } else if (given[1] == "--any-cohort") {
      chosen$any_cohort <- TRUE
    } else {
      chosen$cohort <- given[1]
    }
    given <- given[-1]
  }
  if (is.null(chosen$cohort) || !file.exists(chosen$cohort)) {
    refuse("Usage: Rscript analysis.R COHORT [--use-sets | --sets sets.csv] [--expected expected.csv] [--any-cohort]. ",
           "COHORT must be the file of patients", if (is.null(chosen$cohort)) "." else ", and there is none of that name.")
  }
  chosen
}

rebuild_design <- function(table, people, score, study, chosen) {
  if (!is.null(chosen$sets)) {
    said("The sets are those of the file given, not rebuilt.")
    return(sets_from_file(chosen$sets, people, study))
  }
  problem <- study$design$reason
  if (is.null(problem) && study$design$kind == "matching" && study$design$method != "strata") {
    problem <- matchit_problem(study$design)
    if (!is.null(problem) && !chosen$use_sets) {
      refuse(problem, " Install it, or add --use-sets to take the sets of the capsule and rebuild the outcomes alone.")
    }
  }
  if (is.null(problem)) {
    kept <- in_support(score, people, study$support)
    if (study$design$kind == "weighting") return(rebuild_weights(people, score, study$design, kept))
    said("The sets are matched by MatchIt or from strata.")
    return(rebuild_sets(table, people, score, study$design, kept))
  }
  said("Not rebuilt in R: the design. ", problem)
  if (!chosen$use_sets) return(NULL)
  said("The sets and weights are those of the capsule's sets.csv, as --use-sets asks.")
  sets_from_file(chosen$beside, people, study)
}

agrees <- function(found, expected) {
  if (is.na(expected) || is.na(found)) return(is.na(expected) && is.na(found))
  abs(found - expected) <= TOLERANCE * max(1, abs(expected))
}

compare <- function(found, expected, skipped) {
  status <- character(nrow(expected))
  for (place in seq_len(nrow(expected))) {
    key <- expected$key[place]
    if (any(startsWith(key, skipped))) {
      status[place] <- "not rebuilt"
    } else if (!key %in% names(found)) {
      status[place] <- "absent"
    } else {
      status[place] <- if (agrees(found[[key]], expected$value[place])) "agrees" else "differs"
    }
  }
  status
}

main <- function() {
  chosen <- arguments()
  check_digest(chosen$cohort, study, chosen$any_cohort)
  table <- read_cells(chosen$cohort, study)
  people <- analysed(table, study)
  found <- list()
  found[["patients/treated"]] <- sum(people$treated)
  found[["patients/control"]] <- sum(!people$treated)
  skipped <- character()
  for (item in study$skipped) {
    said("Not rebuilt in R: ", item$reason)
    skipped <- c(skipped, unlist(item$keys))
  }
  usable <- sum(people$treated) > 1 && sum(!people$treated) > 1
  if (!usable) refuse("Both arms must have patients; there are ", sum(people$treated), " treated and ",
                      sum(!people$treated), " controls.")
  score <- rebuild_score(table, people, study, found)
  found <- score$found
  everyone <- rep(1, length(people$treated))
  found <- add_outcomes(found, table, people, "before", everyone, everyone, seq_along(everyone), study)
  design <- rebuild_design(table, people, score, study, chosen)
  if (is.null(design)) {
    skipped <- c(skipped, "design/", "matching/", unlist(study$after))
  } else {
    found <- add_design(found, people, design, study)
    found <- add_outcomes(found, table, people, "after", design$weight, design$set, design$unit, study)
  }
  weights <- if (is.null(design)) list(before = everyone) else list(before = everyone, after = design$weight)
  if (study$balance$rebuilt) found <- add_balance(found, people, weights, study)
  expected <- read.csv(chosen$expected, colClasses = c("character", "numeric"))
  status <- compare(found, expected, skipped)
  for (place in which(status %in% c("differs", "absent"))) {
    key <- expected$key[place]
    said("  ", key, ": expected ", format(expected$value[place], digits = 12), ", ",
         if (status[place] == "absent") "not computed" else paste("found", format(found[[key]], digits = 12)))
  }
  said(sum(status == "agrees"), " of ", nrow(expected), " numbers agree to 1e-6; ", sum(status == "not rebuilt"),
       " were not rebuilt in R; ", sum(status %in% c("differs", "absent")), " do not agree.")
  if (any(status %in% c("differs", "absent")) || !any(status == "agrees")) quit(save = "no", status = 1)
}

main()
