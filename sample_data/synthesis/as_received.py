"""The same cohort as a hospital might send it: a Korean spreadsheet's export, kept by several hands."""

import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

ENCODING = "cp949"

TITLE = "간세포암 2차 치료 코호트 (합성 자료, 환자 자료 아님)"

# Headings over groups of columns; each stands above the group's first column.
GROUPS = {"patient_id": "환자", "ecog": "기저 검사", "bclc": "종양", "ab_best_response": "치료", "bor_recist": "결과"}

REMARKS = (
    "* 추적관찰 종료일: 2024-03-31",
    "* AFP 단위 ng/mL; 측정 한계 초과는 >200000 으로 표기",
    "* 합성 자료입니다 (synthetic, calibrated to published aggregates; not patient data)",
)

DEAD = ("사망", "dead", "Dead", "DEAD", "expired")
ALIVE = ("생존", "alive", "Alive", "alive ", "F/U loss")

LABORATORY = ("albumin_gdl", "bilirubin_mgdl", "inr", "platelets")
NOT_MEASURED = ("", "", "-", "N/A")
# Of 123 patients, 3 or 4 values of each laboratory column: 2-4 %.
N_MISSING = (3, 5)

# The assay ends here; what lies above is only known to.
AFP_LIMIT = 200_000
N_ABOVE_LIMIT = 2

EXCEL_EPOCH = datetime.date(1899, 12, 30)


def as_received(cohort: pd.DataFrame, rng: np.random.Generator) -> bytes:
    """Give the cohort as a messy CSV file in a Korean encoding.

    A title and a row of group headings stand above the column names and remarks below the patients; deaths
    are labelled in five ways, dates are written in three, 2–4 % of the laboratory values are missing, the highest AFP
    values stand as above the assay's limit, and one patient's last contact precedes the first dose. Everything else,
    scores and grades included, is as in the cohort.
    """
    table = cohort.astype(object)
    for column in LABORATORY:
        missing = rng.choice(len(table), int(rng.integers(*N_MISSING)), replace=False)
        table.loc[missing, column] = rng.choice(NOT_MEASURED, len(missing))
    highest = cohort["afp_ngml"].nlargest(N_ABOVE_LIMIT).index
    table.loc[highest, "afp_ngml"] = f">{AFP_LIMIT}"
    table["os_event"] = _labels(cohort["os_event"].to_numpy(), rng)
    table["index_date"] = _dates(cohort["index_date"], rng)
    table["last_contact_date"] = _dates(_with_conflict(cohort, rng), rng)
    return _laid_out(table).encode(ENCODING)


def _labels(died: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.object_]:
    labels = np.where(died == 1, rng.choice(DEAD, len(died)), rng.choice(ALIVE, len(died)))
    return labels.astype(object)


def _with_conflict(cohort: pd.DataFrame, rng: np.random.Generator) -> list[datetime.date]:
    dates = list(cohort["last_contact_date"])
    patient = int(rng.integers(len(dates)))
    # The year was typed wrong: last contact before the first dose.
    dates[patient] = cohort["index_date"].iloc[patient] - datetime.timedelta(days=200)
    return dates


def _dates(dates: list[datetime.date] | pd.Series, rng: np.random.Generator) -> list[str]:
    written = []
    for date in dates:
        form = rng.choice(["iso", "dots", "excel"], p=[0.5, 0.3, 0.2])
        serial = str((date - EXCEL_EPOCH).days)
        written.append({"iso": date.isoformat(), "dots": date.strftime("%Y.%m.%d"), "excel": serial}[form])
    return written


def _laid_out(table: pd.DataFrame) -> str:
    width = len(table.columns)
    title = TITLE + "," * (width - 1)
    groups = ",".join(GROUPS.get(column, "") for column in table.columns)
    remarks = [remark.replace(",", ";") + "," * (width - 1) for remark in REMARKS]
    rows = table.to_csv(index=False, lineterminator="\r\n")
    return "\r\n".join([title, groups, rows + "\r\n".join(["," * (width - 1), *remarks, ""])])
