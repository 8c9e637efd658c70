"""What a tipping-point figure shows, before anything is drawn: two contours, their end, and the sentence."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.phrases import join_phrases, phrase
from analysis.sensitivity.tipping_point import TippingPoints
from charts.lettering import clean_label, short_label
from charts.style import format_number, format_points, format_ratio

LABEL_ON_AXIS = 14
RATIO_TICKS = (1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0)
SHARE_TICKS = (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)
POINT_TICKS = (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)


_MEASURES = {"hazard_ratio": phrase("hazard ratio"), "rate_ratio": phrase("rate ratio")}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contour:
    """Where an effect, or its limit, reaches no effect.

    Attributes
    ----------
    share, strength : (k,) float64
        Percent of treated patients who have the confounder, and its strength as the axis has it; the contour ends at the
        axis's end. Empty where no confounder of the figure does it.
    """

    share: NDArray[np.float64]
    strength: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TippingPointContent:
    """The contours and what surrounds them.

    Attributes
    ----------
    estimate, limit : Contour or None
        ``limit`` is None where it is not known, or the interval holds no effect already.
    is_ratio : bool
        Whether strengths are ratios, on a logarithmic axis, or differences in percentage points.
    control : float
        Percent of controls who have the confounder.
    end : float
        Of the axis of strengths.
    side : {"left", "right"}
        Whether the effect is explained away where fewer treated patients have the confounder, or where more have it.
    """

    estimate: Contour
    limit: Contour | None
    is_ratio: bool
    control: float
    start: float
    end: float
    ticks: tuple[float, ...]
    tick_text: tuple[str, ...]
    side: Literal["left", "right"]
    sentence: str
    share_title: str
    strength_title: str
    estimate_words: str
    limit_words: str
    control_words: str


def tipping_point_content(found: TippingPoints, *, treated_label: str, control_label: str) -> TippingPointContent:
    """Gather the contours, in percent and on the scale of the axis."""
    is_ratio = found.measure != "rate_difference"
    scale = 1.0 if is_ratio else 100.0
    end = scale * float(found.strengths[-1])
    limits = found.tipping_strengths_limit
    holds = any(note.code == "tipping_interval_holds_no_effect" for note in found.notes)
    ticks = tuple(tick for tick in RATIO_TICKS if tick <= end) if is_ratio else POINT_TICKS
    arms = [short_label(clean_label(label), LABEL_ON_AXIS) for label in (treated_label, control_label)]
    control = 100 * found.prevalence_control
    return TippingPointContent(
        estimate=_contour(found, found.tipping_strengths),
        limit=None if limits is None or holds else _contour(found, limits),
        is_ratio=is_ratio,
        control=control,
        start=1.0 if is_ratio else 0.0,
        end=end,
        ticks=ticks,
        tick_text=tuple(format_number(tick, "g") for tick in ticks),
        side="left" if _is_lower(found) else "right",
        sentence=_sentence(found, holds),
        share_title=phrase("Share with the confounder: {arm} (%)", arm=arms[0]),
        strength_title=phrase("Confounder’s hazard ratio") if is_ratio else phrase("Confounder’s difference (points)"),
        estimate_words=phrase("Effect explained away (no effect, or the opposite one)"),
        limit_words=phrase("Interval reaches no effect"),
        control_words=phrase("As common as in {arm}, {share:.0f}%: no confounding", arm=arms[1], share=control),
    )


def _is_lower(found: TippingPoints) -> bool:
    """Whether the effect lies below none, so that a harmful confounder explains it by being rarer among the treated."""
    place = int(np.argmin(np.abs(found.prevalence_treated - found.prevalence_control)))
    nothing = 1.0 if found.measure != "rate_difference" else 0.0
    return float(found.adjusted[place, 0]) < nothing


def _contour(found: TippingPoints, strengths: tuple[float | None, ...]) -> Contour:
    scale = 1.0 if found.measure != "rate_difference" else 100.0
    end, start = float(found.strengths[-1]), float(found.strengths[0])
    shares = found.prevalence_treated
    inside = [
        (100 * float(share), scale * strength)
        for share, strength in zip(shares, strengths, strict=True)
        if strength is not None and start <= strength <= end
    ]
    if not inside:
        return Contour(share=np.empty(0), strength=np.empty(0))
    last = _share_at_end(found, inside[0][1] / scale, inside[0][0] / 100, end)
    if last is not None:
        inside.append((100 * last, scale * end))
    points = np.array(sorted(inside))
    return Contour(share=points[:, 0], strength=points[:, 1])


def _share_at_end(found: TippingPoints, strength: float, share: float, end: float) -> float | None:
    """Where a contour through this point reaches the end of the axis, the share of controls as it is."""
    control = found.prevalence_control
    if found.measure == "rate_difference":
        reached = control + strength * (share - control) / end
    else:
        bias = (1 + (strength - 1) * share) / (1 + (strength - 1) * control)
        reached = (bias * (1 + (end - 1) * control) - 1) / (end - 1)
    return reached if 0.0 <= reached <= 1.0 else None


def _sentence(found: TippingPoints, holds: bool) -> str:
    place = 0 if _is_lower(found) else -1

    strength = found.tipping_strengths[place]
    limit = None if found.tipping_strengths_limit is None else found.tipping_strengths_limit[place]
    share = 100 * found.prevalence_control
    start = (
        phrase("In {share:.0f}% of controls and no treated patient,", share=share)
        if place == 0
        else phrase("In {share:.0f}% of controls and every treated patient,", share=share)
    )
    if strength is None:
        told = phrase("{start} no confounder would explain the effect away", start=start)
    else:
        told = phrase(
            "{start} a confounder of {strength} would explain the effect away",
            start=start,
            strength=strength_words(strength, found.measure),
        )
    if holds:
        return phrase("{told}; the interval holds no effect already.", told=told)
    if limit is None:
        return phrase("{sentence}.", sentence=told)
    return phrase(
        "{told}, one of {strength} would move the interval to no effect.",
        told=told,
        strength=strength_words(limit, found.measure),
    )


def strength_words(strength: float, measure: str) -> str:
    """A confounder's strength as it stands in a sentence.

    Examples
    --------
    >>> strength_words(2.713, "hazard_ratio"), strength_words(0.56, "rate_difference")
    ('hazard ratio 2.71', '+56.0 points')
    """
    if measure == "rate_difference":
        return phrase("{points} points", points=format_points(strength))
    return join_phrases((_MEASURES.get(measure, measure.replace("_", " ")), format_ratio(strength)))


def describe_tipping_point(found: TippingPoints, *, outcome: str, treated_label: str, control_label: str) -> str:
    """The figure in words, for readers who do not see it: the strength at every fifth of the treated patients."""
    rows = []
    for place in range(0, found.prevalence_treated.size, max(1, (found.prevalence_treated.size - 1) // 5)):
        strength = found.tipping_strengths[place]
        if strength is not None and float(found.strengths[0]) < strength:
            share = 100 * float(found.prevalence_treated[place])
            rows.append(
                phrase(
                    "{share:.0f}% of {arm}: {strength}",
                    share=share,
                    arm=treated_label,
                    strength=strength_words(strength, found.measure),
                )
            )
    what = phrase(
        "{endpoint}: tipping points of an unmeasured confounder that {share:.0f}% of {arm} have.",
        endpoint=outcome,
        share=100 * found.prevalence_control,
        arm=control_label,
    )
    parts = [what, _sentence(found, any(note.code == "tipping_interval_holds_no_effect" for note in found.notes))]
    if rows:
        parts.append(phrase("Strength that explains the effect away: {strengths}.", strengths=join_phrases(rows, "; ")))
    return join_phrases(parts)


def tipping_point_table(found: TippingPoints) -> pd.DataFrame:
    """The contours as numbers: one row for each share of treated patients, missing where no strength does it."""
    limits = found.tipping_strengths_limit
    table = pd.DataFrame(
        {
            "prevalence_control": found.prevalence_control,
            "prevalence_treated": found.prevalence_treated,
            "strength": found.tipping_strengths,
            "strength_limit": [None] * len(found.tipping_strengths) if limits is None else limits,
        }
    )
    return table.astype("float64")
