# Mahalanobis distances of R's own mahalanobis(), with the covariance within the arms, pooled, on the veteran cohort.
# Run beside this file; writes mahalanobis.json: row i, column j of `distances` is treated patient i against control j,
# both in the order of the file, for the first twelve treated. Categories enter as indicators without their first level.
suppressMessages(library(jsonlite))

d <- read.csv("../veteran.csv", stringsAsFactors = TRUE)
treated <- d$arm == "test"
X <- model.matrix(~ age + karno + diagtime + celltype, d)[, -1]
pooled <- ((sum(treated) - 1) * cov(X[treated, ]) + (sum(!treated) - 1) * cov(X[!treated, ])) / (nrow(X) - 2)
distances <- t(apply(X[treated, ][1:12, ], 1, function(x) sqrt(mahalanobis(X[!treated, ], x, pooled))))
write_json(list(columns = c("age", "karno", "diagtime", "celltype"), distances = unname(distances)), "mahalanobis.json",
           digits = 10)
cat(R.version.string, "\n")
