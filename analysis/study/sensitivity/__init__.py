"""What could undo the effects of a study, and what it could have shown: one population at a time, on demand."""

from analysis.study.sensitivity.confounding import EndpointConfounding, StudyConfounding, study_confounding
from analysis.study.sensitivity.effects import EndpointEffect, Measure
from analysis.study.sensitivity.power import EndpointPower, study_power
from analysis.study.sensitivity.tipping import PREVALENCE_CONTROL, endpoint_tipping

__all__ = [
    "PREVALENCE_CONTROL",
    "EndpointConfounding",
    "EndpointEffect",
    "EndpointPower",
    "Measure",
    "StudyConfounding",
    "endpoint_tipping",
    "study_confounding",
    "study_power",
]
