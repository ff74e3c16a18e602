/** The story as a terminal tells it. */
import { impactOf } from "./impact.ts";
import { storyOf, type Told } from "./story.ts";

/** More faults than this are told in the report alone. */
const MOST_LINES = 6;

/** A line a fault, six at most, then what it means; the sentences of the reports. Nothing where it cannot be told: a verdict stands without it. */
export function tellStory(run: Told): readonly string[] {
  try {
    const { lines, loss } = storyOf(run);
    const { points, wake } = impactOf(run, loss);
    const more = lines.length - MOST_LINES;
    return [
      ...lines.slice(0, MOST_LINES),
      ...(more > 0 ? [`… and ${more} more in the report`] : []),
      `Impact: ${points.map(({ told }) => told).join("; ")}. ${wake}`,
    ];
  } catch {
    return [];
  }
}
