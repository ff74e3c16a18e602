/** What no command expects, from outside or from within: what must happen then is in processes.test.ts. */
import { mindTheUnexpected } from "../../../lab/cli/process.ts";
import { ifStillRunning, milliseconds, seconds, sleep } from "../../../lab/time.ts";

const [way = "", folder = ""] = process.argv.slice(2);
if (way === "hangs up") {
  // Loaded here: the other ways need no command.
  const { main } = await import("../../../lab/cli/main.ts");
  const ended = main(["check", folder]);
  process.kill(process.pid, "SIGHUP");
  await ended;
} else {
  mindTheUnexpected();
  if (way === "rejects") void Promise.reject(new Error("out of the blue"));
  else
    ifStillRunning(milliseconds(1), () => {
      throw new Error("out of the blue");
    });
  // As of a command that waits: only the error may end it.
  await sleep(seconds(30));
}
