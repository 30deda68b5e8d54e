// Ways of using a page: with a pointer, and with nothing but the keyboard.

import assert from 'node:assert/strict';

/** The most presses of Tab that it takes to reach something. */
const MOST_PRESSES = 200;

/** Uses a page with a pointer. */
export const pointer = {
  fill: (page, box, text) => box.fill(text),
  click: (page, target) => target.click(),
  check: (page, choice) => choice.check(),
  choose: (page, list, value) => list.selectOption(value),
};

/** Goes on with Tab until `target` has the focus. */
async function reach(page, target) {
  for (let presses = 0; presses < MOST_PRESSES; presses += 1) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  assert.fail(`Tab does not reach ${target}`);
}

/** Uses a page with the keyboard. */
export const keyboard = {
  async fill(page, box, text) {
    await reach(page, box);
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(text);
  },
  async click(page, target) {
    await reach(page, target);
    await page.keyboard.press('Enter');
  },
  async check(page, choice) {
    await reach(page, choice);
    await page.keyboard.press('Space');
    assert.ok(await choice.isChecked());
  },
  async choose(page, list, value) {
    await reach(page, list);
    await page.keyboard.press('Home');
    while ((await list.inputValue()) !== value) {
      const before = await list.inputValue();
      await page.keyboard.press('ArrowDown');
      assert.notEqual(await list.inputValue(), before, `there is no ${value}`);
    }
  },
};
