/** Numbers for names: each text is written once, and rows refer to it by number. */

/** Names are 16-bit numbers in the columns. */
const MOST_NAMES = 65_535;
const ONE_NAME_TOO_MANY = "(more names than a journal holds)";

export class NameBook {
  readonly #numbers = new Map<string, number>([["", 0]]);
  readonly #onNew: (number: number, name: string) => void;
  readonly list: string[] = [""];

  /** `onNew` is told each name before its number is used. */
  constructor(onNew: (number: number, name: string) => void = () => undefined) {
    this.#onNew = onNew;
  }

  /** The name's number, given on first use. Names beyond the limit share the last number. */
  readonly numberOf = (name: string): number => {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const full = this.list.length >= MOST_NAMES;
    if (full && name !== ONE_NAME_TOO_MANY) return this.numberOf(ONE_NAME_TOO_MANY);
    const number = this.list.length;
    this.#numbers.set(name, number);
    this.list.push(name);
    this.#onNew(number, name);
    return number;
  };
}
