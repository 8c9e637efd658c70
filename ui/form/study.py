"""The study as a form: what each column is, the two arms, and the design, as the screen edits it.

A form may be incomplete (a time without its event); the settings of a study may not. Forms are compared, kept for
undo, and turned into settings, or into the sentences that say what is still missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from analysis.settings import (
    BalanceSettings,
    ConfidenceSettings,
    EligibilityRule,
    ExportSettings,
    GateSettings,
    LandmarkSettings,
    ManuscriptSettings,
    MatchingSettings,
    MissingSettings,
    PropensitySettings,
    RobustnessSettings,
    ScansSettings,
    SubgroupSettings,
    SupportSettings,
    WeightingSettings,
)
from ui.form.columns import ADVERSE_EVENT, COVARIATE, EVENT, RESPONDER, RESPONSE, TIME, UNUSED, ColumnRole
from ui.form.dates import StudyDates

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyForm:
    """Everything a user can set about a study.

    Attributes
    ----------
    roles : tuple of ColumnRole
        One for each column of the cohort, in its order.
    treated, control : str or None
        The two arms' labels in the treatment column.
    observed : mapping of str to tuple of str
        For an endpoint, the labels of its event column that mean "observed"; absent when the coding is plain.
    blank_censored : frozenset of str
        Endpoints of which a blank cell of the event column means no event.
    units : mapping of str to str
        For an endpoint, the unit its time column is written in; absent when nobody has said it.
    competing : mapping of str to tuple of str
        For an endpoint, the labels of what can come first and keep the event from being seen; ``death`` for dates.
    from_dates : mapping of str to str
        Endpoints that are built from dates, and which: ``os``, ``pfs`` or ``ttp``.
    dates : StudyDates
        Which column is which date.
    time_unit : str
        The unit in which times are analysed and shown.
    times : tuple of float
        Milestones.
    rmst_horizon : float or None
        None for the smaller of the arms' last times.
    zero_times : str
        ``refuse`` or ``keep``.
    landmark : LandmarkSettings or None
        From when on responders are compared with the others.
    resamples, seed : int
        Of bootstrapped differences.
    subgroups : tuple of SubgroupSettings
        The columns by whose levels effects are given.
    negative_control : str or None
        The endpoint that treatment cannot change.
    multiplicity : str
        How p-values of several endpoints are adjusted.
    eligibility : tuple of EligibilityRule
        Who may be in the study, applied in this order.
    missing, propensity, support, matching, weighting, balance, confidence, robustness, gate, exports, manuscript : settings
        As in the study file.
    is_weighted : bool
        True when patients are weighted; the settings of matching are then kept for going back.
    centre : str or None
        The column of centres.
    scans : ScansSettings or None
        The columns of the file of scans.
    response_scans, response_changes : mapping of str to str
        Responses that follow from scans, and by which criterion; the column of a response's best change.
    event_responses : mapping of str to str
        Responses whose responders are told by a column that is also an event, and that column.
    title, file : str or None
        What the study is called and the cohort's file name, carried to the saved study file.
    table, sheet, header_row, encoding, date_order : str or int or None
        How the file is read; None for as found.
    covariate_order, endpoint_order, response_order, adverse_event_order : tuple of str
        The order in which covariates, survival endpoints, responses and columns of adverse events were named; what is
        not in it follows in the cohort's order.
    """

    roles: tuple[ColumnRole, ...]
    treated: str | None = None
    control: str | None = None
    observed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    blank_censored: frozenset[str] = frozenset()
    units: Mapping[str, str] = field(default_factory=dict)
    competing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    from_dates: Mapping[str, str] = field(default_factory=dict)
    dates: StudyDates = field(default_factory=StudyDates)
    time_unit: str = "months"
    times: tuple[float, ...] = ()
    rmst_horizon: float | None = None
    zero_times: str = "refuse"
    landmark: LandmarkSettings | None = None
    resamples: int = 2000
    seed: int = 0
    subgroups: tuple[SubgroupSettings, ...] = ()
    negative_control: str | None = None
    multiplicity: Literal["none", "holm", "hochberg", "benjamini-hochberg"] = "holm"
    eligibility: tuple[EligibilityRule, ...] = ()
    missing: MissingSettings = field(default_factory=MissingSettings)
    propensity: PropensitySettings = field(default_factory=PropensitySettings)
    support: SupportSettings = field(default_factory=SupportSettings)
    matching: MatchingSettings = MatchingSettings()
    weighting: WeightingSettings = field(default_factory=WeightingSettings)
    is_weighted: bool = False
    balance: BalanceSettings = field(default_factory=BalanceSettings)
    centre: str | None = None
    confidence: ConfidenceSettings = ConfidenceSettings()
    robustness: RobustnessSettings = field(default_factory=RobustnessSettings)
    gate: GateSettings = field(default_factory=GateSettings)
    exports: ExportSettings = field(default_factory=ExportSettings)
    manuscript: ManuscriptSettings = field(default_factory=ManuscriptSettings)
    scans: ScansSettings | None = None
    response_scans: Mapping[str, str] = field(default_factory=dict)
    response_changes: Mapping[str, str] = field(default_factory=dict)
    event_responses: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None
    file: str | None = None
    table: str | None = None
    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None
    date_order: str | None = None
    covariate_order: tuple[str, ...] = ()
    endpoint_order: tuple[str, ...] = ()
    response_order: tuple[str, ...] = ()
    adverse_event_order: tuple[str, ...] = ()

    def columns(self, role: str) -> tuple[str, ...]:
        """The columns that have this role, in the cohort's order."""
        return tuple(item.column for item in self.roles if item.role == role)

    def column(self, role: str, endpoint: str) -> str | None:
        """The first column that has this role for this endpoint; an event may tell responders besides."""
        found = next((item.column for item in self.roles if item.role == role and endpoint in item.endpoints), None)
        return self.event_responses.get(endpoint) if found is None and role == RESPONDER else found


