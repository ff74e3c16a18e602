/**
 * Who may know whom. Each rule is seen to fire by test/dependency-rules.test.ts.
 * The reasons are DESIGN's: judging must be possible without containers, and only one folder knows the container engine.
 */

/** Folders that judge and draw from the run folder alone. */
const pure = "^(lab/(checks|slo|journal|judging|run-folder)|reports)/";

/** A package by name, found in node_modules or not. */
const packages = (...names) => `(^|/)(${names.join("|")})(/|$)`;

/**
 * The house's floors, lowest first: a room knows those on its own floor and below. Above all of them are the command
 * line, and the front door lab/index.ts, which have rules of their own.
 */
const FLOORS = [
  ["lab/engine", "lab/journal"],
  ["lab/load", "lab/checks"],
  ["lab/systems", "lab/platform", "lab/slo"],
  ["lab/faults", "lab/run-folder"],
  ["reports"],
  ["lab/judging"],
  ["lab/rehearsal"],
];
const rooms = (floors) => `^(${floors.flat().join("|")})/`;
const noArrowUpwards = FLOORS.slice(0, -1).map((floor, place) => ({
  name: `floor-${place + 1}-knows-none-above`,
  comment: "What is below serves what is above and does not call it.",
  severity: "error",
  from: { path: rooms([floor]) },
  to: { path: [rooms(FLOORS.slice(place + 1)), "^lab/index\\.ts$"] },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "scenarios-know-the-front-door-only",
      comment:
        "A scenario imports lab/index.ts, and what scenarios share, so that it keeps working when the inside changes.",
      severity: "error",
      from: { path: "^scenarios/" },
      to: { pathNot: "^(lab/index\\.ts$|scenarios/)" },
    },
    {
      name: "judging-needs-no-containers",
      comment:
        "Checks, SLOs, the journal, judging, run folders and reports never reach the engine, systems or faults, not even indirectly.",
      severity: "error",
      from: { path: pure },
      to: { path: "^lab/(engine|systems|faults)/", reachable: true },
    },
    {
      name: "judging-needs-no-network",
      comment: "Checks, SLOs, the journal and reports use no network client.",
      severity: "error",
      from: { path: pure },
      to: {
        path: [
          "^(node:)?(net|tls|dgram|dns|http|https|http2|inspector)$",
          packages("kafkajs", "node_modules/minio", "@clickhouse/client", "dockerode", "testcontainers", "undici"),
        ],
      },
    },
    {
      name: "engine-alone-talks-to-docker",
      comment: "Only lab/engine knows the Docker API.",
      severity: "error",
      from: { path: "^(lab|scenarios|reports)/", pathNot: "^lab/engine/" },
      to: { path: packages("dockerode", "docker-modem", "testcontainers", "@types/dockerode") },
    },
    {
      name: "docker-clients-live-in-one-folder",
      comment: "Of lab/engine, only docker/ uses the Docker API's clients; its neighbours know their types.",
      severity: "error",
      from: { path: "^lab/engine/", pathNot: "^lab/engine/docker/" },
      to: { path: packages("dockerode", "docker-modem", "testcontainers"), dependencyTypesNot: ["type-only"] },
    },
    {
      name: "clients-live-with-their-systems",
      comment: "A system's own client is used in its folder and by the platform's services, nowhere else.",
      severity: "error",
      from: { path: "^(lab|scenarios|reports)/", pathNot: "^lab/(systems|platform)/" },
      to: { path: packages("kafkajs", "node_modules/minio", "@clickhouse/client") },
    },
    {
      name: "services-know-their-own-folder-only",
      comment: "A service of the platform is copied into its image with its own folder and packages, and nothing else.",
      severity: "error",
      from: { path: "^lab/platform/([^/]+)/image/" },
      to: { path: "^(lab|scenarios|reports|test)/", pathNot: "^lab/platform/$1/image/" },
    },
    {
      name: "nobody-calls-a-services-program",
      comment: "A service is spoken to over its ports. Only its own folder may look into its program, and tests.",
      severity: "error",
      from: { path: "^(lab|scenarios|reports)/", pathNot: "^lab/platform/([^/]+)/" },
      to: { path: "^lab/platform/[^/]+/image/" },
    },
    {
      name: "drivers-are-the-faults-own",
      comment: "Only lab/faults uses its drivers, which touch the kernel.",
      severity: "error",
      from: { path: "^(lab|scenarios|reports)/", pathNot: "^lab/faults/" },
      to: { path: "^lab/faults/drivers/" },
    },
    {
      name: "processes-start-in-few-places",
      comment: "Programs are started by the engine, the systems' readers and the command line only.",
      severity: "error",
      from: { path: "^(lab|scenarios|reports)/", pathNot: "^lab/((engine|systems|cli)/|bootstrap\\.mjs$)" },
      to: { path: "^(node:)?(child_process|cluster|worker_threads)$" },
    },
    {
      name: "nobody-knows-the-command-line",
      comment: "lab/cli is the outermost layer.",
      severity: "error",
      from: { path: "^(lab|scenarios|reports)/", pathNot: "^lab/(cli/|start\\.ts$)" },
      to: { path: "^lab/cli/" },
    },
    ...noArrowUpwards,
    {
      name: "code-does-not-know-tests",
      comment: "What is shipped never imports tests, nor packages that only tests and checks need.",
      severity: "error",
      from: { path: "^(lab|scenarios|reports)/" },
      to: { path: ["^test/", packages("vitest", "fast-check", "playwright-core", "axe-core")] },
    },
    {
      name: "foundations-know-nobody",
      comment: "time.ts, random.ts and errors.ts stand under everything.",
      severity: "error",
      from: { path: "^lab/(time|random|errors)\\.ts$" },
      to: { path: "^(lab|reports|scenarios)/", pathNot: "^lab/errors\\.ts$" },
    },
    {
      name: "no-circles",
      comment: "Files that need each other cannot be understood one by one. Types may.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "every-import-is-found",
      comment: "An import that leads nowhere.",
      severity: "error",
      from: { path: "^(lab|scenarios|reports|test)/" },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^reports/runs/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      conditionNames: ["import", "node", "default", "types"],
      exportsFields: ["exports"],
      extensions: [".ts", ".mjs", ".js"],
    },
  },
};
