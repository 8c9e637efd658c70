"""What is measured of scale is what it is called: the columns of the study, or all of them, or a whole run."""

from pathlib import Path

from benchmarks.scaling import make, read_all, read_named, read_text, run_named


def test_each_work_reads_what_its_name_says(tmp_path: Path) -> None:
    path = tmp_path / "cohort.parquet"
    make(path, 600, 15)
    assert read_named(path).startswith("600 rows of 12 columns")
    assert read_all(path).startswith("600 rows of 15 columns")
    text = tmp_path / "cohort.csv"
    text.write_text("id,arm\n1,A\n2,B\n")
    assert read_text(text).startswith("2 rows of 2 columns")
    assert run_named(path).startswith("600 patients, ")
