import { defineConfig, type DummyRule } from "oxlint";

/** What reads a clock or rolls dice. Everybody else goes through lab/time.ts and lab/random.ts. */
const clockGlobals = ["Date", "performance", "setTimeout", "setInterval", "setImmediate"].map((name) => ({
  name,
  message: "Use lab/time.ts, so that the same code can run in simulated time.",
}));
const randomProperties = [
  { object: "Math", property: "random" },
  { object: "crypto", property: "randomUUID" },
  { object: "crypto", property: "getRandomValues" },
].map((each) => ({ ...each, message: "Use lab/random.ts, so that a run can be repeated." }));
const clockImports = ["timers", "timers/promises", "perf_hooks"]
  .flatMap((name) => [name, `node:${name}`])
  .map((name) => ({ name, message: "Use lab/time.ts, so that the same code can run in simulated time." }));
const randomImports = ["crypto", "node:crypto"].map((name) => ({
  name,
  importNames: ["randomBytes", "randomInt", "randomUUID", "getRandomValues", "webcrypto"],
  message: "Use lab/random.ts, so that a run can be repeated.",
}));
/** The same functions by another name: `globalThis.Date`, `process.hrtime`. */
const clockProperties = [
  ...clockGlobals.map(({ name, message }) => ({ object: "globalThis", property: name, message })),
  { object: "process", property: "hrtime", message: "Use lab/time.ts." },
];

const errors = (...names: readonly string[]): Readonly<Record<string, DummyRule>> =>
  Object.fromEntries(names.map((name) => [name, "error"]));

/** What ESLint recommends beside what is in oxlint's category `correctness`. */
const recommended = errors(
  "no-case-declarations",
  "no-empty",
  "no-fallthrough",
  "no-prototype-builtins",
  "no-redeclare",
  "no-regex-spaces",
  "no-unexpected-multiline",
  "no-useless-assignment",
  "no-var",
  "prefer-const",
  "prefer-rest-params",
  "prefer-spread",
  "preserve-caught-error",
);

/** What typescript-eslint calls strict and stylistic, by types too, beside `correctness`. */
const strict = errors(
  "no-array-constructor",
  "no-empty-function",
  "no-useless-constructor",
  ...[
    "adjacent-overload-signatures",
    "array-type",
    "ban-ts-comment",
    "ban-tslint-comment",
    "class-literal-property-style",
    "consistent-generic-constructors",
    "consistent-indexed-object-style",
    "consistent-type-assertions",
    "consistent-type-definitions",
    "consistent-type-imports",
    "dot-notation",
    "explicit-module-boundary-types",
    "no-confusing-non-null-assertion",
    "no-deprecated",
    "no-dynamic-delete",
    "no-empty-object-type",
    "no-explicit-any",
    "no-extraneous-class",
    "no-generated-empty-object-type",
    "no-inferrable-types",
    "no-invalid-void-type",
    "no-misused-promises",
    "no-mixed-enums",
    "no-namespace",
    "no-non-null-asserted-nullish-coalescing",
    "no-non-null-assertion",
    "no-require-imports",
    "no-unnecessary-boolean-literal-compare",
    "no-unnecessary-condition",
    "no-unnecessary-template-expression",
    "no-unnecessary-type-arguments",
    "no-unnecessary-type-assertion",
    "no-unnecessary-type-constraint",
    "no-unnecessary-type-conversion",
    "no-unnecessary-type-parameters",
    "no-unsafe-argument",
    "no-unsafe-assignment",
    "no-unsafe-call",
    "no-unsafe-enum-assignment",
    "no-unsafe-enum-comparison",
    "no-unsafe-function-type",
    "no-unsafe-member-access",
    "no-unsafe-return",
    "non-nullable-type-assertion-style",
    "only-throw-error",
    "prefer-find",
    "prefer-for-of",
    "prefer-function-type",
    "prefer-includes",
    "prefer-literal-enum-member",
    "prefer-nullish-coalescing",
    "prefer-optional-chain",
    "prefer-promise-reject-errors",
    "prefer-reduce-type-parameter",
    "prefer-regexp-exec",
    "prefer-return-this-type",
    "prefer-string-starts-ends-with",
    "related-getter-setter-pairs",
    "require-await",
    "restrict-plus-operands",
    "return-await",
    "unified-signatures",
    "use-unknown-in-catch-callback-variable",
  ].map((name) => `typescript/${name}`),
);

export default defineConfig({
  plugins: ["typescript"],
  // Rules by types, and the compiler's own complaints: both from one reading of the project.
  options: { typeAware: true, typeCheck: true, reportUnusedDisableDirectives: "error" },
  ignorePatterns: ["fixtures/"],
  categories: { correctness: "error" },
  rules: recommended,
  overrides: [
    {
      files: ["**/*.ts"],
      rules: {
        ...strict,
        "typescript/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
        // Numbers read well in messages; anything else in a template is a mistake.
        "typescript/restrict-template-expressions": ["error", { allowNumber: true }],
        // `const later = () => clear(timer)` is how a void function is written shortly here.
        "typescript/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
        "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
        "no-restricted-globals": ["error", ...clockGlobals],
        "no-restricted-properties": ["error", ...randomProperties, ...clockProperties],
        "no-restricted-imports": ["error", { paths: [...clockImports, ...randomImports] }],
      },
    },
    // Judging walks columns of a million rows by their number.
    {
      files: ["lab/checks/**", "lab/slo/**", "lab/journal/**"],
      rules: { "typescript/prefer-for-of": "off" },
    },
    // A script takes what it needs from the stage by name; those are plain functions, written as methods.
    { files: ["**/*.scenario.ts"], rules: { "typescript/unbound-method": "off" } },
    {
      // Services of the platform run in containers of their own, in real time, and know nothing of the lab.
      files: ["lab/time.ts", "lab/random.ts", "lab/platform/*/image/**"],
      rules: { "no-restricted-globals": "off", "no-restricted-imports": "off" },
    },
    {
      files: ["**/*.js", "**/*.mjs"],
      rules: { "no-undef": "error" },
      globals: { process: "readonly", console: "readonly", setTimeout: "readonly", URL: "readonly" },
    },
  ],
});
