/** The report in a real browser: what people see, hear and reach, at a desk and on a telephone, by day and by night. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { renderHtml } from "../../reports/index.ts";
import { heldRun, unknownRun, violatedRun } from "../reports/sample-runs.ts";
import {
  axeViolations as violationsOf,
  DESK,
  browserOfFile,
  overflow,
  openPage,
  SCREENSHOTS,
  TELEPHONE,
  type OpenedPage,
} from "./browser.ts";

const pages = {
  held: renderHtml(heldRun()),
  violated: renderHtml(violatedRun()),
  unknown: renderHtml(unknownRun()),
};
type PageName = keyof typeof pages;
const NAMES = Object.keys(pages) as PageName[];

const browser = browserOfFile();

async function open(name: PageName, options: BrowserContextOptions): Promise<OpenedPage> {
  const opened = await openPage(browser(), options);
  const { page, noise } = opened;
  page.on("request", (request) => noise.push(`request: ${request.url()}`));
  await page.setContent(pages[name]);
  return opened;
}

const openAllDetails = (page: Page): Promise<unknown> =>
  page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true");

describe.each(NAMES)("the report of a run that is %s", (name) => {
  test("says so before anything else, asks the network for nothing, and says nothing on the console", async () => {
    await using opened = await open(name, TELEPHONE);
    const { page, noise } = opened;
    const main = page.getByRole("main");
    // The run that is violated is that of a mutant.
    expect(await main.innerText()).toMatch(new RegExp(`^\\s*(Caught as intended\\s+)?${name}`, "i"));
    expect(await page.locator("main > :first-child h1 .badge").innerText()).toMatch(new RegExp(name, "i"));
    expect((await page.locator("h1").boundingBox())?.y).toBeLessThan(200);
    expect(await page.title()).toContain(name);
    expect(await page.getByText("could not be drawn").count()).toBe(0);
    expect(noise).toEqual([]);
  });

  test.each(["light", "dark"] as const)(
    "has no fault that axe finds, %s, at a desk and on a telephone",
    async (colorScheme) => {
      for (const options of [DESK, TELEPHONE]) {
        await using opened = await open(name, { ...options, colorScheme });
        await openAllDetails(opened.page);
        expect(await violationsOf(opened.page)).toEqual([]);
      }
    },
  );

  test("never scrolls sideways on a telephone, its details folded or open", async () => {
    await using opened = await open(name, TELEPHONE);
    expect(await overflow(opened.page)).toBe(0);
    await openAllDetails(opened.page);
    expect(await overflow(opened.page)).toBe(0);
  });

  test("has story, impact and overview in the first screen", async () => {
    await using opened = await open(name, { viewport: { width: 1_280, height: 800 }, colorScheme: "light" });
    for (const part of [".story", ".impact", "#overview svg.time"]) {
      const box = await opened.page.locator(part).first().boundingBox();
      expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThan(800);
    }
  });

  test("gives every plot a name and its data as a table", async () => {
    await using opened = await open(name, DESK);
    const plots = await opened.page.locator('svg[role="img"]').all();
    expect(plots.length).toBeGreaterThan(5);
    for (const plot of plots) {
      const rows = plot.locator("xpath=ancestor::figure[1]").locator("details table tbody tr");
      expect(await rows.count()).toBeGreaterThan(0);
      expect((await plot.locator("title").first().textContent())?.length).toBeGreaterThan(3);
    }
  });

  test("is photographed", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const [place, options] of [
        ["desk", DESK],
        ["telephone", TELEPHONE],
      ] as const) {
        await using opened = await open(name, { ...options, colorScheme });
        const picture = await opened.page.screenshot({ fullPage: true });
        await writeFile(join(SCREENSHOTS, `${name}-${place}-${colorScheme}.png`), picture);
      }
    }
  });
});

describe("the report", () => {
  test("gives every fold to the keyboard, which opens it", async () => {
    await using opened = await open("violated", DESK);
    const { page } = opened;
    await openAllDetails(page);
    const folds = await page.evaluate<number>("document.querySelectorAll('summary').length");
    const stops = await page.evaluate<number>(
      "document.querySelectorAll('a, summary, button:not([hidden]), [tabindex=\"0\"]').length",
    );
    const reached = new Set<number>();
    for (let stop = 0; stop < stops; stop++) {
      await page.keyboard.press("Tab");
      reached.add(
        await page.evaluate<number>("[...document.querySelectorAll('summary')].indexOf(document.activeElement)"),
      );
    }
    reached.delete(-1);
    expect(reached.size).toBe(folds);
    const summary = page.locator("summary").first();
    await summary.focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("details").first().getAttribute("open")).toBeNull();
  });

  test("offers the way past its contents first", async () => {
    await using opened = await open("held", DESK);
    await opened.page.keyboard.press("Tab");
    expect(await opened.page.evaluate<string>("document.activeElement.textContent")).toBe("Skip to the verdict");
    expect(await opened.page.evaluate<string>("document.activeElement.getAttribute('href')")).toBe("#verdict");
  });

  test("has its headings in order, without a gap", async () => {
    await using opened = await open("held", DESK);
    const levels = await opened.page.evaluate<number[]>(
      "[...document.querySelectorAll('h1,h2,h3,h4')].map((heading) => +heading.tagName[1])",
    );
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    levels.reduce((before, level) => {
      expect(level - before).toBeLessThanOrEqual(1);
      return level;
    }, 0);
  });

  test("shows the values under the pointer, as its table has them, in all plots at once", async () => {
    await using opened = await open("held", DESK);
    const { page } = opened;
    const plot = page.locator("#plot-1-load svg.time");
    await plot.scrollIntoViewIfNeeded();
    const box = await plot.boundingBox();
    if (box === null) throw new Error("the plot is not there");
    await page.mouse.move(box.x + box.width / 2, box.y + 40);
    const rows = page.locator("#plot-1-load tbody tr");
    const middle = "(({ from, to, row }) => Math.floor((to - from) / 2 / row))";
    const place = await page.evaluate<number>(`${middle}(document.querySelector("#plot-1-load svg.time").dataset)`);
    const row = rows.nth(place);
    const cells = await row.locator("th, td").allTextContents();
    expect(await page.locator("#plot-1-load .legend .at").allTextContents()).toEqual(cells.slice(1));
    expect(await page.locator("#plot-1-latency .legend .at").first().textContent()).not.toBe("");
    expect(await page.locator("#roles .cursor").getAttribute("visibility")).toBe("visible");
  });

  test("moves the cursor by keyboard, with the values as by pointer", async () => {
    await using opened = await open("held", DESK);
    const { page } = opened;
    await page.locator("#plot-1-load svg.time").focus();
    await page.keyboard.press("ArrowRight");
    const first = await page.locator("#plot-1-load .legend .at").allTextContents();
    expect(first).not.toContain("");
    await page.keyboard.press("Home");
    expect(await page.locator("#plot-1-load .legend .moment").textContent()).not.toBe("");
    await page.keyboard.press("Escape");
    expect(await page.locator("#plot-1-load .legend .at").first().textContent()).toBe("");
  });

  test("shows a long table a page at a time", async () => {
    await using opened = await open("held", DESK);
    const { page } = opened;
    await page.locator("#plot-1-load summary").click();
    const shown = page.locator("#plot-1-load tbody tr:not(.off-page)");
    expect(await shown.count()).toBe(50);
    const before = await shown.first().textContent();
    await page.locator("#plot-1-load .pages button").last().click();
    expect(await shown.first().textContent()).not.toBe(before);
  });

  test("a mark of an offending operation leads to its row", async () => {
    await using opened = await open("violated", DESK);
    const { page } = opened;
    await page.locator("svg.when a").first().focus();
    await page.keyboard.press("Enter");
    const hash = await page.evaluate<string>("location.hash");
    expect(hash).toMatch(/^#e\d+-\d+$/);
    expect(await page.locator(hash).isVisible()).toBe(true);
  });

  test("on paper opens what broke, and folds what held", async () => {
    await using opened = await open("violated", DESK);
    const { page } = opened;
    await openAllDetails(page);
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator("#broke details.evidence:not([open])").count()).toBe(0);
    expect(await page.locator(".held-card[open]").count()).toBe(0);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await page.locator(".held-card:not([open])").count()).toBe(0);
  });

  test("is whole without JavaScript", async () => {
    await using opened = await open("held", { ...DESK, javaScriptEnabled: false });
    const { page } = opened;
    expect(await page.locator("main > section").count()).toBe(11);
    await page.locator("#plot-1-load summary").click();
    expect(await page.locator("#plot-1-load table").isVisible()).toBe(true);
  });

  test("prints on white, even by night", async () => {
    await using opened = await open("held", { ...DESK, colorScheme: "dark" });
    const { page } = opened;
    const background = "getComputedStyle(document.body).backgroundColor";
    expect(await page.evaluate<string>(background)).toBe("rgb(14, 17, 22)");
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate<string>(background)).toBe("rgb(255, 255, 255)");
    expect(await page.getByRole("navigation").isVisible()).toBe(false);
  });
});
