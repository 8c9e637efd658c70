"""One user's work: the cohort in memory, the study's form with undo, and the stages already computed.

Nothing here knows Streamlit, and nothing here is written anywhere: closing the session forgets it all.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any

from analysis.cohort.labels import as_labels
from analysis.cohort.reading import Cohort
from analysis.cohort.roles import RoleGuess, guess_roles
from analysis.cohort.selection import FlowStep, StudyCohort
from analysis.design.balance import CovariateBalance, covariate_balance
from analysis.design.design import Design, design_patients
from analysis.design.matched_sets import MatchedSets
from analysis.design.propensity import PropensityModel, fit_propensity
from analysis.errors import AnalysisError
from analysis.phrases import phrase
from analysis.settings import ScansSettings, StudySettings
from analysis.study import (
    ImputedStudy,
    PopulationOutcomes,
    StudyResult,
    impute_study,
    imputed_sets,
    outcomes_after,
    outcomes_before,
    patients_of_set,
    study_flow,
    study_patients,
    study_result,
)
from analysis.study.gate import BalanceGate, balance_gate
from analysis.study.subgroups import with_subgroups
from ui.form import StudyForm, consistent, form_from_guess, settings_from_form, with_settings
from ui.form.changes import with_scans
from ui.form.design import Part
from ui.ledger.record import Record
from ui.stages import how, imputation_key, takes_long, who, without_outcomes, without_subgroups

KEPT_STAGES = 60
"""Results of earlier settings kept for undo and for dragging back, while the cohort is small."""

KEPT_STAGES_OF_LARGE_COHORTS = 20
"""One result a stage and what pages say of it: at a million patients a stage weighs tens of megabytes, what is said of it
little."""

LARGE_COHORT = 50_000

MANY_FOR_SLOW_WORK = 3_000
"""Patients from which trees, distances of covariates and sets formed all at once are felt as a wait."""

KEPT_FORMS = 100

MOST_LABELS = 50
"""Labels of a column that are offered for choosing among."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyState:
    """What the current form gives, as far as it could be computed.

    Attributes
    ----------
    settings : StudySettings or None
        None while the form is incomplete or contradicts itself.
    problems : tuple of str
        Why there are no patients or no scores; nothing below can be shown then.
    patients, propensity : StudyCohort, PropensityModel or None
        None when ``problems`` tell why.
    design, balance, before, after : results or None
        ``design``, ``balance`` and ``after`` are None when ``design_problems`` tell why.
    design_problems : tuple of str
        Why no matched sets or weights could be had; the cohort as it is can still be shown.
    flow : tuple of FlowStep
        Steps as far as they are known.
    imputation : ImputedStudy or None
        What all imputed sets give together; everything else is then of the one set that is shown. None where nothing
        is imputed.
    gate : BalanceGate or None
        The checks of the design.
    is_covered : bool
        True while no outcome may be seen: ``before`` and ``after`` are None, and the patients have no outcomes.
    """

    settings: StudySettings | None = None
    problems: tuple[str, ...] = ()
    patients: StudyCohort | None = None
    propensity: PropensityModel | None = None
    design: Design | None = None
    design_problems: tuple[str, ...] = ()
    balance: CovariateBalance | None = None
    before: PopulationOutcomes | None = None
    after: PopulationOutcomes | None = None
    flow: tuple[FlowStep, ...] = ()
    imputation: ImputedStudy | None = None
    gate: BalanceGate | None = None
    is_covered: bool = False

    @property
    def matching(self) -> MatchedSets | None:
        """The matched sets; None where patients are weighted, and while there are none."""
        return None if self.design is None else self.design.sets


