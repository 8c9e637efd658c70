# Writes the SAS, SPSS and Stata files that no library of the tests can write. The values are made up here.
# Rscript tests/reference/statistical/make.R tests/reference/statistical
library(haven)
folder <- commandArgs(trailingOnly = TRUE)[1]
days <- as.Date(c("2024-01-31", "2023-12-01", NA, "2020-02-29"))
moments <- as.POSIXct(c("2024-01-31 08:30:00", "2023-12-01 00:00:00", NA, "2020-02-29 12:00:00"), tz = "UTC")
table <- data.frame(
  id = c("P1", "P2", "P3", "P4"), arm = c("LEN", "SOR", "", "LEN"), age = c(61, 55.5, NA, 70),
  index_date = days, seen = moments, stringsAsFactors = FALSE
)
attr(table$age, "label") <- "Age at index, years"
write_sas(table, file.path(folder, "table.sas7bdat"))
write_xpt(table, file.path(folder, "table_5.xpt"), version = 5, name = "TABLE")
write_xpt(table, file.path(folder, "table_8.xpt"), version = 8, name = "TABLE")
tagged <- table
tagged$crp <- c(1.5, tagged_na("a"), tagged_na("z"), 4)
tagged$month <- structure(c(720, 721, NA, 768), format.stata = "%tm")
write_dta(tagged, file.path(folder, "tagged.dta"), version = 14)
write_dta(tagged, file.path(folder, "tagged_12.dta"), version = 12)
