/** The search of this page. */
import { SearchRequests } from './search';
import { session } from './session.svelte';

export const finder = new SearchRequests(session.api);
