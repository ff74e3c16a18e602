/**
 * The watchdog of one run: a process of its own, in its own session, that outlives the lab. The lab holds the other end
 * of its standard input. When that closes without the word `done` — the lab was killed, at whatever moment — it
 * removes all that carries the run's label, or, for a run that is meant to stay (`heal`), undoes the faults in its
 * ledger. Started by watchdog-start.ts; its output goes to the watchdog's log.
 */
import { messageOf } from "../../errors.ts";
import { processMark } from "../run-owner.ts";
import { milliseconds, minutes, monotonicMs, seconds, sleep, wallClock } from "../../time.ts";

const say = (text: string): void => {
  process.stderr.write(`${wallClock().toISOString()} run ${run}: ${text}\n`);
};

const [run = "", task = "", url = "", certificates = ""] = process.argv.slice(2);
const LIMIT = minutes(1);

process.on("SIGINT", () => undefined);
process.on("SIGHUP", () => undefined);
process.stdout.on("error", () => undefined);
process.stdout.write("watching\n");
// Loaded now and not later: the program on disk may have changed by the time that it is needed.
const { connect } = await import("./engine-address.ts");
const { healRun, recoverRun } = await import("./recover.ts");
const lab = processMark(process.ppid);

let lastWords = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (text: string) => {
  lastWords = (lastWords + text).slice(-100);
});
await new Promise<void>((resolve) => {
  process.stdin.once("end", resolve);
  process.stdin.once("close", resolve);
  process.stdin.once("error", () => resolve());
});

if (lastWords.trim() !== "done") await cleanUp();
process.exit(0);

async function cleanUp(): Promise<void> {
  const startedMs = monotonicMs();
  say("the lab is gone; cleaning up");
  const docker = connect({ url, from: "the lab", ...(certificates === "" ? {} : { certificates }) });
  let failures = 0;
  while (monotonicMs() - startedMs < LIMIT) {
    try {
      if (task === "heal") {
        await healRun(docker, run, say, lab);
        return;
      }
      const { removed } = await recoverRun(docker, run, milliseconds(LIMIT - (monotonicMs() - startedMs)), say);
      say(
        `clean after ${Math.round(monotonicMs() - startedMs)} ms; removed ${removed.length === 0 ? "nothing" : removed.join(", ")}`,
      );
      return;
    } catch (error) {
      failures += 1;
      say(`attempt ${failures} failed: ${messageOf(error)}`);
      await sleep(seconds(1));
    }
  }
  say("gave up; `lab clean` removes what is left");
}
