// axe-core finds nothing on any kind of page, at any width, in any language; and it would find something.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { after, before, test } from 'node:test';

import { violations } from './axe.js';
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

/** Visits every kind of page in a language and has axe look at it at each width. */
async function checkEveryKind(language, { widths = WIDTHS, ...options } = {}) {
  const found = [];
  const opened = await openPage(browser, { origin: server.origin, ...options });
  const { page } = opened;
  for (const { kind, path, status } of kinds) {
    const response = await page.goto(server.origin + inLanguage(path, language));
    assert.equal(response.status(), status, kind);
    assert.equal(page.url(), server.origin + inLanguage(path, language), `${kind} has another address`);
    assert.equal(await page.locator('html').getAttribute('lang'), language === 'en' ? 'en' : 'ja');
    for (const width of widths) {
      await page.setViewportSize({ width, height: 800 });
      found.push(...(await violations(page)).map((line) => `${kind} at ${width}: ${line}`));
    }
  }
  assert.deepEqual(found, []);
  await opened.close();
}

for (const language of LANGUAGES) {
  test(`axe finds nothing on any page in ${language}`, () => checkEveryKind(language));
}

test('axe finds nothing in forced colours', () => checkEveryKind('ja', { forcedColors: 'active', widths: [320] }));

test('axe finds nothing with reduced motion', () =>
  checkEveryKind('ja', { reducedMotion: 'reduce', widths: [1280] }));

test('axe finds nothing in an open list of filters on a phone', async () => {
  const opened = await openPage(browser, { origin: server.origin, width: 320 });
  const { page } = opened;
  await page.goto(server.origin + kinds.find(({ kind }) => kind === 'filtered').path);
  await page.evaluate(() => {
    for (const fold of document.querySelectorAll('details')) fold.open = true;
  });
  assert.deepEqual(await violations(page), []);
  await opened.close();
});

test('a bad page is found out', async () => {
  const bad = `<!DOCTYPE html><html><head><meta name="viewport" content="user-scalable=no"></head><body>
    <h3>窓口</h3><h1></h1><img src="data:,"><input name="q"><a href="/"></a><button></button>
    <p role="heading">x</p><ul><p>x</p></ul><table><tr><th></th><td>x</td></tr></table>
    <div role="checkbox" tabindex="5">x</div><iframe srcdoc="x"></iframe><select><option>x</option></select>
    </body></html>`;
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'" };
  const plain = createServer((_, response) => response.writeHead(200, headers).end(bad)).listen(0, '127.0.0.1');
  await once(plain, 'listening');
  const { page, breaches } = await openPage(browser, { origin: server.origin });
  await page.goto(`http://127.0.0.1:${plain.address().port}/`);
  const rules = new Set((await violations(page)).map((line) => line.split(':')[0]));
  await page.context().close();
  plain.close();
  assert.ok(10 <= rules.size, `axe finds ${[...rules]}`);
  assert.ok(breaches.some((sentence) => sentence.startsWith('img-src')), breaches.join());
  assert.ok(breaches.some((sentence) => sentence.startsWith('a request to')), breaches.join());
});
