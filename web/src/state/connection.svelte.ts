/** The connection of this page. */
export { connection } from './live';
