import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import {
  batches,
  check,
  clickhouseCluster,
  kafkaCluster,
  minioCluster,
  objects,
  perSecond,
  produce,
  rows,
  seconds,
  sparkCluster,
  zookeeperCluster,
} from "../../../lab/index.ts";
import type { Scenario } from "../../../lab/rehearsal/scenario.ts";
import { pathText, type Problem } from "../../../lab/rehearsal/validation/problems.ts";
import { readProject, type Project } from "../../../lab/rehearsal/validation/project.ts";
import { validateScenario } from "../../../lab/rehearsal/validation/validate.ts";
import { placeOf } from "../../../lab/rehearsal/validation/where.ts";

const project: Project = {
  slos: new Map([
    ["kafka-produce-latency", [{ load: "events" }]],
    ["rows-availability", [{ load: "rows", action: "add" }]],
    ["events-added", [{ load: "events", action: "add" }]],
    ["broken", { broken: "schemas/slo/broken.yaml:3: holds no OpenSLO object" }],
  ]),
  tables: (schema) => (schema === "clickhouse" ? ["lab.events", "lab.traffic"] : undefined),
  buckets: (schema) => (schema === "minio" ? ["rehearsal", "lakehouse"] : undefined),
};

const good: Scenario = {
  id: "kafka/example",
  title: "t",
  description: "d",
  topology: { kafka: kafkaCluster({ topics: { events: { partitions: 6, replicas: 3, minInSync: 2 } } }) },
  load: { events: produce({ to: "kafka.events", rate: perSecond(100) }) },
  settings: {},
  expect: {
    "nothing is lost": check.delivery("events"),
    "writes recover": check.recovery({ of: "events", within: seconds(15) }),
    "writes go on": check.availability({
      of: "events",
      atLeast: 0.9,
      limit: seconds(5),
      during: { step: "writes go on" },
    }),
  },
  slos: ["kafka-produce-latency"],
  mutants: {
    "one replica": {
      change: { topology: { kafka: { topics: { events: { replicas: 1, minInSync: 1 } } } } },
      violates: "writes recover",
    },
  },
  run: () => Promise.resolve(),
};

const script = `
  async run({ load, step, fault, waitFor, observe }) {
    await step("warm up", () => load.events.acknowledged(10, { within: seconds(30) }));
    const outage = await step("leader killed", () => fault.kill("leader of events/0"));
    await step("writes go on", () => load.events.runFor(seconds(18)));
  },`;

const told = (scenario: Scenario, text = script): readonly string[] =>
  validateScenario(scenario, { project, sources: [{ file: "example.scenario.ts", text }] }).map(line);

const line = ({ path, mutant, what, hint }: Problem): string =>
  `${mutant === undefined ? "" : `[${mutant}] `}${pathText(path)} ${what} (${hint})`;

const expecting = (name: string, spec: Scenario["expect"][string]): Scenario => ({
  ...good,
  expect: { ...good.expect, [name]: spec },
});

test("a scenario that can be meant has no problem", () => {
  expect(told(good)).toEqual([]);
});

