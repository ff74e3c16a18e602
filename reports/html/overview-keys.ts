/** The legend of the overview: a key for each kind of mark that is drawn. */
import { raw, type Markup } from "./markup.ts";

/** What an overview can show, in the order of its legend. */
const KEYS = {
  offered: '<svg width="22" height="10" aria-hidden="true"><path class="offered" d="M1 5H21" /></svg>offered',
  served: '<svg width="22" height="10" aria-hidden="true"><path class="achieved" d="M1 5H21" /></svg>served',
  unserved:
    '<svg width="22" height="10" aria-hidden="true"><rect class="unserved" width="22" height="10" /></svg>nothing served',
  partsUnserved:
    '<svg width="22" height="10" aria-hidden="true"><rect class="unserved some" width="22" height="10" /></svg>parts not served',
  fault:
    '<svg width="22" height="10" aria-hidden="true"><rect class="band-bar" width="22" height="10" /></svg>fault, from order to heal',
  inEffect: '<svg width="12" height="10" aria-hidden="true"><path class="in-effect" d="M1 1H11L6 9Z" /></svg>in effect',
  well: '<svg width="12" height="10" aria-hidden="true"><circle class="well" cx="6" cy="5" r="4" /></svg>well again',
  moved: '<svg width="8" height="10" aria-hidden="true"><path class="moved" d="M4 0V10" /></svg>role moved',
} as const;

export type OverviewKey = keyof typeof KEYS;

/** The keys of what is drawn. */
export const overviewKeys = (isDrawn: Readonly<Record<OverviewKey, boolean>>): Markup =>
  raw(
    Object.entries(KEYS)
      .filter(([key]) => isDrawn[key as OverviewKey])
      .map(([, key]) => `<li>${key}</li>`)
      .join("\n  "),
  );
