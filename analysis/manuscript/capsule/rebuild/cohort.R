# ---- The cohort's file: its digest, its cells, and who is analysed ------------------------------------------------

refuse <- function(...) {
  message(paste0(...))
  quit(save = "no", status = 2)
}

said <- function(...) cat(paste0(...), "\n", sep = "")

file_digest <- function(path) {
  # Whatever of these this machine has; none of them is needed for anything else.
  if (exists("sha256sum", where = asNamespace("tools"), inherits = FALSE)) {
    return(unname(get("sha256sum", envir = asNamespace("tools"))(path)))
  }
  if (requireNamespace("digest", quietly = TRUE)) return(digest::digest(file = path, algo = "sha256"))
  for (tool in list(c("sha256sum"), c("shasum", "-a", "256"))) {
    if (nzchar(Sys.which(tool[1]))) {
      told <- suppressWarnings(system2(tool[1], c(tool[-1], shQuote(path)), stdout = TRUE, stderr = FALSE))
      found <- regmatches(told, regexpr("[0-9a-f]{64}", told))
      if (length(found)) return(found[1])
    }
  }
  NA_character_
}

check_digest <- function(path, study, any_cohort) {
  found <- file_digest(path)
  if (is.na(found)) {
    said("Not checked: the file's SHA-256, which nothing on this machine computes. It must be ", study$sha256, ".")
  } else if (found != study$sha256 && !any_cohort) {
    refuse("The file must be the cohort of this capsule, with the SHA-256 ", study$sha256, "; it has ", found,
           ". Give that file, or add --any-cohort to go on with this one.")
  } else if (found != study$sha256) {
    said("Another cohort than the capsule's, as --any-cohort allows: its numbers will not agree.")
  } else {
    said("The cohort is the capsule's, by its SHA-256.")
  }
}

read_cells <- function(path, study) {
  lead <- readBin(path, "raw", 8)
  if (length(lead) >= 2 && identical(lead[1:2], as.raw(c(0x50, 0x4b)))) return(read_workbook(path, study))
  if (!study$is_text) {
    refuse("This script reads text files and Excel workbooks, and the cohort is another kind of file. ",
           "Use run.py, which reads every kind.")
  }
  bytes <- readBin(path, "raw", file.info(path)$size)
  if (length(bytes) >= 3 && identical(bytes[1:3], as.raw(c(0xef, 0xbb, 0xbf)))) bytes <- bytes[-(1:3)]
  encoding <- if (is.null(study$encoding)) "UTF-8" else study$encoding
  if (any(bytes == as.raw(0)) && encoding == "UTF-8") {
    encoding <- if (identical(bytes[1:2], as.raw(c(0xfe, 0xff)))) "UTF-16BE" else "UTF-16LE"
    if (bytes[1] %in% as.raw(c(0xff, 0xfe))) bytes <- bytes[-(1:2)]
  }
  text <- iconv(list(bytes), from = encoding, to = "UTF-8")
  if (is.na(text)) {
    refuse("The file's text is not in ", encoding, ". Say its encoding in study.yaml (cohort.encoding).")
  }
  lines <- strsplit(gsub("\r\n?", "\n", text, useBytes = FALSE), "\n", fixed = TRUE)[[1]]
  Encoding(lines) <- "UTF-8"
  skip <- if (is.null(study$header_row)) 0 else study$header_row - 1
  if (skip > 0) lines <- lines[-seq_len(skip)]
  first <- lines[nzchar(trimws(lines))][1]
  marks <- c(",", ";", "\t", "|")
  counts <- vapply(marks, function(mark) lengths(regmatches(first, gregexpr(mark, first, fixed = TRUE))), 1L)
  mark <- marks[which.max(counts)]
  cells <- tryCatch(
    read.table(text = lines, sep = mark, quote = "\"", header = FALSE, colClasses = "character", na.strings = character(),
               comment.char = "", strip.white = TRUE, fill = TRUE, encoding = "UTF-8", check.names = FALSE),
    error = function(problem) refuse("The file could not be read as a table: ", conditionMessage(problem))
  )
  headed(cells)
}

read_workbook <- function(path, study) {
  if (!requireNamespace("readxl", quietly = TRUE)) {
    refuse("The cohort is a workbook, which needs the package readxl; it is not installed. ",
           "Install it, or use run.py.")
  }
  cells <- readxl::read_excel(path, sheet = study$sheet, col_names = FALSE, col_types = "text",
                              skip = if (is.null(study$header_row)) 0 else study$header_row - 1, .name_repair = "minimal")
  headed(as.data.frame(lapply(cells, function(cell) ifelse(is.na(cell), "", cell)), stringsAsFactors = FALSE))
}

