// Chromium, and what every visit is held to: nothing from elsewhere, and no breach of the content security policy.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

/** A browser that asks nobody for anything. */
export function launch() {
  return chromium.launch({
    executablePath: process.env.TORIKUMI_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** The widths that pages are looked at: a desk and a small phone. */
export const WIDTHS = [1280, 320];

/** The languages of the interface; Japanese is not written in addresses. */
export const LANGUAGES = ['ja', 'easy', 'en'];

/** `path` in a language: its canonical form, in which the language stands before the readings. */
export function inLanguage(path, language) {
  if (language === 'ja') return path;
  const [base, query = ''] = path.split('?');
  const pairs = query.split('&').filter((pair) => pair !== '');
  const at = pairs.at(-1) === 'ruby=true' ? pairs.length - 1 : pairs.length;
  pairs.splice(at, 0, `lang=${language}`);
  return `${base}?${pairs.join('&')}`;
}

/**
 * A page that remembers what it must not have done; `breaches` are sentences.
 *
 * With `origin`, requests to any other are breaches. The policy of the server holds: `bypassCSP` is never set.
 */
export async function openPage(browser, { origin, width = 1280, ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width, height: width < 600 ? 640 : 800 },
    locale: 'ja-JP',
    ...options,
  });
  const page = await context.newPage();
  const breaches = [];
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) breaches.push(message.text());
  });
  page.on('pageerror', (error) => breaches.push(`a script failed: ${error.message}`));
  page.on('dialog', (dialog) => {
    breaches.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (origin && url.protocol !== 'data:' && url.origin !== origin) {
      breaches.push(`a request to ${url.origin}`);
    }
  });
  if (options.javaScriptEnabled !== false) {
    await page.exposeFunction('reportBreach', (sentence) => breaches.push(sentence));
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        reportBreach(`${event.violatedDirective} was breached by ${event.blockedURI} ${event.sample}`);
      });
    });
  }
  return {
    page,
    breaches,
    async close() {
      await context.close();
      assert.deepEqual(breaches, [], 'no breach of the policy');
    },
  };
}
