"""What language the page says it is in, and Streamlit's own words in that language.

Streamlit's page says ``en``, so that a screen reader would speak it with an English voice (WCAG 2, 3.1.1), and a few words
in it are drawn by Streamlit itself. A component without markup, drawn in Korean and Japanese only, says otherwise, and
takes it all back when it is gone. It looks at what is new in the page and at nothing else, and never into a figure.
"""

from functools import cache
from typing import Any

from streamlit.components import v2

from ui.language.streamlit_words import streamlit_words

_SCRIPT = r"""
const ATTRIBUTES = ['aria-label', 'placeholder', 'title'];
const kept = new WeakMap();  // what stood in an attribute or a text before, and what it was made
const asked = new Map();  // by the place of each component in the page, what it asks for, the last at the end
let latest = null;

function reading(words) {
    const exact = new Map(Object.entries(words));
    const patterns = [...exact].filter(([english]) => english.includes('{')).map(([english, said]) => [
        new RegExp('^' + english.replace(/[.*+?^$()|[\]\\\/]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>.*)') + '$', 's'),
        said,
    ]);
    return (english) => {
        if (exact.has(english)) { return exact.get(english); }
        for (const [pattern, said] of patterns) {
            const found = pattern.exec(english);
            if (found) { return said.replace(/\{(\w+)\}/g, (_, name) => found.groups[name]); }
        }
        return english;
    };
}

function renew(holder, name, now, say, write) {
    const known = kept.get(holder) ?? {};
    const english = known[name]?.said === now ? known[name].english : now;
    const said = say(english);
    if (said !== now) { write(said); }
    if (said !== english || known[name]) { kept.set(holder, { ...known, [name]: { english, said } }); }
}

function renewElement(element, say) {
    for (const name of ATTRIBUTES) {
        const now = element.getAttribute(name);
        if (now) { renew(element, name, now, say, (text) => element.setAttribute(name, text)); }
    }
    for (const node of element.childNodes) {
        if (node.nodeType === Node.TEXT_NODE) {
            renew(node, 'text', node.nodeValue, say, (text) => { node.nodeValue = text; });
        }
    }
}

function begin(places) {
    const sayings = Object.entries(places).map(([place, words]) => [place, reading(words)]);
    const all = sayings.map(([place]) => place).join(', ');
    const tell = (element, back) => {
        const mine = sayings.filter(([place]) => element.matches(place)).map(([, say]) => say);
        renewElement(element, back ? (text) => text : (text) => {
            for (const say of mine) { const said = say(text); if (said !== text) { return said; } }
            return text;
        });
    };
    const tellAll = (top, back = false) => {
        const found = new Set(top.matches(all) ? [top] : []);
        for (const [place] of top.firstElementChild ? sayings : []) {
            top.querySelectorAll(place).forEach((element) => found.add(element));
        }
        found.forEach((element) => tell(element, back));
    };
    const isOutside = (node) => !(node instanceof HTMLElement);
    const observer = new MutationObserver((records) => {
        for (const { type, target, addedNodes } of records) {
            const element = type === 'characterData' ? target.parentElement : target;
            if (!element || isOutside(element)) { continue; }
            if (type !== 'childList') { if (element.matches(all)) { tell(element); } continue; }
            for (const node of addedNodes) {
                if (node.nodeType === Node.TEXT_NODE) { if (element.matches(all)) { tell(element); } }
                else if (!isOutside(node)) { tellAll(node); }
            }
        }
        observer.takeRecords();  // of what was said just now
    });
    tellAll(document.body);
    observer.observe(document.body, {
        subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
    });
    return { stop: () => observer.disconnect(), takeBack: () => tellAll(document.body, true) };
}

// While a page is drawn there may be two such components for a moment, the older of them to go: what holds is what one
// that is in the page said last.
function renewPage() {
    for (const place of asked.keys()) { if (!place.isConnected) { asked.delete(place); } }
    const wanted = [...asked.values()].at(-1);
    if (wanted === latest?.wanted) { return; }
    latest?.stop();
    if (!wanted) { latest.takeBack(); }
    latest = wanted ? { wanted, ...begin(wanted.words) } : null;
    document.documentElement.lang = wanted?.language ?? 'en';
}

export default function (component) {
    asked.delete(component.parentElement);
    asked.set(component.parentElement, component.data);
    renewPage();
    return renewPage;
}
"""


def draw_document_language(code: str) -> None:
    """Make the page say that it is in this language, and Streamlit's words with it; English is what it says by itself."""
    if code != "en":
        _component()(key="document language", data={"language": code, "words": streamlit_words(code)}, width="content")


@cache
def _component() -> Any:
    return v2.component("document_language", js=_SCRIPT)
