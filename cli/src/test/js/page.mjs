// Watches the demo page in Chromium: node page.mjs CHROMIUM URL DIRECTORY
// Prints "live NODE" once ticks flow, then waits for that node to die; prints "moved NODE" once ticks flow
// from another one with nothing missing. Leaves live.png and moved.png in DIRECTORY.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

const [executablePath, url, directory] = process.argv.slice(2);
const LIMIT = { timeout: 120_000 };
const browser = await chromium.launch({
  executablePath,
  ...LIMIT,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage({ viewport: { width: 900, height: 820 } });
  const problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(url, LIMIT);

  const enough = (start) => window.hawserDemo.ticks > start + 40;
  await page.waitForFunction(enough, 0, LIMIT);
  const before = await page.evaluate(() => ({ ...window.hawserDemo }));
  await page.screenshot({ ...LIMIT, path: `${directory}/live.png` });
  console.log(`live ${before.node}`);

  await page.waitForFunction(
    (node) => window.hawserDemo.node !== node && window.hawserDemo.state === 'connected',
    before.node, LIMIT);
  const moved = await page.evaluate(() => ({ ...window.hawserDemo }));
  await page.waitForFunction(enough, moved.ticks, LIMIT);
  const after = await page.evaluate(() => ({ ...window.hawserDemo }));
  await page.screenshot({ ...LIMIT, path: `${directory}/moved.png` });
  assert.equal(after.missing, 0);
  assert.ok(after.reconnects >= 1);
  assert.equal(after.repeated, 0);
  assert.deepEqual(problems, []);
  // Where it is by now: another node may have stood still for so long that it has moved again.
  await page.waitForFunction(
    () => document.body.innerText.includes(window.hawserDemo.node), undefined, LIMIT);
  console.log(`moved ${after.node} ${JSON.stringify(after)}`);
} finally {
  await browser.close();
}
