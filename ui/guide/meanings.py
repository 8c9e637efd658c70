"""What each control means, by its label: one label means one thing, wherever it stands.

A control that is given no help of its own is given this one (``ui/screen.py``), so that none stands on a page without a
word of explanation. Where a method is chosen its source is named, as under ``docs/methods``.
"""

from collections.abc import Mapping
from typing import Final

from analysis.phrases import Phrase, phrase

MEANINGS: Final[Mapping[str, str]] = {
    # Sidebar: matching and weighting.
    "How are patients matched?": phrase(
        "Nearest neighbour is the usual way. Optimal and full matching form all sets at once (Rosenbaum 1989, "
        "doi:10.2307/2290079; Hansen 2004, doi:10.1198/016214504000000647); classes compare patients of one class "
        "with each other (Iacus, King & Porro 2012, doi:10.1093/pan/mpr013)."
    ),
    "Limit the distance by a caliper": phrase(
        "Without a caliper every patient is given a partner, however different (Austin 2011, doi:10.1002/pst.433)."
    ),
    "{column} within": phrase("The most that two patients of a pair may differ in this column, in its own unit."),
    "{column}: classes of equal width": phrase(
        "Into how many classes the column is cut; sets form within a class (Iacus, King & Porro 2012, "
        "doi:10.1093/pan/mpr013)."
    ),
    "Seed of the random order": phrase("The same seed gives the same order, and so the same pairs again."),
    "How are patients weighted?": phrase(
        "Inverse probability keeps everyone (Robins, Hernán & Brumback 2000, "
        "doi:10.1097/00001648-200009000-00011); overlap and matching weights look at those who might have been "
        "given either (Li, Morgan & Zaslavsky 2018, doi:10.1080/01621459.2016.1260466; Li & Greene 2013, "
        "doi:10.1515/ijb-2012-0030); entropy balancing makes the means agree (Hainmueller 2012, "
        "doi:10.1093/pan/mpr025)."
    ),
    # Sidebar: the score.
    "Model of the score": phrase(
        "How the chance of each treatment is estimated from the covariates. Logistic regression is usual "
        "(Rosenbaum & Rubin 1983, doi:10.1093/biomet/70.1.41); Firth's penalty helps in small cohorts (Firth "
        "1993, doi:10.1093/biomet/80.1.27)."
    ),
    "Column of the score": phrase(
        "A propensity score that was estimated elsewhere: a number between 0 and 1 for each patient."
    ),
    "Folds": phrase(
        "Into how many parts the patients are divided; the score of each comes from the other parts (Chernozhukov "
        "2018, doi:10.1111/ectj.12097)."
    ),
    "Seed of the folds": phrase("The same seed divides the patients in the same way again."),
    "{column}: knots": phrase(
        "More knots let the curve bend more often; three to five are usual (Harrell 2015, "
        "doi:10.1007/978-3-319-19425-7)."
    ),
    "Scores kept": phrase(
        "Patients whose score lies outside are left out; 0.1 to 0.9 is usual (Crump 2009, doi:10.1093/biomet/asn055)."
    ),
    "Preference scores kept": phrase(
        "Patients whose preference score lies outside are left out; 0.3 to 0.7 is usual (Walker 2013, "
        "doi:10.2147/CER.S40357)."
    ),
    # Sidebar: balance.
    "Divided by the SD of": phrase(
        "Dividing by a standard deviation puts all covariates on one scale (Stuart 2010, doi:10.1214/09-STS313)."
    ),
    "This SD is that of": phrase(
        "Kept fixed, a difference cannot seem larger or smaller after matching only because the spread changed "
        "(Stuart 2008, doi:10.1002/sim.3207)."
    ),
    "Shares": phrase(
        "Whether shares of patients, such as of women, are divided by their standard deviation too, or left as "
        "differences of shares."
    ),
    "Group by covariate": phrase("The levels of one category stand together."),
    # Data.
    "Column of the patient's id": phrase("Tells the patients apart; a file of scans is joined by it."),
    "Column of the treatment": phrase("The column that says which treatment each patient was given."),
    "Treated arm": phrase(
        "The arm whose effect is asked for: ratios and differences are of this arm against the other."
    ),
    "Control arm (the reference)": phrase("The arm with which the treated one is compared."),
    "Column of times": phrase(
        "How long each patient was followed, from time zero to the event or to the last contact."
    ),
    "Column of events": phrase("Whether the event was observed at that time, or the patient was last seen without it."),
    "{name}: labels that mean the event was observed": phrase(
        "Patients with any other label, unless it competes, are censored: they were last seen without the event."
    ),
    "Labels of {died} that mean death": phrase("All other labels mean that the patient was alive when last seen."),
    "Column of the response": phrase("Best response of each patient, or whether there was one."),
    "What it holds": phrase(
        "A best response has degrees, such as by RECIST 1.1 (Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026); a "
        "responder is told by yes or no."
    ),
    "What it is": phrase("A time to an event, such as overall survival, or a response to treatment."),
    "Its name": phrase("As it is to stand in figures, tables and text, such as OS."),
    "Column": phrase("A column of your file."),
    "First day": phrase("The first day that counts; earlier ones do not."),
    "Last day": phrase("The last day that counts; later ones do not."),
    "Reason (optional)": phrase(
        "Stands in the flow diagram beside the number of patients it left out (STROBE 2007, "
        "doi:10.1371/journal.pmed.0040296)."
    ),
    "Keep patients without a value": phrase("Otherwise the rule leaves out patients of whom this is not known."),
    "Imputed sets": phrase(
        "How often the missing values are filled in, each time with other plausible ones (van Buuren & "
        "Groothuis-Oudshoorn 2011, doi:10.18637/jss.v045.i03)."
    ),
    "Rounds of each set": phrase("How often all columns are gone through until the values of a set are taken."),
    "Seed": phrase("The same seed gives the same numbers again."),
    # Data: dates and scans.
    "Index date (time zero)": phrase(
        "The day from which time is counted; it must mean the same in both arms (Hernán 2016, "
        "doi:10.1016/j.jclinepi.2016.04.014)."
    ),
    "Date of progression": phrase("The first progression; blank where there was none."),
    "Date of death": phrase("Blank for patients who were alive when last seen."),
    "Date of last contact": phrase("Patients who had no event are censored on this day."),
    "Date of last tumour assessment": phrase("Patients without progression are known to be without it until this day."),
    "Start of treatment": phrase(
        "Only compared with the index date: time between the two cannot hold a death of the treated (Suissa 2008, "
        "doi:10.1093/aje/kwm324)."
    ),
    "Date of response": phrase("When a response was first seen; blank for patients without one."),
    "Who died, where a date of death is missing": phrase(
        "A column that says who died, also where no date of death was written down."
    ),
    "Patient’s id": phrase("As in the cohort's file: it says whose scan it is."),
    "Date, or day since time zero": phrase("When the scan was done."),
    "Sum of diameters, mm (RECIST 1.1)": phrase(
        "Of all target lesions (Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026)."
    ),
    "Viable sum, mm (mRECIST)": phrase(
        "Of the enhancing parts of all target lesions (Lencioni & Llovet 2010, doi:10.1055/s-0030-1247132)."
    ),
    "New lesion, yes or no": phrase("A new lesion is progression, whatever the sum."),
    "Non-target lesions, CR to PD": phrase("How the lesions that are not measured were judged."),
    "Responses need a second scan at least four weeks later": phrase(
        "RECIST 1.1 asks for it where response is the main question and nobody was randomised (Eisenhauer 2009, "
        "doi:10.1016/j.ejca.2008.10.026)."
    ),
    # A file on its way.
    "Sheet": phrase("The sheet of the workbook that holds the patients."),
    "Encoding of the text": phrase("Choose another one where letters look wrong."),
    "Dates such as 03/04/2024": phrase("Whether the day or the month comes first."),
    "Cohort": phrase("A file or database that the server's operator has put there."),
    "Table": phrase("The table of the database that holds the patients."),
    "Copy the cells in Excel, with the row of names, and paste them here": phrase(
        "The first row must hold the names of the columns; they tell what each one is."
    ),
    # Matching.
    "Distribution of one covariate": phrase(
        "How this covariate is spread over the patients of each arm, before and after."
    ),
    "Arm": phrase("Whose table of those compared and those left out is shown."),
    "Across": phrase("The covariate from left to right."),
    "Upwards": phrase("The covariate from bottom to top."),
    "Set, 1 to {n_sets:,}": phrase("The number of the set whose members are shown beside each other."),
    "Within the levels of": phrase(
        "Balance over all patients can hide a difference within a part of them; it is shown for each level of "
        "this covariate."
    ),
    "Effect on": phrase("The endpoint whose effect is shown."),
    "Prognosis of": phrase(
        "The endpoint whose risk is predicted from the covariates, in the control arm alone (Stuart, Lee & Leacy "
        "2013, doi:10.1016/j.jclinepi.2013.01.013)."
    ),
    "Largest |SMD|, at most": phrase("0.1 is the usual limit (Austin 2009, doi:10.1002/sim.3697)."),
    "Variance ratio, at most": phrase(
        "How much wider a covariate may be spread in one arm; 2 is the usual limit (Rubin 2001, "
        "doi:10.1023/A:1020363010465)."
    ),
    "Share in equipoise, at least": phrase(
        "The share of patients for whom either treatment might have been chosen (Walker 2013, doi:10.2147/CER.S40357)."
    ),
    "Share compared, at least": phrase("Where many are left out, the effect is of those compared and not of all."),
    "Patients of equal weight, at least": phrase(
        "How many patients of equal weight the weighted ones are worth, in the smaller arm."
    ),
    "One patient's share, at most": phrase("A finding should not hang on a single patient."),
    "Events, at least": phrase("Few events leave the interval of a ratio wide (Schoenfeld 1983, doi:10.2307/2531021)."),
    # Outcomes and robustness.
    "Criteria": phrase("The two readings of the same scans that are compared."),
    "Scans by": phrase("The criterion by which the lesions were measured."),
    "Criterion": phrase("The criterion that tells response and progression on a scan."),
    "Response": phrase("Which of the study's responses is meant."),
    "Endpoint": phrase("Which of the study's endpoints is shown."),
    "Patients": phrase("Both arms together, or one of them alone."),
    "Effect": phrase("The number that is followed through all specifications."),
    "Matching": phrase("Each method that is chosen is tried with every other choice."),
    "Distance": phrase("By what two patients are told to be alike; each one chosen is tried."),
    "Controls for one treated": phrase("How many controls each treated patient is given; each number chosen is tried."),
    "Replacement": phrase("Whether a control may serve several patients; each choice is tried."),
    "Order of matching": phrase(
        "Who chooses first; each order chosen is tried (Maruo 2025, doi:10.1371/journal.pone.0325317)."
    ),
    "Weights instead of matching": phrase("Each weighting that is chosen is tried too."),
    "Leave each covariate out in turn": phrase(
        "One more specification for each covariate: does the answer hang on it?"
    ),
    "First seed": phrase("Random orders are drawn with this seed and those after it."),
    "Replicates": phrase(
        "How often patients are drawn anew: more make the limits steadier and take longer (Efron 1987, "
        "doi:10.1080/01621459.1987.10478410)."
    ),
    # Files and text.
    "Language": phrase("The language of the manuscript's text, tables and report; the screen has its own choice."),
    "Journal": phrase("Widths, lettering and numbers as this journal asks for them."),
    "Width": phrase("How wide the figure is printed."),
    "PNG and TIFF": phrase("Dots on an inch: 300 for pictures, 600 and more where a journal asks for sharp lines."),
    "Colours": phrase("The colours of the arms; line styles tell them apart as well."),
    "Numbers": phrase("How decimals, p values and intervals are written."),
    "Look at it": phrase("As it is printed, in grey, or as readers with another colour vision see it."),
    "For a journal: choices, preview, checks": phrase(
        "Width, resolution and colours as a journal asks, the figure as it is printed, and what the journal would "
        "send back."
    ),
    "The numbers as a table": phrase("What the figure shows, to be read line by line or aloud."),
    "Read it here": phrase("Shows the text on this page, where it can be copied."),
    "One": phrase("The number of a specification in the list above."),
    "The other": phrase("The number of the specification with which it is compared."),
    # Validation.
    "Show": phrase("Every check, or only those whose answer differs from the known one."),
    "Part": phrase("The part of the statistics that is checked."),
}
"""By the label as it is written in the source, with its fields in braces."""


def meaning_of(label: object) -> str | None:
    """What a control with this label means; None where its label says it all.

    Parameters
    ----------
    label : object
        As it is handed to the control: a phrase, or plain text, which has no meaning here.
    """
    return MEANINGS.get(label.template) if isinstance(label, Phrase) else None
