/** Records operations for ever, so that a test can kill it in the middle. `node endless-writer.ts PATH` */
import { openJournal } from "../../lab/journal/index.ts";
import { milliseconds, sleep, startClock } from "../../lab/time.ts";

const path = process.argv[2] ?? "";
const clock = startClock();
const journal = openJournal(path, clock);
for (let value = 0; ; value += 1) {
  const now = clock.now();
  journal.operation({
    ...{ load: "events", client: "producer-1", action: "produce", outcome: "ok", error: "", key: 0 },
    ...{ value, partition: 0, offset: value, intendedMs: now, startMs: now, endMs: now },
  });
  if (value % 5_000 === 0) {
    journal.event({ type: "note", level: "info", text: `${value} written` });
    await sleep(milliseconds(1));
    process.stdout.write(".");
  }
}
