import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** What reads a clock or rolls dice. Everybody else goes through lab/time.ts and lab/random.ts. */
const clockGlobals = ["Date", "performance", "setTimeout", "setInterval", "setImmediate"].map((name) => ({
  name,
  message: "Use lab/time.ts, so that the same code can run in simulated time.",
}));
const randomProperties = [
  ["Math", "random"],
  ["crypto", "randomUUID"],
  ["crypto", "getRandomValues"],
].map(([object, property]) => ({ object, property, message: "Use lab/random.ts, so that a run can be repeated." }));
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

export default defineConfig(
  globalIgnores(["node_modules/", "reports/runs/", "coverage/", "fixtures/", ".stryker-tmp/"]),
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // Numbers read well in messages; anything else in a template is a mistake.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `const later = () => clear(timer)` is how a void function is written shortly here.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "no-restricted-globals": ["error", ...clockGlobals],
      "no-restricted-properties": ["error", ...randomProperties, ...clockProperties],
      "no-restricted-imports": ["error", { paths: [...clockImports, ...randomImports] }],
    },
  },
  // Judging walks columns of a million rows by their number.
  {
    files: ["lab/checks/**", "lab/slo/**", "lab/journal/**"],
    rules: { "@typescript-eslint/prefer-for-of": "off" },
  },
  // A script takes what it needs from the stage by name; those are plain functions, written as methods.
  { files: ["**/*.scenario.ts"], rules: { "@typescript-eslint/unbound-method": "off" } },
  {
    files: ["lab/time.ts", "lab/random.ts"],
    rules: { "no-restricted-globals": "off", "no-restricted-imports": "off" },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", setTimeout: "readonly", URL: "readonly" },
    },
  },
);
