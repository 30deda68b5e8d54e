// One long way through the pages: with a script and without, by pointer and by keyboard, and always to the same.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { launch, openPage } from './browser.js';
import { keyboard, pointer } from './hands.js';
import { SAMPLES, serve } from './program.js';

// Every number of what is searched for here is below a thousand, and so written alike in tables and in files.
const WORDS = '窓口';
// In the order of their characters, which is that of canonical addresses.
const DIVISIONS = ['福祉保健センター', '窓口サービス部'];
const YEAR = '2022';

let server;
let browser;

before(async () => {
  [server, browser] = await Promise.all([serve(SAMPLES), launch()]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function answer(path, parameters) {
  const response = await fetch(`${server.origin}${path}?${new URLSearchParams(parameters)}`);
  assert.equal(response.status, 200, `${path}: ${await response.clone().text()}`);
  return response.json();
}

/** The parameters of a page's address. */
const asked = (page) => [...new URL(page.url()).searchParams];

/** The records on a page of results, by their addresses without what led to them. */
const records = (page) => page.locator('.hits h3 a').evaluateAll(
  (links) => links.map((link) => new URL(link.href).pathname),
);

/** Does `act` and waits for the page that it leads to. */
async function go(page, act) {
  const left = page.url();
  const arrived = page.waitForURL((url) => url.href !== left);
  await act();
  await arrived;
  await page.waitForLoadState();
}

/** The whole way; gives what was met on it. */
async function travel(page, hands) {
  const met = [];
  const note = async (what) => met.push([what, page.url().replace(server.origin, ''), await page.title()]);
  const filters = [...DIVISIONS.map((name) => ['division', name]), ['fiscal_year', YEAR]];

  // Search.
  await page.goto(`${server.origin}/`);
  await hands.fill(page, page.locator('#q'), WORDS);
  await go(page, () => hands.click(page, page.getByRole('button', { name: '検索', exact: true })));
  const everything = await answer('/api/v1/search', [['q', WORDS]]);
  assert.deepEqual(asked(page), [['q', WORDS]]);
  assert.ok((await page.title()).includes(`${everything.total}件`));
  await note('results');

  // Two divisions and a year.
  for (const [name, value] of [['fiscal_year', YEAR], ...DIVISIONS.map((division) => ['division', division])]) {
    await hands.check(page, page.locator(`input[name="${name}"][value="${value}"]`));
  }
  await go(page, () => hands.click(page, page.getByRole('button', { name: '絞り込む' }).last()));
  assert.deepEqual(asked(page), [['q', WORDS], ...filters]);
  const chosen = await answer('/api/v1/search', [['q', WORDS], ...filters]);
  assert.ok((await page.title()).includes(`${chosen.total}件`));
  assert.equal(await page.locator('.chip').count(), 3);
  assert.deepEqual(await records(page), chosen.hits.map(({ url }) => url));
  await note('filtered');

  // The second page.
  await go(page, () => hands.click(page, page.getByRole('link', { name: '次へ' })));
  const second = await answer('/api/v1/search', [['q', WORDS], ...filters, ['page', '2']]);
  assert.ok(0 < second.hits.length);
  assert.deepEqual(await records(page), second.hits.map(({ url }) => url));
  await note('page 2');

  // A record, and back.
  const secondPage = page.url();
  const link = page.locator('.hits h3 a').first();
  const name = await link.textContent();
  await go(page, () => hands.click(page, link));
  assert.ok((await page.locator('h1').textContent()).includes(name.trim()));
  assert.ok(0 < await page.locator('.section mark').count(), 'the words that led here are marked');
  await note('record');

  // Its division over the years, and back.
  const found = page.url();
  await go(page, () => hands.click(page, page.locator('.around a[href^="/compare?division="]').first()));
  const compared = await answer('/api/v1/compare', asked(page));
  assert.ok(0 < compared.items.length);
  assert.equal(await page.locator('h4').count(), compared.items.length);
  for (const status of ['kept', 'reworded', 'new', 'dropped']) {
    const n = compared.items.flatMap(({ years }) => years).filter((year) => year.status === status).length;
    assert.equal(await page.locator(`.status.${status}`).count(), n, status);
  }
  await note('years compared');
  await page.goBack();
  assert.equal(page.url(), found);
  await page.goBack();
  assert.equal(page.url(), secondPage);
  assert.deepEqual(await records(page), second.hits.map(({ url }) => url));

  // One condition less.
  await go(page, () => hands.click(page, page.locator('.chip').first()));
  assert.equal(await page.locator('.chip').count(), 2);
  assert.equal(asked(page).filter(([parameter]) => parameter === 'division').length, 1);
  assert.ok(!asked(page).some(([parameter]) => parameter === 'page'));
  await note('fewer filters');

  // A cross-tab of what is left.
  await go(page, () => hands.click(page, page.getByRole('link', { name: '集計する' }).first()));
  const left = [['q', WORDS], ['division', DIVISIONS[1]], ['fiscal_year', YEAR]];
  assert.deepEqual(asked(page), left);
  await hands.choose(page, page.locator('#rows'), 'category');
  await hands.choose(page, page.locator('#columns'), 'organization');
  await go(page, () => hands.click(page, page.getByRole('button', { name: '集計する' })));
  const counted = await answer('/api/v1/crosstab', [...left, ['rows', 'category'], ['columns', 'organization']]);
  const cells = await page.locator('#crosstab-table tr').evaluateAll(
    (rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())),
  );
  assert.deepEqual(
    cells.slice(1, -1).map((row) => row.slice(1).map(Number)),
    counted.counts.map((row, n) => [...row, counted.row_totals[n]]),
  );
  await note('cross-tab');

  // The same as CSV.
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    hands.click(page, page.locator('#crosstab ~ .files a[type="text/csv"]')),
  ]);
  const csv = await readFile(await download.path(), 'utf8');
  assert.ok(csv.startsWith('\uFEFF'), 'spreadsheets know UTF-8 by its mark');
  for (const row of cells.slice(1, -1)) assert.ok(csv.includes(row.join()), `${row} is missing in ${csv}`);
  met.push(['CSV', download.suggestedFilename(), csv]);
  return met;
}

const WAYS = [
  ['with a script, by pointer', pointer, { javaScriptEnabled: true }],
  ['without a script, by pointer', pointer, { javaScriptEnabled: false }],
  ['with a script, by keyboard', keyboard, { javaScriptEnabled: true }],
];

let first;

for (const [way, hands, options] of WAYS) {
  test(`the way through the pages ${way}`, async () => {
    const opened = await openPage(browser, { origin: server.origin, reducedMotion: 'reduce', ...options });
    const met = await travel(opened.page, hands);
    await opened.close();
    first ??= met;
    assert.deepEqual(met, first, 'all ways lead to the same');
  });
}
