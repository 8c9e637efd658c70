"""A capsule dropped on the Data page opens its session again."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from analysis.cohort.reading import read_cohort
from analysis.manuscript.capsule import capsule_bytes
from analysis.manuscript.publication import Publication
from analysis.plan import plan_digest
from analysis.reporting.findings import study_findings
from analysis.settings import StudySettings
from analysis.study import run
from analysis.study.ledger import Ledger, LedgerEntry, PlanLock, ledger_entry
from tests.pages.test_intake import drop, patients, press, text, workspace
from ui.form import settings_from_form

Show = Callable[[str], AppTest]
COHORT = patients()


def study(**matching: object) -> StudySettings:
    values = {
        "title": "Came with the capsule",
        "cohort": {"file": "ours.csv"},
        "treatment": {"column": "arm", "treated": "SOR", "control": "LEN"},
        "covariates": ["age"],
        "matching": {"caliper": 0.35} | matching,
        "outcomes": {"survival": [{"name": "OS", "time": "os_months", "event": "os_event"}], "times": [6, 12]},
    }
    return StudySettings.model_validate(values)


def entry(settings: StudySettings, number: int, *, seen: bool = True) -> LedgerEntry:
    found = run(read_cohort(COHORT, "ours.csv"), settings)
    after = found.after if seen else None
    time = f"2024-03-0{number}T10:00:00+00:00"
    return ledger_entry(settings, found.patients, found.design, found.balance, after, number=number, time=time)


def capsule(ledger: Ledger, **inside: bytes) -> bytes:
    result = run(read_cohort(COHORT, "ours.csv"), study())
    return capsule_bytes(
        Publication(result=result, findings=study_findings(result), ledger=ledger, cohort_file="ours.csv"), **inside
    )


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    entries = (entry(study(), 1), entry(study(order="largest"), 2))
    lock = PlanLock(digest=entries[0].digest, time="2024-03-01T09:00:00+00:00", outcomes_seen=False)
    return Ledger(entries=entries, lock=lock, opened="after lock", opened_time="2024-03-01T11:00:00+00:00")


def settings_on(page: AppTest) -> StudySettings:
    settings, problems = settings_from_form(workspace(page).form)
    assert settings is not None, problems
    return settings


def assert_restored(page: AppTest, ledger: Ledger) -> None:
    """The study to the last setting, and everything that was examined."""
    gate = study().gate.model_copy(update={"plan": ledger.entries[0].digest})
    assert settings_on(page) == study().model_copy(update={"gate": gate})
    found = workspace(page).record.ledger
    assert [item.digest for item in found.entries[:2]] == [item.digest for item in ledger.entries]
    assert [item.time for item in found.entries[:2]] == [item.time for item in ledger.entries]
    assert found.entries[1].effects == ledger.entries[1].effects
    assert (found.lock, found.opened, found.opened_time) == (ledger.lock, ledger.opened, ledger.opened_time)
    assert "is open again: its study and 2 examined specifications." in text(page)


def test_a_capsule_that_holds_its_cohort_opens_the_session(show: Show, ledger: Ledger) -> None:
    page = drop(show("data"), ("study.zip", capsule(ledger, cohort=COHORT)))
    assert workspace(page).name == "ours.csv"
    assert_restored(page, ledger)


def test_a_capsule_without_its_cohort_asks_for_it_by_its_digest(show: Show, ledger: Ledger) -> None:
    page = drop(show("data"), ("study.zip", capsule(ledger)))
    assert workspace(page).is_sample
    digest = read_cohort(COHORT, "ours.csv").sha256
    assert f"Drop that file: its SHA-256 begins with {digest[:12]}." in text(page)

    page = drop(page, ("other.csv", patients(weight=["70"] * 40)))
    assert "other.csv is not the cohort of the capsule study.zip" in text(page)
    assert settings_on(page).title is None
    assert "Drop that file" in text(page)

    page = drop(page, ("renamed.csv", COHORT))
    renamed = settings_on(page)
    assert renamed.matching.caliper == 0.35
    assert plan_digest(renamed) == ledger.entries[0].digest
    assert len(workspace(page).record.ledger.entries) == 2
    assert "Drop that file" not in text(page)


def test_its_study_may_be_used_with_another_cohort(show: Show, ledger: Ledger) -> None:
    page = drop(show("data"), ("study.zip", capsule(ledger)), ("other.csv", patients(weight=["70"] * 40)))
    assert "is not the cohort of the capsule" in text(page)
    page = press(page, "Use its study with the cohort on the desk")
    assert settings_on(page).title == "Came with the capsule"
    assert not {item.digest for item in ledger.entries[1:]} & {
        item.digest for item in workspace(page).record.ledger.entries
    }
    assert "The study of the capsule study.zip is applied" in text(page)
    assert "Drop that file" not in text(page)


def test_a_capsule_can_be_forgotten(show: Show, ledger: Ledger) -> None:
    page = press(drop(show("data"), ("study.zip", capsule(ledger))), "Forget the capsule")
    assert "Drop that file" not in text(page)
    page = drop(page, ("ours.csv", COHORT))
    assert settings_on(page).title is None


def test_outcomes_that_were_covered_stay_covered(show: Show) -> None:
    covered = Ledger(entries=(entry(study(), 1, seen=False),))
    page = drop(show("data"), ("study.zip", capsule(covered, cohort=COHORT)))
    assert workspace(page).is_covered
    assert workspace(page).record.ledger.opened == "covered"


def test_what_was_seen_in_this_session_stays_seen(show: Show) -> None:
    drop(show("data"), ("ours.csv", COHORT))
    assert workspace(show("survival")).record.ledger.opened == "from the start"
    covered = Ledger(entries=(entry(study(), 1, seen=False),))
    page = drop(show("data"), ("study.zip", capsule(covered)))
    assert not workspace(page).is_covered
    found = workspace(page).record.ledger
    assert found.opened == "from the start"
    assert found.entries[0].digest == covered.entries[0].digest
    assert settings_on(page).title == "Came with the capsule"


def test_an_archive_that_is_no_capsule_is_refused_and_the_desk_stays(show: Show) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("../cohort.csv", "id\n1\n")
    page = drop(show("data"), ("pictures.zip", target.getvalue()))
    assert "pictures.zip: The archive must be a capsule as the Report page writes it" in text(page)
    assert workspace(page).is_sample


def test_scans_inside_come_with_the_cohort(show: Show) -> None:
    ids = [f"P{row}" for row in range(40)]
    content = patients(pid=ids)
    scans = "pid,day,sum\n" + "\n".join(f"{name},{day},{size}" for name in ids for day, size in ((0, 50), (60, 30)))
    settings = study()
    values = settings.model_dump(mode="json") | {
        "cohort": {"file": "ours.csv", "id": "pid"},
        "scans": {"file": "scans.csv", "id": "pid", "date": "day", "sum": "sum"},
    }
    del values["weighting"]
    values["outcomes"]["response"] = [{"name": "RECIST", "scans": "recist"}]
    cohort = replace(read_cohort(content, "ours.csv"), scans=read_cohort(scans.encode(), "scans.csv"))
    result = run(cohort, StudySettings.model_validate(values))
    publication = Publication(result=result, findings=study_findings(result), ledger=Ledger(), cohort_file="ours.csv")
    inside = capsule_bytes(publication, cohort=content, scans=scans.encode())
    page = drop(show("data"), ("study.zip", inside))
    desk = workspace(page)
    assert desk.cohort.scans is not None
    assert desk.cohort.scans.sha256 == cohort.scans.sha256  # type: ignore[union-attr]
    assert settings_on(page).outcomes.response[0].scans == "recist"
    assert not desk.is_sample
