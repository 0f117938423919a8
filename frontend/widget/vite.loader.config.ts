import { defineConfig } from 'vite';

// The few lines that a customer's site loads: one classic script under a name that never changes.
export default defineConfig({
  publicDir: false,
  build: {
    target: 'es2022',
    outDir: '../../src/alongside/web/static/widget',
    emptyOutDir: false,
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: {
      input: 'src/loader.ts',
      output: { format: 'iife', entryFileNames: 'loader.js' },
    },
  },
});
