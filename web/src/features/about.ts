/** What people may tell about themselves, and how it is checked before it is sent. */
export const kSexes = ['none', 'female', 'male', 'other'] as const;
export type Sex = (typeof kSexes)[number];

/** Nothing, or a whole number from 0 to 150. */
export function ageWrong(text: string): boolean {
  return text.trim() !== '' && !/^(\d|[1-9]\d|1[0-4]\d|150)$/.test(text.trim());
}

/** Nothing, or something with one @ and no blanks. The server knows better; this catches slips. */
export function emailWrong(text: string): boolean {
  return text.trim() !== '' && !/^[^\s@]+@[^\s@]+$/.test(text.trim());
}

/**
 * What there is to choose from. The classic page lets people write any word here: `own` is what
 * they wrote, and stays.
 */
export function sexChoices(
  words: Readonly<Record<Sex, string>>,
  own?: string | null,
): { value: string; text: string }[] {
  const list = kSexes.map((value): { value: string; text: string } => ({
    value,
    text: words[value],
  }));
  if (own && !list.some((option) => option.value === own)) list.push({ value: own, text: own });
  return list;
}