describe("names that are not there", () => {
  test("a load, before a rehearsal runs for minutes", () => {
    expect(told(expecting("x", check.delivery("evnets")))).toEqual([
      'expect.x.of names the load "evnets", which is not there (did you mean "events"? there is: events)',
    ]);
    expect(told(expecting("x", check.recovery({ of: "ev.produce", within: seconds(1) })))).toEqual([
      'expect.x.of names the load "ev", which is not there (there is: events)',
    ]);
  });

  test("an action, and a load whose action has to be said", () => {
    expect(told(expecting("x", check.recovery({ of: "events.write", within: seconds(1) })))).toEqual([
      'expect.x.of names the action "events.write", which is not there (there is: events.produce, events.commit)',
    ]);
    const other = { ...good, load: { ...good.load, objects: objects({ to: "minio.rehearsal" }) } };
    const both = { ...other, topology: { ...good.topology, minio: minioCluster() } };
    const spec = check.availability({ of: "objects", atLeast: 0.9, limit: seconds(1) });
    expect(told({ ...both, expect: { ...good.expect, x: spec } })).toEqual([
      'expect.x.of names the load "objects" without the action that is meant (there is: objects.read, objects.write)',
    ]);
  });

  test("administrative actions are those of Kafka", () => {
    const create = (of: string) => check.availability({ of, atLeast: 1, limit: seconds(5) });
    expect(told(expecting("x", create("admin.create-topic")))).toEqual([]);
    expect(told(expecting("x", create("admin.create-topics")))[0]).toContain('did you mean "admin.create-topic"?');
  });

  test("a cluster that is to converge", () => {
    expect(told(expecting("x", check.convergence({ of: "kafak", within: seconds(30) })))).toEqual([
      'expect.x.of names the cluster "kafak", which is not there (did you mean "kafka"? there is: kafka)',
    ]);
  });

  test("a check of another load's history", () => {
    expect(told(expecting("x", check.set("events")))).toEqual([
      'expect.x.of judges "events" by set, which is not made for a load of produce (use check.delivery or check.handover or check.positions)',
    ]);
  });

  test("a subject that nobody observes", () => {
    const observed = (subject: string) => expecting("x", check.observed({ subject, values: [2] }));
    expect(told(observed("in-sync replicas of events/5"))).toEqual([]);
    expect(told(observed("kafka leader of events/0"))).toEqual([]);
    expect(told(observed("in-sync replicas of events/6"))[0]).toMatch(
      /names "in-sync replicas of events\/6", which nobody observes \(did you mean/,
    );
    expect(told(observed("rows moved"), `${script} observe("rows moved", 3)`)).toEqual([]);
    expect(told(observed("rows moved"), `${script} observe(subject, 3)`)).toEqual([]);
  });

  test("a step, unless some step's name is known by running only", () => {
    const during = { step: "wirtes go on" };
    const spec = check.availability({ of: "events", atLeast: 0.9, limit: seconds(5), during });
    expect(told(expecting("x", spec))).toEqual([
      'expect.x.during.step names the step "wirtes go on", which is not there (did you mean "writes go on"? there is: warm up, leader killed, writes go on)',
    ]);
    expect(told(expecting("x", spec), `${script} step(name, act)`)).toEqual([]);
    expect(told(expecting("x", spec), `${script} step(\`wirtes \${how}\`, act)`)).toEqual([]);
    expect(told(expecting("x", spec), `${script} step(\`reads \${how}\`, act)`)).toHaveLength(1);
  });

  test("SLOs, broken ones, and those of other loads", () => {
    const slos = ["kafka-produce-latncy", "broken", "rows-availability", "events-added", "events-added"];
    expect(told({ ...good, slos })).toEqual([
      'slos name "events-added" twice (name it once)',
      'slos names the SLO "kafka-produce-latncy", which is not there (did you mean "kafka-produce-latency"? there is: kafka-produce-latency, rows-availability, events-added, broken)',
      'slos name "broken": schemas/slo/broken.yaml:3: holds no OpenSLO object (docs/slos.md)',
      'slos name "rows-availability", which measures the load "rows", which is not there (there is: events)',
      'slos name "events-added", which measures events.add, and a load of produce does no such thing (there is: produce, commit)',
    ]);
  });

  test("where loads go: clusters, topics, tables, buckets", () => {
    const load = { events: produce({ to: "kafka.evnets" }) };
    expect(told({ ...good, load })).toEqual([
      'load.events.to names the topic "evnets", which is not there (did you mean "events"? there is: events)',
    ]);
    expect(told({ ...good, load: { events: produce({ to: "kafak.events" }) } })[0]).toContain('the cluster "kafak"');
    const inserts = { ...good.load, rows: rows({ to: "kafka.lab.events" }) };
    expect(told({ ...good, load: inserts })).toEqual([
      'load.rows.to goes to "kafka", which is a kafka cluster and no clickhouse (there is none)',
    ]);
    const topology = { ...good.topology, zookeeper: zookeeperCluster(), clickhouse: clickhouseCluster() };
    const table = { ...good.load, rows: rows({ to: "clickhouse.lab.evens" }) };
    expect(told({ ...good, topology, load: table })[0]).toContain('did you mean "lab.events"?');
    const lake = {
      topology: { ...good.topology, minio: minioCluster(), spark: sparkCluster({ minio: "minio" }) },
      load: { ...good.load, batches: batches({ to: "spark", lake: "minio.lakehose", table: "t" }) },
    };
    expect(told({ ...good, ...lake })[0]).toContain('load.batches.lake names the bucket "lakehose"');
  });

  test("clusters that clusters need", () => {
    const topology = { ...good.topology, clickhouse: clickhouseCluster({ zookeeper: "kafka" }) };
    expect(told({ ...good, topology })).toEqual([
      'topology.clickhouse.zookeeper names "kafka", which is no zookeeper cluster (there is none)',
    ]);
  });

  test("whom faults mean, and what is waited for, where the script writes it out", () => {
    expect(told(good, script.replace("events/0", "evnts/0"))[0]).toContain('but the cluster has no topic "evnts"');
    expect(told(good, script.replace("events/0", "events/9"))[0]).toContain("events has the partitions 0 to 5, not 9");
    expect(told(good, script.replace("leader of events/0", "kafka-4"))[0]).toContain('did you mean "kafka-');
    expect(told(good, script.replace("leader of events/0", "reader-2"))).toEqual([]);
    const waits = `${script} waitFor("in-sync replicas of event/0", 1, { within: seconds(4) })`;
    expect(told(good, waits)[0]).toContain('run names "in-sync replicas of event/0", which nobody observes');
  });

  test("a tool that a fault needs", () => {
    const slow = `${script} fault.delay({ between: ["kafka-1", "others"], delay: milliseconds(300) })`;
    expect(told(good, slow)).toEqual(['tools do not have what fault.delay needs (tools: ["toxiproxy"])']);
    expect(told({ ...good, tools: ["toxiproxy"] }, slow)).toEqual([]);
  });

  test("a kind of fault", () => {
    expect(told(good, script.replace("fault.kill", "fault.kil"))).toEqual([
      'run names the kind of fault "kil", which is not there (did you mean "kill"?)',
    ]);
  });
});

describe("regions", () => {
  const regions = (east: string): readonly string[] => told({ ...good, regions: { east } });

  test("are made of nodes that there are", () => {
    expect(regions("kafka-1, kafka-2")).toEqual([]);
    expect(regions("kafka: all")).toEqual([]);
    expect(regions(" , ")[0]).toContain("regions.east means nobody");
    expect(regions("kafka-1, kafka-7")[0]).toContain('says "kafka-7", which nobody here is');
    expect(regions("region west")[0]).toContain('names the region "west", which is not there');
    expect(regions("clients")[0]).toContain("a region is made of nodes");
  });
});

describe("names that cannot be given", () => {
  test.each(["load", "fault", "step", "random", "settings", "waitFor", "observe", "then", "all", "Kafka", "a.b", ""])(
    "a cluster named %j",
    (name) => {
      const topology = { kafka: good.topology["kafka"], [name]: kafkaCluster() } as Scenario["topology"];
      expect(told({ ...good, topology })).toEqual([
        expect.stringContaining(`${JSON.stringify(name)} cannot name a cluster`),
      ]);
    },
  );

  test("a load whose name is the journal's own", () => {
    const load = { ...good.load, admin: produce({ to: "kafka.events" }) };
    expect(told({ ...good, load })).toEqual([expect.stringContaining('"admin" cannot name a load')]);
  });
});

describe("kinds that nobody knows", () => {
  test("of systems, loads and checks", () => {
    const system = { kafka: { ...good.topology["kafka"], system: "kafak" } } as unknown as Scenario["topology"];
    expect(told({ ...good, topology: system })[0]).toContain(
      'names the system "kafak", which is not there (did you mean "kafka"?',
    );
    const load = { events: { ...good.load["events"], kind: "prodce" } } as unknown as Scenario["load"];
    expect(told({ ...good, load })[0]).toContain(
      'names the kind of load "prodce", which is not there (did you mean "produce"?',
    );
    const spec = { check: "delivry", of: "events" } as unknown as Scenario["expect"][string];
    expect(told(expecting("x", spec))[0]).toContain(
      'names the check "delivry", which is not there (did you mean "delivery"?',
    );
  });
});

describe("numbers that cannot be meant", () => {
  test.each([Number.NaN, Infinity, -1])("%j as a rate, a span of time, a setting of a cluster", (number) => {
    const events = { ...good.load["events"], rate: number } as Scenario["load"][string];
    expect(told({ ...good, load: { events } })).toEqual([
      `load.events.rate is ${number} (use a finite number, 0 or more)`,
    ]);
    const kafka = { ...good.topology["kafka"], heapMb: number } as Scenario["topology"][string];
    expect(told({ ...good, topology: { kafka } })).toEqual([
      `topology.kafka.heapMb is ${number} (use a finite number, 0 or more)`,
    ]);
    const spec = { check: "recovery", of: "events", within: number } as Scenario["expect"][string];
    expect(told(expecting("x", spec))).toEqual([expect.stringContaining("expect.x.within is ")]);
  });

  test("no time at all, or more than anybody waits for", () => {
    expect(told(expecting("x", check.recovery({ of: "events", within: seconds(0) })))).toEqual([
      "expect.x.within is 0 ms (use a span of time that is more than nothing, and no longer than a day)",
    ]);
    expect(told(expecting("x", check.convergence({ of: "kafka", within: seconds(1e9) })))).toHaveLength(1);
  });

  test("settings are finite", () => {
    expect(told({ ...good, settings: { versions: -1 } })).toEqual([]);
    expect(told({ ...good, settings: { versions: Number.NaN } })).toEqual([
      "settings.versions is NaN (use a finite number)",
    ]);
  });

  test("more replicas than brokers, and a quorum that no shard has", () => {
    const kafka = { ...good.topology["kafka"], brokers: 2 } as Scenario["topology"][string];
    expect(told({ ...good, topology: { kafka } })).toEqual([
      "topology.kafka.topics.events.replicas is 3 (use a whole number from 1 to 2 (there are 2 brokers))",
    ]);
    const topology = {
      ...good.topology,
      zookeeper: zookeeperCluster(),
      clickhouse: clickhouseCluster({ replicas: 2 }),
    };
    const load = { ...good.load, rows: rows({ to: "clickhouse.lab.events", quorum: 3 }) };
    expect(told({ ...good, topology, load })[0]).toContain("load.rows.quorum is 3, and a shard has 2 replicas");
  });

  test("a recovery that the load cannot fill", () => {
    const slow = { ...good, load: { events: produce({ to: "kafka.events", rate: perSecond(0.5) }) } };
    expect(told(slow)).toEqual([
      'expect."writes recover".steady is 3 s, in which 2 operations are intended at the rate of events: too few to show that it recovered (use steady: seconds(4) or more, or a higher rate: it takes 3 operations)',
    ]);
    const longer = check.recovery({ of: "events", within: seconds(15), steady: seconds(4) });
    expect(told({ ...slow, expect: { ...slow.expect, "writes recover": longer } })).toEqual([]);
  });
});

describe("mutants", () => {
  const mutant = (change: object, violates = "writes recover"): readonly string[] =>
    told({ ...good, mutants: { m: { change: change as Readonly<Record<string, unknown>>, violates } } });

  test("change something, before and after merging", () => {
    const nothing = expect.stringContaining("mutants.m.change changes nothing") as string;
    expect(mutant({})).toEqual([nothing]);
    expect(mutant({ topology: { kafka: {} } })).toEqual([nothing]);
    expect(mutant({ load: { events: { acks: "all" } } })).toEqual([nothing]);
  });

  test("change what is there", () => {
    expect(mutant({ load: { event: { acks: "leader" } } })[0]).toContain("the scenario has no such value to change");
  });

  test("are as sound as the scenario, and what is wrong with both is told once", () => {
    expect(mutant({ topology: { kafka: { brokers: 2 } } })).toEqual([
      "[m] topology.kafka.topics.events.replicas is 3 (use a whole number from 1 to 2 (there are 2 brokers))",
    ]);
    expect(mutant({ load: { events: { rate: 0.2 } } })).toEqual([expect.stringContaining("[m] expect.")]);
    const broken = { ...good, load: { events: produce({ to: "kafka.evnets" }) } };
    expect(told(broken)).toHaveLength(1);
  });

  test("violate an expectation, which is no assumption", () => {
    expect(mutant({ load: { events: { acks: "leader" } } }, "writes recovr")).toEqual([
      'mutants.m.violates names "writes recovr", which is no expectation (did you mean "writes recover"? there is: nothing is lost, writes recover, writes go on)',
    ]);
    const assume = { "the leader died": check.observed({ subject: "kafka leader of events/0", values: ["kafka-1"] }) };
    const mutants = { m: { change: { load: { events: { acks: "leader" } } }, violates: "the leader died" } };
    expect(told({ ...good, assume, mutants })[0]).toContain("which is an assumption");
  });
});

describe("where a problem stands", () => {
  test("is the line of the word, within the part that it belongs to", () => {
    const text = `export default scenario({
  load: { events: produce({ to: "kafka.events" }) },
  expect: {
    "nothing is lost": check.delivery("evnets"),
    "writes recover": check.recovery({ of: "evnets", within: seconds(15) }),
  },
});`;
    const sources = [{ file: "a.scenario.ts", text }];
    const recovery = { path: ["expect", "writes recover", "of"], what: "", hint: "", quoted: "evnets" };
    expect(placeOf(recovery, sources)).toEqual({ file: "a.scenario.ts", line: 5 });
    expect(placeOf({ ...recovery, path: ["expect", "nothing is lost", "of"] }, sources)?.line).toBe(4);
    expect(placeOf({ path: ["load", "events", "rate"], what: "", hint: "" }, sources)?.line).toBe(2);
    expect(placeOf({ path: ["slos"], what: "", hint: "", quoted: "x" }, sources)).toBeUndefined();
  });

  test("is the file beside it where the part is written", () => {
    const sources = [
      { file: "a.scenario.ts", text: "export default scenario({ load, expect: {} })" },
      { file: "b.ts", text: `\nexport const load = { events: produce({ to: "kafka.evnets" }) };` },
    ];
    const problem = { path: ["load", "events", "to"], what: "", hint: "", quoted: "kafka.evnets" };
    expect(placeOf(problem, sources)).toEqual({ file: "b.ts", line: 2 });
  });
});

describe("every scenario of the project", () => {
  const root = join(import.meta.dirname, "../../..");
  const real = readProject();

  test.each(globSync("{scenarios,test}/**/*.scenario.ts", { cwd: root }))("%s can be meant", async (file) => {
    const { default: scenario } = (await import(pathToFileURL(join(root, file)).href)) as { default: Scenario };
    const beside = globSync("*.ts", { cwd: join(root, dirname(file)) }).filter((name) => !name.includes(".scenario."));
    const files = [file, ...beside.map((name) => join(dirname(file), name))];
    const sources = files.map((path) => ({ file: relative(root, path), text: readFileSync(join(root, path), "utf8") }));
    expect(validateScenario(scenario, { project: real, sources }).map(line)).toEqual([]);
  });
});
