"""The words that Streamlit draws of itself, which no parameter of it sets: where each stands in the page, and what it says.

Only these words in these places are ever put into another language, so that a label or a name that reads alike stays as
it was written. A field in braces stands for whatever Streamlit puts there.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

from analysis.phrases import Phrase, phrase
from ui.language.catalogue import reader

_LISTS: Final = ':is([data-testid="stSelectbox"], [data-testid="stMultiSelect"])'
_OPEN_LISTS: Final = ':is([data-testid="stSelectboxVirtualDropdown"], [data-testid="stMultiSelectDropdown"])'
_ERROR_TIPS: Final = '[data-testid="stTooltipErrorContent"]'

PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    '[data-testid="stFileUploaderDropzone"] :is(p, span)': (
        phrase("Upload"),
        phrase("Drag and drop files here"),
        phrase("Drag and drop a file here"),
        phrase("{size} per file", size="{size}"),
    ),
    '[data-testid="stFileUploaderDropzone"] :is(input, button)': (
        phrase("file upload"),
        phrase("Add files"),
        phrase("Cancel upload of {name}", name="{name}"),
        phrase("Remove {name}", name="{name}"),
    ),
    f'[data-testid="stFileChip"] [role="alert"], {_ERROR_TIPS}': (
        phrase("Error: "),
        phrase("Upload failed"),
        phrase("Only one file is allowed."),
        phrase("Unexpected error. Please try again."),
        phrase("File must be {size} or smaller.", size="{size}"),
        phrase("{kind} files are not allowed.", kind="{kind}"),
    ),
    f"{_LISTS} :is(button, input, [role=group])": (
        phrase("Choose an option"),
        phrase("Choose options"),
        phrase("No options to select"),
        phrase("Selected values"),
        phrase("Clear all"),
        phrase("Clear value"),
        phrase("Open"),
        phrase("Remove {name}", name="{name}"),
    ),
    f'{_OPEN_LISTS} :is([role="option"]:not([data-key]) > span, button)': (
        phrase("No results"),
        phrase("Dismiss"),
    ),
    '[data-key="__select_all__"] > [data-item-hl], [data-key="__select_matches__"] > [data-item-hl]': (
        phrase("Select all"),
        phrase("Select {n} matches", n="{n}"),
    ),
    "[data-live-announcer] [role=log] > div": (
        phrase("1 option available."),
        phrase("{n} options available.", n="{n}"),
    ),
    '[data-testid="stNumberInput"] :is(button, [role="alert"])': (
        phrase("Decrement"),
        phrase("Increment"),
        phrase("Clear value"),
        phrase(
            "Error: Number is outside the allowed range. Please enter a value between {low} and {high}.",
            low="{low}",
            high="{high}",
        ),
        phrase(
            "Error: Number is below the allowed range. Please enter a value greater than or equal to {low}.",
            low="{low}",
        ),
        phrase(
            "Error: Number is above the allowed range. Please enter a value less than or equal to {high}.",
            high="{high}",
        ),
    ),
    f"{_ERROR_TIPS} :is(p, strong)": (
        phrase("Error"),
        phrase(
            ": Number is outside the allowed range. Please enter a value between {low} and {high}.",
            low="{low}",
            high="{high}",
        ),
        phrase(
            ": Number is below the allowed range. Please enter a value greater than or equal to {low}.", low="{low}"
        ),
        phrase(
            ": Number is above the allowed range. Please enter a value less than or equal to {high}.", high="{high}"
        ),
    ),
    '[data-testid="stDateInput"] :is(button, [role="spinbutton"]), '
    '[data-testid="stDateInputCalendar"], [data-testid="stDateInputCalendar"] > span, '
    '[data-testid="stDateInputCalendar"] :is(h2, button, [role="application"], [role="grid"])': (
        phrase("Choose date"),
        phrase("Clear date"),
        phrase("Previous month"),
        phrase("Next month"),
        phrase("Use arrow keys to navigate dates. Enter to select. Escape to close."),
        phrase("Choose date, {month}", month="{month}"),
        phrase("year, {label}", label="{label}"),
        phrase("month, {label}", label="{label}"),
        phrase("day, {label}", label="{label}"),
    ),
    '[data-testid="InputInstructions"] span': (phrase("Press {key} to apply", key="{key}"),),
    '[data-testid="stElementToolbar"] button, [data-testid="stTooltipContent"] p': (
        phrase("Show/hide columns"),
        phrase("Download as CSV"),
        phrase("Search"),
        phrase("Fullscreen"),
        phrase("Close fullscreen"),
        phrase("Clear selection"),
        phrase("Copy to clipboard"),
        phrase("Copied"),
    ),
    ".gdg-search-bar :is(button, label, div)": (
        phrase("Previous Result"),
        phrase("Next Result"),
        phrase("Close Search"),
        phrase("Type to search"),
        phrase("1 result"),
        phrase("{place} of {n} results", place="{place}", n="{n}"),
        phrase("{n} results", n="{n}"),
    ),
    '[data-testid="stDataFrameColumnVisibilityMenu"] :is(label:first-of-type, label:first-of-type *)': (
        phrase("Select all"),
    ),
    '[data-testid="stDataFrameColumnMenu"] :is([role="menu"], [role="menuitem"], [role="menuitem"] > div, button)': (
        phrase("Dataframe column menu"),
        phrase("Copy column name"),
        phrase("Sort ascending"),
        phrase("Sort descending"),
        phrase("Statistics"),
        phrase("Format"),
        phrase("Autosize"),
        phrase("Pin column"),
        phrase("Unpin column"),
        phrase("Hide column"),
    ),
    '[data-testid="stTooltipHoverTarget"] > button': (phrase("Help for {label}", label="{label}"),),
    "button kbd": (phrase("Shortcut {key}", key="{key}"),),
    '[data-testid="stSkipToContent"], [data-testid="stTopNav"], [data-testid="stSidebar"], '
    '[data-testid="stSidebarCollapseButton"] button, [data-testid="stExpandSidebarButton"]': (
        phrase("Skip to main content"),
        phrase("App pages"),
        phrase("Sidebar"),
        phrase("Collapse sidebar"),
        phrase("Expand sidebar"),
    ),
    '[data-testid="stStatusWidget"] :is(button, [role="img"]), [data-testid="stConnectionStatus"] label, '
    '[data-testid="stTooltipContent"]': (
        phrase("Running..."),
        phrase("Stop"),
        phrase("Stopping..."),
        phrase("Connecting"),
        phrase("Connecting to Streamlit server"),
        phrase("Unable to connect to Streamlit server"),
        phrase("Error"),
    ),
    '[role="dialog"] > :is(h2, button), [role="dialog"] > div > div, [role="dialog"] p, [data-testid="stToast"] button': (
        phrase("Close"),
        phrase("Connection error"),
        phrase("Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:"),
        phrase("Streamlit server is not responding. Are you connected to the internet?"),
        phrase("Page not found"),
        phrase("The page that you have requested does not seem to exist. Running the app's main page."),
        phrase(
            "You have requested page /{page}, but no corresponding file was found in the app's pages/ directory. "
            "Running the app's main page.",
            page="{page}",
        ),
    ),
}
"""By the elements that have them in an attribute or as their own text, Streamlit's words."""


@cache
def streamlit_words(code: str) -> dict[str, dict[str, str]]:
    """What each place says in this language.

    Parameters
    ----------
    code : str
        The language.

    Returns
    -------
    dict of str to dict of str to str
        By the place, the English words and the language's.
    """
    say = reader(code)
    return {
        place: {str(words): words.said(say) for words in known if isinstance(words, Phrase)}
        for place, known in PLACES.items()
    }
