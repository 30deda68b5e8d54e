// Whatever stands in a text, a facet, a file name, an address or a query is shown as text, and nothing of it runs.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launch, openPage } from './browser.js';
import { PAYLOADS } from './payloads.js';
import { serve } from './program.js';

/** Pages that are open at once. */
const AT_ONCE = 2;

let folder;
let server;
let browser;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torikumi-payloads-'));
  await writeFile(join(folder, 'records.jsonl'), PAYLOADS.flatMap((payload, n) => [line(payload, n, 2020), line(payload, n, 2021)]).join('\n'));
  await writeFile(join(folder, 'cells.csv'), table(PAYLOADS.map((payload) => Array(5).fill(payload))));
  // The same report under every name becomes one record that shows them all.
  const report = table([['総務課', '窓口', '名札', '名札を大きくします。', '名札を大きくしました。']]);
  await Promise.all(PAYLOADS.map((payload, n) => writeFile(join(folder, fileName(payload, n)), report)));
  [server, browser] = await Promise.all([serve(folder), launch()]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A record that is nothing but payload, its identity included. */
function line(payload, n, year) {
  return JSON.stringify({
    id: identity(payload, n, year),
    organization: payload,
    fiscal_year: year,
    division: [payload, `${payload}課`],
    category: payload,
    title: payload,
    sections: [
      { role: 'goal', heading: payload, text: `窓口の案内を${year}人に ${payload}\n${payload}`, source: 0 },
      { role: 'result', heading: payload, text: payload, source: 0 },
    ],
    sources: [{ file: payload, sha256: null, url: payload, licence: payload, sheet: payload, cell: payload }],
    notices: [{ kind: 'unreadable', message: payload, place: payload }],
    [payload]: payload,
  });
}

function identity(payload, n, year) {
  return `${payload} ${n} ${year}`;
}

/** A payload as the name of a file, as far as a file system can. */
function fileName(payload, n) {
  const name = payload.replaceAll('/', '∕').slice(0, 80);
  return `${n}-${name}.csv`;
}

/** A report as CSV. */
function table(rows) {
  const cell = (text) => `"${text.replaceAll('"', '""')}"`;
  return ['部署,区分,取組名,目標,実施結果', ...rows.map((row) => row.map(cell).join())].join('\n');
}

const collapsed = (text) => text.replace(/\s+/g, ' ').trim();

const inPath = (name) => name.replaceAll('%', '%25').replaceAll('/', '%2F');

const query = (...parameters) => new URLSearchParams(parameters);

/** Opens a page in which running is a breach. */
async function openWatched() {
  const opened = await openPage(browser, { origin: server.origin });
  await opened.page.addInitScript(() => {
    globalThis.ran = (n) => reportBreach(`payload ${n} ran`);
  });
  return opened;
}

/** Calls `visit(page, payload, n)` for each payload; it gives the sentences that say what is wrong. */
async function visitEach(visit) {
  const found = [];
  const rest = PAYLOADS.entries();
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    const opened = await openWatched();
    for (const [n, payload] of rest) {
      for (const fault of await visit(opened.page, payload, n)) found.push(`${payload}: ${fault}`);
    }
    await opened.close();
  }));
  assert.deepEqual(found, []);
}

/** Goes to `path` and says whether the page answers with `status` and shows `payload`. */
async function shows(page, path, payload, status = 200) {
  const response = await page.goto(server.origin + path);
  if (response.status() !== status) return [`${path} answers ${response.status()}`];
  // What is written into boxes is no text of the page.
  const text = await page.evaluate(() =>
    [document.body.textContent, ...[...document.querySelectorAll('input')].map((input) => input.value)].join('\n'));
  return collapsed(text).includes(collapsed(payload)) ? [] : [`${path} does not show it`];
}

test('there are 200 payloads, and each has its record', async () => {
  assert.ok(200 <= PAYLOADS.length, String(PAYLOADS.length));
  assert.equal(new Set(PAYLOADS).size, PAYLOADS.length);
  const answer = await (await fetch(`${server.origin}/api/v1/search?per_page=1`)).json();
  assert.equal(answer.total, 3 * PAYLOADS.length + 1);
});

test('a payload that a page does run is noticed', async () => {
  const { page, breaches } = await openWatched();
  await page.route('**/search', (route) => route.fulfill({
    contentType: 'text/html', body: `<!DOCTYPE html><title>x</title>${PAYLOADS[3]}`,
  }));
  await page.goto(`${server.origin}/search`);
  await page.waitForTimeout(100);
  assert.ok(breaches.includes('payload 3 ran'), breaches.join());
  await page.context().close();
});

