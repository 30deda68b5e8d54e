// The markup is sound: what browsers make of a page is what it says, without mending (JIS X 8341-3:2016, 4.1.1).

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { LANGUAGES, inLanguage, launch, openPage } from './browser.js';
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

/** Elements that have no end. */
const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr']);

const TAG = /<(?<end>\/)?(?<name>[a-zA-Z][a-zA-Z0-9-]*)(?<attributes>(?:\s+[^\s"'>\/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*)\s*(?<closed>\/)?>/y;

/** The elements of a page in the order of their beginnings, and what is wrong with their tags. */
function elements(html) {
  const [names, faults, open] = [[], [], []];
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at)) {
    if (html.startsWith('<!DOCTYPE html>', at)) {
      at += 1;
      continue;
    }
    TAG.lastIndex = at;
    const tag = TAG.exec(html);
    if (!tag) {
      faults.push(`no tag: ${html.slice(at, at + 60)}`);
      at += 1;
      continue;
    }
    const { end, attributes, closed } = tag.groups;
    const name = tag.groups.name.toLowerCase();
    at = TAG.lastIndex;
    if (end) {
      const begun = open.pop();
      if (begun !== name) faults.push(`</${name}> ends <${begun}>`);
      continue;
    }
    names.push(name);
    const given = [...attributes.matchAll(/\s+([^\s"'>\/=]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?/g)].map((found) => found[1]);
    if (new Set(given).size !== given.length) faults.push(`an attribute twice: ${tag[0]}`);
    if (VOID.has(name) || closed) continue;
    open.push(name);
    if (name === 'script') at = html.indexOf('</script', at);
  }
  if (open.length !== 0) faults.push(`never ended: ${open}`);
  return { names, faults };
}

test('faults of the markup are noticed', () => {
  const { names, faults } = elements('<!DOCTYPE html><p id="a" id="b">1 < 2<b>x</p></b><br><ul>');
  assert.deepEqual(names, ['p', 'b', 'br', 'ul']);
  assert.equal(faults.length, 5, faults.join('\n'));
});

for (const language of LANGUAGES) {
  test(`browsers find the elements that are written, in ${language}`, async () => {
    const opened = await openPage(browser, { origin: server.origin, javaScriptEnabled: false });
    const found = [];
    for (const { kind, path } of kinds) {
      const response = await opened.page.goto(server.origin + inLanguage(path, language));
      const { names, faults } = elements(await response.text());
      const { seen, ids } = await opened.page.evaluate(() => {
        const all = [...document.querySelectorAll('*')];
        return { seen: all.map((one) => one.localName.toLowerCase()), ids: all.map((one) => one.id).filter(Boolean) };
      });
      found.push(...faults.map((fault) => `${kind}: ${fault}`));
      const at = seen.findIndex((name, n) => name !== names[n]);
      if (at !== -1 || seen.length !== names.length) {
        found.push(`${kind}: element ${at} is written as ${names[at]} and read as ${seen[at]}`);
      }
      found.push(...ids.filter((id, n) => ids.indexOf(id) !== n).map((id) => `${kind}: #${id} twice`));
    }
    assert.deepEqual(found, []);
    await opened.close();
  });
}
