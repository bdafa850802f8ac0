/** Thrown where bytes are not what the protocol says. `at` names the place, never the value. */
export class DecodeError extends Error {
  constructor(at: string, wanted: string) {
    super(`${at} is not ${wanted}`);
    this.name = 'DecodeError';
  }
}

export type Fields = Readonly<Record<string, unknown>>;
export type Decoder<T> = (value: unknown, at: string) => T;

export function object(value: unknown, at: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DecodeError(at, 'an object');
  }
  return value as Fields;
}

export function text(value: unknown, at: string): string {
  if (typeof value !== 'string') throw new DecodeError(at, 'a string');
  return value;
}

export function flag(value: unknown, at: string): boolean {
  if (typeof value !== 'boolean') throw new DecodeError(at, 'true or false');
  return value;
}

/** A whole number from 0 up that JavaScript holds exactly. */
export function count(value: unknown, at: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new DecodeError(at, 'a whole number');
  }
  return value;
}

export function id(value: unknown, at: string): number {
  const number = count(value, at);
  if (number === 0) throw new DecodeError(at, 'an id');
  return number;
}

export function time(value: unknown, at: string): string {
  const string = text(value, at);
  if (Number.isNaN(Date.parse(string))) throw new DecodeError(at, 'a time');
  return string;
}

export function oneOf<const T extends readonly string[]>(words: T): Decoder<T[number]> {
  return (value, at) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw new DecodeError(at, `one of ${words.join(', ')}`);
    return found;
  };
}

export function nullable<T>(decode: Decoder<T>): Decoder<T | null> {
  return (value, at) => (value === null ? null : decode(value, at));
}

export function list<T>(decode: Decoder<T>): Decoder<T[]> {
  return (value, at) => {
    if (!Array.isArray(value)) throw new DecodeError(at, 'a list');
    return value.map((item, index) => decode(item, `${at}[${index}]`));
  };
}

/** Puts the field there only if it came, as `exactOptionalPropertyTypes` wants it. */
export function optional<K extends string, T>(
  fields: Fields,
  key: K,
  decode: Decoder<T>,
  at: string,
): Partial<Record<K, T>> {
  const value = fields[key];
  if (value === undefined) return {};
  return { [key]: decode(value, `${at}.${key}`) } as Partial<Record<K, T>>;
}
