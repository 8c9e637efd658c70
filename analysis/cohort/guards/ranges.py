"""What values a living adult can have: one table of quantities, their units and their bounds.

Bounds are wide: outside them lies a slip of the pen, a code or another unit, not a sick patient. Scores have the
bounds of their definitions: ECOG (Oken 1982, doi:10.1097/00000421-198212000-00014; 5 is death), Child–Pugh (Pugh
1973, doi:10.1002/bjs.1800600817), ALBI (Johnson 2015, doi:10.1200/JCO.2014.57.9151, at the bounds of albumin and
bilirubin), MELD (Kamath 2001, doi:10.1053/jhep.2001.22172, from 6 to 40 as used for allocation).
"""

from dataclasses import dataclass

from analysis.cohort.words.codings import name_words
from analysis.phrases import phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit a quantity is written in.

    Attributes
    ----------
    label : str
        As it is printed.
    marks : tuple of str
        How a column's name ends that says so, letters and digits only.
    lower, upper : float
        Between these every value must lie.
    usual : tuple of float
        Where the median of a cohort lies, to tell units that no name states.
    """

    label: str
    lower: float
    upper: float
    marks: tuple[str, ...] = ()
    usual: tuple[float, float] = (float("-inf"), float("inf"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """Something that is measured in patients.

    Attributes
    ----------
    name : str
        In a sentence.
    words : frozenset of str
        Words of a column's name, one of which tells it.
    also : frozenset of str
        Of these one must stand in the name besides, where there are any.
    units : tuple of Unit
        The units it is written in.
    factor : float or None
        How many times larger the numbers of the other unit are, where two units are often mixed.
    is_score : bool
        True for scores, which keep their bounds whatever the median.
    above_zero : bool
        True where 0 is impossible too.
    """

    name: str
    words: frozenset[str]
    units: tuple[Unit, ...]
    also: frozenset[str] = frozenset()
    factor: float | None = None
    is_score: bool = False
    above_zero: bool = False


def _words(*words: str) -> frozenset[str]:
    return frozenset(words)


_TUMOUR = _words("tumor", "tumour", "lesion", "nodule", "종양", "腫瘍")
_SIZE = _words("size", "max", "diameter", "mm", "cm", "크기", "최대", "径", "最大径")

QUANTITIES: tuple[Quantity, ...] = (
    Quantity(
        name="age",
        words=_words("age", "나이", "연령", "年齢"),
        units=(Unit(label=phrase("years", "of age"), lower=0, upper=120),),
        is_score=True,
    ),
    Quantity(
        name="ECOG",
        words=_words("ecog"),
        units=(Unit(label=phrase("points", "of a score"), lower=0, upper=4),),
        is_score=True,
    ),
    Quantity(
        name="Karnofsky",
        words=_words("karno", "karnofsky", "kps"),
        units=(Unit(label=phrase("points", "of a score"), lower=0, upper=100),),
        is_score=True,
    ),
    Quantity(
        name="Child–Pugh",
        words=_words("pugh", "childpugh", "ctp"),
        units=(Unit(label=phrase("points", "of a score"), lower=5, upper=15, usual=(4, 16)),),
    ),
    Quantity(
        name="MELD",
        words=_words("meld"),
        units=(Unit(label=phrase("points", "of a score"), lower=6, upper=40, usual=(6, 40)),),
    ),
    Quantity(
        name="ALBI",
        words=_words("albi"),
        units=(Unit(label=phrase("points", "of a score"), lower=-6, upper=2, usual=(-4, 0)),),
    ),
    Quantity(
        name="height",
        words=_words("height", "키", "身長"),
        units=(
            Unit(label="cm", marks=("cm",), lower=50, upper=250, usual=(100, 200)),
            Unit(label="m", marks=("m",), lower=0.5, upper=2.5, usual=(1, 2)),
        ),
    ),
    Quantity(
        name="weight",
        words=_words("weight", "wt", "체중", "몸무게", "体重"),
        units=(Unit(label="kg", marks=("kg",), lower=20, upper=350, usual=(30, 150)),),
    ),
    Quantity(
        name="BMI", words=_words("bmi", "체질량지수"), units=(Unit(label="kg/m²", lower=8, upper=100, usual=(15, 45)),)
    ),
    Quantity(
        name="systolic pressure",
        words=_words("sbp", "systolic"),
        units=(Unit(label="mmHg", lower=40, upper=300, usual=(80, 200)),),
    ),
    Quantity(
        name="diastolic pressure",
        words=_words("dbp", "diastolic"),
        units=(Unit(label="mmHg", lower=15, upper=200, usual=(40, 120)),),
    ),
    Quantity(
        name="albumin",
        words=_words("albumin", "alb", "알부민", "アルブミン"),
        units=(
            Unit(label="g/dL", marks=("gdl",), lower=0.5, upper=7, usual=(1.5, 6)),
            Unit(label="g/L", marks=("gl",), lower=5, upper=70, usual=(15, 60)),
        ),
        factor=10,
        above_zero=True,
    ),
    Quantity(
        name="bilirubin",
        words=_words("bilirubin", "bil", "bili", "tbil", "tbili", "빌리루빈", "ビリルビン"),
        units=(
            Unit(label="mg/dL", marks=("mgdl",), lower=0, upper=70, usual=(0.1, 4)),
            Unit(label="µmol/L", marks=("umoll", "µmoll", "μmoll", "mumoll"), lower=0, upper=1200, usual=(4, 120)),
        ),
        factor=17.1,
        above_zero=True,
    ),
    Quantity(
        name="INR",
        words=_words("inr"),
        units=(Unit(label="", lower=0.5, upper=25, usual=(0.7, 5)),),
    ),
    Quantity(
        name="creatinine",
        words=_words("creatinine", "creat", "scr", "크레아티닌", "クレアチニン"),
        units=(
            Unit(label="mg/dL", marks=("mgdl",), lower=0.05, upper=40, usual=(0.3, 10)),
            Unit(label="µmol/L", marks=("umoll", "µmoll", "μmoll"), lower=5, upper=3500, usual=(25, 900)),
        ),
        factor=88.4,
        above_zero=True,
    ),
    Quantity(
        name="haemoglobin",
        words=_words("hb", "hgb", "hemoglobin", "haemoglobin", "혈색소", "헤모글로빈", "ヘモグロビン"),
        units=(
            Unit(label="g/dL", marks=("gdl",), lower=1.5, upper=27, usual=(6, 19)),
            Unit(label="g/L", marks=("gl",), lower=15, upper=270, usual=(60, 190)),
        ),
        factor=10,
        above_zero=True,
    ),
    Quantity(
        name="platelets",
        words=_words("platelet", "platelets", "plt", "혈소판", "血小板"),
        units=(
            Unit(label="10⁹/L", lower=1, upper=3000, usual=(50, 600)),
            Unit(label="10⁴/µL", lower=0.1, upper=300, usual=(3, 50)),
            Unit(label="/µL", lower=1000, upper=3_000_000, usual=(20_000, 600_000)),
        ),
        factor=1000,
        above_zero=True,
    ),
    Quantity(
        name="white cells",
        words=_words("wbc", "leukocytes", "백혈구", "白血球"),
        units=(
            Unit(label="10⁹/L", lower=0.01, upper=900, usual=(1.5, 30)),
            Unit(label="/µL", lower=10, upper=900_000, usual=(1500, 30_000)),
        ),
        factor=1000,
    ),
    Quantity(
        name="sodium",
        words=_words("sodium", "나트륨", "ナトリウム"),
        units=(Unit(label="mmol/L", lower=90, upper=200, usual=(120, 160)),),
    ),
    Quantity(
        name="potassium",
        words=_words("potassium", "칼륨", "カリウム"),
        units=(Unit(label="mmol/L", lower=1, upper=12, usual=(2.5, 7)),),
    ),
    Quantity(
        name="enzymes",
        words=_words("ast", "alt", "got", "gpt", "ggt", "alp", "ldh", "aspartate", "alanine"),
        units=(Unit(label="U/L", lower=0, upper=50_000, usual=(5, 3000)),),
        above_zero=True,
    ),
    Quantity(
        name="AFP",
        words=_words("afp", "alphafetoprotein", "fetoprotein", "알파태아단백"),
        units=(Unit(label="ng/mL", marks=("ngml",), lower=0, upper=1e8),),
        is_score=True,
        above_zero=True,
    ),
    Quantity(
        name="PIVKA-II",
        words=_words("pivka", "pivkaii", "dcp"),
        units=(Unit(label="mAU/mL", lower=0, upper=1e8),),
        is_score=True,
        above_zero=True,
    ),
    Quantity(
        name="CRP",
        words=_words("crp"),
        units=(Unit(label=phrase("mg/L or mg/dL"), lower=0, upper=1000),),
        is_score=True,
    ),
    Quantity(
        name="neutrophils to lymphocytes",
        words=_words("nlr"),
        units=(Unit(label="", lower=0, upper=300, usual=(0.5, 30)),),
        above_zero=True,
    ),
    Quantity(
        name="tumour size",
        words=_TUMOUR,
        also=_SIZE,
        units=(
            Unit(label="mm", marks=("mm",), lower=0, upper=600, usual=(20, 300)),
            Unit(label="cm", marks=("cm",), lower=0, upper=60, usual=(0.5, 20)),
        ),
        factor=10,
    ),
)
"""Every quantity that is checked."""

NOT_AS_MEASURED = _words(
    *("log", "log10", "log2", "ln", "change", "delta", "diff", "difference", "ratio", "grade", "class", "group", "grp"),
    *("category", "cat", "level", "levels", "flag", "yn", "positive", "high", "low", "elevated", "abnormal", "rank"),
    *("quartile", "tertile", "number", "count", "date", "response", "time", "months", "days", "sum", "stage", "index"),
    *("등급", "변화", "그룹", "변화율"),
)
"""Words that make something else of a quantity."""

PERCENT_WORDS = _words("pct", "percent", "percentage", "퍼센트")
CHANGE_WORDS = _words("change", "delta", "diff", "difference", "변화", "변화율", "変化", "変化率")


def quantity_of(column: str) -> Quantity | None:
    """Tell what a column measures, by its name.

    Parameters
    ----------
    column : str
        A column's name.

    Returns
    -------
    Quantity or None
        None when no word tells, or when another says that it is not as measured.

    Examples
    --------
    >>> quantity_of("albumin_gdl").name
    'albumin'
    >>> quantity_of("log10_afp") is None
    True
    """
    words = set(name_words(column))
    if words & NOT_AS_MEASURED:
        return None
    for quantity in QUANTITIES:
        if words & quantity.words and (not quantity.also or words & quantity.also):
            return quantity
    return None


def named_unit(column: str, quantity: Quantity) -> Unit | None:
    """Tell the unit that a column's name states.

    Parameters
    ----------
    column : str
        A column's name.
    quantity : Quantity
        What it measures.

    Returns
    -------
    Unit or None
        The one whose mark is the longest end of the name.
    """
    letters = "".join(letter for letter in column.casefold() if letter.isalnum())
    marks = [(mark, unit) for unit in quantity.units for mark in unit.marks if letters.endswith(mark)]
    return max(marks, key=lambda pair: len(pair[0]))[1] if marks else None
