/** The builders of clusters and loads, as the guide shows them: their options from their types, their defaults from what they build. */
import { join } from "node:path";
import ts from "typescript";
import {
  balancerCluster,
  batches,
  clickhouseCluster,
  ingestService,
  kafkaCluster,
  minioCluster,
  objects,
  produce,
  registers,
  rows,
  sparkCluster,
  zookeeperCluster,
} from "../../lab/index.ts";
import { table } from "./sections.ts";

const root = join(import.meta.dirname, "../..");

/** What each builds of as little as it must be given; NAME stands for a name that the scenario chooses. */
export const BUILT: Readonly<Record<string, object>> = {
  kafkaCluster: kafkaCluster({ topics: { NAME: {} } }),
  zookeeperCluster: zookeeperCluster(),
  clickhouseCluster: clickhouseCluster(),
  minioCluster: minioCluster(),
  sparkCluster: sparkCluster(),
  balancerCluster: balancerCluster({ backends: { NAME: { cluster: "minio", port: 9000 } } }),
  ingestService: ingestService(),
  produce: produce({ to: "kafka.events" }),
  rows: rows({ to: "clickhouse.lab.events" }),
  batches: batches({ to: "spark", lake: "minio.lakehouse", table: "events" }),
  registers: registers({ to: "zookeeper" }),
  objects: objects({ to: "minio.rehearsal" }),
};

/** Reads types from the lab's front door, for a page of each builder by its name. Takes some seconds. */
export function openBuilders(): (name: string) => string {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: unknown };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const front = join(root, "lab/index.ts");
  const program = ts.createProgram([front], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(front);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  const exported = module === undefined ? [] : checker.getExportsOfModule(module);
  return (name) => {
    const given = exported.find((each) => each.name === name);
    if (source === undefined || given === undefined) throw new Error(`lab/index.ts exports no ${name}`);
    const symbol = given.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(given) : given;
    const says = ts.displayPartsToString(symbol.getDocumentationComment(checker));
    return builderPage(name, says, checker.getTypeOfSymbolAtLocation(symbol, source), checker);
  };
}

/** The names of all builders, clusters' first. */
export const builderNames = Object.keys(BUILT);

function builderPage(name: string, says: string, type: ts.Type, checker: ts.TypeChecker): string {
  const [signature] = type.getCallSignatures();
  const parameter = signature?.getParameters()[0];
  if (signature === undefined || parameter?.valueDeclaration === undefined) throw new Error(`${name} takes nothing`);
  const taken = checker.getTypeOfSymbolAtLocation(parameter, parameter.valueDeclaration);
  const rowsOfIt = optionRows(taken, signature.getReturnType(), BUILT[name], "", checker);
  return [`#### ${name}`, "", says, "", table(["option", "value", "without it", "means"], rowsOfIt)].join("\n");
}

function optionRows(
  taken: ts.Type,
  built: ts.Type | undefined,
  value: unknown,
  prefix: string,
  checker: ts.TypeChecker,
): readonly (readonly string[])[] {
  // In the order in which what is built says them; the compiler's own order is not always the same.
  const order =
    built === undefined ? [] : checker.getPropertiesOfType(checker.getNonNullableType(built)).map(({ name }) => name);
  const place = ({ name }: ts.Symbol): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return checker
    .getPropertiesOfType(taken)
    .toSorted((a, b) => place(a) - place(b))
    .flatMap((option) => {
      const type = checker.getNonNullableType(checker.getTypeOfSymbol(option));
      const field =
        built === undefined ? undefined : checker.getPropertyOfType(checker.getNonNullableType(built), option.name);
      const holds = field === undefined ? undefined : checker.getNonNullableType(checker.getTypeOfSymbol(field));
      const at = `${prefix}${option.name}`;
      const otherwise = (value as Readonly<Record<string, unknown>> | undefined)?.[option.name];
      const named = namedParts(type, checker);
      if (named !== undefined)
        return optionRows(
          named,
          holds === undefined ? undefined : namedParts(holds, checker),
          (otherwise as Readonly<Record<string, unknown>> | undefined)?.["NAME"],
          `${at}.NAME.`,
          checker,
        );
      if (isGroup(type, checker)) return optionRows(type, holds, otherwise, `${at}.`, checker);
      const needed = (option.flags & ts.SymbolFlags.Optional) === 0;
      const means = [option, field].map((symbol) =>
        ts.displayPartsToString(symbol?.getDocumentationComment(checker) ?? []),
      );
      const shown = shownValue(otherwise, typeName(type, checker));
      return [
        [
          `\`${at}\``,
          typeName(type, checker),
          needed ? "must be given" : shown,
          means.find((text) => text !== "") ?? plainName(option.name),
        ],
      ];
    });
}

/** What each name of a map holds, where that has fields of its own. */
function namedParts(type: ts.Type, checker: ts.TypeChecker): ts.Type | undefined {
  const held = type.getStringIndexType();
  return held !== undefined && isGroup(held, checker) ? held : undefined;
}

const isGroup = (type: ts.Type, checker: ts.TypeChecker): boolean =>
  (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0 &&
  unitOf(type, checker) === undefined &&
  type.getStringIndexType() === undefined &&
  type.getCallSignatures().length === 0 &&
  !checker.isArrayType(type) &&
  checker.getPropertiesOfType(type).length > 0;

function unitOf(type: ts.Type, checker: ts.TypeChecker): "span of time" | "rate" | undefined {
  const name = checker.typeToString(type);
  return name.includes("made by seconds") || name === "Duration"
    ? "span of time"
    : name.includes("made by perSecond") || name === "Rate"
      ? "rate"
      : undefined;
}

function typeName(type: ts.Type, checker: ts.TypeChecker): string {
  const unit = unitOf(type, checker);
  if (unit !== undefined) return unit;
  if (type.isUnion() && type.types.every((each) => (each.flags & ts.TypeFlags.BooleanLiteral) !== 0)) return "boolean";
  if (type.isUnion()) {
    const each = type.types.map((one) => (one.isStringLiteral() ? `\`"${one.value}"\`` : typeName(one, checker)));
    return each.toSorted().join(", ");
  }
  if (type.getStringIndexType() !== undefined) return "names and values";
  return checker.typeToString(type);
}

/** `sessionTimeout` → `session timeout`, for fields whose names say it all. */
function plainName(name: string): string {
  const words = name.replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return words
    .replace(/ mb$/, ", in MiB")
    .replace(/ kb$/, ", in KiB")
    .replace(/ bytes$/, ", in bytes");
}

function shownValue(value: unknown, type: string): string {
  if (value === undefined) return "";
  if (typeof value === "object") return "none";
  if (typeof value !== "number") return `\`${JSON.stringify(value)}\``;
  if (type === "rate") return `\`perSecond(${Number(value.toFixed(3))})\``;
  if (type !== "span of time") return String(value);
  return value % 1_000 === 0 ? `\`seconds(${value / 1_000})\`` : `\`milliseconds(${value})\``;
}
