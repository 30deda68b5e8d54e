// Pages are light: what a phone has to fetch, compressed as servers in front of this one do.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { LANGUAGES, inLanguage, launch, openPage } from './browser.js';
import { pageKinds } from './pages.js';
import { SAMPLES, serve } from './program.js';

const KB = 1024;

/** The most that everything of a page, its style and its script may weigh. */
const MOST = { all: 60 * KB, stylesheet: 12 * KB, script: 5 * KB };

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

for (const language of LANGUAGES) {
  test(`each page with all that it loads is light in ${language}`, async (t) => {
    const opened = await openPage(browser, { origin: server.origin });
    // Each page is weighed as the first that is visited.
    const session = await opened.page.context().newCDPSession(opened.page);
    await session.send('Network.setCacheDisabled', { cacheDisabled: true });
    for (const { kind, path, status } of kinds) {
      const weights = { all: 0, stylesheet: 0, script: 0 };
      const weighed = [];
      const weigh = (response) => {
        const isRedirect = 300 <= response.status() && response.status() < 400;
        if (response.url().startsWith('data:') || isRedirect) return;
        weighed.push(response.body().then((body) => {
          const weight = gzipSync(body).length;
          weights.all += weight;
          const type = response.request().resourceType();
          if (type in weights) weights[type] += weight;
        }));
      };
      opened.page.on('response', weigh);
      const response = await opened.page.goto(server.origin + inLanguage(path, language));
      assert.equal(response.status(), status, kind);
      opened.page.off('response', weigh);
      await Promise.all(weighed);
      t.diagnostic(`${kind}: ${JSON.stringify(weights)}`);
      assert.ok(0 < weights.stylesheet && 0 < weights.script, kind);
      for (const [part, most] of Object.entries(MOST)) {
        assert.ok(weights[part] <= most, `${kind}: ${part} weighs ${weights[part]}`);
      }
    }
    await opened.close();
  });
}
