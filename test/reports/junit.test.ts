import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { validateXML } from "xmllint-wasm";
import { renderJunit } from "../../reports/junit.ts";
import { BUILT_IN } from "../../reports/built-in.ts";
import type { RunRecord } from "../../reports/types.ts";
import { heldRun, unknownRun, violatedRun } from "./sample-runs.ts";

const held = heldRun(200);
const mutant = violatedRun(200);
const unknown = unknownRun(200);

/** The violated run as if the scenario itself had been violated. */
function violatedScenario(): RunRecord {
  const { mutant: _plan, ...plan } = mutant.plan;
  const { mutant: _verdict, ...verdict } = mutant.verdict;
  return { ...mutant, plan, verdict };
}

function named(name: string): RunRecord {
  const run = violatedScenario();
  const expectations = run.verdict.expectations.map((result) => ({ ...result, name, summary: name }));
  return {
    ...run,
    plan: { ...run.plan, scenario: name, title: name, repeat: name },
    verdict: { ...run.verdict, scenario: name, expectations },
  };
}

const schema = readFileSync(join(import.meta.dirname, "junit.xsd"), "utf8");

/** What the strictest reader has against a document; empty when it takes it. */
async function complaintsAbout(xml: string): Promise<readonly string[]> {
  const { errors } = await validateXML({ xml: { fileName: "junit.xml", contents: xml }, schema });
  return errors.map(({ message }) => message);
}

/** What XML 1.0 allows a document to hold (2.2 Char). */
const XML_TEXT = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

