// Builds the widget, its loader and the desk again whenever a source changes, until it is ended.
import { build } from 'vite';

const bundles = [
  { root: 'widget', configFile: 'widget/vite.config.ts' },
  { root: 'widget', configFile: 'widget/vite.loader.config.ts' },
  { root: 'desk', configFile: 'desk/vite.config.ts' },
];

// The bundles share a folder, so none may empty it behind the others' back.
for (const bundle of bundles) {
  await build({ ...bundle, logLevel: 'warn', mode: 'development', build: { watch: {}, emptyOutDir: false } });
}
console.log('watching the front end');
