// A lesson, its widget, its quiz and the playground in Firefox: node firefox_flow.mjs FIREFOX ADDRESS, run where puppeteer-core is.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { argv, cwd } from "node:process";

const puppeteer = createRequire(`${cwd()}/`)("puppeteer-core");
const [, , executablePath, address] = argv;
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
try {
  const page = await browser.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  await page.setViewport({ width: 1280, height: 900 });

  // The lesson: its formulas are drawn with the site's own font.
  await page.goto(`${address}lessons/momentum.html`);
  await page.waitForSelector("[data-widget=landscape][data-ready] canvas.ground[aria-label]");
  assert.ok(await page.evaluate(() => document.fonts.ready.then(() => document.fonts.check('16px "STIX Two Math"'))));
  const { width, height } = await (await page.$("math[display=block]")).boundingBox();
  assert.ok(width > 100 && height > 40, "the formula is laid out");

  // Its widget: a field that is turned changes the race, and ticks off the task, which asks for both.
  const mu = await page.$('.dial input[type=text][aria-label^="Momentum: momentum, "]');
  for (const value of ["0", "0.95"]) {
    await mu.evaluate((field) => (field.value = ""));
    await mu.type(value);
    await mu.press("Enter");
  }
  await page.waitForSelector(".task.done");
  const ground = () => page.$eval("canvas.ground", (canvas) => canvas.getAttribute("aria-label"));
  const before = await ground();
  const stage = await (await page.$(".stage")).boundingBox();
  await page.mouse.click(stage.x + 0.7 * stage.width, stage.y + 0.3 * stage.height);
  await page.waitForFunction((old) => document.querySelector("canvas.ground").getAttribute("aria-label") !== old, {}, before);

  // Its quiz: each question is answered, told, and goes on to the score.
  for (;;) {
    const option = await page.$(".quiz button.option");
    if (option !== null) await option.press("Enter");
    else {
      const box = await page.$(".quiz .answers input");
      if ((await box.evaluate((input) => input.type)) === "checkbox") await box.press("Space");
      else await box.type("1");
      await (await page.$(".quiz .answers button.main")).press("Enter");
    }
    const [verdict, next] = await page.$eval(".quiz .onward", (bar) => [
      bar.querySelector(".verdict b").textContent,
      bar.querySelector("button").textContent,
    ]);
    assert.match(verdict, /^(Correct|Wrong)\.$/);
    await (await page.$(".quiz .onward button.main")).press("Enter");
    if (next === "Submit") break;
  }
  assert.match(await page.$eval(".quiz .score b", (score) => score.textContent), /^\d\/5$/);

  // The playground: a shared link, a play, a surface, a map, and the link in the address.
  await page.goto(`${address}playground.html#landscape=saddle&rules=adam&steps=30`);
  await page.waitForSelector("[data-widget=landscape][data-ready] canvas.ground[aria-label]");
  await page.click(".player .play");
  await page.waitForFunction(() => document.querySelector(".player .clock").textContent === "30 / 30", { timeout: 20_000 });
  await page.click(".view button:nth-of-type(2)");
  const pressed = await page.$eval(".view button:nth-of-type(2)", (button) => button.getAttribute("aria-pressed"));
  const solid = await page.evaluate(() => document.createElement("canvas").getContext("webgl2") !== null);
  assert.equal(pressed, String(solid));
  await page.$eval(".map-canvas", (canvas) => canvas.scrollIntoView());
  await page.waitForSelector("table.map-legend tbody tr");
  if (solid) await page.waitForFunction(() => location.hash.includes("view=surface"));
  assert.deepEqual(faults, []);
} finally {
  await browser.close();
}
