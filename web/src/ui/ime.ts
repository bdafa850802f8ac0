/**
 * Whether an input method is at work, so that the key belongs to it: Enter then picks a
 * candidate and must not send. Safari ends the composition before it tells of the key, and only
 * the old key code 229 still says whose it was.
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}
