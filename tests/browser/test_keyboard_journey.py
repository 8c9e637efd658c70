"""All of it by keyboard: every control is reached, where one is can be seen, and what opens closes again."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from charts.style import DARK, LIGHT, contrast
from tests.browser.axe import serious_violations
from tests.browser.steps import open_app, settle, status

MOST_STOPS = 250
LOOKS = 10
"""So often a person looks for where she is before she gives up."""

PAGES = sorted(path.stem for path in (Path(__file__).resolve().parents[2] / "pages").glob("[a-z]*.py"))

CONTROLS = r"""() => {
    const looks = (one) => {
        const style = getComputedStyle(one);
        return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderColor].join(' ');
    };
    window.atRest = new WeakMap();
    document.querySelectorAll('body *').forEach((one) => window.atRest.set(one, looks(one)));
    window.looksOf = looks;
    const places = '[data-testid="stSidebarUserContent"], [data-testid="stMain"]';
    const wanted = 'a[href], button, input, select, textarea, summary, [role="slider"], [role="tab"], [tabindex="0"]';
    const folded = (one) => one.closest('details:not([open])') && one.tagName !== 'SUMMARY';
    return [...document.querySelectorAll(places)].flatMap((place) => [...place.querySelectorAll(wanted)]).filter((one) => {
        const box = one.getBoundingClientRect();
        return one.checkVisibility({ visibilityProperty: true }) && box.width > 1 && box.height > 1
          && !one.disabled && one.type !== 'file' && !folded(one) && !one.closest('[aria-hidden="true"]');
    }).map((one, number) => {
        one.dataset.control = number;
        // What has several parts is one stop: arrows go on from there.
        const whole = one.closest('[role="radiogroup"], [data-testid="stMultiSelect"], [data-testid="stSelectbox"], '
          + '[data-testid="stDataFrame"], [data-testid="stNumberInput"]');
        if (whole) { whole.dataset.whole = whole.dataset.whole || number; }
        return { number, whole: whole ? Number(whole.dataset.whole) : null, stop: one.tabIndex >= 0,
          name: `${one.tagName} ${(one.getAttribute('aria-label') || one.innerText || '').slice(0, 50)}` };
    });
}"""

STOP = r"""() => {
    const one = document.activeElement;
    if (!one || one === document.body) { return null; }
    const around = [one, one.parentElement, one.parentElement?.parentElement, one.parentElement?.parentElement?.parentElement];
    const style = getComputedStyle(one);
    const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
    const differs = (other) => window.atRest.has(other) && window.atRest.get(other) !== window.looksOf(other);
    const changed = around.some((other) => other && differs(other));
    const whole = one.closest('[data-whole]');
    return {
        number: one.dataset.control ? Number(one.dataset.control) : null,
        whole: whole ? Number(whole.dataset.whole) : null,
        // A table of data draws the ring about its cell by itself.
        seen: ring || changed || one.tagName === 'CANVAS' || Boolean(one.closest('[data-testid="stDataFrame"]')),
        name: `${one.tagName} ${(one.getAttribute('aria-label') || one.innerText || '').slice(0, 50)}`,
    };
}"""


def walk(page: Page) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The controls in sight, and every stop of the Tab key until it leaves the page."""
    controls: list[dict[str, Any]] = page.evaluate(CONTROLS)
    stops: list[dict[str, Any]] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        page.wait_for_timeout(30)
        stop = page.evaluate(STOP)
        if stop is None:
            return controls, stops
        for _ in range(LOOKS):  # a busy machine draws the ring a little later
            if stop["seen"]:
                break
            page.wait_for_timeout(100)
            stop = page.evaluate(STOP) or stop
        stops.append(stop)
    raise AssertionError(f"Tab never leaves the page; it was last at {stops[-1]['name']}")


