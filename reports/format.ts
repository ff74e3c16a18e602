/** Numbers and times as people read them, the same in every report. */
import { formatDuration } from "../lab/time.ts";

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const significant = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

/**
 * `1,234,567`; fractions keep three significant digits: `0.25`, `1.5`.
 * What is no number reads `none`: JSON has no infinity and gives null back, which must never read as 0.
 */
export const formatNumber = (value: number): string => (!Number.isFinite(value) ? "none" : finite(value));

const finite = (value: number): string =>
  Number.isInteger(value) || Math.abs(value) >= 1_000 ? grouped.format(value) : significant.format(value);

/** A share from 0 to 1 in percent, cut and not rounded, so that 99.99996 % never reads as 100 %: `99.84 %`, `50 %`. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return "none";
  const percent = share * 100;
  const away = Math.abs(100 - percent);
  const scale = away >= 10 ? 10 : away >= 0.1 ? 100 : 10_000;
  return `${Math.floor(percent * scale + 1e-6) / scale} %`;
}

/** What is left of an error budget: `64 %`, or how often it was spent where nothing is. */
export const formatBudget = (left: number): string =>
  !Number.isFinite(left)
    ? "not known"
    : left >= 0
      ? formatShare(left)
      : `none: spent ${formatNumber(Number((1 - left).toPrecision(3)))} times over`;

/** A moment on the run's clock: `12.34 s`. */
export const formatMoment = (atMs: number): string => `${(atMs / 1_000).toFixed(2)} s`;

/** Bytes in binary units: `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${significant.format(bytes / 1_024 ** power)} ${units[power] ?? "B"}`;
}

/** `2026-11-23 06:51:00 UTC` from an ISO 8601 time; other text as it is. */
export const formatDate = (iso: string): string =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(iso) ? `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC` : iso;

const UNITS: readonly { readonly suffix: RegExp; readonly write: (value: number) => string }[] = [
  { suffix: /Ms$/, write: formatDuration },
  { suffix: /(Share|Ratio)$/, write: formatShare },
  { suffix: /PerSecond$/, write: (value) => `${formatNumber(value)}/s` },
  { suffix: /Bytes$/, write: formatBytes },
];

/** A figure whose unit is in its name, for people: `p99Ms` 12.3 gives `p99` and `12 ms`; `lostSpanMs` reads `lost span`. */
export function formatFigure(name: string, value: number): { readonly label: string; readonly value: string } {
  const unit = UNITS.find(({ suffix }) => suffix.test(name));
  const bare = unit === undefined ? name : name.replace(unit.suffix, "");
  const label = (bare === "" ? name : bare).replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase();
  return { label, value: (unit?.write ?? formatNumber)(value) };
}
