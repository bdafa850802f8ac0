/**
 * Where a floating box goes: beside its anchor, inside the window, on the other side where the
 * wished one has no room. Pure, so that it is tested without a browser.
 */
export type Side = 'top' | 'bottom' | 'right' | 'left';
export type Align = 'start' | 'center' | 'end';

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Size {
  width: number;
  height: number;
}

const kMargin = 8;

const kOpposite: Record<Side, Side> = {
  top: 'bottom',
  bottom: 'top',
  left: 'right',
  right: 'left',
};

export function place(
  anchor: Box,
  float: Size,
  window: Size,
  side: Side,
  align: Align,
  gap = 6,
): { left: number; top: number; side: Side } {
  const room: Record<Side, number> = {
    top: anchor.top,
    bottom: window.height - anchor.top - anchor.height,
    left: anchor.left,
    right: window.width - anchor.left - anchor.width,
  };
  const needs = (side === 'top' || side === 'bottom' ? float.height : float.width) + gap + kMargin;
  const other = kOpposite[side];
  const chosen = room[side] < needs && room[other] > room[side] ? other : side;

  let left: number;
  let top: number;
  if (chosen === 'top' || chosen === 'bottom') {
    left = along(anchor.left, anchor.width, float.width, align);
    top = chosen === 'top' ? anchor.top - float.height - gap : anchor.top + anchor.height + gap;
  } else {
    top = along(anchor.top, anchor.height, float.height, align);
    left = chosen === 'left' ? anchor.left - float.width - gap : anchor.left + anchor.width + gap;
  }
  return {
    left: clamp(left, kMargin, window.width - float.width - kMargin),
    top: clamp(top, kMargin, window.height - float.height - kMargin),
    side: chosen,
  };
}

function along(start: number, length: number, float: number, align: Align): number {
  if (align === 'start') return start;
  if (align === 'end') return start + length - float;
  return start + (length - float) / 2;
}

// A box larger than the window starts at the margin: its beginning matters more than its end.
function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
