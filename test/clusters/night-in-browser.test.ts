/** The page of all runs in a real browser: what people see, hear and reach, at a desk and on a telephone, by day and by night. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { wholeHistoryEntry } from "../../lab/judging/history-entry.ts";
import { renderNight } from "../../reports/index.ts";
import { manyRuns } from "../reports/many-runs.ts";
import {
  axeViolations,
  browserOfFile,
  DESK,
  openPage,
  overflow,
  SCREENSHOTS,
  TELEPHONE,
  type OpenedPage,
} from "./browser.ts";

/** Not a real place: the test answers for it. */
const PLACE = "http://night.test/index.html";

const night = renderNight({
  runs: manyRuns(500).map(({ plan, verdict }) => ({
    entry: wholeHistoryEntry(plan, verdict),
    folder: plan.run,
    repeat: plan.repeat,
  })),
  leftOut: ["a line of the history was left out"],
});

const browser = browserOfFile();

async function open(options: BrowserContextOptions, query = ""): Promise<OpenedPage> {
  const opened = await openPage(browser(), options);
  const { page, noise } = opened;
  await page.route("**/*", async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === "/index.html") return route.fulfill({ body: night, contentType: "text/html; charset=utf-8" });
    noise.push(`request: ${route.request().url()}`);
    return route.abort();
  });
  await page.goto(PLACE + query);
  return opened;
}

const shownRows = (page: Page): Promise<number> =>
  page.evaluate<number>(
    "[...document.querySelectorAll('[data-system]')].filter((item) => item.offsetParent !== null).length",
  );

describe("the page of 500 runs", () => {
  test("says first what it came to, asks for nothing and says nothing on the console; how long it took to open is printed", async () => {
    await using opened = await open(TELEPHONE);
    const { page, noise } = opened;
    expect(await page.locator("main > :first-child h1 .badge").innerText()).toMatch(/survived|unknown/);
    const shownMs = await page.evaluate<number>("performance.getEntriesByType('navigation')[0].loadEventEnd");
    console.log(`the page of 500 runs was loaded in ${shownMs.toFixed(0)} ms`);
    expect(await page.getByText("could not be drawn").count()).toBe(0);
    expect(noise).toEqual([]);
  });

  test.each(["light", "dark"] as const)(
    "has no fault that axe finds, %s, at a desk and on a telephone",
    async (colorScheme) => {
      for (const options of [DESK, TELEPHONE]) {
        await using opened = await open({ ...options, colorScheme });
        expect(await axeViolations(opened.page)).toEqual([]);
      }
    },
  );

  test("never scrolls sideways on a telephone", async () => {
    await using opened = await open(TELEPHONE);
    expect(await overflow(opened.page)).toBe(0);
  });

  test("filters by what stands in its address, offers to show all again, and keeps one filter when the other is chosen", async () => {
    await using opened = await open(DESK, "?system=kafka");
    const { page } = opened;
    const systems =
      "[...document.querySelectorAll('[data-system]')].filter((item) => item.offsetParent !== null).map((item) => item.dataset.system)";
    expect(new Set(await page.evaluate<string[]>(systems))).toEqual(new Set(["kafka"]));
    expect(await page.locator(".filtered").innerText()).toContain("Filtered: system kafka");
    await page.locator('[data-filter="verdict"][data-value="unknown"]').click();
    expect(new URL(page.url()).search).toBe("?system=kafka&verdict=unknown");
    const fewer = await shownRows(page);
    await page.getByText("Show all").click();
    expect(await shownRows(page)).toBeGreaterThan(fewer);
  });

  test("is whole without JavaScript, whatever its address says", async () => {
    await using all = await open(DESK);
    await using opened = await open({ ...DESK, javaScriptEnabled: false }, "?system=kafka");
    const { page } = opened;
    const rows = await all.page.locator(".matrix tbody tr").count();
    expect(await page.locator(".matrix tbody tr:visible").count()).toBe(rows);
    expect(await page.locator(".filters").isVisible()).toBe(false);
  });

  test("leads from each mark to its run", async () => {
    await using opened = await open(DESK);
    const marks = opened.page.locator(".matrix td.night a");
    expect(await marks.count()).toBeGreaterThan(100);
    expect(await marks.first().getAttribute("href")).toMatch(/^2026\d{4}T[^/]*\/report\.html$/);
  });

  test("prints on white, even by night, without its contents and filters", async () => {
    await using opened = await open({ ...DESK, colorScheme: "dark" });
    const { page } = opened;
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate<string>("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
    expect(await page.getByRole("navigation").isVisible()).toBe(false);
  });

  test("is photographed", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const [place, options] of [
        ["desk", DESK],
        ["telephone", TELEPHONE],
      ] as const) {
        await using opened = await open({ ...options, colorScheme });
        const picture = await opened.page.screenshot({ fullPage: true });
        await writeFile(join(SCREENSHOTS, `night-${place}-${colorScheme}.png`), picture);
      }
    }
  });
});
