"""When patients respond, and for how long those who respond stay in response."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.errors import EstimationError
from analysis.notes import Note
from analysis.outcomes.survival import ConfidenceInterval, KaplanMeierCurve, kaplan_meier
from analysis.outcomes.words import arm_names
from analysis.phrases import phrase

# Codes of what ended the time to response, as competing-risk estimators take them.
CENSORED, RESPONDED, ENDED_WITHOUT_RESPONSE = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResponseDuration:
    """Time in response, of those who responded.

    Attributes
    ----------
    treated, control : KaplanMeierCurve or None
        Time from response to progression or death; None where nobody of the arm responded.
    n_responders_treated, n_responders_control : int
        Patients with a response and a weight above 0.
    method : str
        With the rule of censoring.
    notes : tuple of Note
    """

    treated: KaplanMeierCurve | None
    control: KaplanMeierCurve | None
    n_responders_treated: int
    n_responders_control: int
    method: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArmTimeToResponse:
    """When the responders of one arm responded; never weighted.

    Attributes
    ----------
    n, n_responders : int
        Patients with a weight above 0, and those of them who responded.
    n_ended_without_response, n_censored : int
        Patients who progressed or died before any response, and who were still without either.
    median, first_quartile, third_quartile, earliest, latest : float or None
        Of the responders' times; None without a responder.
    """

    n: int
    n_responders: int
    n_ended_without_response: int
    n_censored: int
    median: float | None
    first_quartile: float | None
    third_quartile: float | None
    earliest: float | None
    latest: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimeToResponse:
    """Time to response in two arms, with what kept patients from responding.

    Attributes
    ----------
    treated, control : ArmTimeToResponse
    time : (n,) float64
        To the response, or to what came instead; of every patient, in the order given.
    status : (n,) int64
        0 censored, 1 responded, 2 progressed or died without response: progression and death compete with response.
    method : str
    notes : tuple of Note
    """

    treated: ArmTimeToResponse
    control: ArmTimeToResponse
    time: NDArray[np.float64]
    status: NDArray[np.int64]
    method: str
    notes: tuple[Note, ...]


def duration_of_response(
    response_time: ArrayLike,
    end_time: ArrayLike,
    end_event: ArrayLike,
    treated: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    confidence_level: float = 0.95,
    confidence_interval: ConfidenceInterval = "log-log",
) -> ResponseDuration:
    """Estimate how long responders stay in response, from the first scan with the response to progression or death.

    A responder without progression or death is censored at ``end_time``, which should be the last scan that could be
    assessed. Only responders are counted, so the arms' curves describe and do not compare: who responds is itself
    an outcome, and no test or ratio is given.

    Parameters
    ----------
    response_time : (n,) numbers
        From time zero to the first scan with the (confirmed) response; NaN in patients without one.
    end_time : (n,) numbers
        From time zero to progression, death or censoring, in the same unit.
    end_event : (n,) bool
        True where progression or death was observed.
    treated : (n,) bool
    weights, cluster : (n,), optional
        As in :func:`~analysis.outcomes.survival.kaplan_meier`.
    confidence_level : float
    confidence_interval : {"log-log", "log", "plain"}

    Returns
    -------
    ResponseDuration

    Raises
    ------
    EstimationError
        If columns differ in length, a responder's end is missing, or a response comes after the end.

    Notes
    -----
    Responders of two arms are not comparable groups: Brincker 1987, doi:10.3109/02841868709113711.
    Criteria: Eisenhauer et al. 2009, doi:10.1016/j.ejca.2008.10.026.

    Examples
    --------
    >>> found = duration_of_response([2, 2, np.nan, 4], [8, 5, 3, 9], [True, False, True, True], [True, True, True, False])
    >>> found.treated.time.tolist(), found.treated.survival.tolist(), found.control.median
    ([3.0, 6.0], [1.0, 0.0], 5.0)
    """
    times = _times(response_time, end_time, end_event, treated, weights, cluster)
    lasting = times.end - times.response

    def curve(arm: NDArray[np.bool_]) -> KaplanMeierCurve | None:
        chosen = arm & times.responded & times.kept
        if not chosen.any():
            return None
        return kaplan_meier(
            lasting[chosen],
            times.event[chosen],
            None if times.weights is None else times.weights[chosen],
            None if times.cluster is None else times.cluster[chosen],
            confidence_level=confidence_level,
            confidence_interval=confidence_interval,
        )

    counts = [int(np.count_nonzero(arm & times.responded & times.kept)) for arm in (times.treated, ~times.treated)]
    return ResponseDuration(
        treated=curve(times.treated),
        control=curve(~times.treated),
        n_responders_treated=counts[0],
        n_responders_control=counts[1],
        method=phrase(
            "Kaplan–Meier among responders, from the first scan with response to progression or "
            "death, whichever came first; others censored at the last assessment"
        ),
        notes=_duration_notes(counts),
    )


def _duration_notes(counts: list[int]) -> tuple[Note, ...]:
    text = phrase(
        "Duration of response describes responders only, who are not comparable between the "
        "arms even after matching or weighting; no test is made."
    )
    notes = [Note(code="responders_only", text=text)]
    if 0 in counts:
        empty = arm_names(treated=counts[0] == 0, control=counts[1] == 0)
        text = phrase("Nobody responded in the {arm} arm: there is no duration of response.", arm=empty)
        notes.append(Note(code="no_responders", text=text))
    return tuple(notes)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Times:
    response: NDArray[np.float64]
    responded: NDArray[np.bool_]
    end: NDArray[np.float64]
    event: NDArray[np.bool_]
    treated: NDArray[np.bool_]
    kept: NDArray[np.bool_]
    weights: NDArray[np.float64] | None
    cluster: NDArray[np.int64] | None


def _times(
    response_time: ArrayLike,
    end_time: ArrayLike,
    end_event: ArrayLike,
    treated: ArrayLike,
    weights: ArrayLike | None,
    cluster: ArrayLike | None,
) -> _Times:
    response, end = np.asarray(response_time, dtype=np.float64), np.asarray(end_time, dtype=np.float64)
    event, arm = np.asarray(end_event, dtype=np.bool_), np.asarray(treated, dtype=np.bool_)
    mass = None if weights is None else np.asarray(weights, dtype=np.float64)
    units = None if cluster is None else np.asarray(cluster)
    given = {"response_time": response, "end_time": end, "end_event": event, "treated": arm}
    optional = {"weights": mass, "cluster": units}
    columns = {**given, **{name: column for name, column in optional.items() if column is not None}}
    if response.ndim != 1 or any(column.shape != response.shape for column in columns.values()):
        found = ", ".join(f"{name} {column.size}" for name, column in columns.items())
        raise EstimationError(
            phrase(
                "Every column must have one entry for each patient; the entries found are: {sizes}. "
                "Give columns of the same patients, one dimension each.",
                sizes=found,
            )
        )
    responded = ~np.isnan(response)
    kept = np.ones(response.size, dtype=np.bool_) if mass is None else mass != 0.0
    problems = _impossible_times(response[kept], end[kept])
    if problems:
        raise EstimationError(*problems)
    return _Times(
        response=response,
        responded=responded,
        end=end,
        event=event,
        treated=arm,
        kept=kept,
        weights=mass,
        cluster=units,
    )


def _impossible_times(response: NDArray[np.float64], end: NDArray[np.float64]) -> list[str]:
    problems = []
    unknown = int(np.count_nonzero(~(np.isfinite(end) & (end >= 0.0))))
    if unknown:
        problems.append(
            phrase(
                "Every time to progression, death or censoring must be a finite number of at least "
                "0; {unknown} of {n} are not. Correct them in the file or leave these patients "
                "out.",
                unknown=unknown,
                n=end.size,
            )
        )
    early = int(np.count_nonzero((response < 0.0) | np.isinf(response)))
    if early:
        problems.append(
            phrase(
                "Every time to response must be a finite number of at least 0, or missing; {early} "
                "of {n} are not. Check the dates of the scans and of the start of treatment.",
                early=early,
                n=response.size,
            )
        )
    late = int(np.count_nonzero(response > end))
    if late:
        problems.append(
            phrase(
                "A response must come no later than progression, death or the last assessment; in "
                "{late} patients it comes later. Check the dates of these patients, or count "
                "responses up to the first progression only.",
                late=late,
            )
        )
    return problems


def time_to_response(
    response_time: ArrayLike,
    end_time: ArrayLike,
    end_event: ArrayLike,
    treated: ArrayLike,
    *,
    weights: ArrayLike | None = None,
) -> TimeToResponse:
    """Describe when responders responded, and lay out time to response with progression and death as competitors.

    A patient who progressed or died before any response can no longer respond: to censor that patient would count on
    a response to come. ``time`` and ``status`` are what a cumulative incidence of response is estimated from; the
    quartiles are those of the responders alone.

    Parameters
    ----------
    response_time, end_time, end_event, treated, weights
        As in :func:`duration_of_response`; weights only tell who takes part.

    Returns
    -------
    TimeToResponse

    Raises
    ------
    EstimationError
        As :func:`duration_of_response`.

    Notes
    -----
    Quartiles interpolate between neighbours (R's type 7).

    Examples
    --------
    >>> found = time_to_response([2, np.nan, np.nan, 4], [8, 5, 3, 9], [1, 0, 1, 1], [True, True, True, False])
    >>> found.status.tolist(), found.time.tolist(), found.treated.median
    ([1, 0, 2, 1], [2.0, 5.0, 3.0, 4.0], 2.0)
    """
    times = _times(response_time, end_time, end_event, treated, weights, None)
    status = np.where(times.responded, RESPONDED, np.where(times.event, ENDED_WITHOUT_RESPONSE, CENSORED))
    return TimeToResponse(
        treated=_arm(times, status, times.treated),
        control=_arm(times, status, ~times.treated),
        time=np.where(times.responded, times.response, times.end),
        status=status.astype(np.int64),
        method=phrase("quartiles among responders; progression and death without response compete with response"),
        notes=(
            Note(
                code="competing_risk",
                text=phrase(
                    "Progression and death before a response compete with it: the share of patients who "
                    "have responded by a given time is a cumulative incidence, not one minus "
                    "Kaplan–Meier."
                ),
            ),
        ),
    )


def _arm(times: _Times, status: NDArray[np.int64], arm: NDArray[np.bool_]) -> ArmTimeToResponse:
    chosen = arm & times.kept
    responses = times.response[chosen & times.responded]
    quantiles: list[float | None] = [None] * 5
    if responses.size:
        quantiles = [float(quantile) for quantile in np.quantile(responses, [0, 0.25, 0.5, 0.75, 1])]
    return ArmTimeToResponse(
        n=int(np.count_nonzero(chosen)),
        n_responders=responses.size,
        n_ended_without_response=int(np.count_nonzero(chosen & (status == ENDED_WITHOUT_RESPONSE))),
        n_censored=int(np.count_nonzero(chosen & (status == CENSORED))),
        earliest=quantiles[0],
        first_quartile=quantiles[1],
        median=quantiles[2],
        third_quartile=quantiles[3],
        latest=quantiles[4],
    )