headed <- function(cells) {
  names <- one_space(unlist(cells[1, ], use.names = FALSE))
  cells <- cells[-1, , drop = FALSE]
  filled <- Reduce(`|`, lapply(cells, function(cell) nzchar(trimws(cell))))
  list(names = names, cells = lapply(cells, function(cell) trimws(cell[filled])))
}

one_space <- function(text) gsub("[[:space:]]+", " ", trimws(text))

MISSING <- c("", "na", "n/a", "#n/a", "nan", "null")

column <- function(table, name) {
  place <- which(table$names == one_space(name))
  if (length(place) != 1) {
    refuse("The file must hold the column \"", name, "\" once; it is there ", length(place), " times. ",
           "If other rows stand above the names, say so in study.yaml (cohort.header_row).")
  }
  cells <- table$cells[[place]]
  cells[tolower(cells) %in% MISSING] <- NA
  cells
}

as_numbers <- function(cells) {
  numbers <- suppressWarnings(as.numeric(cells))
  if (any(is.na(numbers) & !is.na(cells))) {
    again <- suppressWarnings(as.numeric(sub(",", ".", cells, fixed = TRUE)))
    if (!any(is.na(again) & !is.na(cells))) return(again)
  }
  numbers
}

numbers <- function(table, name) {
  cells <- column(table, name)
  found <- as_numbers(cells)
  lost <- sum(is.na(found) & !is.na(cells))
  if (lost) {
    said("\"", name, "\": ", lost, " of ", length(cells), " cells are not plain numbers and count as missing here.")
  }
  found
}

labels <- function(table, name) {
  cells <- column(table, name)
  found <- as_numbers(cells)
  coded <- grepl("^[+-]?0[0-9]", cells)
  if (any(!is.na(cells)) && !any(is.na(found) & !is.na(cells)) && !any(coded)) {
    cells <- ifelse(is.na(found), NA, format_number(found))
  }
  cells
}

format_number <- function(values) {
  vapply(values, function(value) format(value, digits = 15, trim = TRUE, scientific = FALSE), "")
}

folded <- function(text) gsub("[[:space:]]+", "", tolower(text))

is_label <- function(found, wanted) !is.na(found) & (found %in% wanted | folded(found) %in% folded(unlist(wanted)))

meets <- function(table, rule) {
  cells <- column(table, rule$column)
  kept <- rep(TRUE, length(cells))
  bounds <- list(at_least = `>=`, above = `>`, at_most = `<=`, below = `<`)
  for (name in names(bounds)) {
    bound <- rule[[name]]
    if (is.null(bound)) next
    values <- if (is.character(bound)) as.numeric(as.Date(cells, optional = TRUE)) else as_numbers(cells)
    if (is.character(bound)) bound <- as.numeric(as.Date(bound))
    kept <- kept & !is.na(values) & bounds[[name]](values, bound)
  }
  found <- labels(table, rule$column)
  if (!is.null(rule$one_of)) kept <- kept & is_label(found, unlist(rule$one_of))
  if (!is.null(rule$none_of)) kept <- kept & !is_label(found, unlist(rule$none_of))
  ifelse(is.na(cells), rule$missing == "keep", kept)
}

covariate <- function(table, item) {
  if (item$type == "numeric") return(numbers(table, item$column))
  found <- labels(table, item$column)
  levels <- unlist(item$levels)
  place <- match(found, levels)
  again <- is.na(place) & !is.na(found)
  place[again] <- match(folded(found[again]), folded(levels))
  if (isTRUE(item$indicator)) place[is.na(found)] <- length(levels)
  factor(place, levels = seq_along(levels))
}

analysed <- function(table, study) {
  arm <- labels(table, study$treatment$column)
  treated <- is_label(arm, study$treatment$treated)
  rows <- treated | is_label(arm, study$treatment$control)
  for (rule in study$eligibility) rows <- rows & meets(table, rule)
  known <- lapply(study$covariates, function(item) covariate(table, item))
  if (study$complete_cases) for (values in known) rows <- rows & !is.na(values)
  for (name in study$needed) rows <- rows & !is.na(column(table, name))
  rows <- which(rows)
  list(rows = rows, treated = treated[rows], covariates = lapply(known, function(values) values[rows]))
}
