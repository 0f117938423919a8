import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// The agents' app. Its CSP allows no inline script, hence no preload polyfill and no inlined assets.
export default defineConfig({
  base: '/static/desk/',
  plugins: [svelte()],
  build: {
    target: 'es2022',
    outDir: '../../src/alongside/web/static/desk',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
});
