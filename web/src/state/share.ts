/**
 * Returns `after` with every part that equals its part of `before` replaced by that part, down to
 * `before` itself. What is drawn from it then changes only where it is different. For plain
 * values: objects, lists, primitives.
 */
export function share<T>(before: T | undefined, after: T): T {
  if (Object.is(before, after) || before === undefined) return after;
  if (Array.isArray(before) && Array.isArray(after)) return shareLists(before, after) as T;
  if (isPlain(before) && isPlain(after)) return shareObjects(before, after) as T;
  return after;
}

type Plain = Record<string, unknown>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Items with a `key` are compared with the item of that key, wherever it stood. */
function shareLists(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  const byKey = new Map<unknown, unknown>();
  for (const item of before) if (isPlain(item) && 'key' in item) byKey.set(item.key, item);
  const shared = after.map((item, index) =>
    share(isPlain(item) && 'key' in item ? byKey.get(item.key) : before[index], item),
  );
  const same =
    shared.length === before.length && shared.every((item, index) => item === before[index]);
  return same ? before : shared;
}

function shareObjects(before: Plain, after: Plain): Plain {
  const keys = Object.keys(after);
  let same = keys.length === Object.keys(before).length;
  const shared: Plain = {};
  for (const key of keys) {
    shared[key] = share(before[key], after[key]);
    same &&= shared[key] === before[key] && key in before;
  }
  return same ? before : shared;
}

/** A `share` that remembers what it returned last. */
export function sharing<T>(): (value: T) => T {
  let last: T | undefined;
  return (value) => (last = share(last, value));
}
