import '@fontsource-variable/inter/wght.css';
import '@alongside/shared/styles/tokens.css';
import '@alongside/shared/styles/foundation.css';
import './desk.css';
import { mount } from 'svelte';
import { App } from './app.svelte';
import Desk from './Desk.svelte';

const target = document.getElementById('app');
if (target) {
  const app = new App(location.origin);
  app.start();
  mount(Desk, { target, props: { app } });
}
