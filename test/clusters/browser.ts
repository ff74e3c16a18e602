/** A real browser in a container, for tests of pages. */
import axe from "axe-core";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
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

export interface StartedBrowser extends AsyncDisposable {
  readonly browser: Browser;
}

/** Starts the lab's own Chromium, and waits until it answers. */
export async function startBrowser(): Promise<StartedBrowser> {
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
