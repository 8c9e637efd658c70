"""The name of a compared value, which files and figures know it by, as a phrase that may be said in another language."""

import re

from analysis.phrases import join_phrases, phrase

WORDS = {
    word: word
    for word in (
        phrase("before"),
        phrase("after"),
        phrase("chi-squared"),
        phrase("follow-up median"),
        phrase("log-rank"),
        phrase("mean"),
        phrase("treated", "arm"),
        phrase("control", "arm"),
        phrase("difference"),
        phrase("ratio"),
        phrase("log ratio"),
        phrase("error"),
        phrase("lower"),
        phrase("upper"),
        phrase("pairs"),
        phrase("pairs in common"),
        phrase("sum of distances"),
        phrase("caliper width"),
        phrase("effective treated"),
        phrase("effective control"),
        phrase("sum treated"),
        phrase("sum control"),
        phrase("largest share"),
        phrase("smallest share"),
        phrase("largest SMD"),
        phrase("estimate"),
        phrase("limit"),
        phrase("variance"),
        phrase("degrees of freedom"),
        phrase("fraction missing"),
        phrase("critical gamma"),
        phrase("exact"),
        phrase("mid-p"),
        phrase("unweighted"),
        phrase("linear"),
        phrase("quadratic"),
        phrase("died"),
        phrase("transplanted"),
        phrase("lasting"),
        phrase("too short"),
        phrase("new yes"),
        phrase("new no"),
    )
}


def value_name(name: str) -> str:
    """The name in words, its parts said one by one; what is no word of the product, such as a covariate, as it is.

    Parameters
    ----------
    name : str
        Such as ``GBSG before: chi-squared``.

    Returns
    -------
    str
        Equal to the name.

    Examples
    --------
    >>> value_name("GBSG before: chi-squared"), value_name("Placebo S(12), lower")
    ('GBSG before: chi-squared', 'Placebo S(12), lower')
    """
    return join_phrases([_said_part(part) for part in re.split(r"(: |, )", name)], "")


def _said_part(part: str) -> str:
    if part in WORDS:
        return WORDS[part]
    for pattern, words in PATTERNS:
        if found := pattern.fullmatch(part):
            return words(*found.groups())
    return part


PATTERNS = (
    (
        re.compile(r"(treated|control) at ([\d.]+)"),
        lambda arm, time: phrase("{arm} at {time}", arm=WORDS[arm], time=time),
    ),
    (re.compile(r"(.+) median"), lambda arm: phrase("{arm} median", arm=arm)),
    (re.compile(r"(.+) before"), lambda case: phrase("{case} before", case=case)),
    (re.compile(r"(.+) after"), lambda case: phrase("{case} after", case=case)),
    (re.compile(r"matching (\d+)"), lambda number: phrase("matching {number}", number=number)),
    (re.compile(r"p at gamma ([\d.]+)"), lambda gamma: phrase("p at gamma {gamma}", gamma=gamma)),
    (re.compile(r"(\d+) and (\d+)"), lambda one, other: phrase("{one} and {other}", one=one, other=other)),
    (
        re.compile(r"(\d+) and (\d+) of (\d+)"),
        lambda one, other, n: phrase("{one} and {other} of {n}", one=one, other=other, n=n),
    ),
    (re.compile(r"(\d+) % of (\d+)"), lambda rate, n: phrase("{rate} % of {n}", rate=rate, n=n)),
    (re.compile(r"power (\d+) %"), lambda power: phrase("power {power} %", power=power)),
    (re.compile(r"(\w+) then (\w+)"), lambda first, later: phrase("{first} then {later}", first=first, later=later)),
)
"""Parts of names with something in them that is no word of the product."""