class Workspace:
    """The cohort, its study and what has been computed, for one session.

    Parameters
    ----------
    cohort : Cohort
        The file as read.
    name : str
        The file's name, as shown on screen.
    form : StudyForm
        The study to begin with.
    is_sample : bool
        True for the synthetic sample study.

    Attributes
    ----------
    confirmed : dict
        By question, the answer that a person has confirmed.
    coded : frozenset of str
        Columns whose values were replaced by codes of this session.
    record : Record
        What was seen of this cohort's outcomes, and examined.
    """

    def __init__(self, cohort: Cohort, name: str, form: StudyForm, *, is_sample: bool = False) -> None:
        self.cohort = cohort
        self.name = name
        self.is_sample = is_sample
        self.form = form
        self.confirmed: dict[str, Hashable] = {}
        self.coded: frozenset[str] = frozenset()
        self.record = Record()
        self._facts: dict[Hashable, Any] = {}
        self._past: list[StudyForm] = []
        self._future: list[StudyForm] = []
        self._stages: OrderedDict[Hashable, Any] = OrderedDict()

    def change(self, form: StudyForm) -> None:
        """Take a new form, free of contradictions in its design; the old one can be had back with ``undo``."""
        form = self._of_record(consistent(form))
        if form == self.form:
            return
        self._past = [*self._past[-KEPT_FORMS:], self.form]
        self._future = []
        self.form = form

    def change_settings(self, part: Part, **values: Any) -> None:
        """Take new values for some settings of one part of the design."""
        self.change(with_settings(self.form, part, **values))

    def change_matching(self, **values: Any) -> None:
        """Take new values for some of the matching settings."""
        self.change_settings("matching", **values)

    def choose_design(self, *, weighted: bool) -> None:
        """Weight patients, or match them; the settings of the other design are kept for going back."""
        self.change(replace(self.form, is_weighted=weighted))

    def undo(self) -> None:
        """Go back to the form before the last change."""
        if self._past:
            self._future.append(self.form)
            self.form = self._of_record(self._past.pop())

    def redo(self) -> None:
        """Take the last undone change again."""
        if self._future:
            self._past.append(self.form)
            self.form = self._of_record(self._future.pop())

    def _of_record(self, form: StudyForm) -> StudyForm:
        """The form with what no change and no undo may alter: whether the study is blinded once it began, and its plan."""
        if self.record.sight == "unseen":
            return form
        lock = self.record.ledger.lock
        kept = {"blinded": self.form.gate.blinded, "plan": form.gate.plan if lock is None else lock.digest}
        gate = form.gate.model_copy(update=kept)
        return form if gate == form.gate else replace(form, gate=gate)

    def take_record(self, record: Record) -> None:
        """Go on with what was seen of this cohort before, whatever the study that lies on the desk now says."""
        self.record = record
        lock = record.ledger.lock
        changes: dict[str, Any] = {"blinded": True} if record.sight in ("covered", "locked") else {}
        changes |= {} if lock is None else {"plan": lock.digest}
        self.set_gate(**changes)

    def set_gate(self, **changes: Any) -> None:
        """Change what the record decides of the gate; no change of the study, and nothing to undo."""
        gate = self.form.gate.model_copy(update=changes)
        if gate != self.form.gate:
            self.form = replace(self.form, gate=gate)

    def forget_plans(self) -> None:
        """Let no undone change bring a plan back that was unlocked."""
        self._past, self._future = ([_without_plan(form) for form in kept] for kept in (self._past, self._future))
        self.set_gate(plan=None)

    @property
    def is_covered(self) -> bool:
        """True while no outcome may be computed."""
        return self.record.covers(blinded=self.form.gate.blinded)

    @property
    def has_shown_outcomes(self) -> bool:
        """True once a page of outcomes was drawn; until then the study may still be opened blinded."""
        return self.record.sight in ("open", "opened early")

    @property
    def can_undo(self) -> bool:
        """True when a change can be taken back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """True when an undone change can be taken again."""
        return bool(self._future)

    def take_scans(self, scans: Cohort | None, settings: ScansSettings | None) -> None:
        """Put the file of scans beside the cohort, or forget it; results that may have used another one are forgotten."""
        self.cohort = replace(self.cohort, scans=scans)
        self._stages.clear()
        self.change(with_scans(self.form, settings))

    def confirm(self, question: str, answer: Hashable) -> None:
        """Remember that a person has confirmed this answer to a question; another answer is not confirmed by it."""
        self.confirmed[question] = answer

    def fact(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """What is true of the cohort whatever the study, computed once and kept as long as the cohort."""
        if key not in self._facts:
            self._facts[key] = compute()
        return self._facts[key]

    def guess(self) -> RoleGuess:
        """What each column of the cohort seems to be for."""
        found: RoleGuess = self.fact("guess", lambda: guess_roles(self.cohort))
        return found

    def guessed_form(self) -> StudyForm:
        """The form as it would be, had nobody changed anything."""
        found: StudyForm = self.fact("guessed form", lambda: form_from_guess(self.guess()))
        return found

    def labels(self, column: str | None) -> tuple[str, ...]:
        """The different labels of a column, sorted, up to ``MOST_LABELS``; none for a column the cohort lacks."""
        if column is None or column not in self.cohort.table:
            return ()
        found: tuple[str, ...] = self.fact(("labels", column), lambda: _labels(self.cohort, column))
        return found

    def state(self) -> StudyState:
        """Compute what the form asks for, stage by stage, reusing every stage whose inputs did not change."""
        settings, problems = settings_from_form(self.form)
        if settings is None:
            return StudyState(problems=problems)
        try:
            patients, imputation = self._completed(settings, self._patients(settings))
            propensity = self._propensity(settings, patients)
            shown = self._with_subgroups(settings, patients)
        except AnalysisError as error:
            return StudyState(settings=settings, problems=error.problems)
        covered = self.is_covered
        known = StudyState(
            settings=settings,
            patients=self._bare(shown) if covered else shown,
            propensity=propensity,
            before=None if covered else self._before(settings, patients),
            flow=study_flow(patients, None),
            imputation=imputation,
            is_covered=covered,
        )
        try:
            design = self._design(settings, patients, propensity)
        except AnalysisError as error:
            return replace(known, design_problems=error.problems)
        balance = self._balance(settings, patients, design)
        return replace(
            known,
            design=design,
            balance=balance,
            gate=balance_gate(patients, propensity, design, balance, settings.gate),
            after=None if covered else self._after(settings, patients, design),
            flow=study_flow(patients, design),
        )

    def long_work(self) -> str | None:
        """What the next state has to compute that takes a while, in words; None where nothing does."""
        settings, _ = settings_from_form(self.form)
        if settings is None:
            return None
        asked = without_outcomes(settings) if self.is_covered else settings
        if settings.missing.method == "multiple_imputation" and imputation_key(asked) not in self._stages:
            times = settings.missing.imputations
            if settings.weighting is None:
                return phrase("Imputing missing values {n} times and matching each set …", n=times)
            return phrase("Imputing missing values {n} times and weighting each set …", n=times)
        slow = takes_long(settings)
        return (
            phrase("Computing …") if len(self.cohort.table) >= (MANY_FOR_SLOW_WORK if slow else LARGE_COHORT) else None
        )

    def result(self) -> StudyResult | None:
        """The whole study as one result, or None while a stage is missing."""
        state = self.state()
        if state.design is None or state.after is None:
            return None
        assert state.settings and state.patients and state.propensity and state.balance and state.before
        return study_result(
            self.cohort,
            state.settings,
            state.patients,
            state.propensity,
            state.design,
            state.balance,
            state.before,
            state.after,
            state.imputation,
        )

    def kept(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """The value computed for this key earlier, or computed and kept now; refusals are kept too."""
        if key in self._stages:
            self._stages.move_to_end(key)
            value = self._stages[key]
        else:
            try:
                value = compute()
            except AnalysisError as error:
                value = error
            self._stages[key] = value
            most = KEPT_STAGES if len(self.cohort.table) < LARGE_COHORT else KEPT_STAGES_OF_LARGE_COHORTS
            while len(self._stages) > most:
                self._stages.popitem(last=False)
        if isinstance(value, AnalysisError):
            raise type(value)(*value.problems)
        return value

    def _patients(self, settings: StudySettings) -> StudyCohort:
        return self.kept(("patients", *who(settings)), lambda: study_patients(self.cohort, without_subgroups(settings)))

    def _bare(self, patients: StudyCohort) -> StudyCohort:
        """The patients without anything that was observed after time zero."""
        nothing: dict[str, Any] = {"endpoints": (), "responses": (), "adverse_events": ()}
        return self.kept(("bare", patients), lambda: replace(patients, **nothing, scans=None, response_time=None))

    def _with_subgroups(self, settings: StudySettings, patients: StudyCohort) -> StudyCohort:
        """The patients with the study's subgroups, of which no stage of the design knows."""
        if not settings.outcomes.subgroups:
            return patients
        key = ("subgroups", patients, settings.outcomes.subgroups)
        return self.kept(key, lambda: with_subgroups(patients, self.cohort, settings))

    def _completed(self, settings: StudySettings, patients: StudyCohort) -> tuple[StudyCohort, ImputedStudy | None]:
        """The patients as the imputed set that is shown completes them, and what all sets give together."""
        if not patients.incomplete:
            return patients, None
        sets = self.kept(("sets", *who(settings)), lambda: imputed_sets(patients, settings.missing))
        asked, known = settings, patients
        if self.is_covered:
            asked, known = without_outcomes(settings), self._bare(patients)
        imputation: ImputedStudy = self.kept(imputation_key(asked), lambda: impute_study(known, sets, asked))
        key = ("completed", *who(settings), imputation.shown)
        return self.kept(key, lambda: patients_of_set(patients, sets, imputation.shown)), imputation

    def _propensity(self, settings: StudySettings, patients: StudyCohort) -> PropensityModel:
        key = ("propensity", patients, settings.propensity)
        return self.kept(
            key,
            lambda: fit_propensity(patients.covariates, patients.treated, settings.propensity, patients.score),
        )

    def _design(self, settings: StudySettings, patients: StudyCohort, propensity: PropensityModel) -> Design:
        key = ("design", patients, *how(settings))
        return self.kept(key, lambda: design_patients(patients, propensity, settings))

    def _balance(self, settings: StudySettings, patients: StudyCohort, design: Design) -> CovariateBalance:
        key = ("balance", patients, *how(settings), settings.balance)
        return self.kept(
            key,
            lambda: covariate_balance(patients.covariates, patients.treated, design.weights, settings.balance),
        )

    def _before(self, settings: StudySettings, patients: StudyCohort) -> PopulationOutcomes:
        key = ("before", patients, settings.outcomes, settings.confidence)
        return self.kept(key, lambda: outcomes_before(patients, settings.outcomes, settings.confidence))

    def _after(self, settings: StudySettings, patients: StudyCohort, design: Design) -> PopulationOutcomes:
        key = ("after", patients, *how(settings), settings.outcomes, settings.confidence)
        return self.kept(key, lambda: outcomes_after(patients, design, settings.outcomes, settings.confidence))


def _labels(cohort: Cohort, column: str) -> tuple[str, ...]:
    found = as_labels(cohort.table[column]).dropna().unique()
    return tuple(sorted(map(str, found[:MOST_LABELS])))


def _without_plan(form: StudyForm) -> StudyForm:
    return replace(form, gate=form.gate.model_copy(update={"plan": None}))
