"""What a cross-table of two criteria shows, before anything is drawn: a cell for each pair of categories."""

from dataclasses import dataclass

import pandas as pd

from analysis.outcomes.agreement import Agreement
from analysis.phrases import join_phrases, phrase
from analysis.study.agreement import CriteriaAgreement
from charts.lettering import breaking, clean_label, unbroken
from charts.style import (
    format_count,
    format_interval,
    format_level,
    format_p_statement,
    format_percent,
    format_ratio,
)

_WEIGHTED = {"linear": phrase(", linearly weighted κ "), "quadratic": phrase(", quadraticly weighted κ ")}


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossCell:
    """Patients with one category by the first criterion (row) and one by the second (column)."""

    row: int
    column: int
    count: int
    share: float

    @property
    def agrees(self) -> bool:
        """Whether both criteria say the same."""
        return self.row == self.column


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AgreementContent:
    """The cells, the categories that occur by either criterion, and the sentences above."""

    first: str
    second: str
    categories: tuple[str, ...]
    cells: tuple[CrossCell, ...]
    most: float
    sentences: tuple[str, ...]


def agreement_content(found: CriteriaAgreement) -> AgreementContent:
    """Gather the cells of both arms together; categories that neither criterion uses are left out."""
    both = found.both_arms
    used = [place for place in range(len(both.categories)) if both.table[place].any() or both.table[:, place].any()]
    inner = both.table[used][:, used]
    cells = tuple(
        CrossCell(row=row, column=column, count=int(inner[row, column]), share=float(inner[row, column] / both.n))
        for row in range(len(used))
        for column in range(len(used))
    )
    return AgreementContent(
        first=clean_label(found.first),
        second=clean_label(found.second),
        categories=tuple(both.categories[place] for place in used),
        cells=cells,
        most=max((cell.share for cell in cells), default=1.0) or 1.0,
        sentences=agreement_sentences(both),
    )


def agreement_sentences(found: Agreement) -> tuple[str, ...]:
    """How far the criteria agree, and whether one of them is the kinder, in sentences."""
    share = format_percent(found.n_agree / found.n)
    kappa = found.kappa
    level = format_level(found.confidence_level)
    agree = phrase(
        "{n_agree}\u00a0of\u00a0{n} patients agree ({share})",
        n_agree=format_count(found.n_agree),
        n=format_count(found.n),
        share=share,
    )
    if kappa.estimate is not None:
        limits = format_interval(kappa.ci_lower, kappa.ci_upper, format_ratio)
        kappa_words = phrase(
            "{kappa} ({level} {limits})", kappa=format_ratio(kappa.estimate), level=level, limits=limits
        )
        agree += phrase("; κ {kappa}", kappa=unbroken(kappa_words))
    weighted = found.weighted_kappa
    if weighted is not None and weighted.estimate is not None:
        limits = format_interval(weighted.ci_lower, weighted.ci_upper, format_ratio)
        agree += _WEIGHTED[weighted.weights] + unbroken(
            phrase("{kappa} ({limits})", kappa=format_ratio(weighted.estimate), limits=limits)
        )
    tests = join_phrases(
        [unbroken(join_phrases((test.name, format_p_statement(test.p_value)))) for test in found.tests], "; "
    )
    return (agree, phrase("Do the criteria tend to different categories? {tests}", tests=tests))


def agreement_table(found: CriteriaAgreement, *, treated_label: str, control_label: str) -> pd.DataFrame:
    """The figure's numbers: one row for each pair of categories, of both arms and of each."""
    given = (("both", found.both_arms), (treated_label, found.treated), (control_label, found.control))
    rows = [
        (arm, first, second, int(cross.table[row, column]))
        for arm, cross in given
        if cross is not None
        for row, first in enumerate(cross.categories)
        for column, second in enumerate(cross.categories)
    ]
    return pd.DataFrame(rows, columns=["arm", found.first, found.second, "patients"])


def describe_agreement(found: CriteriaAgreement) -> str:
    """The figure in words, for readers who do not see it."""
    content = agreement_content(found)
    cells = join_phrases(
        [
            phrase(
                "{one} by {first} and {other} by {second}: {n}",
                one=content.categories[cell.row],
                first=content.first,
                other=content.categories[cell.column],
                second=content.second,
                n=format_count(cell.count),
            )
            for cell in content.cells
            if cell.count
        ],
        "; ",
    )
    words = phrase(
        "Cross-table of {first} (rows) and {second} (columns). {cells}.",
        first=content.first,
        second=content.second,
        cells=cells,
    )
    return breaking(join_phrases([words, *(phrase("{sentence}.", sentence=one) for one in content.sentences)]))
