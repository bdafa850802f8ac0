import { describe, expect, it } from 'vitest';
import * as rights from './rights';

const NOW = Date.parse('2026-06-14T09:00:00.000Z');
const LATER = '2026-06-14T10:00:00.000Z';
const KINDS = ['direct', 'group', 'room'] as const;
const ROLES = ['member', 'admin', 'owner'] as const;

type Kind = (typeof KINDS)[number];
type Role = (typeof ROLES)[number];

const standing = (kind: Kind, role: Role, more = {}) => ({
  kind,
  role,
  archivedAt: null,
  silencedUntil: null,
  ...more,
});

/** As docs/permissions.md has it, for those who are in it. */
const TABLE: Record<Kind, Record<Role, Record<string, boolean>>> = {
  direct: {
    member: { shape: false, pin: true, clean: false, admin: false },
    admin: { shape: false, pin: true, clean: false, admin: false },
    owner: { shape: false, pin: true, clean: false, admin: false },
  },
  group: {
    member: { shape: true, pin: true, clean: false, admin: false },
    admin: { shape: true, pin: true, clean: false, admin: true },
    owner: { shape: true, pin: true, clean: false, admin: true },
  },
  room: {
    member: { shape: false, pin: false, clean: false, admin: false },
    admin: { shape: true, pin: true, clean: true, admin: true },
    owner: { shape: true, pin: true, clean: true, admin: true },
  },
};

describe.each(KINDS)('in a %s', (kind) => {
  it.each(ROLES)('a %s is offered what the server lets them do', (role) => {
    const view = standing(kind, role);
    expect({
      shape: rights.mayShape(view),
      pin: rights.mayPin(view, NOW),
      clean: rights.mayClean(view),
      admin: rights.isAdmin(view),
    }).toEqual(TABLE[kind][role]);
    expect(rights.mayWrite(view, NOW)).toBe(true);
  });
});

describe('who is silenced', () => {
  const silenced = standing('group', 'member', { silencedUntil: LATER });

  it('reads, and neither writes nor pins, until it ends', () => {
    expect(rights.mayWrite(silenced, NOW)).toBe(false);
    expect(rights.mayPin(silenced, NOW)).toBe(false);
    expect(rights.mayWrite(silenced, Date.parse(LATER))).toBe(true);
    expect(rights.mayPin(silenced, Date.parse(LATER))).toBe(true);
  });
});

describe('what is archived', () => {
  it('takes nothing that is written, and nobody', () => {
    const view = standing('room', 'owner', { archivedAt: LATER });
    expect(rights.mayWrite(view, NOW)).toBe(false);
    expect(rights.mayAdd(view)).toBe(false);
    expect(rights.mayShape(view)).toBe(true);
  });
});

describe('a role', () => {
  it('counts against a lesser one alone', () => {
    const above = ROLES.flatMap((one) =>
      ROLES.filter((other) => rights.outranks(one, other)).map((other) => `${one} ${other}`),
    );
    expect(above).toEqual(['admin member', 'owner member', 'owner admin']);
  });
});
