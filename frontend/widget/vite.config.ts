import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

// The app inside the frame. The pages' CSP allows no inline script, hence no preload polyfill and no inlined assets.
export default defineConfig({
  base: '/static/widget/',
  plugins: [svelte()],
  build: {
    target: 'es2022',
    outDir: '../../src/alongside/web/static/widget',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: { input: 'frame.html' },
  },
});
