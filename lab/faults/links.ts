/** Link selectors: which directed links a network fault means, as data and in words. */
import type { Field, Problem } from "./fields.ts";
import { targetOf, type Target, type Who } from "./who.ts";

/** Directed links: from every address of `from` to every address of `to`, on each network on which both sit. */
export interface LinkSelector {
  readonly from: Target;
  /** `others` is every node of the run that is not in `from`. */
  readonly to: Target;
  /** Also the way back. Default true. */
  readonly bothWays?: boolean;
  /** On this network of the run only. */
  readonly over?: string;
}

/** How a script says links: between two sides both ways, from one side to the other only, or several such. */
export type Links =
  | { readonly between: readonly [Who, Who]; readonly over?: string }
  | { readonly from: Who; readonly to: Who; readonly over?: string }
  | { readonly links: readonly LinkSelector[] };

export function selectorsOf(links: Links): readonly LinkSelector[] {
  if ("links" in links) return links.links;
  const over = links.over === undefined ? {} : { over: links.over };
  if ("between" in links) return [{ from: targetOf(links.between[0]), to: targetOf(links.between[1]), ...over }];
  return [{ from: targetOf(links.from), to: targetOf(links.to), bothWays: false, ...over }];
}

const sayOne = ({ from, to, bothWays, over }: LinkSelector): string =>
  `${bothWays === false ? `from ${from} to ${to}` : `between ${from} and ${to}`}${over === undefined ? "" : ` over ${over}`}`;

function readOne(text: string): LinkSelector | undefined {
  const [, between, one, other, from, to, over] =
    /^(?:(between) (.+?) and (.+?)|from (.+?) to (.+?))(?: over (\S+))?$/.exec(text) ?? [];
  const on = over === undefined ? {} : { over };
  if (between !== undefined && one !== undefined && other !== undefined) return { from: one, to: other, ...on };
  if (from === undefined || to === undefined) return undefined;
  return { from, to, bothWays: false, ...on };
}

function read(text: string): readonly LinkSelector[] | undefined {
  const read = text.split(" + ").map(readOne);
  return read.every((selector) => selector !== undefined) ? read : undefined;
}

const KEYS: readonly string[] = ["from", "to", "bothWays", "over"];

function problem(value: unknown): Problem | undefined {
  const hint = 'selectors such as { from: "a minority", to: "others" }';
  if (!Array.isArray(value) || value.length === 0) return { message: "it means no links", hint };
  for (const each of value as readonly unknown[]) {
    if (typeof each !== "object" || each === null) return { message: "a link selector is no text", hint };
    const { from, to, bothWays, over } = each as Readonly<Record<string, unknown>>;
    for (const [name, end] of Object.entries({ from, to })) {
      if (typeof end !== "string" || end.trim() === "")
        return { message: `a link selector's ${name} cannot be ${String(end)}`, hint };
    }
    if (bothWays !== undefined && typeof bothWays !== "boolean")
      return { message: "a link selector's bothWays is true or false", hint };
    if (over !== undefined && (typeof over !== "string" || !/^\S+$/.test(over)))
      return { message: "a link selector's over is the name of a network", hint };
    const unknown = Object.keys(each).find((key) => !KEYS.includes(key));
    if (unknown !== undefined)
      return { message: `a link selector has no ${unknown}`, hint: `it has ${KEYS.join(", ")}` };
  }
  return undefined;
}

/** The links that a network fault means. */
export const links = (): Field<readonly LinkSelector[], false> => ({
  optional: false,
  about: "the directed links, between phrases; several are joined by +, and over NETWORK limits one to a network",
  usages: ["between TARGET and TARGET", "from TARGET to TARGET"],
  schema: {
    type: "array",
    minItems: 1,
    items: {
      type: "object",
      additionalProperties: false,
      required: ["from", "to"],
      properties: {
        from: { type: "string", minLength: 1 },
        to: { type: "string", minLength: 1, description: "others: every node of the run that is not in from" },
        bothWays: { type: "boolean", default: true, description: "also the way back" },
        over: { type: "string", pattern: String.raw`^\S+$`, description: "on this network only" },
      },
    },
  },
  pattern: "(?:between|from) .+?",
  read,
  say: (selectors) => selectors.map(sayOne).join(" + "),
  problem,
});
