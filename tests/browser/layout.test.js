// Pages fit narrow screens and large text, hold still while they load, and have targets that a finger meets.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { LANGUAGES, WIDTHS, inLanguage, launch, openPage } from './browser.js';
import { pageKinds } from './pages.js';
import { SAMPLES, serve } from './program.js';

let server;
let browser;
let kinds;

before(async () => {
  [server, browser] = await Promise.all([serve(SAMPLES), launch()]);
  kinds = await pageKinds(server.origin);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** The widest the shift of a layout may be, in the measure of Core Web Vitals. */
const MOST_SHIFT = 0.02;

/** What sticks out of the page to the right, or is cut off within a box that does not scroll. */
function whatDoesNotFit() {
  const { scrollWidth, clientWidth } = document.documentElement;
  const faults = [];
  if (clientWidth < scrollWidth) {
    const out = [...document.querySelectorAll('body *')].filter(
      (element) => clientWidth + 0.5 < element.getBoundingClientRect().right,
    );
    faults.push(`the page is ${scrollWidth} px wide: ${out.slice(0, 3).map((e) => e.outerHTML.slice(0, 120))}`);
  }
  for (const element of document.querySelectorAll('body *')) {
    const style = getComputedStyle(element);
    const isCut = [style.overflowX, style.overflowY].some((value) => ['hidden', 'clip'].includes(value));
    if (!isCut || style.clipPath !== 'none' || element.closest('svg, input')) continue;
    if (element.clientWidth + 1 < element.scrollWidth || element.clientHeight + 1 < element.scrollHeight) {
      faults.push(`cut off: ${element.outerHTML.slice(0, 120)}`);
    }
  }
  return faults;
}

/** Targets of less than 24 × 24 px, but for links within a sentence (WCAG 2.2, 2.5.8). */
function smallTargets() {
  const targets = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=option]';
  return [...document.querySelectorAll(targets)].filter((target) => {
    if (!target.checkVisibility({ visibilityProperty: true })) return false;
    // A skip link stands outside of the page until it has the focus.
    if (target.matches('.skip')) target.focus();
    const { width, height } = target.getBoundingClientRect();
    const isInSentence = getComputedStyle(target).display === 'inline'
      && target.textContent.trim().length < target.parentElement.textContent.trim().length;
    return !isInSentence && (width < 24 || height < 24);
  }).map((target) => {
    const { width, height } = target.getBoundingClientRect();
    return `${width.toFixed(1)} × ${height.toFixed(1)}: ${target.outerHTML.slice(0, 120)}`;
  });
}

/** Opens all folds, so that what is in them is looked at, too. */
function unfold() {
  for (const fold of document.querySelectorAll('details')) fold.open = true;
}

/** WCAG 2.1, 1.4.12: what readers may set, without loss of content. */
function spaceText() {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets.push(sheet);
}

/** Visits every kind of page, and collects what `look` finds there. */
async function visitAll(language, width, look) {
  const opened = await openPage(browser, { origin: server.origin, width });
  await opened.page.addInitScript(() => {
    globalThis.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shift += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const found = [];
  for (const { kind, path } of kinds) {
    await opened.page.goto(server.origin + inLanguage(path, language), { waitUntil: 'load' });
    for (const line of await look(opened.page)) found.push(`${kind}: ${line}`);
  }
  await opened.close();
  assert.deepEqual(found, []);
}

for (const language of LANGUAGES) {
  for (const width of WIDTHS) {
    test(`pages fit at ${width} px in ${language}, folded and unfolded, with text spaced and doubled`, () =>
      visitAll(language, width, async (page) => {
        const faults = [];
        const look = async (when) => {
          faults.push(...(await page.evaluate(whatDoesNotFit)).map((line) => `${when}: ${line}`));
        };
        await look('as it comes');
        await page.evaluate(unfold);
        await look('unfolded');
        await page.evaluate(spaceText);
        await look('with spaced text');
        await page.evaluate(() => document.adoptedStyleSheets.pop());
        await page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
        await look('with text of 200 %');
        return faults;
      }));
  }
}

for (const width of WIDTHS) {
  test(`targets are 24 px high and wide at ${width} px`, () =>
    visitAll('ja', width, async (page) => {
      await page.evaluate(unfold);
      return page.evaluate(smallTargets);
    }));

  test(`nothing moves while a page loads at ${width} px`, () =>
    visitAll('ja', width, async (page) => {
      // Two frames later the observer has been told.
      const shift = await page.evaluate(() => new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(globalThis.shift), 50)));
      }));
      return shift <= MOST_SHIFT ? [] : [`the layout shifts by ${shift}`];
    }));
}
