import { describe, expect, it, vi } from 'vitest';
import { swipe } from './swipe';

type Step = readonly [type: string, x: number, y?: number];

function draw(steps: readonly Step[], pointerType = 'touch', inside = 'p'): number {
  const run = vi.fn();
  const element = document.createElement('div');
  const target = element.appendChild(document.createElement(inside));
  document.body.append(element);
  const stop = swipe(run)(element);
  for (const [type, clientX, clientY = 100] of steps) {
    const wish = { clientX, clientY, pointerType, isPrimary: true, pointerId: 1, bubbles: true };
    target.dispatchEvent(new PointerEvent(`pointer${type}`, wish));
  }
  expect(element.style.transform).toBe('');
  stop?.();
  element.remove();
  return run.mock.calls.length;
}

describe('swipe', () => {
  it('replies when the finger was drawn far enough', () => {
    expect(
      draw([
        ['down', 100],
        ['move', 130],
        ['move', 150],
        ['up', 150],
      ]),
    ).toBe(1);
  });

  it.each<[string, readonly Step[]]>([
    [
      'too short',
      [
        ['down', 100],
        ['move', 140],
        ['up', 140],
      ],
    ],
    [
      'taken back',
      [
        ['down', 100],
        ['move', 160],
        ['move', 120],
        ['up', 120],
      ],
    ],
    [
      'a scroll',
      [
        ['down', 100],
        ['move', 105, 130],
        ['move', 170, 130],
        ['up', 170, 130],
      ],
    ],
    [
      'to the left',
      [
        ['down', 100],
        ['move', 40],
        ['up', 40],
      ],
    ],
    [
      'from the edge',
      [
        ['down', 5],
        ['move', 90],
        ['up', 90],
      ],
    ],
    [
      'given up',
      [
        ['down', 100],
        ['move', 170],
        ['cancel', 170],
        ['up', 170],
      ],
    ],
  ])('does nothing: %s', (_, steps) => expect(draw(steps)).toBe(0));

  it('is for fingers alone, and not on what scrolls sideways itself', () => {
    const steps: readonly Step[] = [
      ['down', 100],
      ['move', 170],
      ['up', 170],
    ];
    expect(draw(steps, 'mouse')).toBe(0);
    expect(draw(steps, 'touch', 'pre')).toBe(0);
  });
});
