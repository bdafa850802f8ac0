import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { i18n } from './i18n/index.svelte';
import { session } from './state/session.svelte';

async function boot(): Promise<void> {
  const target = document.getElementById('app');
  if (!target) throw new Error('index.html has no #app');
  // The session is asked for while the texts load; App shows the phase it is in.
  const known = session.load();
  await i18n.start();
  mount(App, { target });
  await known;
}

void boot();
