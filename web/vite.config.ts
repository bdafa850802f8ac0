import { mkdir, rename, rm } from 'node:fs/promises';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

// The server embeds all of dist, so what only our own scripts read is kept beside it.
export const MANIFEST = 'node_modules/.keepline/manifest.json';

function keepManifestAside(): Plugin {
  return {
    name: 'keepline-manifest',
    apply: 'build',
    async closeBundle() {
      await mkdir('node_modules/.keepline', { recursive: true });
      await rename('dist/.vite/manifest.json', MANIFEST);
      await rm('dist/.vite', { recursive: true });
    },
  };
}

const server = process.env.KEEPLINE_SERVER ?? 'http://127.0.0.1:8080';

// The server lets a page change things only from its own origin. Behind the proxy the page's
// origin is another one, so the proxy speaks for it.
const proxy = {
  '/api': { target: server, changeOrigin: true, ws: true, headers: { origin: server } },
};

// What the server sends with every answer, so that a preview breaks where the real page would.
const policy =
  "default-src 'self'; script-src 'self'; style-src 'self'; require-trusted-types-for 'script'; " +
  "trusted-types svelte-trusted-html; img-src 'self' blob:; media-src 'self' blob:; " +
  "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; " +
  "object-src 'none'";

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), keepManifestAside()],
  // Components are tested as the browser runs them, not as a server would render them.
  resolve: mode === 'test' ? { conditions: ['browser'] } : {},
  build: {
    manifest: true,
    // An inlined asset is a data: address, which the Content-Security-Policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy },
  preview: { proxy, headers: { 'Content-Security-Policy': policy } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    restoreMocks: true,
  },
}));
