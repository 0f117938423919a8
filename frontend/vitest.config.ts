import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig, defineProject } from 'vitest/config';

const packages = ['shared', 'sdk', 'widget', 'desk'];

export default defineConfig({
  test: {
    passWithNoTests: true,
    maxWorkers: 2,
    projects: packages.map((name) =>
      defineProject({
        root: name,
        plugins: [svelte(), svelteTesting()],
        test: {
          name,
          environment: 'jsdom',
          include: ['src/**/*.test.ts'],
          setupFiles: ['../vitest.setup.ts'],
        },
      }),
    ),
  },
});