@pytest.mark.parametrize("path", PAGES)
def test_every_control_is_reached_by_tab_and_where_one_is_can_be_seen(page: Page, address: str, path: str) -> None:
    page.goto(f"{address}/{path}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    settle(page)
    page.wait_for_timeout(500)
    settle(page)
    controls, stops = walk(page)
    assert len(controls) > 10
    reached = {stop["number"] for stop in stops} | {stop["whole"] for stop in stops if stop["whole"] is not None}
    missed = [
        one["name"]
        for one in controls
        if (one["whole"] if one["whole"] is not None else one["number"]) not in reached and one["number"] not in reached
    ]
    assert missed == []
    assert [stop["name"] for stop in stops if not stop["seen"]] == []


@pytest.mark.parametrize("page", ["light", "dark"], indirect=True)
def test_the_ring_stands_out_from_the_page(page: Page, address: str) -> None:
    open_app(page, address)
    page.get_by_role("link", name="Matching", exact=True).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    drawn = page.evaluate(
        "() => { const s = getComputedStyle(document.activeElement); return [s.outlineColor, s.outlineWidth]; }"
    )
    red, green, blue = (int(part) for part in re.findall(r"\d+", drawn[0])[:3])
    dark = page.evaluate("() => matchMedia('(prefers-color-scheme: dark)').matches")
    assert contrast(f"#{red:02X}{green:02X}{blue:02X}", (DARK if dark else LIGHT).background) >= 3.0
    assert drawn[1] == "2px"


def test_the_caliper_moves_by_arrow_keys_and_figures_follow(page: Page, address: str) -> None:
    page.goto(f"{address}/matching")
    figure = page.locator(".js-plotly-plot .scatterlayer").first
    expect(figure).to_be_visible()
    settle(page)
    before, drawn = status(page), figure.inner_html()
    slider = page.get_by_role("slider", name=re.compile("Caliper"))
    slider.focus()
    value = slider.input_value()
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    expect(slider).not_to_have_value(value)
    expect(page.locator(".mce-status > div b").first).not_to_have_text(before["pairs matched"])
    settle(page)
    assert figure.inner_html() != drawn
    assert page.evaluate("() => document.activeElement.type") == "range"


def test_downloads_open_by_enter_show_the_numbers_and_close_by_escape(page: Page, address: str) -> None:
    page.goto(f"{address}/matching")
    button = page.get_by_role("button", name="Download", exact=True).first
    expect(button).to_be_visible()
    settle(page)
    button.focus()
    page.keyboard.press("Enter")
    toggle = page.get_by_role("switch", name="The numbers as a table")
    expect(toggle).to_be_visible()
    settle(page)
    assert page.locator(".mce-numbers").count() == 0
    for _ in range(20):
        page.keyboard.press("Tab")
        if toggle.evaluate("(one) => one === document.activeElement"):
            break
    expect(toggle).to_be_focused()
    page.keyboard.press("Space")
    table = page.locator(".mce-numbers table")
    expect(table).to_be_visible()
    settle(page)
    assert table.locator("thead th[scope=col]").count() > 3
    assert table.locator("tbody tr").count() > 10
    assert serious_violations(page) == []
    page.keyboard.press("Escape")
    expect(toggle).to_have_count(0)
    settle(page)
    expect(button).to_be_focused()


def test_nothing_moves_for_who_asks_for_less_motion(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{address}/matching")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    settle(page)
    page.get_by_role("button", name="Help", exact=True).click()
    settle(page)
    moving = page.evaluate(
        r"""() => [...document.querySelectorAll('body *')].filter((one) => ['', '::before', '::after'].some((part) => {
            const style = getComputedStyle(one, part || null);
            return style.animationName !== 'none' || style.transitionDuration.split(', ').some((time) => parseFloat(time) > 0);
        })).map((one) => one.outerHTML.slice(0, 120))"""
    )
    assert moving == []
    assert page.evaluate("() => document.getAnimations().filter((one) => one.playState === 'running').length") == 0
    durations = page.evaluate(
        r"""() => [...document.querySelectorAll('.js-plotly-plot')].map((one) => one._fullLayout.transition?.duration || 0)"""
    )
    assert durations
    assert set(durations) == {0}


@pytest.mark.parametrize(("language", "code"), [("한국어", "ko"), ("日本語", "ja")])
def test_the_page_says_which_language_it_is_in(page: Page, address: str, language: str, code: str) -> None:
    page.goto(f"{address}/report?language={language}")
    expect(page.locator(f"html[lang={code}]")).to_have_count(1)
    settle(page)
    page.locator(".st-key-language-corner input").click()
    page.get_by_role("option", name="English").click()
    expect(page.locator("html[lang=en]")).to_have_count(1)
