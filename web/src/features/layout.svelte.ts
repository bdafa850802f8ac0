/** How many panes there is room for, and whether a finger or a pointer is at work. */
import { MediaQuery } from 'svelte/reactivity';

const one = new MediaQuery('max-width: 719px');
const three = new MediaQuery('min-width: 1100px');

export const layout = {
  get panes(): 1 | 2 | 3 {
    return one.current ? 1 : three.current ? 3 : 2;
  },
};
