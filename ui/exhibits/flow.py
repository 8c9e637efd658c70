"""The flow of patients as an exhibit."""

from analysis.phrases import phrase
from analysis.reporting.tables import flow_table
from charts.flow import describe_flow, flow_figure, flow_publication
from ui.exhibit import Exhibit
from ui.exhibits.population import design_word
from ui.workspace import StudyState


def flow_exhibit(state: StudyState, *, width: int = 480, analysed: bool = False) -> Exhibit | None:
    """From the file's rows to the patients compared, with everyone left out; None while the study is not complete.

    With ``analysed`` it ends in the patients analysed for each endpoint, where outcomes are in sight.
    """
    patients, design, word = state.patients, state.design, design_word(state)
    if patients is None:
        return None
    analysed = analysed and not state.is_covered
    return Exhibit(
        name="flow of patients",
        title=phrase("Flow of patients"),
        caption=phrase(
            "Every row of the file, from reading to the patients compared; who is left out, and by which step."
        ),
        alt=describe_flow(patients, design, design_word=word, analysed=analysed),
        figure=lambda theme: flow_figure(
            patients, design, design_word=word, analysed=analysed, theme=theme, width=width
        ),
        publication=lambda: flow_publication(patients, design, design_word=word, analysed=analysed),
        table=lambda: flow_table(state.flow),
        follows_population=False,
    )
