/** How much may wait at once. What does not fit is refused at once, so that memory has a bound however long Kafka is away. Pure. */

/** What one request holds until it is given back. */
export interface Seat {
  /** Gives it back; a second time does nothing. */
  release(): void;
}

export interface Room {
  /** Bytes held now. */
  readonly held: number;
  /** A seat of so many bytes, or undefined when there is no room for it. A request larger than the whole room never fits. */
  take(bytes: number): Seat | undefined;
}

/** @param mostBytes the most that all seats together hold */
export function room(mostBytes: number): Room {
  let held = 0;
  return {
    get held() {
      return held;
    },
    take(bytes) {
      if (held + bytes > mostBytes) return undefined;
      held += bytes;
      let mine = bytes;
      return {
        release() {
          held -= mine;
          mine = 0;
        },
      };
    },
  };
}
