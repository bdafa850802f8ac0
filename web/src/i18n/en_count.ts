// How English counts.
const rules = new Intl.PluralRules('en');

export function count(n: number, one: string, other: string): string {
  return `${n.toLocaleString('en')} ${rules.select(n) === 'one' ? one : other}`;
}
