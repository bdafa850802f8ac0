// Days as a date field writes them, in the time of the reader.

export function dayText(day: Date): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const year = String(day.getFullYear()).padStart(4, '0');
  return `${year}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** The moment at which a day begins; null for what is no day. */
export function startOf(text: string): Date | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return null;
  const [year, month, day] = match.slice(1).map(Number);
  const begin = new Date(year ?? 0, (month ?? 1) - 1, day ?? 1);
  begin.setFullYear(year ?? 0);
  return dayText(begin) === text ? begin : null;
}
