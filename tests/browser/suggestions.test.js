// What the one script adds: suggestions while typing, by keyboard, pointer and input method, and a button that copies.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { violations } from './axe.js';
import { LANGUAGES, inLanguage, launch, openPage } from './browser.js';
import { pageKinds } from './pages.js';
import { SAMPLES, serve } from './program.js';

let server;
let browser;

before(async () => {
  [server, browser] = await Promise.all([serve(SAMPLES), launch()]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** The start page with the focus in its box; `asked` are the queries that suggestions were asked for. */
async function openStart({ language = 'ja', ...options } = {}) {
  const opened = await openPage(browser, { origin: server.origin, ...options });
  const { page } = opened;
  const asked = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.pathname === '/api/v1/suggest') asked.push(url.searchParams.get('q'));
  });
  await page.goto(server.origin + inLanguage('/', language));
  const box = page.getByRole('combobox');
  await box.focus();
  return { ...opened, box, list: page.getByRole('listbox'), options: page.getByRole('option'), asked };
}

/** Types as a keyboard does, and waits for the list. */
async function typed(opened, text) {
  await opened.page.keyboard.type(text);
  await opened.list.waitFor();
}

const q = (page) => new URL(page.url()).searchParams.get('q');

test('the list shows words and counts, and keeps its promises', async () => {
  const opened = await openStart();
  await typed(opened, 'hina');
  const texts = await opened.options.allTextContents();
  assert.ok(texts.some((text) => /^避難所 \d+件$/.test(text)), texts.join());
  assert.equal(await opened.box.getAttribute('aria-expanded'), 'true');
  const [, word, n] = /^(.*) (\d+)件$/.exec(texts[0]);
  await opened.options.first().click();
  await opened.page.waitForURL(/\/search/);
  assert.equal(q(opened.page), word);
  // A query may find more than the word itself: synonyms of it, too.
  const [, total] = /([\d,]+)件/.exec(await opened.page.title());
  assert.ok(Number(n) <= Number(total.replace(',', '')), `${n} were promised, ${total} are there`);
  await opened.close();
});

test('arrows go round by way of the box, which keeps what was typed', async () => {
  const opened = await openStart();
  await typed(opened, '避難');
  const n = await opened.options.count();
  assert.ok(1 < n);
  const active = () => opened.box.getAttribute('aria-activedescendant');
  const seen = [await active()];
  for (let presses = 0; presses <= n; presses += 1) {
    await opened.page.keyboard.press('ArrowDown');
    seen.push(await active());
  }
  const ids = Array.from({ length: n }, (_, at) => `suggestion-${at}`);
  assert.deepEqual(seen, [null, ...ids, null]);
  await opened.page.keyboard.press('ArrowUp');
  assert.equal(await active(), ids.at(-1));
  assert.equal(await opened.page.locator('[aria-selected=true]').count(), 1);
  assert.equal(await opened.box.inputValue(), '避難');
  await opened.page.keyboard.press('ArrowLeft');
  assert.equal(await active(), null);
  await opened.close();
});

test('Enter takes the marked suggestion, else what was typed', async () => {
  const opened = await openStart();
  await typed(opened, '避難');
  await opened.page.keyboard.press('ArrowDown');
  await opened.page.keyboard.press('ArrowDown');
  const marked = await opened.page.locator('[aria-selected=true] .suggestion-text').textContent();
  await opened.page.keyboard.press('Enter');
  await opened.page.waitForURL(/\/search/);
  assert.equal(q(opened.page), marked);
  await opened.page.goBack();
  await opened.box.fill('');
  await typed(opened, 'hinan');
  await opened.page.keyboard.press('Enter');
  await opened.page.waitForURL(/\/search/);
  assert.equal(q(opened.page), 'hinan');
  await opened.close();
});

test('Escape closes the list and leaves the text; leaving the box closes it, too', async () => {
  const opened = await openStart();
  await typed(opened, '避難');
  await opened.page.keyboard.press('Escape');
  await opened.list.waitFor({ state: 'hidden' });
  assert.equal(await opened.box.inputValue(), '避難');
  assert.equal(await opened.box.getAttribute('aria-expanded'), 'false');
  await opened.page.keyboard.press('ArrowDown');
  await opened.list.waitFor();
  await opened.page.keyboard.press('Tab');
  await opened.list.waitFor({ state: 'hidden' });
  await opened.close();
});

