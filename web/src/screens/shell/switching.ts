import type { SidebarRow } from '../../state/surface';
import { initials } from './pinyin';

/** Beyond this nobody looks: they write another letter. */
const kMax = 50;

/**
 * The rows whose name fits, best first: a name that begins so, then a word in it, then any part,
 * then the initials, also those of how Chinese is read. Within each the order of the sidebar stays,
 * which has the most recent first.
 */
export function found(rows: readonly SidebarRow[], query: string): readonly SidebarRow[] {
  const wanted = query.trim().toLocaleLowerCase();
  if (!wanted) return rows.slice(0, kMax);
  return rows
    .map((row) => ({ row, rank: rank(row, wanted) }))
    .filter(({ rank }) => rank < kNone)
    .sort((a, b) => a.rank - b.rank)
    .map(({ row }) => row)
    .slice(0, kMax);
}

const kNone = 4;

function rank(row: SidebarRow, wanted: string): number {
  const names = [row.conversation?.title, row.person?.user.display_name, row.person?.user.name];
  return Math.min(kNone, ...names.map((name) => (name ? fits(name, wanted) : kNone)));
}

function fits(name: string, wanted: string): number {
  const lower = name.toLocaleLowerCase();
  if (lower.startsWith(wanted)) return 0;
  if (lower.split(/[\s_.-]+/).some((word) => word.startsWith(wanted))) return 1;
  if (lower.includes(wanted)) return 2;
  return /^[a-z0-9]{2,}$/.test(wanted) && initials(name).includes(wanted) ? 3 : kNone;
}
