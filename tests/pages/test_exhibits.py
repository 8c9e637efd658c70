"""What stands behind the buttons under a figure: every exhibit prints and gives its numbers."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import TIMEOUT


def everything() -> None:
    import io

    import pandas as pd
    import streamlit as st

    from charts.files import figure_file
    from ui import session
    from ui.downloads import every_exhibit, matched_cohort, results_file, tables_archive
    from ui.exhibit import exhibit_file, file_name

    for exhibit in every_exhibit(session.study_state()):
        table = exhibit.table()
        picture = figure_file(exhibit.publication(), "png", dpi=40)
        numeric = bool(len(table)) and any(pd.api.types.is_numeric_dtype(dtype) for dtype in table.dtypes)
        st.text(
            f"{file_name(exhibit_file(exhibit), 'png')} {numeric} {picture.startswith(b'PNG', 1)} {bool(exhibit.alt)}"
        )
    result = session.workspace().result()
    assert result is not None
    cohort = pd.read_csv(io.BytesIO(matched_cohort(result)))
    st.text(f"{len(cohort)} {int(cohort['set'].notna().sum())} {cohort['reason'].notna().sum()}")
    st.text(f"{results_file(result)[:1].decode()} {tables_archive(result)[:2].decode()}")


@pytest.mark.parametrize(
    ("population", "suffix"), [("Before", "before"), ("Matched", "matched"), ("Compare", "before_and_after")]
)
def test_every_exhibit_prints_and_gives_its_numbers(population: str, suffix: str) -> None:
    app = AppTest.from_function(everything, default_timeout=TIMEOUT)
    app.session_state["population"] = population
    app.run()
    assert not app.exception
    lines = [text.value for text in app.text]
    assert lines == [
        "sample_flow_of_patients.png True True True",
        f"sample_overlap_{suffix}.png True True True",
        "sample_calibration.png True True True",
        f"sample_balance_{suffix}.png True True True",
        "sample_left_out.png True True True",
        f"sample_survival_PFS_{suffix}.png True True True",
        f"sample_survival_OS_{suffix}.png True True True",
        f"sample_response_{suffix}.png True True True",
        "123 50 73",
        "{ PK",
    ]
