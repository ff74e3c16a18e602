/** Reads what the kernel's packet filter says of itself (`nft -j list …`): rules and counters. Pure. */
import { LabError } from "../../errors.ts";
import type { Link } from "../shapes.ts";
import type { Family, Rule } from "./packet-rules.ts";

export interface TableState {
  readonly rules: readonly Omit<Rule, "percent" | "bytesPerSecond">[];
  /** Packets by counter. */
  readonly counters: ReadonlyMap<string, number>;
}

type Fields = Readonly<Record<string, unknown>>;

/** @throws LabError `fault-failed` for text that is not an answer of nft. */
export function readTableState(line: string): TableState {
  const rules: Omit<Rule, "percent" | "bytesPerSecond">[] = [];
  const counters = new Map<string, number>();
  for (const item of itemsOf(line)) {
    const counter = fieldsOf(item["counter"]);
    if (counter) counters.set(String(counter["name"]), Number(counter["packets"]));
    const rule = fieldsOf(item["rule"]);
    if (rule) rules.push(readRule(rule));
  }
  return { rules, counters };
}

function itemsOf(line: string): readonly Fields[] {
  try {
    const items = fieldsOf(JSON.parse(line))?.["nftables"];
    if (Array.isArray(items)) return allFields(items);
  } catch {
    // Said below, with the text.
  }
  throw new LabError({
    code: "fault-failed",
    message: `the packet filter's answer can not be read: ${line.slice(0, 200)}`,
  });
}

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;

const allFields = (values: readonly unknown[]): Fields[] =>
  values.flatMap((value): Fields[] => [fieldsOf(value) ?? {}]);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function readRule(rule: Fields): Omit<Rule, "percent" | "bytesPerSecond"> {
  let links: readonly Link<string>[] = [];
  let verdict: Rule["verdict"] = "count";
  const counters: string[] = [];
  for (const expression of allFields(listOf(rule["expr"]))) {
    const match = fieldsOf(expression["match"]);
    if (match && fieldsOf(match["left"])?.["concat"] !== undefined) links = readLinks(match["right"]);
    if (typeof expression["counter"] === "string") counters.push(expression["counter"]);
    if ("drop" in expression) verdict = "drop";
    if ("reject" in expression) verdict = "reset";
  }
  return { family: rule["family"] as Family, links, counters, verdict };
}

function readLinks(right: unknown): Link<string>[] {
  const set = fieldsOf(right)?.["set"];
  return (set === undefined ? [right] : listOf(set)).flatMap((element) => {
    const [from, to] = listOf(fieldsOf(element)?.["concat"]);
    return typeof from === "string" && typeof to === "string" ? [{ from, to }] : [];
  });
}
