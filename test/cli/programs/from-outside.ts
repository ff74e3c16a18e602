/** `lab check FOLDER`, and meanwhile something that no command expects: what must happen is in processes.test.ts. */
import { main } from "../../../lab/cli/main.ts";
import { ifStillRunning, milliseconds } from "../../../lab/time.ts";

const [way = "", folder = ""] = process.argv.slice(2);
const ended = main(["check", folder]);
if (way === "hangs up") process.kill(process.pid, "SIGHUP");
if (way === "throws")
  ifStillRunning(milliseconds(1), () => {
    throw new Error("out of the blue");
  });
if (way === "rejects") void Promise.reject(new Error("out of the blue"));
await ended;
