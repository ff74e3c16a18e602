/** What the engine says while it builds, pulls or imports, an error among it. Pure. */
import { stripVTControlCharacters } from "node:util";
import { LabError } from "../../errors.ts";

export interface EngineMessage {
  readonly stream?: string;
  readonly status?: string;
  readonly progress?: string;
  readonly id?: string;
  readonly error?: string;
}

/** Follows a build or a pull: which step it is at, and its last lines. */
export interface BuildLog {
  /** Takes a message and gives what there is to show now. */
  take(message: EngineMessage): string;
  readonly step: string | undefined;
  readonly lines: readonly string[];
}

const KEPT_LINES = 20;

export function buildLog(): BuildLog {
  let step: string | undefined;
  let lines: string[] = [];
  return {
    take(message) {
      const text = message.stream ?? [message.id, message.status, message.progress].filter(Boolean).join(" ");
      for (const raw of stripVTControlCharacters(text).split(/[\r\n]+/)) {
        const line = raw.trimEnd();
        if (line === "") continue;
        const started = /^Step (\d+\/\d+) : (.*)$/.exec(line);
        if (started !== null) step = `step ${started[1]}: ${shorten(started[2] ?? "", 70)}`;
        lines = [...lines, line].slice(-KEPT_LINES);
      }
      const last = shorten(lines.at(-1) ?? "", 80);
      return step === undefined || last.startsWith("Step ") ? (step ?? last) : `${step} | ${last}`;
    },
    get step() {
      return step;
    },
    get lines() {
      return lines;
    },
  };
}

/** The error of an image that could not be made, with the step, the last lines, and what to do about it. */
export function imageError(component: string, what: string, reason: string, log: BuildLog, cause?: unknown): LabError {
  const short = reason.replace(/^The command '.*' returned a non-zero code: (\d+)$/s, "exit code $1");
  const shown = log.lines.map((line) => `\n  ${line}`).join("");
  const all = [reason, ...log.lines].join("\n");
  return new LabError({
    code: isDiskFull(all) ? "not-enough-disk" : "image-failed",
    message: `${what} the ${component} image failed${log.step === undefined ? "" : ` at ${log.step}`}: ${short}${shown === "" ? "" : `\nIts last lines:${shown}`}`,
    hint: hintFor(all),
    cause,
  });
}

const isDiskFull = (text: string): boolean => /no space left on device/i.test(text);

function hintFor(text: string): string | undefined {
  if (isDiskFull(text))
    return "Free some space where the engine keeps its data (`docker system df` shows what takes it), then try again.";
  if (/PKIX path building failed|certificate verify failed|x509:|self.signed certificate/i.test(text)) {
    return "This network seems to inspect TLS. Put its CA certificate as a .crt file into /usr/local/share/ca-certificates and try again.";
  }
  if (
    /could ?n.t resolve|temporary failure|name resolution|no such host|network is unreachable|connection (timed out|refused|reset)|unknown host|failed to fetch|i\/o timeout/i.test(
      text,
    )
  ) {
    return "The build needs the network (Debian's and Maven's package archives, or a registry): check that containers reach it, then try again.";
  }
  return isRefusal(text) ? REFUSAL_HINT : undefined;
}

/** Whether a registry said no: to these credentials, or to so many pulls. */
export const isRefusal = (text: string): boolean =>
  /toomanyrequests|too many requests|rate limit|unauthorized|authentication required|access to the resource is denied|no basic auth credentials/i.test(
    text,
  );

/** What to do when a registry says no. */
export const REFUSAL_HINT =
  "The registry refuses: log in with `docker login`, name a mirror in RESILIENCE_LAB_REGISTRY, or, as root on a Debian, set RESILIENCE_LAB_IMAGES=packages.";

function shorten(text: string, length: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}