test('nothing is asked while an input method composes, and its Enter is no search', async () => {
  const opened = await openStart();
  const { page, box, list, asked } = opened;
  const session = await page.context().newCDPSession(page);
  const composed = (text) => session.send('Input.imeSetComposition', {
    text, selectionStart: text.length, selectionEnd: text.length,
  });
  for (const text of ['h', 'ひ', 'ひn', 'ひな', 'ひなn', 'ひなん']) {
    await composed(text);
    await page.waitForTimeout(150);
  }
  assert.equal(await box.inputValue(), 'ひなん');
  assert.deepEqual(asked, []);
  assert.ok(await list.isHidden());
  // The key with which an input method ends its work, as browsers report it.
  const key = { type: 'rawKeyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 };
  await session.send('Input.dispatchKeyEvent', key);
  await page.evaluate(() => document.forms.search.requestSubmit());
  await page.waitForTimeout(150);
  assert.equal(new URL(page.url()).pathname, '/');
  await session.send('Input.insertText', { text: '避難' });
  await list.waitFor();
  assert.deepEqual(asked, ['避難']);
  // Afterwards Enter is a search again.
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/search/);
  assert.equal(q(page), '避難');
  await opened.close();
});

test('an answer that is late is never shown', async () => {
  const opened = await openStart();
  const { page, list, options } = opened;
  let release;
  await page.route(/suggest\?q=%E9%81%BF&/, async (route) => {
    await new Promise((resolve) => { release = resolve; });
    // The request may have been given up by now.
    await route.continue().catch(() => {});
  });
  await page.keyboard.type('避');
  await page.waitForRequest(/suggest/);
  await typed(opened, '難所');
  const shown = await options.allTextContents();
  release();
  await page.waitForTimeout(200);
  assert.deepEqual(await options.allTextContents(), shown);
  await page.keyboard.press('Escape');
  await list.waitFor({ state: 'hidden' });
  await opened.close();
});

test('a search works as before when suggestions fail', async () => {
  for (const fail of [
    (route) => route.abort(),
    (route) => route.fulfill({ status: 500, body: 'no' }),
    (route) => route.fulfill({ status: 200, contentType: 'application/json', body: '{' }),
    (route) => route.fulfill({ status: 200, contentType: 'application/json', body: '{}' }),
  ]) {
    const opened = await openStart();
    const { page } = opened;
    await page.route(/\/api\/v1\/suggest/, fail);
    const answered = page.waitForEvent('requestfinished', (r) => r.url().includes('suggest')).catch(() => {});
    await page.keyboard.type('避難所');
    await Promise.race([answered, page.waitForEvent('requestfailed')]);
    await page.waitForTimeout(50);
    assert.ok(await opened.list.isHidden());
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/search/);
    assert.equal(q(page), '避難所');
    await opened.close();
  }
});

test('a page without its script is the same page', async () => {
  const opened = await openPage(browser, { origin: server.origin });
  await opened.page.route(/enhance\.js/, (route) => route.abort());
  await opened.page.goto(`${server.origin}/`);
  await opened.page.getByRole('searchbox').fill('避難所');
  await opened.page.keyboard.press('Enter');
  await opened.page.waitForURL(/\/search/);
  assert.equal(q(opened.page), '避難所');
  await opened.close();
});

for (const language of LANGUAGES) {
  test(`the open list is accessible, fits a phone and says how many there are, in ${language}`, async () => {
    const opened = await openStart({ language, width: 320 });
    await typed(opened, '避難');
    await opened.page.keyboard.press('ArrowDown');
    assert.deepEqual(await violations(opened.page), []);
    assert.equal(await opened.page.evaluate(() => document.documentElement.scrollWidth), 320);
    const n = await opened.options.count();
    const said = await opened.page.locator('form [role=status]').textContent();
    assert.ok(said.includes(String(n)), said);
    assert.ok(await opened.list.getAttribute('aria-label'));
    for (const box of await opened.options.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height))) {
      assert.ok(44 <= box, `${box} px`);
    }
    await opened.close();
  });
}

test('the citation is copied', async () => {
  const opened = await openPage(browser, {
    origin: server.origin, permissions: ['clipboard-read', 'clipboard-write'],
  });
  const { page } = opened;
  const kinds = await pageKinds(server.origin);
  await page.goto(server.origin + kinds.find(({ kind }) => kind === 'record').path);
  await page.locator('.copy').click();
  await page.locator('.copied:not(:empty)').waitFor();
  const printed = (await page.locator('#citation').textContent()).trim();
  assert.ok(0 < printed.length);
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), printed);
  await opened.close();
});
