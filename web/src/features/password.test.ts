import { describe, expect, it } from 'vitest';
import { strength } from './password';

describe('strength', () => {
  it('counts characters, not code units', () => {
    expect(strength('🙂🙂🙂🙂🙂')).toBe('short');
    expect(strength('ninechars')).toBe('short');
  });

  it('does not count what everybody uses, a repeated sign, or the own name', () => {
    expect(strength('password1234')).toBe('weak');
    expect(strength('aaaaaaaaaaaaaaaa')).toBe('weak');
    expect(strength('liger_zql-liger_zql', 'liger_zql')).toBe('weak');
  });

  it('rewards length over signs', () => {
    expect(strength('kettle-lamp')).toBe('fair');
    expect(strength('kettle lamp window river')).toBe('strong');
  });
});
