/** Who has just registered is shown a card of three first steps, until it is put away. */
const kKey = 'keepline.first-run';

export function beginFirstRun(): void {
  try {
    sessionStorage.setItem(kKey, '1');
  } catch {
    // Without storage there is no card, and nothing is missing.
  }
}

export function isFirstRun(): boolean {
  try {
    return sessionStorage.getItem(kKey) !== null;
  } catch {
    return false;
  }
}

export function endFirstRun(): void {
  try {
    sessionStorage.removeItem(kKey);
  } catch {
    // As above.
  }
}
