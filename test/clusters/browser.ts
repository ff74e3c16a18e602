/** A real browser in a container, for tests of pages. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { openEngine, silentProgress } from "../../lab/engine/index.ts";
import { freshId } from "../../lab/random.ts";
import { milliseconds, seconds, waitFor } from "../../lab/time.ts";

const DEBUGGING_PORT = 9_222;
/** Chromium listens on the container's loopback only, so socat takes what comes from outside there. */
const COMMAND = [
  `socat TCP-LISTEN:${DEBUGGING_PORT},fork,reuseaddr TCP:127.0.0.1:9223 &`,
  "exec chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run",
  "--disable-background-networking --remote-debugging-port=9223 about:blank",
].join(" ");

export const DESK: BrowserContextOptions = { viewport: { width: 1_280, height: 900 }, colorScheme: "light" };
export const TELEPHONE: BrowserContextOptions = { viewport: { width: 360, height: 740 }, colorScheme: "light" };

interface StartedBrowser extends AsyncDisposable {
  readonly browser: Browser;
}

/** Starts the lab's own Chromium, and waits until it answers. */
async function startBrowser(): Promise<StartedBrowser> {
  await using stack = new AsyncDisposableStack();
  const engine = stack.use(await openEngine());
  const image = (await engine.images(["chromium"], silentProgress)).get("chromium");
  if (image === undefined) throw new Error("no chromium image");
  const space = stack.use(await engine.openRun(`t${freshId()}`));
  const [port = 0] = await space.freePorts(1);
  await space.startNode({
    name: "chromium",
    cluster: "browser",
    image,
    command: ["sh", "-c", COMMAND],
    ports: [{ container: DEBUGGING_PORT, host: port }],
  });
  const connect = async (): Promise<{ reached: Browser }> => ({
    reached: await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { timeout: 5_000 }),
  });
  const browser = await waitFor("Chromium to take the debugger", connect, {
    within: seconds(90),
    every: milliseconds(200),
  });
  stack.defer(() => browser.close());
  const started = stack.move();
  return { browser, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** Whatever the page asked the network for, said on the console, or failed at. */
  readonly noise: string[];
}

/** A page of its own, which whatever it says is noted of; nothing is shown in it yet. */
export async function openPage({ browser }: StartedBrowser, options: BrowserContextOptions): Promise<OpenedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const noise: string[] = [];
  page.on("console", (message) => noise.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => noise.push(`error: ${error.message}`));
  return { page, noise, [Symbol.asyncDispose]: () => context.close() };
}

/** Where the tests' pictures are put. */
export const SCREENSHOTS = join("reports", "runs", "screenshots");

/** A browser for all tests of a file, which is there from the first of them to the last. */
export function browserOfFile(): () => StartedBrowser {
  let started: StartedBrowser | undefined;
  beforeAll(async () => {
    await mkdir(SCREENSHOTS, { recursive: true });
    started = await startBrowser();
  });
  // Only if it came to be: a failed set-up must not hide why.
  afterAll(() => started?.[Symbol.asyncDispose]());
  return () => {
    if (started === undefined) throw new Error("the browser is started before the first test");
    return started;
  };
}

/** How many pixels the page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

/** What axe finds. Long tables are cut to a few rows first: the others are alike, and axe looks at every cell. */
export async function axeViolations(page: Page): Promise<string[]> {
  await page.evaluate("for (const row of document.querySelectorAll('tbody tr:nth-child(n + 6)')) row.remove()");
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run(document)");
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary ?? ""}`),
  );
}
