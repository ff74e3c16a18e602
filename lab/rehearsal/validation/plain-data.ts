/** What a scenario says, as plain data: asked for once, where it can still be refused. */
import { LabError } from "../../errors.ts";
import { pathText, type Path } from "./problems.ts";

/** More than this is no scenario that somebody wrote, but one that refers to itself, or never ends. */
const DEEPEST = 40;
const MOST_VALUES = 100_000;

/**
 * A copy of the value: objects, lists, texts, numbers, switches and nothing else, so that no getter and no Proxy is left
 * in it that could give something else later, or throw.
 * @throws LabError `bad-scenario` with the place of what is no data; and whatever a getter or a Proxy throws
 */
export function plainData(value: unknown, path: Path = []): unknown {
  let values = 0;
  const copy = (each: unknown, at: Path): unknown => {
    values += 1;
    if (at.length > path.length + DEEPEST) refuse(at.slice(0, path.length + 3), "refers to itself, or never ends");
    if (values > MOST_VALUES) refuse(path, `holds more than ${MOST_VALUES} values`);
    if (isPlain(each)) return each;
    if (Array.isArray(each)) return each.map((inside, place) => copy(inside, [...at, String(place)]));
    if (typeof each === "object" && each !== null && isRecord(each))
      return Object.fromEntries(Object.entries(each).map(([key, inside]) => [key, copy(inside, [...at, key])]));
    return refuse(at, `is a ${kindOf(each)}`);
  };
  return copy(value, path);
}

const isPlain = (value: unknown): boolean =>
  value === null || ["string", "number", "boolean", "undefined"].includes(typeof value);

/** Made by `{ … }`, here or in another realm; a Map, a Date or a Promise is not. */
function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const kindOf = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return typeof value;
  const { constructor } = value as { readonly constructor?: { readonly name?: unknown } };
  return typeof constructor?.name === "string" && constructor.name !== "" ? constructor.name : "object of a class";
};

function refuse(path: Path, what: string): never {
  throw new LabError({
    code: "bad-scenario",
    message: `${path.length === 0 ? "it" : pathText(path)} ${what}`,
    hint: "all of a scenario but its script is plain data: objects, lists, texts, numbers, true and false",
  });
}
