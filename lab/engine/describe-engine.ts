import type { EngineInfo } from "./types.ts";

/** Which engine it is, in one line: a user who named one sees that it is that one. Pure. */
export const describeEngine = ({
  version,
  apiVersion,
  from,
  endpoint,
}: Pick<EngineInfo, "version" | "apiVersion" | "from" | "endpoint">): string =>
  `Docker ${version} (API ${apiVersion}), ${from}, ${endpoint}`;
