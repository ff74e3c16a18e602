/** A wait with an end. */

/** It took longer than it was given. */
export class Late extends Error {}

/** Resolves or rejects as `work` does. @throws Late saying `told` after `limitMs`; the work goes on, and its end is nobody's then */
export async function withLimit<T>(work: Promise<T>, limitMs: number, told: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Late(told)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