def shown_role(form: StudyForm, item: ColumnRole) -> str:
    """The role a column has on screen: its own, or else the one it has among the dates."""
    return item.role if item.role != UNUSED else form.dates.roles().get(item.column, UNUSED)


def covariates_in_order(form: StudyForm) -> tuple[ColumnRole, ...]:
    """The covariates in the order in which they were named."""
    chosen = [item for item in form.roles if item.role == COVARIATE]
    return tuple(in_order(chosen, [item.column for item in chosen], form.covariate_order))


def adverse_events_in_order(form: StudyForm) -> tuple[ColumnRole, ...]:
    """The columns of adverse events in the order in which they were named."""
    chosen = [item for item in form.roles if item.role == ADVERSE_EVENT]
    return tuple(in_order(chosen, [item.column for item in chosen], form.adverse_event_order))


def possible_covariates(form: StudyForm) -> tuple[str, ...]:
    """The covariates and the columns that could be, in the cohort's order: nothing else is done with them."""
    dated = form.dates.roles()
    return tuple(
        item.column
        for item in form.roles
        if item.role == COVARIATE or (item.role == UNUSED and item.column not in dated)
    )


def endpoint_names(form: StudyForm) -> tuple[str, ...]:
    """The survival endpoints that columns or dates make, in the order in which they were named."""
    names = dict.fromkeys(name for item in form.roles if item.role in (TIME, EVENT) for name in item.endpoints)
    every = list(names | dict.fromkeys(form.from_dates))
    return tuple(in_order(every, every, form.endpoint_order))


def response_names(form: StudyForm) -> tuple[str, ...]:
    """The responses that columns or scans make, in the order in which they were named."""
    roles = (RESPONSE, RESPONDER)
    names = dict.fromkeys(name for item in form.roles if item.role in roles for name in item.endpoints)
    every = list(names | dict.fromkeys(form.event_responses) | dict.fromkeys(form.response_scans))
    return tuple(in_order(every, every, form.response_order))


def in_order(items: Sequence[Item], names: Sequence[str], order: Sequence[str]) -> list[Item]:
    """Items sorted by the place of their name in an order; those that have none come last, as they stand."""
    place = {name: number for number, name in enumerate(order)}
    ranked = sorted(range(len(items)), key=lambda number: place.get(names[number], len(place)))
    return [items[number] for number in ranked]
