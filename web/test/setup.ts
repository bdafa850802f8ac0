// What every test starts from: empty storage, and a network that nobody may use by accident.
import { beforeEach, vi } from 'vitest';

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('a test must bring its own fetch')));
});