describe("junit.xml", () => {
  test("a violated expectation is a failure: titles, the fault in its message, the report beside it, conditions as properties", () => {
    const xml = renderJunit([{ ...violatedScenario(), folder: "reports/runs/run-a" }]);
    const from = xml.indexOf("<testcase");
    expect(xml.slice(0, from)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="resilience-lab" tests="5" failures="2" errors="0" time="128.100">
        <testsuite name="The leader of a loaded partition dies" tests="5" failures="2" errors="0" skipped="0" time="128.100" timestamp="2026-11-23T06:51:00" hostname="Debian GNU/Linux 12, x86_64">
          <properties>
            <property name="scenario" value="kafka/leader-kill"/>
            <property name="run" value="20261123T065100-kafka-leader-kill-42"/>
            <property name="seed" value="42"/>
            <property name="verdict" value="violated"/>
            <property name="repeat" value="npm start -- run kafka/leader-kill --seed 42"/>
            <property name="report" value="reports/runs/run-a/report.html"/>
            <property name="condition: the journal is whole" value="held: written to its end"/>
            <property name="condition: the script ran to its end" value="held: 5 steps, none failed"/>
            <property name="condition: faults had an effect" value="held: 3 faults, each with a measured effect"/>
            <property name="condition: undos were verified" value="held: 3 of 3 heals were seen to work"/>
            <property name="condition: load was offered" value="held: 200 of 200 scheduled operations were started"/>
            <property name="condition: reading ended" value="held: read to the end of 6 partitions"/>
          </properties>
          "
    `);
    const first = xml.slice(from, xml.indexOf("</testcase>"));
    expect(first).toContain(
      'classname="The leader of a loaded partition dies" name="no acknowledged record is lost" time="0.000"',
    );
    expect(first).toMatch(
      /<failure message="violated: 58,928 acknowledged, 58,891 read, 37 lost\. \(faults: F1 kill of leader of events\/0[^"]*\)" type="violated">58,928/,
    );
    expect(first).toContain("repeat: npm start -- run kafka/leader-kill --seed 42</failure>");
    expect(first).toContain("<system-out>[[ATTACHMENT|reports/runs/run-a/report.html]]</system-out>");
    expect(xml).toContain('name="writes recover" time="6.204"');
    expect(xml).not.toMatch(/<testcase [^>]*name="condition: /);
  });

  test("an unknown condition and an unknown SLO are errors", () => {
    const xml = renderJunit([unknown]);
    expect(xml).toContain('failures="0" errors="2"');
    expect(xml).toMatch(/<error message="unknown: No operation was offered\. \(faults: [^"]*\)" type="unknown">/);
    expect(xml).toContain('name="condition: faults had an effect" time="0.000">\n      <error');
  });

  test("mutants are a suite of their own: killed ones pass, with how long they took", () => {
    const xml = renderJunit([mutant, held, mutant]);
    expect(xml).toContain('<testsuite name="mutants" tests="2" failures="0" errors="0"');
    expect(xml).toContain(
      'classname="mutants of: The leader of a loaded partition dies" name="one replica acknowledges" time="128.100">',
    );
    expect(xml).toContain('name="one replica acknowledges #2"');
    expect(xml).toContain("killed, as foretold, by: no acknowledged record is lost");
  });

  test("a mutant that survived is a failure, and one whose run proves nothing an error", () => {
    const survived: RunRecord = { ...mutant, verdict: { ...held.verdict, mutant: "one replica acknowledges" } };
    const xml = renderJunit([survived]);
    expect(xml).toContain('failures="1" errors="0"');
    expect(xml).toContain('message="survived: “no acknowledged record is lost” is held');
    expect(xml).toContain("- held: writes recover: ");
    const void_ = renderJunit([{ ...mutant, verdict: { ...mutant.verdict, verdict: "unknown", reasons: ["torn"] } }]);
    expect(void_).toContain('<error message="unknown: torn" type="unknown">the run proves nothing: torn');
  });

  test("a verdict that no single case carries is still seen", () => {
    const strange: RunRecord = {
      ...held,
      verdict: { ...held.verdict, verdict: "unknown", reasons: ["the disk was full"] },
    };
    expect(renderJunit([strange])).toContain(
      'name="verdict" time="0.000">\n      <error message="unknown: the disk was full (faults: ',
    );
  });

  test("is taken by the strictest reader, with nothing in it, with all that can be in it, and where it could not be drawn", async () => {
    const strange = named("\u001b[31m\u0000\ufffe<&>\"'\n\t]]> ☃ \ud800");
    const failed =
      BUILT_IN.find(({ name }) => name === "junit")?.crashed?.("it <broke>\u001b", "run", "run").files?.["junit.xml"] ??
      "";
    const documents = [
      renderJunit([]),
      renderJunit([held, held, mutant, unknown, violatedScenario(), strange]),
      failed,
    ];
    expect(await Promise.all(documents.map(complaintsAbout))).toEqual([[], [], []]);
  });

  test("a root that says how many were skipped would be refused", async () => {
    expect(
      await complaintsAbout(renderJunit([held]).replace(' name="resilience-lab"', ' name="r" skipped="0"')),
    ).toEqual([expect.stringContaining("The attribute 'skipped' is not allowed")]);
  });

  test("texts are cut, and say by how much; the command that repeats the run stays whole", () => {
    const long = named("x".repeat(100_000));
    const repeat = `npm start -- run ${"x".repeat(30_000)} --seed 1`;
    const xml = renderJunit([{ ...long, plan: { ...long.plan, repeat } }]);
    expect(xml.length).toBeLessThan(600_000);
    expect(xml).toContain(`${"x".repeat(300)} … (99700 more characters were cut)`);
    expect(xml).toContain(`more characters were cut)&#10;repeat: ${repeat}</failure>`);
  });

  test("texts have no escapes of a terminal", () => {
    expect(renderJunit([named("\u001b[31mred\u001b[0m")])).toContain('classname="red"');
  });

  test("names are unique over repeated runs and mutants", () => {
    const cases = [
      ...renderJunit([held, held, mutant, unknown]).matchAll(/<testcase (classname="[^"]*" name="[^"]*")/g),
    ];
    expect(new Set(cases.map(([, name]) => name)).size).toBe(cases.length);
  });

  test("whatever the names, the document is well-formed characters and balanced markup", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const xml = renderJunit([named(name)]);
        expect(xml).toMatch(XML_TEXT);
        const bare = xml.replace(/<\?xml[^>]*\?>|<\/?[a-z-]+(?: [a-z]+="[^"<]*")*\/?>/g, "");
        expect(bare).not.toMatch(/[<>]/);
        expect(bare).not.toMatch(/&(?!amp;|lt;|gt;|quot;|apos;|#\d+;)/);
      }),
    );
  });
});
