from analysis.cohort.reading import read_cohort
from analysis.cohort.roles import guess_roles
from ui.data.marks import step_marks
from ui.data.problems import OF_ONE_ARM, UNTIL_SEEN, study_problems
from ui.form import StudyForm, form_from_guess
from ui.form.changes import without_outcome
from ui.form.columns import EVENT, TIME
from ui.workspace import Workspace


def desk(zero: bool = False) -> Workspace:
    rows = [
        f"P{row},{'AB'[row % 2]},{40 + row % 31},{row % 40 + (0 if zero else 1)},{row % 3 % 2}" for row in range(120)
    ]
    cohort = read_cohort("\n".join(["id,arm,age,os_months,os_event", *rows]).encode(), "c.csv")
    form: StudyForm = form_from_guess(guess_roles(cohort))
    return Workspace(cohort, "c.csv", form)


def test_what_stops_a_study_is_said_once_with_its_remedy() -> None:
    zero = desk(zero=True)
    found = study_problems(zero, zero.state())
    assert len(found.stopping) == len({item.text for item in found.stopping}) == 1
    assert found.stopping[0].remedy is not None
    assert found.stopping[0].remedy.kind == "keep_zero_times"
    assert step_marks(zero, zero.state())["Checks"].words == "stops the study (1)"


def test_a_sound_study_is_stopped_by_nothing() -> None:
    sound = desk()
    assert study_problems(sound, sound.state()).stopping == ()
    marks = step_marks(sound, sound.state())
    assert marks["Confirm"].state in ("done", "check")
    assert marks["Eligibility"].words == "no rules: every patient of the arms is in"
    assert marks["Missing values"].words == "no covariate has a missing value"


def test_a_form_that_lacks_an_outcome_is_stopped_where_it_is_asked_for() -> None:
    lacking = desk()
    lacking.change(without_outcome(lacking.form, "OS", (TIME, EVENT)))
    marks = step_marks(lacking, lacking.state())
    assert marks["Confirm"].words == "stops the study (1)"
    texts = [item.text for item in study_problems(lacking, lacking.state()).stopping]
    assert texts == ["At least one outcome is needed: a time with its event, or a response. None has that role yet."]


def test_what_either_arm_came_to_waits_until_outcomes_were_in_sight() -> None:
    rows = [f"P{row},{'AB'[row % 2]},{40 + row % 31},{row % 40 + 1},{row % 4 // 3}" for row in range(120)]
    cohort = read_cohort("\n".join(["id,arm,age,os_months,os_event", *rows]).encode(), "c.csv")
    lopsided = Workspace(cohort, "c.csv", form_from_guess(guess_roles(cohort)))
    for blinded in (False, True):
        lopsided.set_gate(blinded=blinded)
        found = study_problems(lopsided, lopsided.state())
        assert not {item.code for item in found.warnings} & set(OF_ONE_ARM)
        assert found.notes[0] == UNTIL_SEEN
        assert "no event in the arm" not in " ".join([*(item.text for item in found.warnings), *found.notes])
    lopsided.record.arrive(blinded=True)
    lopsided.record.open_early()
    found = study_problems(lopsided, lopsided.state())
    assert "no_events" in {item.code for item in found.warnings}
    assert UNTIL_SEEN not in found.notes
