import type { SidebarRow } from '../../state/surface';

/**
 * The rows whose name fits, best first: a name that begins so, then a word in it, then any part.
 * Within each the order of the sidebar stays, which has the most recent first.
 */
export function found(rows: readonly SidebarRow[], query: string): readonly SidebarRow[] {
  const wanted = query.trim().toLocaleLowerCase();
  if (!wanted) return rows;
  return rows
    .map((row) => ({ row, rank: rank(row, wanted) }))
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .map(({ row }) => row);
}

function rank(row: SidebarRow, wanted: string): number {
  const names = [row.conversation?.title, row.person?.user.display_name, row.person?.user.name];
  return Math.min(3, ...names.map((name) => (name ? fits(name.toLocaleLowerCase(), wanted) : 3)));
}

function fits(name: string, wanted: string): number {
  if (name.startsWith(wanted)) return 0;
  if (name.split(/[\s_.-]+/).some((word) => word.startsWith(wanted))) return 1;
  return name.includes(wanted) ? 2 : 3;
}
