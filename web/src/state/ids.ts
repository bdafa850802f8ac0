/** 128 random bits in base64url. `crypto.randomUUID` is not there over plain http. */
export function randomId(): string {
  const text = btoa(String.fromCharCode(...randomBytes()));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * A UUID of version 7 (RFC 9562 section 5.7) made at `now`: a nonce that the server keeps cheaply,
 * since those of one moment lie beside each other.
 */
export function timeOrderedId(now: number): string {
  const bytes = randomBytes();
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(now / 2 ** 32));
  view.setUint32(2, now % 2 ** 32);
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x70);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function randomBytes(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(16));
}
