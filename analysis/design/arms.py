"""The two arms in a word."""

from analysis.phrases import phrase


def arm_name(*, treated: bool) -> str:
    """What an arm is called where its label does not matter.

    Examples
    --------
    >>> arm_name(treated=True), arm_name(treated=False)
    ('treated', 'control')
    """
    return phrase("treated", "an arm") if treated else phrase("control", "an arm")
