/** A scenario file as text: the least that is whole, for tests that write one. */
import { join } from "node:path";

const FRONT = join(import.meta.dirname, "../../lab/index.ts");

/** The text of a file that holds a scenario of this id, and can be loaded from anywhere. */
export const scenarioText = (id: string): string =>
  `import { check, kafkaCluster, produce, scenario, seconds } from ${JSON.stringify(FRONT)};
export default scenario({
  id: "${id}",
  title: "t",
  description: "d",
  topology: { kafka: kafkaCluster({ topics: { events: {} } }) },
  load: { events: produce({ to: "kafka.events" }) },
  expect: { recovers: check.recovery({ of: "events", within: seconds(15) }) },
  slos: [],
  mutants: { m: { change: { load: { events: { acks: "leader" } } }, violates: "recovers" } },
  async run({ load, step }) {
    await step("warm up", () => load.events.runFor(seconds(1)));
  },
});
`;
