/** People and conversations of this page. */
export { chat } from './live';
