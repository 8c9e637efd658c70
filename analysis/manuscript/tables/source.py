"""What every table of one run is written from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from analysis.manuscript.publication import Publication
from analysis.manuscript.tables.draft import TableDraft
from analysis.manuscript.tables.hiding import HIDDEN, shown_document
from analysis.manuscript.tables.numbers import format_value
from analysis.manuscript.tables.table import Column
from analysis.manuscript.tables.words import Words
from analysis.reporting.suppression import is_small

Json = dict[str, Any]
When = Literal["before", "after"]
WHEN: tuple[When, When] = ("before", "after")
ARMS = ("treated", "control")

_NAMED_BY = ("time", "cause", "variable", "level", "lowest_grade")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TableSource:
    """One run as its tables are written from it.

    Attributes
    ----------
    publication : Publication
    document : dict
        The results, small counts hidden.
    pooled : dict
        By population and place what the imputed sets give together; empty where nothing was imputed.
    """

    publication: Publication
    document: Json
    pooled: Mapping[tuple[Any, ...], Json]

    @property
    def labels(self) -> dict[str, str]:
        """The arms' labels by ``treated`` and ``control``."""
        patients = self.publication.result.patients
        return {"treated": patients.treated_label, "control": patients.control_label}

    @property
    def kind(self) -> str:
        """``matching`` or ``weighting``."""
        return self.publication.result.design.kind

    @property
    def below(self) -> int:
        """The limit of small counts."""
        return self.publication.result.settings.exports.suppress_below

    @property
    def weighted(self) -> bool:
        """Whether patients compared after the design weigh differently within an arm."""
        result = self.publication.result
        arms = (result.design.weights[result.patients.treated], result.design.weights[~result.patients.treated])
        return any(float(arm.max() - arm[arm > 0].min()) > 1e-9 * float(arm.max()) for arm in arms)

    def size(self, when: When, arm: str) -> Any:
        """Patients of an arm before or after the design; hidden where they are few."""
        result = self.publication.result
        treated = result.patients.treated if arm == "treated" else ~result.patients.treated
        n = int((treated & (result.design.weights > 0)).sum() if when == "after" else treated.sum())
        return HIDDEN if is_small(n, self.below) else n

    def draft(self) -> TableDraft:
        """A table to write."""
        level = self.publication.result.settings.confidence.level
        outcomes = self.publication.result.settings.outcomes
        names = [*(one.name for one in outcomes.survival), *(one.name for one in outcomes.response)]
        return TableDraft(Words(self.publication.language), level, self.below, names)

    def group(self, draft: TableDraft, when: When) -> str:
        """``Before matching``, over the columns of a population."""
        return draft.say(f"{when}.{self.kind}")

    def arm_columns(self, draft: TableDraft, when: When) -> tuple[Column, Column]:
        """A column for each arm, with its size, and its effective size where patients weigh differently."""
        first, second = (self._arm_head(draft, when, arm) for arm in ARMS)
        group = self.group(draft, when)
        return Column(head=first, group=group), Column(head=second, group=group)

    def _arm_head(self, draft: TableDraft, when: When, arm: str) -> str:
        label, n = self.labels[arm], self.size(when, arm)
        if when == "before" or not self.weighted or n is HIDDEN:
            return draft.say("arm.n", arm=label, n=draft.count(n))
        effective = getattr(self.publication.result.design, f"effective_sample_size_{arm}")
        return draft.say("arm.effective", arm=label, n=draft.count(n), effective=format_value(effective, 1))

    def title(self, draft: TableDraft, table: str, **values: object) -> str:
        """A title that says what made the arms comparable."""
        return draft.say(f"{table}.title.{self.kind}", **values)

    def tests(self, draft: TableDraft, before: str | None, after: str | None) -> str | None:
        """The footnote that names the tests of a row's p-values, by their names in the run."""
        design = draft.say(f"design.{self.kind}")
        first, second = (None if one is None else draft.words.known("test", one) for one in (before, after))
        if first is not None and first == second:
            return draft.say("test.one", test=first)
        if first is not None and second is not None:
            return draft.say("test.two", design=design, before=first, after=second)
        if first is not None:
            return draft.say("test.before_only", design=design, before=first)
        return None if second is None else draft.say("test.after_only", design=design, after=second)

    def pooled_effect(self, when: When, outcome: str | None, measure: str, **place: Any) -> Json | None:
        """A pooled estimate; None where there is none."""
        return self.pooled.get(_key(when, {"outcome": outcome, "measure": measure} | place))

    def imputed(self, draft: TableDraft, key: str) -> str | None:
        """The footnote on imputed sets; None where nothing was imputed."""
        imputation = self.publication.result.imputation
        if imputation is None:
            return None
        return draft.say(f"imputed.{key}", sets=imputation.n_sets, shown=imputation.shown)


def table_source(publication: Publication) -> TableSource:
    """Prepare a run for its tables.

    Parameters
    ----------
    publication : Publication

    Returns
    -------
    TableSource
    """
    document = shown_document(publication)
    return TableSource(publication=publication, document=document, pooled=dict(_pooled(document)))


def _pooled(document: Json) -> list[tuple[tuple[Any, ...], Json]]:
    if document["imputation"] is None:
        return []
    found: list[tuple[tuple[Any, ...], Json]] = []
    for when, one in document["imputation"]["pooled"].items():
        found += [(_key(when, effect), effect) for effect in one["effects"]]
        found += [
            (_key(when, test | {"measure": "interaction"}), test) for test in one["interactions"] if test is not HIDDEN
        ]
        for item in one["survival"]:
            measures = [(name, item[name]) for name in ("hazard_ratio", "rmst_difference")]
            found += _of_endpoint(when, item["outcome"], measures)
        for item in one["response"]:
            rates = [(rate, item[rate]) for rate in ("objective_response", "disease_control")]
            measures = [
                (f"{rate}_{name}", one)
                for rate, group in rates
                if isinstance(group, dict)
                for name, one in group.items()
            ]
            found += _of_endpoint(when, item["outcome"], measures)
    return found


def _of_endpoint(when: str, outcome: str, measures: list[tuple[str, Any]]) -> list[tuple[tuple[Any, ...], Json]]:
    return [(_key(when, {"outcome": outcome, "measure": name}), one) for name, one in measures if isinstance(one, dict)]


def _key(when: str, effect: Json) -> tuple[Any, ...]:
    return (when, effect["outcome"], effect["measure"], *(effect.get(name) for name in _NAMED_BY))
