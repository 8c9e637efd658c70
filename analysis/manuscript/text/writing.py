"""Methods, results, captions and abbreviations of one run, in the language of its settings or another."""

from collections.abc import Callable, Mapping

from analysis.manuscript.publication import Publication
from analysis.manuscript.text.citations import Numbering
from analysis.manuscript.text.english import ENGLISH
from analysis.manuscript.text.facts import StudyFacts, study_facts
from analysis.manuscript.text.figures import study_figures
from analysis.manuscript.text.japanese import JAPANESE
from analysis.manuscript.text.korean import KOREAN
from analysis.manuscript.text.outline import METHODS, RESPONSE, RESULTS_AFTER, RESULTS_BEFORE, SURVIVAL, Outline
from analysis.manuscript.text.section import Caption, Citation, ManuscriptText, TextSection
from analysis.manuscript.text.voice import Voice

VOICES: Mapping[str, Voice] = {voice.code: voice for voice in (ENGLISH, KOREAN, JAPANESE)}
"""Every language, by its code."""


def manuscript_text(publication: Publication, language: str | None = None) -> ManuscriptText:
    """Methods and results of a run, and the sources that they name.

    Every sentence is written from the run: what was not done is not said, and each number stands in the results file
    or in the settings. Where small counts are hidden there, sentences that would tell them are left out.

    Parameters
    ----------
    publication : Publication
        One executed run.
    language : {"en", "ko", "ja"}, optional
        That of ``settings.manuscript`` where absent.

    Returns
    -------
    ManuscriptText
        The same for the same run. Numbers follow the number style in force.
    """
    return facts_text(study_facts(publication), VOICES[language or publication.language])


def facts_text(facts: StudyFacts, voice: Voice) -> ManuscriptText:
    """Methods and results from facts; sources are numbered through both."""
    numbers = Numbering()
    methods = _sections(facts, voice, METHODS, numbers)
    results = (
        *_sections(facts, voice, RESULTS_BEFORE, numbers),
        *_endpoints(facts, voice, numbers),
        *_sections(facts, voice, RESULTS_AFTER, numbers),
    )
    return ManuscriptText(methods=methods, results=results, references=numbers.citations())


def _sections(facts: StudyFacts, voice: Voice, outline: Outline, numbers: Numbering) -> tuple[TextSection, ...]:
    found = []
    for heading, paragraphs in outline:
        written = [_joined(voice, [voice.sentences[key](facts) for key in keys], numbers) for keys in paragraphs]
        title = voice.headings.get(f"{heading}_{facts.design.kind}", voice.headings.get(heading, ""))
        kept = tuple(text for text in written if text)
        if kept:
            found.append(TextSection(heading=title, paragraphs=kept))
    return tuple(found)


def _endpoints(facts: StudyFacts, voice: Voice, numbers: Numbering) -> tuple[TextSection, ...]:
    survival = [
        _joined(voice, [voice.survival[key](facts, endpoint) for key in SURVIVAL], numbers)
        for endpoint in facts.survival
    ]
    response = [
        _joined(voice, [voice.response[key](facts, endpoint) for key in RESPONSE], numbers)
        for endpoint in facts.response
    ]
    response.append(_joined(voice, [voice.sentences[key](facts) for key in _AFTER_RESPONSES], numbers))
    found = {"results_survival": survival, "results_response": response}
    return tuple(
        TextSection(heading=voice.headings[heading], paragraphs=tuple(text for text in texts if text))
        for heading, texts in found.items()
        if any(texts)
    )


_AFTER_RESPONSES = ("response_times_found", "agreement_found")


def _joined(voice: Voice, sentences: list[str], numbers: Numbering) -> str:
    return numbers.resolve(voice.joiner.join(sentence for sentence in sentences if sentence))


def methods_text(publication: Publication, language: str | None = None) -> tuple[TextSection, ...]:
    """The methods of a run; parameters as in `manuscript_text`."""
    return manuscript_text(publication, language).methods


def results_text(publication: Publication, language: str | None = None) -> tuple[TextSection, ...]:
    """The results of a run with its limitations; parameters as in `manuscript_text`."""
    return manuscript_text(publication, language).results


def references(publication: Publication, language: str | None = None) -> tuple[Citation, ...]:
    """The sources that methods and results name, in the order of their numbers."""
    return manuscript_text(publication, language).references


def captions(publication: Publication, language: str | None = None) -> Mapping[str, Caption]:
    """What stands below each figure of a run.

    Parameters
    ----------
    publication, language
        As in `manuscript_text`.

    Returns
    -------
    mapping of str to Caption
        By the name of the figure's file without its ending, in the order of the files.
    """
    facts, voice = study_facts(publication), VOICES[language or publication.language]
    write: Callable[..., Caption] = voice.caption
    return {figure.stem: write(facts, figure) for figure in study_figures(publication)}


def abbreviations(language: str = "en") -> Mapping[str, str]:
    """What texts and figures abbreviate, and what it means in this language."""
    return VOICES[language].abbreviations
