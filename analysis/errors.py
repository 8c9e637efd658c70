"""What can go wrong in a way that the user can mend; anything else is a bug and crashes loudly."""


class AnalysisError(Exception):
    """A run that cannot go on, with every problem found, each a sentence for a person.

    A sentence says what must hold, what was found (column and count) and what to do. It never holds a
    patient's value, an identifier or a path.

    Parameters
    ----------
    *problems : str
        One sentence, or several, for each problem; all problems of one step are raised together.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems: tuple[str, ...] = problems


class CohortInputError(AnalysisError):
    """The cohort's file cannot be used as it is."""


class SettingsError(AnalysisError):
    """The study file asks for something that does not exist or does not fit the cohort."""


class EstimationError(AnalysisError):
    """The data cannot support the estimate that was asked for."""
