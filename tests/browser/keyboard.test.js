// Everything can be reached with the keyboard, in the order of the text, and one sees where one is.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, openPage } from './browser.js';
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

/** The thickness of the outline that shows the focus, in pixels. */
const THICKEST = 4;

/** Numbers everything that Tab should stop at; gives how many. */
function numberStops() {
  const stops = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]',
  )].filter((element) => {
    if (element.disabled || element.tabIndex < 0) return false;
    // What is outside of the window until it has the focus counts, what is folded away does not.
    return element.checkVisibility({ visibilityProperty: true });
  }).filter((element, _, all) => {
    // A group of radio buttons is one stop: its chosen one, else its first.
    if (element.type !== 'radio') return true;
    const group = all.filter((other) => other.type === 'radio' && other.name === element.name);
    return element === (group.find((other) => other.checked) ?? group[0]);
  });
  stops.forEach((element, n) => { element.stop = n; });
  return stops.length;
}

/** What has the focus: its number, and what is wrong with how it shows it. Nothing at the end of the page. */
function stopped() {
  const element = document.activeElement;
  if (element === document.body || element === document.documentElement) return null;
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
  const faults = [];
  if (outlineStyle === 'none' || outlineColor === 'transparent') faults.push('has no outline');
  const { left, top, right, bottom } = element.getBoundingClientRect();
  if (right <= 0 || bottom <= 0 || innerWidth <= left || innerHeight <= top) faults.push('is out of sight');
  // Covered altogether by something that sticks (WCAG 2.2, 2.4.11).
  const [x0, y0] = [Math.max(0, left), Math.max(0, top)];
  const [x1, y1] = [Math.min(innerWidth, right), Math.min(innerHeight, bottom)];
  const points = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.2], [0.1, 0.8], [0.9, 0.8]];
  const isSeen = points.some(([x, y]) => {
    const at = document.elementFromPoint(x0 + (x1 - x0) * x, y0 + (y1 - y0) * y);
    return at && (element.contains(at) || at.contains(element));
  });
  if (!isSeen) faults.push('is covered');
  return {
    stop: element.stop ?? null,
    width: parseFloat(outlineWidth),
    scrolls: element.clientWidth < element.scrollWidth || element.clientHeight < element.scrollHeight,
    faults,
    html: element.outerHTML.slice(0, 120),
  };
}

/** Goes through a page with Tab; gives what is wrong. */
async function walk(page) {
  const faults = [];
  const n = await page.evaluate(numberStops);
  let next = 0;
  for (let presses = 0; presses <= n + 20; presses += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(stopped);
    // From the end of the page Tab leads out of it, or to its beginning.
    if (!at || (at.stop === 0 && next === n)) break;
    if (presses === 0 && !at.html.startsWith('<a class="skip"')) faults.push(`first is ${at.html}`);
    if (at.width < THICKEST) faults.push(`outline of ${at.width} px: ${at.html}`);
    for (const fault of at.faults) faults.push(`${fault}: ${at.html}`);
    // Browsers also stop at what scrolls.
    if (at.stop === null && at.scrolls) continue;
    if (at.stop !== next) faults.push(`stop ${at.stop} comes when ${next} is next: ${at.html}`);
    if (at.stop !== null) next = at.stop + 1;
  }
  if (next !== n) faults.push(`${next} of ${n} stops`);
  return faults;
}

for (const [width, isUnfolded] of [[1280, false], [320, true]]) {
  const how = isUnfolded ? 'unfolded' : 'as it comes';
  test(`Tab goes through every page from the skip link on, in order and in sight, at ${width} px, ${how}`, async () => {
    const opened = await openPage(browser, { origin: server.origin, width, reducedMotion: 'reduce' });
    const { page } = opened;
    const found = [];
    for (const { kind, path } of kinds) {
      await page.goto(server.origin + path);
      if (isUnfolded) {
        await page.evaluate(() => {
          for (const fold of document.querySelectorAll('details')) fold.open = true;
        });
      }
      found.push(...(await walk(page)).map((line) => `${kind}: ${line}`));
    }
    assert.deepEqual(found, []);
    await opened.close();
  });
}

test('the skip links lead to the text and to the results', async () => {
  const opened = await openPage(browser, { origin: server.origin, width: 320 });
  const { page } = opened;
  await page.goto(server.origin + kinds.find(({ kind }) => kind === 'results').path);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  await page.reload();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'results');
  await page.keyboard.press('Tab');
  assert.ok(await page.evaluate(() => document.querySelector('#results').contains(document.activeElement)));
  await opened.close();
});
