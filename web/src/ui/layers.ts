/**
 * The things that float over the page, newest last. Esc closes the newest and nothing else; a
 * click outside closes it too. Dialogs look after themselves: the browser keeps them.
 */
export interface Layer {
  close(): void;
  contains(target: Node): boolean;
}

const open: Layer[] = [];

export function pushLayer(layer: Layer): () => void {
  if (open.length === 0) listen();
  open.push(layer);
  return () => {
    const index = open.indexOf(layer);
    if (index < 0) return;
    open.splice(index, 1);
    if (open.length === 0) unlisten();
  };
}

export function hasLayers(): boolean {
  return open.length > 0;
}

// Captured: a dialog under the layer must not hear the same Esc and close as well.
function keydown(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.isComposing) return;
  const top = open.at(-1);
  if (!top) return;
  event.preventDefault();
  event.stopPropagation();
  top.close();
}

function pointerdown(event: Event): void {
  const top = open.at(-1);
  if (top && event.target instanceof Node && !top.contains(event.target)) top.close();
}

function listen(): void {
  document.addEventListener('keydown', keydown, true);
  document.addEventListener('pointerdown', pointerdown, true);
}

function unlisten(): void {
  document.removeEventListener('keydown', keydown, true);
  document.removeEventListener('pointerdown', pointerdown, true);
}
