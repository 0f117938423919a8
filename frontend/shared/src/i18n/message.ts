/**
 * Messages with places for values, the useful part of ICU MessageFormat:
 * `{name}` · `{count, plural, =0 {none} one {# bill} other {# bills}}` · `{kind, select, agent {…} other {…}}`.
 * A quote before a brace makes it a plain one: `'{`.
 */

export type Values = Record<string, string | number>;
type Part = string | { place: string; kind: 'value' | 'plural' | 'select'; cases: Record<string, Part[]> };

const parsed = new Map<string, Part[]>();

/** The message with its values, in the words of the locale. A missing value stays visible as `{name}`. */
export function format(message: string, locale: string, values: Values = {}): string {
  let parts = parsed.get(message);
  if (!parts) parsed.set(message, (parts = new Reader(message).parts()));
  return written(parts, locale, values, '#');
}

/** The names of the places of a message, sorted: translations must have the same. */
export function places(message: string): string[] {
  const names = new Set<string>();
  const walk = (parts: Part[]): void => {
    for (const part of parts) {
      if (typeof part === 'string') continue;
      names.add(part.place);
      Object.values(part.cases).forEach(walk);
    }
  };
  walk(new Reader(message).parts());
  return [...names].sort();
}

function written(parts: Part[], locale: string, values: Values, counted: string): string {
  return parts
    .map((part) =>
      typeof part === 'string' ? part.replaceAll('#', counted) : filled(part, locale, values, counted),
    )
    .join('');
}

function filled(part: Exclude<Part, string>, locale: string, values: Values, counted: string): string {
  const value = values[part.place];
  if (value === undefined) return `{${part.place}}`;
  const words = typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : value;
  if (part.kind === 'value') return words;
  const wanted = part.kind === 'plural' ? new Intl.PluralRules(locale).select(Number(value)) : String(value);
  const chosen = part.cases[`=${value}`] ?? part.cases[wanted] ?? part.cases['other'] ?? [];
  return written(chosen, locale, values, part.kind === 'plural' ? words : counted);
}

class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  /** Parts up to the end, or to the brace that closes a case. */
  parts(inside = false): Part[] {
    const parts: Part[] = [];
    let plain = '';
    while (this.#at < this.text.length) {
      const sign = this.text[this.#at]!;
      if (sign === '}' && inside) break;
      this.#at += 1;
      if (sign === "'" && '{}'.includes(this.text[this.#at] ?? ' ')) plain += this.text[this.#at++]!;
      else if (sign === '{') {
        parts.push(plain, this.#place());
        plain = '';
      } else plain += sign;
    }
    parts.push(plain);
    return parts.filter((part) => part !== '');
  }

  #place(): Part {
    const place = this.#until(/[,}]/).trim();
    if (this.#next() === '}') return { place, kind: 'value', cases: {} };
    const kind = this.#until(/,/).trim();
    if (kind !== 'plural' && kind !== 'select')
      throw new SyntaxError(`No such format: ${kind} in ${this.text}`);
    this.#next();
    return { place, kind, cases: this.#cases() };
  }

  #cases(): Record<string, Part[]> {
    const cases: Record<string, Part[]> = {};
    for (;;) {
      const name = this.#until(/[{}]/).trim();
      if (this.#next() === '}') return cases;
      cases[name] = this.parts(true);
      this.#next();
    }
  }

  #until(sign: RegExp): string {
    const length = this.text.slice(this.#at).search(sign);
    if (length < 0) throw new SyntaxError(`A brace is not closed in: ${this.text}`);
    return this.text.slice(this.#at, (this.#at += length));
  }

  #next(): string {
    if (this.#at >= this.text.length) throw new SyntaxError(`A brace is not closed in: ${this.text}`);
    return this.text[this.#at++]!;
  }
}