test('queries and filters are shown as they were given', () =>
  visitEach((page, payload) => shows(page, `/search?${query(
    ['q', payload],
    ['division', `${inPath(payload)}/${inPath(`${payload}課`)}`],
    ['category', payload],
    ['organization', payload],
  )}`, payload)));

test('records show what they hold, with readings and without', () =>
  visitEach((page, payload, n) => {
    const path = `/records/${encodeURIComponent(identity(payload, n, 2021))}`;
    return shows(page, n % 2 === 0 ? path : `${path}?ruby=true`, payload);
  }));

test('years that are compared show what was added and removed', () =>
  visitEach((page, payload) => shows(page, `/compare?${query(
    ['division', `${inPath(payload)}/${inPath(`${payload}課`)}`], ['organization', payload], ['q', payload],
  )}`, payload)));

test('counts, trends and words are shown as they were asked for', () =>
  visitEach((page, payload) => shows(page, `/analysis?${query(
    ['q', '窓口'], ['organization', payload], ['rows', 'organization'], ['columns', 'category'],
    ['compare', payload], ['of', `category:${payload}`],
  )}`, payload)));

test('feeds and lists of addresses are sound, whatever is in them', async () => {
  const feeds = PAYLOADS.map((payload) => `/search.atom?${query(['q', payload])}`);
  const documents = [];
  for (const path of [...feeds, '/opensearch.xml', '/sitemap.xml', '/sitemaps/1.xml']) {
    const response = await fetch(server.origin + path);
    documents.push([path, response.status, await response.text()]);
  }
  const { page, close } = await openPage(browser);
  const found = await page.evaluate((read) => read.flatMap(([path, status, text]) => {
    const tree = new DOMParser().parseFromString(text, 'application/xml');
    const isSound = status === 200 && !tree.querySelector('parsererror');
    const markup = [...tree.querySelectorAll('*')].filter((one) => one.namespaceURI === 'http://www.w3.org/1999/xhtml');
    return isSound && markup.length === 0 ? [] : [`${path}: ${status}: ${text.slice(0, 300)}`];
  }), documents);
  assert.deepEqual(found, []);
  await close();
});

test('nothing of an address that does not exist is shown', async () => {
  const pages = new Set();
  for (const payload of PAYLOADS) {
    const response = await fetch(`${server.origin}/${encodeURIComponent(payload)}`, { headers: { accept: 'text/html' } });
    assert.equal(response.status, 404);
    pages.add((await response.text()).replaceAll(response.headers.get('x-request-id'), ''));
  }
  assert.equal(pages.size, 1);
  const opened = await openWatched();
  await opened.page.goto(`${server.origin}/${encodeURIComponent(PAYLOADS[0])}`);
  await opened.close();
});

test('the names of files are shown', async () => {
  const opened = await openWatched();
  await opened.page.goto(`${server.origin}/search?${query(['q', '"名札を大きくしました"'])}`);
  await opened.page.locator('.hits h3 a').click();
  const files = await opened.page.locator('.file').allTextContents();
  await opened.close();
  const names = PAYLOADS.map(fileName);
  assert.deepEqual(names.filter((name) => !files.some((file) => file.endsWith(name))), []);
});

test('pages of a hundred hits run nothing', async () => {
  const opened = await openWatched();
  for (const parameters of [[['per_page', '100']], [['per_page', '100'], ['page', '2']],
    [['q', '窓口'], ['per_page', '100']], [['q', 'script'], ['per_page', '100'], ['explain', 'true']]]) {
    await opened.page.goto(`${server.origin}/search?${query(...parameters)}`);
    await opened.page.locator('.hits > li').first().waitFor();
  }
  for (const path of ['/', '/compare', '/analysis?rows=organization&columns=category', '/search?per_page=100&ruby=true']) {
    const response = await opened.page.goto(server.origin + path);
    assert.equal(response.status(), 200, path);
  }
  await opened.close();
});

test('suggestions are text', async () => {
  const opened = await openWatched();
  const { page } = opened;
  await page.route(/\/api\/v1\/suggest/, (route) => route.fulfill({
    json: { suggestions: PAYLOADS.map((text) => ({ text, reading: null, count: 1 })) },
  }));
  await page.goto(`${server.origin}/`);
  await page.getByRole('combobox').pressSequentially('窓');
  await page.getByRole('listbox').waitFor();
  assert.deepEqual(await page.locator('.suggestion-text').allTextContents(), PAYLOADS);
  await opened.close();
});
