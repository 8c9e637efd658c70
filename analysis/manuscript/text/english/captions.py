"""Captions and abbreviations in English."""

from analysis.manuscript.text.captions import CaptionWords

ABBREVIATIONS = {
    "ATC": "average treatment effect in the controls",
    "ATE": "average treatment effect",
    "ATM": "average treatment effect in the matchable",
    "ATO": "average treatment effect in the overlap population",
    "ATT": "average treatment effect in the treated",
    "CI": "confidence interval",
    "CR": "complete response",
    "HR": "hazard ratio",
    "NE": "not evaluable",
    "NR": "not reached",
    "PD": "progressive disease",
    "PR": "partial response",
    "PS": "propensity score",
    "RMST": "restricted mean survival time",
    "SD": "stable disease",
    "SMD": "standardised mean difference",
}

CAPTIONS = CaptionWords(
    figures={
        "flow": (
            "Flow of patients from the data file to the comparison.",
            "Boxes hold the patients left at each step by group, with the reasons of those left out.",
            "Flow diagram of the patients of the {treated} and {control} groups from the data file to the comparison.",
        ),
        "missing": (
            "Missing values of the covariates by group.",
            "Eligible patients without a value, for each covariate with any missing.",
            "Chart of the share of patients without a value for each covariate, in the {treated} and {control} groups.",
        ),
        "balance": (
            "Balance of the covariates {when}.",
            "Love plot of the standardised mean differences, {treated} minus {control}; lines mark 0.1 and 0.2.",
            "Love plot with one row a covariate, showing the standardised mean difference {when}.",
        ),
        "overlap": (
            "Propensity scores in both groups, {when}.",
            "Mirrored histograms of the propensity score, one side for each group.",
            "Mirrored histograms of the propensity score in the {treated} and {control} groups, {when}.",
        ),
        "calibration": (
            "Calibration of the propensity score.",
            "Share of patients treated against the mean score in groups of equal size, with {ci}; the diagonal is perfect "
            "calibration.",
            "Observed share of {treated} patients against the predicted one, beside the diagonal.",
        ),
        "left_out": (
            "Patients who were kept and left out, by group.",
            "Covariates of the patients compared minus those of all patients, in standard deviations of all patients of the "
            "group.",
            "Chart of how the patients who were kept differ from all, in the {treated} and {control} groups.",
        ),
        "weights": (
            "Weights of the patients, {when}.",
            "Distribution of the weights in each group, with a mean of 1 in each.",
            "Distribution of the weights in the {treated} and {control} groups.",
        ),
        "survival": (
            "{endpoint} by group, {when}.",
            "Kaplan–Meier curves with {ci} as bands; ticks mark censored patients; time in {unit}. {control} is the "
            "reference of the hazard ratio.",
            "Kaplan–Meier curves of {endpoint} in the {treated} and {control} groups, {when}.",
        ),
        "incidence": (
            "Cumulative incidence of {endpoint} by group, {when}.",
            "Aalen–Johansen estimates in the presence of competing events; time in {unit}. {control} is the reference of "
            "the hazard ratio.",
            "Cumulative incidence curves of {endpoint} in the {treated} and {control} groups, {when}.",
        ),
        "response": (
            "Response by group, {when}.",
            "Bars hold the patients by best response; marks are the objective response rate with {ci}.",
            "Bars of best response and marks of response rates in the {treated} and {control} groups, {when}.",
        ),
        "endpoints": (
            "Effects on all endpoints {when}.",
            "Marks are effects of {treated} against {control} with {ci}.",
            "Chart of the effects on all endpoints with their intervals, {when}.",
        ),
        "cox": (
            "Cox models of {endpoint}, {when}.",
            "Hazard ratios of treatment and covariates with {ci}, each alone and all together.",
            "Forest plot of hazard ratios of treatment and covariates for {endpoint}, {when}.",
        ),
        "subgroups": (
            "Effects on {endpoint} in subgroups, {when}.",
            "Effects of {treated} against {control} with {ci} in the levels of each subgroup, with tests of interaction that "
            "are not adjusted for their number.",
            "Forest plot of the effects on {endpoint} in subgroups, {when}.",
        ),
        "curve": (
            "Specification curve of the effect on {endpoint}.",
            "Each place along the axis is one specification of the analysis, in order of its estimate, with {ci}; the choices "
            "are marked below.",
            "Estimates of all specifications in ascending order, with the choices that made them.",
        ),
        "orders": (
            "Effects on {endpoint} under random orders of matching.",
            "Distribution of the estimates when nothing but the order of matching changes.",
            "Distribution of the estimates over random orders of matching.",
        ),
        "waterfall": (
            "Best change of the lesions by {endpoint}, {when}.",
            "Each bar is one patient: the best change of the sum of lesions in percent of baseline; lines mark the thresholds "
            "of response and progression.",
            "Waterfall plot of the best change of the lesions in the {treated} and {control} groups, {when}.",
        ),
        "spider": (
            "Course of the lesions by {endpoint}, {when}.",
            "Each line is one patient: the change of the sum of lesions in percent of baseline; hollow marks are scans that "
            "show progression; time in {unit}.",
            "Spider plot of the change of the lesions over time in the {treated} and {control} groups, {when}.",
        ),
        "swimmer": (
            "Course of each patient by {endpoint}, {when}.",
            "Each bar is one patient: full colour in response, pale while followed; marks are response, progression, death and "
            "the end of follow-up; time in {unit}.",
            "Swimmer plot of the course of each patient in the {treated} and {control} groups, {when}.",
        ),
        "agreement": (
            "Agreement of {endpoint}, {when}.",
            "Patients by their best response under both criteria; those on the diagonal agree.",
            "Table of best responses under both criteria, {when}.",
        ),
        "adverse_events": (
            "Adverse events by group, {when}.",
            "Patients with each event, of any grade and of grade 3 or worse, and the difference with {ci}.",
            "Chart of the share of patients with each adverse event in the {treated} and {control} groups, {when}.",
        ),
        "tipping": (
            "What an unmeasured confounder would have to do to the effect on {endpoint}, {when}.",
            "Curves show how strong a binary confounder would have to be, at each share of patients who have it, to explain the "
            "estimate or its limit away.",
            "Curves of the strength of an unmeasured confounder that would undo the effect on {endpoint}, {when}.",
        ),
        "centres": (
            "Effects on {endpoint} by centre, {when}.",
            "Effects of {treated} against {control} in each centre with {ci}.",
            "Forest plot of the effects on {endpoint} by centre, {when}.",
        ),
    },
    populations={
        ("matching", "before"): "before matching",
        ("matching", "after"): "after matching",
        ("matching", "compare"): "before and after matching",
        ("weighting", "before"): "before weighting",
        ("weighting", "after"): "after weighting",
        ("weighting", "compare"): "before and after weighting",
    },
    numbers="{treated}, n = {n_treated}; {control}, n = {n_control}",
    both="Before: {before}. After: {after}.",
    at_risk="Numbers at risk stand below the axis.",
    no_counts="Numbers at risk are not shown, as small counts are hidden.",
    imputed="Patients after it are those of imputed data set {shown} of {n}.",
    effective="Patients are weighted; effective numbers stand beside the counts.",
    abbreviated="{list}.",
    pair="{short}, {meaning}",
    between="; ",
    joiner=" ",
    units={"days": "days", "weeks": "weeks", "months": "months", "years": "years"},
)
